/**
 * A warehouse of the demo, watched cycle by cycle by the decisions that the pipeline takes, with a clock of its own: no
 * server, and the same to the letter in every run.
 */
import { DEFAULT_ALGORITHM } from '../../src/domain/algorithm/algorithm.ts';
import { toCycleId } from '../../src/domain/cycle-time.ts';
import { toDecideInput } from '../../src/domain/decide-cycle.ts';
import { evaluate } from '../../src/domain/evaluate/evaluate.ts';
import { noPast } from '../../src/domain/forecast/past.ts';
import { preprocess } from '../../src/domain/preprocess/preprocess.ts';
import type { WarehouseSettings } from '../../src/domain/registry.ts';
import { resolve } from '../../src/domain/resolve/resolve.ts';
import { SOURCE_ROW_SCHEMAS, type SourceRows, type WarehouseExtract } from '../../src/domain/source-rows.ts';
import type { DeliveryConfirmation, Transition } from '../../src/domain/suppress/contract.ts';
import { confirm, decide, takeOutbox } from '../../src/domain/suppress/decide.ts';
import { initialMemory } from '../../src/domain/suppress/memory.ts';
import { interpretMemory } from '../../src/domain/suppress/state.ts';
import { createLiveWarehouse } from '../../src/simulator/live-warehouse.ts';
import { DEMO_TIMING } from '../../src/simulator/sensors.ts';
import type { Cause } from '../../src/simulator/happenings.ts';

const MINUTE_MS = 60_000;
/** As the extract step asks. */
const WINDOW_MS = 60 * MINUTE_MS;
/** As `bufferwatch demo` runs it. */
const DEMO_SEED = 1;

export interface DemoFloorOptions {
  code: string;
  name: string;
  timezone: string;
  /** What is wrong as it is first looked at. */
  firstTrouble: Cause | null;
  /** The first cycle, epoch ms on a minute. */
  startMs: number;
  seed: number;
  channel: string;
  intervalMinutes: number;
}

export interface DemoFloor {
  settings: WarehouseSettings;
  /** Of the cycle that was decided last. */
  cycleId(): string;
  traceId(): string;
  /** What each step stored, by id. */
  artifact(id: string): unknown;
  /** Decides one cycle more. @returns what it has to say, as the sender gets it */
  next(): Transition[];
  confirm(confirmation: DeliveryConfirmation): void;
}

export function createDemoFloor(options: DemoFloorOptions): DemoFloor {
  const { code, name, timezone, firstTrouble, startMs, channel, intervalMinutes } = options;
  const algorithm = DEFAULT_ALGORITHM;
  const route = { warehouse: code, workpool: null, unitType: null, minSeverity: 'WARNING' } as const;
  const settings: WarehouseSettings = {
    warehouse: { code, name, timezone, active: true, algorithm },
    routes: [{ ...route, channel, fallback: false }],
    overrides: [],
  };
  const world = createLiveWarehouse({
    ...{ code, timezone, seed: options.seed, liveSince: startMs, firstTrouble, timing: DEMO_TIMING },
  });
  const artifacts = new Map<string, unknown>();
  let memory = initialMemory(code);
  let atMs = startMs - intervalMinutes * MINUTE_MS;
  const traceId = () => `${toCycleId(atMs)}/resolve`;

  return {
    settings,
    cycleId: () => toCycleId(atMs),
    traceId,
    artifact: (id) => artifacts.get(id),
    next() {
      atMs += intervalMinutes * MINUTE_MS;
      const cycleId = toCycleId(atMs);
      world.advance(atMs);
      const seen = interpretMemory(memory);
      const series = preprocess({
        extract: extractAt(code, atMs, rowsOf(world.outboxes, atMs)),
        settings,
        knownPaths: seen.paths,
        knownUnits: seen.units,
      });
      const evaluation = evaluate({ series, memory: seen, settings, cycleId, algorithm, past: noPast });
      const resolved = resolve({ evaluation, series, memory: seen, algorithm });
      const ids = { evaluateId: `${cycleId}/evaluate`, preprocessId: `${cycleId}/preprocess` };
      artifacts.set(ids.preprocessId, series);
      artifacts.set(ids.evaluateId, evaluation);
      artifacts.set(traceId(), { ...resolved, ...ids, algorithm });
      const about = { cycleId, intervalMinutes, settings, memory, revision: seen.revision };
      memory = decide(
        memory,
        toDecideInput({ ...about, traceId: traceId(), series, evaluation, resolved }),
      ).memory;
      const taken = takeOutbox(memory, { cycleId, sender: cycleId }, atMs);
      ({ memory } = taken);
      return taken.outbox;
    },
    confirm(confirmation) {
      ({ memory } = confirm(memory, confirmation));
    },
  };
}

type Outboxes = ReturnType<typeof createLiveWarehouse>['outboxes'];

/** What the four queries of `sources/` would find: an hour of rows, and the plan that was issued last. */
function rowsOf(outboxes: Outboxes, atMs: number): SourceRows {
  const recent = ({ recorded_at: recordedAt }: { recorded_at: Date }) =>
    recordedAt.getTime() >= atMs - WINDOW_MS;
  const plan = outboxes.lms_plan.due(atMs);
  const issued = plan.at(-1)?.recorded_at.getTime();
  const { wes_stock, wcs_counters, lms_actuals, lms_plan } = SOURCE_ROW_SCHEMAS;
  return {
    wes_stock: outboxes.wes_stock.due(atMs).filter(recent).map((row) => wes_stock.parse(row)),
    wcs_counters: outboxes.wcs_counters.due(atMs).filter(recent).map((row) => wcs_counters.parse(row)),
    lms_actuals: outboxes.lms_actuals.due(atMs).filter(recent).map((row) => lms_actuals.parse(row)),
    lms_plan: plan.filter((row) => row.recorded_at.getTime() === issued).map((row) => lms_plan.parse(row)),
  };
}

function extractAt(warehouse: string, snapshotTs: number, rows: SourceRows): WarehouseExtract {
  const outcome = (of: readonly unknown[]) =>
    ({ status: 'ok', rows: of.length, rejected: 0, problems: [], error: '', durationMs: 0 }) as const;
  return {
    warehouse,
    snapshotTs,
    rows,
    sources: {
      wes_stock: outcome(rows.wes_stock),
      wcs_counters: outcome(rows.wcs_counters),
      lms_actuals: outcome(rows.lms_actuals),
      lms_plan: outcome(rows.lms_plan),
    },
  };
}
