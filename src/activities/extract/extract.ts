/** Step 1: one query per source for the whole network, one artifact per warehouse. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';
import type { z } from 'zod';
import {
  SOURCE_ROW_SCHEMAS,
  type SourceOutcome,
  type SourceOutcomes,
  type SourceRows,
  type WarehouseExtract,
} from '../../domain/source-rows.ts';
import type { CycleId, SourceName } from '../../domain/vocabulary.ts';
import type { ArtifactRef } from '../../store/artifact.ts';
import type { SourceCodes } from '../../store/registry.ts';
import { querySource, SourceFailure } from '../../store/source-query.ts';
import type { PutArtifact } from '../dependencies.ts';
import { partitionRows, type Partition } from './partition-rows.ts';

/** The most that a cycle of 5 minutes can wait for its data and still decide and deliver in time. */
const BUDGET_MS = 45_000;
/** Well below the heartbeat timeout that an activity of this length needs. */
const HEARTBEAT_MS = 5_000;
/** Uploads at once: below the pool's connections, so that other activities get theirs. */
const UPLOADS_AT_ONCE = 6;

/** Slopes and conservation look back 30 minutes; the rest is room for sources that are late. */
const HISTORY_MIN = 60;
/** A plan is reissued hourly; one of yesterday still tells today's shifts after a night without an issue. */
const PLAN_AGE_MIN = 26 * 60;

type UpstreamSystem = keyof SourceCodes;

const SYSTEM_OF: Record<SourceName, UpstreamSystem> = {
  wes_stock: 'wes',
  wcs_counters: 'wcs',
  lms_actuals: 'lms',
  lms_plan: 'lms',
};
const WINDOW_MIN: Record<SourceName, number> = {
  wes_stock: HISTORY_MIN,
  wcs_counters: HISTORY_MIN,
  lms_actuals: HISTORY_MIN,
  lms_plan: PLAN_AGE_MIN,
};

export interface ExtractDependencies {
  pools: Record<UpstreamSystem, Pool>;
  /** Folder with one .sql file per source; read anew in each cycle. */
  sourcesDir: string;
  putArtifact: PutArtifact;
  /** Called every few seconds while work goes on, and when the sources have answered. */
  heartbeat(): void;
  /** For each source; they are asked at the same time. */
  budgetMs?: number;
}

export interface ExtractInput {
  cycleId: CycleId;
  /** ISO 8601 with Z or offset. */
  snapshotTs: string;
  prefix: string;
  warehouses: { code: string; sourceCodes: SourceCodes }[];
}

export interface ExtractResult {
  /** Of the whole network. */
  sources: SourceOutcomes;
  /** One `extract` artifact per warehouse, by our code. */
  extracts: Record<string, ArtifactRef>;
}

interface SourceAnswer<Row> {
  outcome: SourceOutcome;
  /** null: absent. */
  partition: Partition<Row> | null;
}

export function createExtract(deps: ExtractDependencies) {
  return {
    /** A source that fails is absent in the result; only the artifact store can make this fail. */
    extract: async (input: ExtractInput): Promise<ExtractResult> => {
      const beat = setInterval(() => deps.heartbeat(), HEARTBEAT_MS);
      try {
        return await extractAll(deps, input);
      } finally {
        clearInterval(beat);
      }
    },
  };
}

async function extractAll(deps: ExtractDependencies, input: ExtractInput): Promise<ExtractResult> {
  const snapshotTs = Date.parse(input.snapshotTs);
  const [stock, counters, actuals, plan] = await Promise.all([
    ask(deps, input, 'wes_stock', SOURCE_ROW_SCHEMAS.wes_stock),
    ask(deps, input, 'wcs_counters', SOURCE_ROW_SCHEMAS.wcs_counters),
    ask(deps, input, 'lms_actuals', SOURCE_ROW_SCHEMAS.lms_actuals),
    ask(deps, input, 'lms_plan', SOURCE_ROW_SCHEMAS.lms_plan),
  ]);
  deps.heartbeat();

  const extracts: Record<string, ArtifactRef> = {};
  const waiting = input.warehouses.map(({ code }) => code);
  const upload = async () => {
    for (let code = waiting.shift(); code !== undefined; code = waiting.shift()) {
      const body: WarehouseExtract = {
        warehouse: code,
        snapshotTs,
        sources: {
          wes_stock: outcomeFor(stock, code),
          wcs_counters: outcomeFor(counters, code),
          lms_actuals: outcomeFor(actuals, code),
          lms_plan: outcomeFor(plan, code),
        },
        rows: {
          wes_stock: rowsFor(stock, code),
          wcs_counters: rowsFor(counters, code),
          lms_actuals: rowsFor(actuals, code),
          lms_plan: rowsFor(plan, code),
        },
      };
      const rows = Object.values<SourceOutcome>(body.sources).reduce((sum, source) => sum + source.rows, 0);
      extracts[code] = await deps.putArtifact({
        prefix: input.prefix,
        cycleId: input.cycleId,
        warehouse: code,
        kind: 'extract',
        body,
        rows,
      });
    }
  };
  await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, upload));

  return {
    sources: {
      wes_stock: stock.outcome,
      wcs_counters: counters.outcome,
      lms_actuals: actuals.outcome,
      lms_plan: plan.outcome,
    },
    extracts,
  };
}

async function ask<S extends SourceName>(
  deps: ExtractDependencies,
  input: ExtractInput,
  source: S,
  schema: z.ZodType<SourceRows[S][number]> & { in: { shape: Record<string, unknown> } },
): Promise<SourceAnswer<SourceRows[S][number]>> {
  const startedAt = performance.now();
  const durationMs = () => Math.round(performance.now() - startedAt);
  const system = SYSTEM_OF[source];
  const codes = new Map(input.warehouses.map(({ code, sourceCodes }) => [sourceCodes[system] ?? code, code]));
  try {
    const raw = await querySource(deps.pools[system], {
      source,
      sql: await readSourceSql(deps, source),
      values: [input.snapshotTs, WINDOW_MIN[source], [...codes.keys()]],
      columns: Object.keys(schema.in.shape),
      budgetMs: deps.budgetMs ?? BUDGET_MS,
    });
    const partition = await partitionRows(raw, schema, codes, Date.parse(input.snapshotTs));
    const { network } = partition;
    const outcome: SourceOutcome = {
      status: 'ok',
      rows: network.rows,
      rejected: network.rejected,
      problems: network.problems(),
      error: '',
      durationMs: durationMs(),
    };
    return { outcome, partition };
  } catch (error) {
    if (!(error instanceof SourceFailure)) throw error;
    const outcome: SourceOutcome = {
      status: 'absent',
      rows: 0,
      rejected: 0,
      problems: [],
      error: error.message,
      durationMs: durationMs(),
    };
    return { outcome, partition: null };
  }
}

async function readSourceSql(deps: ExtractDependencies, source: SourceName): Promise<string> {
  const path = join(deps.sourcesDir, `${source}.sql`);
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new SourceFailure(
      source,
      deps.pools[SYSTEM_OF[source]],
      `${path} can't be read: restore it, or check BUFFERWATCH_SOURCES_DIR`,
    );
  }
}

function outcomeFor<Row>({ outcome, partition }: SourceAnswer<Row>, code: string): SourceOutcome {
  const tally = partition?.byWarehouse.get(code)?.tally;
  if (tally === undefined) return outcome;
  return { ...outcome, rows: tally.rows, rejected: tally.rejected, problems: tally.problems() };
}

function rowsFor<Row>({ partition }: SourceAnswer<Row>, code: string): Row[] {
  return partition?.byWarehouse.get(code)?.rows ?? [];
}
