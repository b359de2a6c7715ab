/** Alerts whose end only a fallback was told, while the message in the planned channel still says that they are open. */
import type { Pool } from 'pg';
import { z } from 'zod';
import type { LedgerKey } from './delivery-ledger.ts';

export interface UnendedRoot extends LedgerKey {
  /** The message that shows the alert as open. */
  rootChannelId: string;
  rootTs: string;
  /** Where the end was told. */
  endChannelId: string;
  endTs: string;
}

const row = z.object({
  episodeId: z.string(),
  sequence: z.number(),
  channel: z.string(),
  rootChannelId: z.string(),
  rootTs: z.string(),
  endChannelId: z.string(),
  endTs: z.string(),
});

/** Takes those whose turn it is: a channel that is closed for good is asked now and then, and not for ever. */
export async function takeUnendedRoots(pool: Pool, limit: number): Promise<UnendedRoot[]> {
  const { rows } = await pool.query(
    `WITH due AS (
       SELECT ended.episode_id, ended.sequence, ended.channel, ended.channel_id AS end_channel_id,
         ended.message_ts AS end_ts, root.channel_id AS root_channel_id, root.own_ts
       FROM delivery_ledger ended
       CROSS JOIN LATERAL (
         SELECT told.channel_id, coalesce((
             SELECT began.reply_ts FROM delivery_ledger began
             WHERE began.episode_id = told.episode_id AND began.channel = told.channel AND began.label = 'NEW'
               AND began.message_ts = told.message_ts AND began.reply_ts IS NOT NULL LIMIT 1
           ), told.message_ts) AS own_ts
         FROM delivery_ledger told
         WHERE told.episode_id = ended.episode_id AND told.channel = ended.channel
           AND told.sequence < ended.sequence AND told.delivered_to = told.channel
         ORDER BY told.sequence DESC LIMIT 1
       ) root
       WHERE ended.label = 'CLEARED' AND ended.delivered_to <> ended.channel AND ended.root_ended_at IS NULL
         AND ended.posted_at > now() - interval '3 days'
         AND (ended.root_tried_at IS NULL OR ended.root_tried_at < now() - interval '10 minutes')
       ORDER BY ended.root_tried_at NULLS FIRST, ended.posted_at LIMIT $1
     )
     UPDATE delivery_ledger ledger SET root_tried_at = now() FROM due
     WHERE ledger.episode_id = due.episode_id AND ledger.sequence = due.sequence AND ledger.channel = due.channel
     RETURNING ledger.episode_id AS "episodeId", ledger.sequence, ledger.channel,
       due.root_channel_id AS "rootChannelId", due.own_ts AS "rootTs",
       due.end_channel_id AS "endChannelId", due.end_ts AS "endTs"`,
    [limit],
  );
  return z.array(row).parse(rows);
}

export async function recordRootEnded(
  pool: Pool,
  { episodeId, sequence, channel }: LedgerKey,
): Promise<void> {
  await pool.query(
    `UPDATE delivery_ledger SET root_ended_at = now() WHERE episode_id = $1 AND sequence = $2 AND channel = $3`,
    [episodeId, sequence, channel],
  );
}
