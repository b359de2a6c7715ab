/** Who looks after which source, and who has been told on which day. */
import type { Pool } from 'pg';
import { z } from 'zod';
import { SOURCES, type SourceName } from '../domain/vocabulary.ts';

export interface SourceOwner {
  source: SourceName;
  /** null: in every warehouse. */
  warehouse: string | null;
  channel: string;
  name: string;
}

const ownerRow = z.object({
  source: z.enum(SOURCES),
  warehouse: z.string().nullable(),
  channel: z.string(),
  name: z.string(),
});

export async function listSourceOwners(pool: Pool): Promise<SourceOwner[]> {
  const { rows } = await pool.query('SELECT source, warehouse, channel, name FROM source_owner ORDER BY id');
  return z.array(ownerRow).parse(rows);
}

/** Of one channel and one day, `2026-03-01` in UTC. */
export interface OwnersDay {
  channel: string;
  day: string;
}

export interface OwnersTaking extends OwnersDay {
  forMs: number;
}

/** @returns channels that are told already on this day */
export async function listToldOwners(pool: Pool, day: string): Promise<string[]> {
  const { rows } = await pool.query(
    'SELECT channel FROM source_owner_told WHERE day = $1 AND told_at IS NOT NULL',
    [day],
  );
  return z.array(z.object({ channel: z.string() }).transform(({ channel }) => channel)).parse(rows);
}

/** Nobody else is given it until `forMs` have passed. @returns false: told already, or another is telling them */
export async function takeOwnersDay(pool: Pool, { channel, day, forMs }: OwnersTaking): Promise<boolean> {
  const { rowCount } = await pool.query(
    `INSERT INTO source_owner_told AS told (channel, day, taken_until)
     VALUES ($1, $2, clock_timestamp() + $3 * interval '1 millisecond')
     ON CONFLICT (channel, day) DO UPDATE SET taken_until = excluded.taken_until
     WHERE told.told_at IS NULL AND told.taken_until < clock_timestamp()`,
    [channel, day, forMs],
  );
  return rowCount === 1;
}

/** Whoever took it too long ago changes nothing that another has written down since. */
export async function recordOwnersTold(
  pool: Pool,
  { channel, day }: OwnersDay,
  at: { channelId: string; ts: string },
): Promise<void> {
  await pool.query(
    `UPDATE source_owner_told SET told_at = clock_timestamp(), channel_id = $3, message_ts = $4
     WHERE channel = $1 AND day = $2 AND told_at IS NULL`,
    [channel, day, at.channelId, at.ts],
  );
}
