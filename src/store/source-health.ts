/** Each source's figures as the last cycle saw them, and what was wrong with it from when to when. */
import type { Pool } from 'pg';
import { z } from 'zod';
import { DEFECTS, type SourceHealth } from '../domain/series.ts';
import { SOURCES, type CycleId } from '../domain/vocabulary.ts';
import { instantMs } from './rows.ts';
import { inTransaction } from './transaction.ts';

/** After so long without it a defect is another one. */
const FORGOTTEN_AFTER = '24 hours';

/** The same cycle again changes nothing, nor does an earlier one. */
export function recordSourceHealth(
  pool: Pool,
  warehouse: string,
  cycleId: CycleId,
  health: readonly SourceHealth[],
): Promise<void> {
  return inTransaction(pool, async (client) => {
    await client.query(
      `INSERT INTO source_health (warehouse, source, cycle_ts, figures)
       SELECT $1, given ->> 'source', $2::timestamptz, given FROM jsonb_array_elements($3::jsonb) AS given
       ON CONFLICT (warehouse, source) DO UPDATE SET cycle_ts = excluded.cycle_ts, figures = excluded.figures
       WHERE source_health.cycle_ts <= excluded.cycle_ts`,
      [warehouse, cycleId, JSON.stringify(health)],
    );
    const defects = health.flatMap(({ source, defects: all }) => all.map((each) => ({ source, ...each })));
    if (defects.length === 0) return;
    await client.query(
      `INSERT INTO source_defect (warehouse, source, name, first_seen, last_seen, count, detail)
       SELECT $1, source, name, coalesce(to_timestamp(since / 1000), $2::timestamptz), $2::timestamptz, count, detail
       FROM jsonb_to_recordset($3::jsonb) AS given (source text, name text, since float8, count integer, detail text)
       ON CONFLICT (warehouse, source, name) DO UPDATE SET
         first_seen = CASE
           WHEN source_defect.last_seen < excluded.last_seen - $4::interval THEN excluded.first_seen
           ELSE least(source_defect.first_seen, excluded.first_seen) END,
         last_seen = excluded.last_seen, count = excluded.count, detail = excluded.detail
       WHERE source_defect.last_seen <= excluded.last_seen`,
      [warehouse, cycleId, JSON.stringify(defects), FORGOTTEN_AFTER],
    );
  });
}

const defectSeen = z.object({
  warehouse: z.string(),
  source: z.enum(SOURCES),
  name: z.enum(DEFECTS),
  firstSeen: instantMs,
  lastSeen: instantMs,
  count: z.number(),
  detail: z.string(),
});
export type DefectSeen = z.output<typeof defectSeen>;

/** Of active warehouses, seen at this instant (epoch ms) or later. */
export async function listDefectsSince(pool: Pool, since: number): Promise<DefectSeen[]> {
  const { rows } = await pool.query(
    `SELECT warehouse, source, source_defect.name, first_seen AS "firstSeen", last_seen AS "lastSeen", count, detail
     FROM source_defect JOIN warehouse ON warehouse.code = warehouse AND warehouse.active
     WHERE last_seen >= $1 ORDER BY warehouse, source, source_defect.count DESC, source_defect.name`,
    [new Date(since)],
  );
  return z.array(defectSeen).parse(rows);
}

const healthSeen = z.object({
  warehouse: z.string(),
  figures: z.custom<SourceHealth>((value) => typeof value === 'object'),
});
export type HealthSeen = z.output<typeof healthSeen>;

/** Of active warehouses, as a cycle at this instant (epoch ms) or later saw it. */
export async function listHealthSince(pool: Pool, since: number): Promise<HealthSeen[]> {
  const { rows } = await pool.query(
    `SELECT warehouse, figures FROM source_health JOIN warehouse ON warehouse.code = warehouse AND warehouse.active
     WHERE cycle_ts >= $1 ORDER BY warehouse, source`,
    [new Date(since)],
  );
  return z.array(healthSeen).parse(rows);
}
