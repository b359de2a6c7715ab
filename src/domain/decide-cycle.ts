/** One cycle of one warehouse from its series to what is said: the chain that pipeline and backtest share. */
import type {
  DecideInput,
  DecideResult,
  InterpretMemory,
  Transition,
  UnitDecision,
} from './suppress/contract.ts';
import { evaluate } from './evaluate/evaluate.ts';
import type { ReadPast } from './forecast/past.ts';
import type { EvaluateResult, ResolveResult } from './recommendation.ts';
import type { WarehouseSettings } from './registry.ts';
import { toOwnDecision, toUnitDecisions } from './resolve/compact.ts';
import { resolve } from './resolve/resolve.ts';
import { matchOverrides, matchRoutes } from './match-settings.ts';
import type { WarehouseSeries } from './series.ts';
import { parseUnitId } from './units.ts';
import { confirm, decide, SUPPRESSION_RULES, takeOutbox } from './suppress/decide.ts';
import type { WarehouseMemory } from './suppress/memory.ts';
import { interpretMemory } from './suppress/state.ts';
import type { CycleId } from './vocabulary.ts';

export interface CycleInput {
  cycleId: CycleId;
  intervalMinutes: number;
  settings: WarehouseSettings;
  /** Before this cycle. */
  memory: WarehouseMemory;
  /** Each unit's own levels on earlier days. */
  past: ReadPast;
  /** How readily to warn; absent: as the algorithm version has it. */
  sensitivity?: number;
}

export interface CycleOutcome {
  series: WarehouseSeries;
  evaluation: EvaluateResult;
  resolved: ResolveResult;
  result: DecideResult;
  /** Every transition of the cycle, each confirmed. */
  delivered: Transition[];
  /** After this cycle. */
  memory: WarehouseMemory;
}

/**
 * Interprets, decides, delivers at once. Pure: what is sent counts as read in the same cycle.
 * @param preprocess makes the series from what is known of the past
 */
export function decideCycle(
  input: CycleInput,
  preprocess: (memory: InterpretMemory) => WarehouseSeries,
): CycleOutcome {
  const { settings, cycleId, past, sensitivity } = input;
  const { algorithm } = settings.warehouse;
  const memory = interpretMemory(input.memory);
  const series = preprocess(memory);
  const evaluation = evaluate({
    series,
    memory,
    settings,
    cycleId,
    algorithm,
    past,
    ...(sensitivity === undefined ? {} : { sensitivity }),
  });
  const resolved = resolve({ evaluation, series, memory, algorithm });
  const decided = decide(
    input.memory,
    toDecideInput({ ...input, revision: memory.revision, traceId: cycleId, series, evaluation, resolved }),
  );
  return {
    series,
    evaluation,
    resolved,
    result: decided.result,
    ...deliverAtOnce(decided.memory, decided.result),
  };
}

type Settled = Omit<CycleInput, 'past' | 'sensitivity'>;

/** What `decide` is told of one interpreted cycle. */
export function toDecideInput(
  of: Settled & {
    /** Of the memory that the cycle was interpreted with. */
    revision: number;
    traceId: string;
    series: WarehouseSeries;
    evaluation: EvaluateResult;
    resolved: ResolveResult;
  },
): DecideInput & { units: UnitDecision[] } {
  const { series, memory, revision, traceId } = of;
  const pathsChanged = JSON.stringify(series.paths) !== JSON.stringify(memory.paths);
  const own = toOwnDecision(of.resolved);
  const doubtsChanged = JSON.stringify(series.doubts) !== JSON.stringify(memory.doubts ?? []);
  return {
    ...commonInput({ ...of, settings: asUnitsAreNamed(of) }),
    revision,
    units: toUnitDecisions(of.evaluation, of.resolved),
    blind: series.blind,
    ...(series.gone ? { gone: series.gone } : {}),
    ...(own ? { own } : {}),
    ...(pathsChanged ? { paths: series.paths } : {}),
    ...(doubtsChanged ? { doubts: series.doubts } : {}),
    traceId,
    closing: false,
  };
}

/** Excluded units and routes as the sources spell what they mean. */
function asUnitsAreNamed({
  settings,
  series,
  memory,
}: Settled & { series: WarehouseSeries }): WarehouseSettings {
  const unitIds = [...series.units.map(({ unit }) => unit.unitId), ...Object.keys(memory.units)];
  const workpools = unitIds.flatMap((unitId) => parseUnitId(unitId)?.workpool ?? []);
  return {
    ...settings,
    overrides: matchOverrides(settings.overrides, unitIds),
    routes: matchRoutes(settings.routes, workpools),
  };
}

/** What `decide` is told where the warehouse is switched off: nothing was interpreted. */
export function toClosingInput(of: Settled, traceId: string): DecideInput {
  return { ...commonInput(of), revision: of.memory.revision, units: [], blind: [], traceId, closing: true };
}

function commonInput({
  cycleId,
  intervalMinutes,
  settings,
}: Settled): Pick<
  DecideInput,
  'cycleId' | 'rules' | 'intervalMinutes' | 'algorithm' | 'excluded' | 'routes'
> {
  return {
    cycleId,
    rules: SUPPRESSION_RULES,
    intervalMinutes,
    algorithm: settings.warehouse.algorithm,
    excluded: settings.overrides.filter((override) => override.excluded).map(({ unitId }) => unitId),
    routes: settings.routes,
  };
}

function deliverAtOnce(
  decided: WarehouseMemory,
  { cycleId, pending }: DecideResult,
): { memory: WarehouseMemory; delivered: Transition[] } {
  if (pending === 0) return { memory: decided, delivered: [] };
  const postedAt = Date.parse(cycleId);
  const taken = takeOutbox(decided, { cycleId, sender: cycleId }, postedAt);
  let { memory } = taken;
  for (const { episodeId, sequence, channels } of taken.outbox) {
    for (const channel of channels) {
      memory = confirm(memory, {
        episodeId,
        sequence,
        channel,
        deliveredTo: channel,
        channelId: channel,
        messageTs: cycleId,
        replyTs: null,
        postedAt: cycleId,
        error: null,
      }).memory;
    }
  }
  return { memory, delivered: taken.outbox };
}
