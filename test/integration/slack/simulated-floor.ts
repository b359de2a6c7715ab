/**
 * A warehouse as the demo simulates it, watched cycle by cycle by the decisions of the pipeline and by a clock of its
 * own: no server, and the same to the letter in every run.
 */
import { DEFAULT_ALGORITHM } from '../../../src/domain/algorithm/algorithm.ts';
import { toCycleId } from '../../../src/domain/cycle-time.ts';
import { decideCycle } from '../../../src/domain/decide-cycle.ts';
import { noPast } from '../../../src/domain/forecast/past.ts';
import { preprocess } from '../../../src/domain/preprocess/preprocess.ts';
import type { WarehouseSettings } from '../../../src/domain/registry.ts';
import {
  SOURCE_ROW_SCHEMAS,
  type SourceOutcome,
  type SourceRows,
  type WarehouseExtract,
} from '../../../src/domain/source-rows.ts';
import type { Transition } from '../../../src/domain/suppress/contract.ts';
import { initialMemory } from '../../../src/domain/suppress/memory.ts';
import type { Cause } from '../../../src/simulator/happenings.ts';
import { createLiveWarehouse, type LiveWarehouse } from '../../../src/simulator/live-warehouse.ts';
import { DEMO_TIMING } from '../../../src/simulator/sensing.ts';

const MINUTE_MS = 60_000;
const INTERVAL_MIN = 5;
/** As the extract step asks the sources. */
const WINDOW_MS = 60 * MINUTE_MS;

export interface FloorOptions {
  code: string;
  name: string;
  timezone: string;
  /** The demo's own is 1. */
  seed: number;
  /** What is wrong when it is first looked at. */
  firstTrouble: Cause;
  /** The first cycle, epoch ms on a mark of 5 minutes. */
  startMs: number;
  cycles: number;
  channel: string;
}

export interface WatchedFloor {
  settings: WarehouseSettings;
  /** In the order of time; each with what it had to say. */
  cycles: { cycleId: string; snapshotTs: number; traceId: string; said: Transition[] }[];
  /** What the steps leave behind, by id. */
  artifacts: Map<string, unknown>;
}

export function watchFloor(options: FloorOptions): WatchedFloor {
  const { code, name, timezone, seed, firstTrouble, startMs, channel } = options;
  const algorithm = DEFAULT_ALGORITHM;
  const route = { warehouse: code, workpool: null, unitType: null, minSeverity: 'WARNING' } as const;
  const settings: WarehouseSettings = {
    warehouse: { code, name, timezone, active: true, algorithm },
    routes: [{ ...route, channel, fallback: false }],
    overrides: [],
  };
  const world = createLiveWarehouse({
    ...{ code, timezone, seed, firstTrouble, liveSince: startMs, timing: DEMO_TIMING },
  });
  const watched: WatchedFloor = { settings, cycles: [], artifacts: new Map() };
  let memory = initialMemory(code);
  for (let cycle = 0; cycle < options.cycles; cycle += 1) {
    const snapshotTs = startMs + cycle * INTERVAL_MIN * MINUTE_MS;
    const cycleId = toCycleId(snapshotTs);
    world.advance(snapshotTs);
    const outcome = decideCycle(
      { cycleId, intervalMinutes: INTERVAL_MIN, settings, memory, past: noPast },
      (known) => preprocess({ extract: extractAt(code, snapshotTs, world), settings, memory: known }),
    );
    ({ memory } = outcome);
    const { traceId } = outcome.result;
    const ids = { evaluateId: `${traceId}/evaluate`, preprocessId: `${traceId}/preprocess` };
    watched.artifacts.set(traceId, { ...outcome.resolved, ...ids, algorithm });
    watched.artifacts.set(ids.evaluateId, outcome.evaluation);
    watched.artifacts.set(ids.preprocessId, outcome.series);
    watched.cycles.push({ cycleId, snapshotTs, traceId, said: outcome.delivered });
  }
  return watched;
}

/** What the four queries of `sources/` would find: an hour of rows, and the plan that was issued last. */
function extractAt(warehouse: string, snapshotTs: number, { outboxes }: LiveWarehouse): WarehouseExtract {
  const isRecent = (row: { recorded_at: Date }) => row.recorded_at.getTime() >= snapshotTs - WINDOW_MS;
  const { wes_stock, wcs_counters, lms_actuals, lms_plan } = SOURCE_ROW_SCHEMAS;
  const plan = outboxes.lms_plan.due(snapshotTs);
  const issued = plan.at(-1)?.recorded_at.getTime();
  const rows: SourceRows = {
    wes_stock: outboxes.wes_stock
      .due(snapshotTs)
      .filter(isRecent)
      .map((row) => wes_stock.parse(row)),
    wcs_counters: outboxes.wcs_counters
      .due(snapshotTs)
      .filter(isRecent)
      .map((row) => wcs_counters.parse(row)),
    lms_actuals: outboxes.lms_actuals
      .due(snapshotTs)
      .filter(isRecent)
      .map((row) => lms_actuals.parse(row)),
    lms_plan: plan.filter((row) => row.recorded_at.getTime() === issued).map((row) => lms_plan.parse(row)),
  };
  const read = ({ length }: readonly unknown[]): SourceOutcome => ({
    ...{ status: 'ok', rows: length, rejected: 0, problems: [], error: '', durationMs: 0 },
  });
  return {
    warehouse,
    snapshotTs,
    rows,
    sources: {
      wes_stock: read(rows.wes_stock),
      wcs_counters: read(rows.wcs_counters),
      lms_actuals: read(rows.lms_actuals),
      lms_plan: read(rows.lms_plan),
    },
  };
}
