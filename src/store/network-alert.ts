/** Alerts about the whole network: at most one open per key. */
import type { Pool } from 'pg';
import { z } from 'zod';
import type { CycleId } from '../domain/vocabulary.ts';
import { inTransaction } from './transaction.ts';

export interface NetworkAlert {
  key: string;
  openedCycle: CycleId;
  /** null: not shown yet. */
  lastNotifiedCycle: CycleId | null;
  channelId: string | null;
  messageTs: string | null;
  /** null: open. */
  closedCycle: CycleId | null;
  detail: Record<string, unknown>;
}

const alertRow = z
  .object({
    key: z.string(),
    opened_cycle: z.string(),
    last_notified_cycle: z.string().nullable(),
    channel_id: z.string().nullable(),
    message_ts: z.string().nullable(),
    closed_cycle: z.string().nullable(),
    detail: z.record(z.string(), z.unknown()),
  })
  .transform((row): NetworkAlert => ({
    key: row.key,
    openedCycle: row.opened_cycle,
    lastNotifiedCycle: row.last_notified_cycle,
    channelId: row.channel_id,
    messageTs: row.message_ts,
    closedCycle: row.closed_cycle,
    detail: row.detail,
  }));

const COLUMNS = 'key, opened_cycle, last_notified_cycle, channel_id, message_ts, closed_cycle, detail';

export interface Taking {
  key: string;
  /** One attempt to tell people. */
  taker: string;
  forMs: number;
}

/**
 * Takes the open alert of a key to tell people of it, which happens outside of any transaction: nobody else is given it
 * until it is given back or `forMs` have passed.
 * @param openAs the cycle that opens one where there is none; null: it is not to be opened
 * @returns null where there is none, `taken` while another has it
 */
export function takeNetworkAlert(
  pool: Pool,
  { key, taker, forMs }: Taking,
  openAs: CycleId | null,
): Promise<NetworkAlert | 'taken' | null> {
  return inTransaction(pool, async (client) => {
    // A row lock would not hold off a second one that opens the same alert.
    await client.query('SELECT pg_advisory_xact_lock($1::regclass::oid::integer, hashtext($2))', [
      'network_alert',
      key,
    ]);
    const before = await client.query<{ isTaken: boolean }>(
      `SELECT coalesce(taken_until > clock_timestamp(), false) AS "isTaken"
       FROM network_alert WHERE key = $1 AND closed_cycle IS NULL`,
      [key],
    );
    const [open] = before.rows;
    if (open?.isTaken) return 'taken';
    if (open === undefined) {
      if (openAs === null) return null;
      // A cycle that is run again may open again what it had closed.
      await client.query(
        `INSERT INTO network_alert (key, opened_cycle) VALUES ($1, $2)
         ON CONFLICT (key, opened_cycle) DO UPDATE SET
           last_notified_cycle = NULL, channel_id = NULL, message_ts = NULL, closed_cycle = NULL, detail = '{}'`,
        [key, openAs],
      );
    }
    const { rows } = await client.query(
      `UPDATE network_alert SET taken_by = $2, taken_until = clock_timestamp() + $3 * interval '1 millisecond'
       WHERE key = $1 AND closed_cycle IS NULL RETURNING ${COLUMNS}`,
      [key, taker, forMs],
    );
    return z.array(alertRow).parse(rows)[0] ?? null;
  });
}

/** Has it for longer. @returns false: another has taken it since */
export async function keepNetworkAlert(pool: Pool, { key, taker, forMs }: Taking): Promise<boolean> {
  const { rowCount } = await pool.query(
    `UPDATE network_alert SET taken_until = clock_timestamp() + $3 * interval '1 millisecond'
     WHERE key = $1 AND closed_cycle IS NULL AND taken_by = $2`,
    [key, taker, forMs],
  );
  return rowCount === 1;
}

/**
 * Gives an alert back with what people were told of it.
 * @returns false: it took too long, and another has taken it since; nothing is written down
 */
export async function giveBackNetworkAlert(pool: Pool, taker: string, told: NetworkAlert): Promise<boolean> {
  const { rowCount } = await pool.query(
    `UPDATE network_alert SET last_notified_cycle = $4, channel_id = $5, message_ts = $6, closed_cycle = $7,
       detail = $8, taken_by = NULL, taken_until = NULL
     WHERE key = $1 AND opened_cycle = $2 AND taken_by = $3 AND closed_cycle IS NULL`,
    [
      told.key,
      told.openedCycle,
      taker,
      told.lastNotifiedCycle,
      told.channelId,
      told.messageTs,
      told.closedCycle,
      JSON.stringify(told.detail),
    ],
  );
  return rowCount === 1;
}

/** The alert of this key that was open when the cycle began: opened by an earlier one, and not closed before it. */
export async function findOpenAt(pool: Pool, key: string, cycleId: CycleId): Promise<NetworkAlert | null> {
  const { rows } = await pool.query(
    `SELECT ${COLUMNS} FROM network_alert
     WHERE key = $1 AND opened_cycle < $2 AND (closed_cycle IS NULL OR closed_cycle >= $2)
     ORDER BY opened_cycle DESC LIMIT 1`,
    [key, cycleId],
  );
  return z.array(alertRow).parse(rows)[0] ?? null;
}

/** The open ones, by key. */
export async function listOpenNetworkAlerts(pool: Pool): Promise<NetworkAlert[]> {
  const { rows } = await pool.query(
    `SELECT ${COLUMNS} FROM network_alert WHERE closed_cycle IS NULL ORDER BY key`,
  );
  return z.array(alertRow).parse(rows);
}
