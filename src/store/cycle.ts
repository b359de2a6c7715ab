/** What became of each cycle. */
import type { Pool } from 'pg';
import { z } from 'zod';
import type { CycleId } from '../domain/vocabulary.ts';
import { instantMs } from './rows.ts';

export interface CycleKey {
  /** Of the live cycles, or of one replay. */
  prefix: string;
  cycleId: CycleId;
}

export interface CycleRecord extends CycleKey {
  mode: 'live' | 'replay';
  /** Of the workflow run that started it last. */
  runId: string;
  /** Epoch ms; null: not yet. */
  startedAt: number;
  decidedAt: number | null;
  completedAt: number | null;
  syncedAt: number | null;
  /** As recorded with the completion; null before. */
  outcome: Record<string, unknown> | null;
}

const cycleRow = z
  .object({
    prefix: z.string(),
    cycle_id: z.string(),
    mode: z.enum(['live', 'replay']),
    run_id: z.string(),
    started_at: instantMs,
    decided_at: instantMs.nullable(),
    completed_at: instantMs.nullable(),
    synced_at: instantMs.nullable(),
    outcome: z.record(z.string(), z.unknown()).nullable(),
  })
  .transform((row): CycleRecord => ({
    prefix: row.prefix,
    cycleId: row.cycle_id,
    mode: row.mode,
    runId: row.run_id,
    startedAt: row.started_at,
    decidedAt: row.decided_at,
    completedAt: row.completed_at,
    syncedAt: row.synced_at,
    outcome: row.outcome,
  }));

const COLUMNS = 'prefix, cycle_id, mode, run_id, started_at, decided_at, completed_at, synced_at, outcome';

/** A cycle that is started once more keeps its first start and names the newest run. */
export async function recordCycleStarted(
  pool: Pool,
  cycle: CycleKey & { mode: 'live' | 'replay'; runId: string; startedAt: Date },
): Promise<void> {
  await pool.query(
    `INSERT INTO cycle (prefix, cycle_id, cycle_ts, mode, run_id, started_at) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (prefix, cycle_id) DO UPDATE SET run_id = excluded.run_id`,
    [cycle.prefix, cycle.cycleId, cycle.cycleId, cycle.mode, cycle.runId, cycle.startedAt],
  );
}

/** The newest live cycle before this one that decided; null where there is none. */
export async function findDecidedBefore(pool: Pool, cycle: CycleKey): Promise<CycleId | null> {
  const { rows } = await pool.query(
    `SELECT cycle_id FROM cycle WHERE prefix = $1 AND cycle_ts < $2 AND decided_at IS NOT NULL
     ORDER BY cycle_ts DESC LIMIT 1`,
    [cycle.prefix, cycle.cycleId],
  );
  return z.array(z.object({ cycle_id: z.string() })).parse(rows)[0]?.cycle_id ?? null;
}

/** Every warehouse of the cycle has decided, or failed to. */
export async function recordCycleDecided(pool: Pool, cycle: CycleKey & { decidedAt: Date }): Promise<void> {
  const { rowCount } = await pool.query(
    'UPDATE cycle SET decided_at = $3 WHERE prefix = $1 AND cycle_id = $2',
    [cycle.prefix, cycle.cycleId, cycle.decidedAt],
  );
  refuseUnknown(cycle, rowCount);
}

/** What completes once more has to be synced once more. */
export async function recordCycleCompleted(
  pool: Pool,
  cycle: CycleKey & { completedAt: Date; outcome: Record<string, unknown> },
): Promise<void> {
  const { rowCount } = await pool.query(
    `UPDATE cycle SET completed_at = $3, outcome = $4, synced_at = NULL WHERE prefix = $1 AND cycle_id = $2`,
    [cycle.prefix, cycle.cycleId, cycle.completedAt, JSON.stringify(cycle.outcome)],
  );
  refuseUnknown(cycle, rowCount);
}

/** `completedAt` of the record that was synced: a completion that came since then is still to be synced. */
export async function recordCycleSynced(
  pool: Pool,
  cycle: CycleKey & { completedAt: number; syncedAt: Date },
): Promise<void> {
  await pool.query(
    `UPDATE cycle SET synced_at = $4
     WHERE prefix = $1 AND cycle_id = $2 AND date_trunc('milliseconds', completed_at) = $3`,
    [cycle.prefix, cycle.cycleId, new Date(cycle.completedAt), cycle.syncedAt],
  );
}

/** Completed and not in analytics yet, oldest first. */
export async function listUnsyncedCycles(pool: Pool, limit: number): Promise<CycleRecord[]> {
  const { rows } = await pool.query(
    `SELECT ${COLUMNS} FROM cycle WHERE completed_at IS NOT NULL AND synced_at IS NULL
     ORDER BY cycle_ts, prefix LIMIT $1`,
    [limit],
  );
  return z.array(cycleRow).parse(rows);
}

/** Newest first. */
export async function listCycles(
  pool: Pool,
  filter: { prefix: string; limit: number },
): Promise<CycleRecord[]> {
  const { rows } = await pool.query(
    `SELECT ${COLUMNS} FROM cycle WHERE prefix = $1 ORDER BY cycle_ts DESC LIMIT $2`,
    [filter.prefix, filter.limit],
  );
  return z.array(cycleRow).parse(rows);
}

export async function readCycle(pool: Pool, { prefix, cycleId }: CycleKey): Promise<CycleRecord | null> {
  const { rows } = await pool.query(`SELECT ${COLUMNS} FROM cycle WHERE prefix = $1 AND cycle_id = $2`, [
    prefix,
    cycleId,
  ]);
  return z.array(cycleRow).parse(rows)[0] ?? null;
}

function refuseUnknown({ prefix, cycleId }: CycleKey, rowCount: number | null): void {
  if (rowCount !== 1)
    throw new Error(`cycle ${prefix}/${cycleId} is not recorded as started: record its start first`);
}
