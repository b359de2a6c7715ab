import type { Pool } from 'pg';
import { z } from 'zod';
import type { Config } from '../../config.ts';

export interface DemoSummary {
  cycles: number;
  /** Messages that are confirmed as delivered. */
  labels: Record<'NEW' | 'ONGOING' | 'CLEARED', number>;
  /** Milliseconds from the snapshot to the confirmed message; null where there was none. */
  p95LatencyMs: number | null;
}

/** What the demo did, from its analytics schema. */
export async function summarizeDemo(
  pool: Pool,
  { analytics }: Pick<Config, 'analytics'>,
): Promise<DemoSummary> {
  const { rows } = await pool.query(
    `SELECT
       (SELECT count(*)::int FROM ${analytics.schema}.cycle WHERE completed_at IS NOT NULL) AS cycles,
       count(*) FILTER (WHERE label = 'NEW')::int AS new,
       count(*) FILTER (WHERE label = 'ONGOING')::int AS ongoing,
       count(*) FILTER (WHERE label = 'CLEARED')::int AS cleared,
       (percentile_disc(0.95) WITHIN GROUP (ORDER BY latency_ms))::float8 AS p95
     FROM ${analytics.schema}.delivery`,
  );
  const [row] = z
    .tuple([
      z.object({
        cycles: z.number(),
        new: z.number(),
        ongoing: z.number(),
        cleared: z.number(),
        p95: z.number().nullable(),
      }),
    ])
    .parse(rows);
  return {
    cycles: row.cycles,
    labels: { NEW: row.new, ONGOING: row.ongoing, CLEARED: row.cleared },
    p95LatencyMs: row.p95,
  };
}

export function renderSummary({ cycles, labels, p95LatencyMs }: DemoSummary, updates: number): string {
  const posted = Object.entries(labels)
    .map(([label, count]) => `${count} ${label}`)
    .join(', ');
  const latency =
    p95LatencyMs === null
      ? 'none was posted'
      : `p95 from snapshot to Slack ${(p95LatencyMs / 1_000).toFixed(1)} s`;
  return `${cycles} cycles; alerts: ${posted}; ${updates} messages updated in place; ${latency}`;
}
