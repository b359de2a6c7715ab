/** How full each unit was at earlier cycles. */
import type { Pool } from 'pg';
import { z } from 'zod';
import type { LevelsAt } from '../domain/forecast/past.ts';
import { instantMs } from './rows.ts';

const levelRow = z
  .object({ cycle_ts: instantMs, fills: z.record(z.string(), z.number()) })
  .transform((row): LevelsAt => ({ ts: row.cycle_ts, fills: row.fills }));

/** What a cycle saw first stays: a repeated cycle changes nothing that a later one looked back on. */
export async function recordUnitLevels(
  pool: Pool,
  prefix: string,
  warehouse: string,
  { ts, fills }: LevelsAt,
): Promise<void> {
  await pool.query(
    `INSERT INTO unit_level (prefix, warehouse, cycle_ts, fills) VALUES ($1, $2, $3, $4)
     ON CONFLICT (prefix, warehouse, cycle_ts) DO NOTHING`,
    [prefix, warehouse, new Date(ts), JSON.stringify(fills)],
  );
}

/** @param marks epoch ms @returns those of the marks that are known */
export async function readUnitLevels(
  pool: Pool,
  prefix: string,
  warehouse: string,
  marks: readonly number[],
): Promise<LevelsAt[]> {
  const { rows } = await pool.query(
    `SELECT cycle_ts, fills FROM unit_level
     WHERE prefix = $1 AND warehouse = $2 AND cycle_ts = ANY ($3::timestamptz[])`,
    [prefix, warehouse, marks.map((mark) => new Date(mark))],
  );
  return rows.map((row) => levelRow.parse(row));
}

/** Of every prefix: what no forecast looks back on any more. */
export async function purgeUnitLevels(pool: Pool, before: Date): Promise<void> {
  await pool.query('DELETE FROM unit_level WHERE cycle_ts < $1', [before]);
}
