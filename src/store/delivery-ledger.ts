/** What was given to a sender, and what is known to have arrived: one row per transition and planned channel. */
import type { Pool } from 'pg';
import { z } from 'zod';
import type { DeliveryConfirmation } from '../domain/suppress/contract.ts';
import type { CycleId, Label } from '../domain/vocabulary.ts';
import { instantMs } from './rows.ts';

export interface LedgerKey {
  episodeId: string;
  sequence: number;
  /** As planned. */
  channel: string;
}

export interface HandOver extends LedgerKey {
  warehouse: string;
  label: Label;
  /** The cycle that decided it. */
  cycleId: CycleId;
}

export interface Delivered extends HandOver, DeliveryConfirmation {}

/**
 * Writes down who is about to be told what.
 * @returns what a sender was given before, in whatever life of the workflow, and when (epoch ms)
 */
export async function recordHandOvers(
  pool: Pool,
  handOvers: readonly HandOver[],
): Promise<(LedgerKey & { handedMs: number })[]> {
  if (handOvers.length === 0) return [];
  const { rows } = await pool.query(
    `WITH given AS (
       SELECT * FROM jsonb_to_recordset($1::jsonb) AS given ("episodeId" text, "sequence" integer, "channel" text,
         "warehouse" text, "label" text, "cycleId" text)
     ), before AS (
       SELECT ledger.episode_id, ledger.sequence, ledger.channel, ledger.handed_at
       FROM delivery_ledger ledger
       JOIN given ON ledger.episode_id = given."episodeId" AND ledger.sequence = given."sequence"
         AND ledger.channel = given."channel"
     ), written AS (
       INSERT INTO delivery_ledger (episode_id, sequence, channel, warehouse, label, cycle_id)
       SELECT "episodeId", "sequence", "channel", "warehouse", "label", "cycleId" FROM given
       ON CONFLICT (episode_id, sequence, channel) DO UPDATE SET given_at = now()
     )
     SELECT episode_id, sequence, channel, handed_at FROM before`,
    [JSON.stringify(handOvers)],
  );
  return z.array(handedRow).parse(rows);
}

const handedRow = z
  .object({ episode_id: z.string(), sequence: z.number(), channel: z.string(), handed_at: instantMs })
  .transform((row) => ({
    episodeId: row.episode_id,
    sequence: row.sequence,
    channel: row.channel,
    handedMs: row.handed_at,
  }));

/** What has arrived. Written again it is to be synced again. */
export async function recordDelivered(
  pool: Pool,
  warehouse: string,
  confirmation: DeliveryConfirmation,
): Promise<void> {
  const { episodeId, sequence, channel, deliveredTo, channelId, messageTs, replyTs, postedAt, error } =
    confirmation;
  await pool.query(
    `UPDATE delivery_ledger SET delivered_to = $5, channel_id = $6, message_ts = $7, reply_ts = $8, posted_at = $9,
       error = $10, synced_at = NULL
     WHERE warehouse = $1 AND episode_id = $2 AND sequence = $3 AND channel = $4`,
    [warehouse, episodeId, sequence, channel, deliveredTo, channelId, messageTs, replyTs, postedAt, error],
  );
}

const deliveredRow = z
  .object({
    episode_id: z.string(),
    sequence: z.number(),
    channel: z.string(),
    warehouse: z.string(),
    label: z.enum(['NEW', 'ONGOING', 'CLEARED']),
    cycle_id: z.string(),
    delivered_to: z.string(),
    channel_id: z.string(),
    message_ts: z.string(),
    reply_ts: z.string().nullable(),
    posted_at: z.date(),
    error: z.string().nullable(),
  })
  .transform((row): Delivered => ({
    episodeId: row.episode_id,
    sequence: row.sequence,
    channel: row.channel,
    warehouse: row.warehouse,
    label: row.label,
    cycleId: row.cycle_id,
    deliveredTo: row.delivered_to,
    channelId: row.channel_id,
    messageTs: row.message_ts,
    replyTs: row.reply_ts,
    postedAt: row.posted_at.toISOString(),
    error: row.error,
  }));

const COLUMNS = `episode_id, sequence, channel, warehouse, label, cycle_id, delivered_to, channel_id, message_ts,
  reply_ts, posted_at, error`;

/** What has arrived of a warehouse's alerts since an instant, in the order in which it was sent. */
export async function listDelivered(pool: Pool, warehouse: string, since: Date): Promise<Delivered[]> {
  const { rows } = await pool.query(
    `SELECT ${COLUMNS} FROM delivery_ledger
     WHERE warehouse = $1 AND handed_at >= $2 AND posted_at IS NOT NULL ORDER BY posted_at, episode_id, sequence`,
    [warehouse, since],
  );
  return z.array(deliveredRow).parse(rows);
}

/** What has arrived of some episodes, and of the alerts that some cycles began; in each episode's own order. */
export async function listDeliveredOf(
  pool: Pool,
  warehouse: string,
  { episodeIds, cycleIds }: { episodeIds: readonly string[]; cycleIds: readonly CycleId[] },
): Promise<Delivered[]> {
  if (episodeIds.length === 0) return [];
  const { rows } = await pool.query(
    `SELECT ${COLUMNS} FROM delivery_ledger
     WHERE warehouse = $1 AND posted_at IS NOT NULL
       AND (episode_id = ANY($2::text[]) OR (label = 'NEW' AND cycle_id = ANY($3::text[])))
     ORDER BY episode_id, sequence, posted_at`,
    [warehouse, episodeIds, cycleIds],
  );
  return z.array(deliveredRow).parse(rows);
}

/** What was handed to a sender since an instant and is not known to have arrived. */
export async function listUnanswered(
  pool: Pool,
  warehouse: string,
  since: Date,
): Promise<(LedgerKey & { handedMs: number })[]> {
  const { rows } = await pool.query(
    `SELECT episode_id, sequence, channel, given_at AS handed_at FROM delivery_ledger
     WHERE warehouse = $1 AND given_at >= $2 AND posted_at IS NULL`,
    [warehouse, since],
  );
  return z.array(handedRow).parse(rows);
}

/** What has arrived and is not in analytics yet, oldest first. */
export async function listUnsyncedDeliveries(pool: Pool, limit: number): Promise<Delivered[]> {
  const { rows } = await pool.query(
    `SELECT ${COLUMNS} FROM delivery_ledger WHERE posted_at IS NOT NULL AND synced_at IS NULL
     ORDER BY posted_at LIMIT $1`,
    [limit],
  );
  return z.array(deliveredRow).parse(rows);
}

/** But for what was written again meanwhile: that is still to be synced. */
export async function recordDeliveriesSynced(pool: Pool, synced: readonly Delivered[]): Promise<void> {
  await pool.query(
    `UPDATE delivery_ledger ledger SET synced_at = now()
     FROM jsonb_to_recordset($1::jsonb) AS given ("episodeId" text, "sequence" integer, "channel" text,
       "postedAt" timestamptz)
     WHERE ledger.episode_id = given."episodeId" AND ledger.sequence = given."sequence"
       AND ledger.channel = given."channel" AND date_trunc('milliseconds', ledger.posted_at) = given."postedAt"`,
    [JSON.stringify(synced)],
  );
}

/** Of what is over: an episode may stay open for days, its first rows are of no use by then. */
export async function purgeLedger(pool: Pool, before: Date): Promise<void> {
  await pool.query('DELETE FROM delivery_ledger WHERE handed_at < $1', [before]);
}
