/** Reads the decisions of a time range back from the analytics schema, in pages. */
import type { Pool } from 'pg';
import type { AlertRow } from '../domain/alert-row.ts';
import { toCycleId } from '../domain/cycle-time.ts';

const PAGE_ROWS = 5_000;

/**
 * Rows of live cycles from one instant to another, both inclusive, in the order of `compareAlertRows`.
 * @param prefix of the artifacts: the environment, or one replay's
 */
export async function* readAlertRows(
  pool: Pool,
  { prefix, from, to }: { prefix: string; from: Date; to: Date },
): AsyncGenerator<AlertRow[]> {
  let last: AlertRow | undefined;
  for (;;) {
    const { rows } = await pool.query<AlertRow & { cycleTs: Date | string }>(
      `SELECT cycle_ts AS "cycleTs", unit_id AS "unitId", direction, state, severity, action,
         action_unit_id AS "actionUnitId", cause, quantity, quantity_unit AS "quantityUnit", tto_min AS "ttoMin",
         tts_min AS "ttsMin", quality, label, reason, episode_id AS "episodeId", winner, algorithm, probability,
         process
       FROM recommendation
       WHERE prefix = $1 AND cycle_ts >= $2 AND cycle_ts <= $3
         AND ($4::timestamptz IS NULL
           OR (cycle_ts, unit_id COLLATE "C", direction COLLATE "C") > ($4::timestamptz, $5::text, $6::text))
       ORDER BY cycle_ts, unit_id COLLATE "C", direction COLLATE "C"
       LIMIT ${PAGE_ROWS}`,
      [prefix, from, to, last?.cycleTs ?? null, last?.unitId ?? null, last?.direction ?? null],
    );
    const page = rows.map((row): AlertRow => ({
      ...row,
      cycleTs: toCycleId(new Date(row.cycleTs).getTime()),
    }));
    if (page.length > 0) yield page;
    last = page.at(-1);
    if (page.length < PAGE_ROWS) return;
  }
}
