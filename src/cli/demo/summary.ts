import type { Pool } from 'pg';
import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import { counted } from '../../domain/words/amounts.ts';

export interface DemoSummary {
  cycles: number;
  /** Begun, and not completed when the demo ended: what they told is not counted. */
  cutShort: number;
  /** Messages that are confirmed as delivered. */
  labels: Record<'NEW' | 'ONGOING' | 'CLEARED', number>;
  /** Milliseconds from the snapshot to the confirmed message; null where there was none. */
  p95LatencyMs: number | null;
}

/** What the demo did, from its analytics schema. */
export async function summarizeDemo(
  pool: Pool,
  { analytics, artifactPrefix }: Pick<Config, 'analytics' | 'artifactPrefix'>,
): Promise<DemoSummary> {
  const { rows } = await pool.query(
    `SELECT
       (SELECT count(*)::int FROM ${analytics.schema}.cycle WHERE completed_at IS NOT NULL) AS cycles,
       (SELECT count(*)::int FROM cycle WHERE prefix = $1 AND completed_at IS NULL) AS cut_short,
       count(*) FILTER (WHERE label = 'NEW')::int AS new,
       count(*) FILTER (WHERE label = 'ONGOING')::int AS ongoing,
       count(*) FILTER (WHERE label = 'CLEARED')::int AS cleared,
       (percentile_disc(0.95) WITHIN GROUP (ORDER BY latency_ms))::float8 AS p95
     FROM ${analytics.schema}.delivery`,
    [artifactPrefix],
  );
  const [row] = z
    .tuple([
      z.object({
        cycles: z.number(),
        cut_short: z.number(),
        new: z.number(),
        ongoing: z.number(),
        cleared: z.number(),
        p95: z.number().nullable(),
      }),
    ])
    .parse(rows);
  return {
    cycles: row.cycles,
    cutShort: row.cut_short,
    labels: { NEW: row.new, ONGOING: row.ongoing, CLEARED: row.cleared },
    p95LatencyMs: row.p95,
  };
}

export function renderSummary(
  { cycles, cutShort, labels, p95LatencyMs }: DemoSummary,
  updates: number,
): string {
  const posted = Object.entries(labels)
    .flatMap(([label, count]) => (count === 0 ? [] : [`${count} ${label}`]))
    .join(', ');
  return [
    cutShort === 0 ? counted(cycles, 'cycle') : `${counted(cycles, 'cycle')}, and ${cutShort} cut short`,
    posted === '' ? 'no alerts' : `alerts: ${posted}`,
    ...(updates === 0 ? [] : [`${counted(updates, 'message')} updated in place`]),
    ...(p95LatencyMs === null ? [] : [`p95 from snapshot to Slack ${(p95LatencyMs / 1_000).toFixed(1)} s`]),
  ].join('; ');
}
