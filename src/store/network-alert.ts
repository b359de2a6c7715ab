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

/**
 * Hands the open alert of a key (null: none) to `change` and stores what it returns (null: leave all as it is), in
 * one transaction: a second change of the same key waits until the first is done. Returns what is stored then.
 */
export function changeNetworkAlert(
  pool: Pool,
  key: string,
  change: (open: NetworkAlert | null) => NetworkAlert | null | Promise<NetworkAlert | null>,
): Promise<NetworkAlert | null> {
  return inTransaction(pool, async (client) => {
    // A row lock would not hold off a second one that opens the same alert.
    await client.query('SELECT pg_advisory_xact_lock($1::regclass::oid::integer, hashtext($2))', [
      'network_alert',
      key,
    ]);
    const { rows } = await client.query(
      `SELECT ${COLUMNS} FROM network_alert WHERE key = $1 AND closed_cycle IS NULL`,
      [key],
    );
    const open = z.array(alertRow).parse(rows)[0] ?? null;
    const changed = await change(open);
    if (changed === null) return open;
    if (changed.key !== key)
      throw new Error(`network alert ${key} can't become ${changed.key}: expected the same key`);
    await client.query(
      `INSERT INTO network_alert (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (key, opened_cycle) DO UPDATE SET
         last_notified_cycle = excluded.last_notified_cycle, channel_id = excluded.channel_id,
         message_ts = excluded.message_ts, closed_cycle = excluded.closed_cycle, detail = excluded.detail`,
      [
        changed.key,
        changed.openedCycle,
        changed.lastNotifiedCycle,
        changed.channelId,
        changed.messageTs,
        changed.closedCycle,
        JSON.stringify(changed.detail),
      ],
    );
    return changed;
  });
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
