// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/**
 * Substep 3, suppress: what is said about each alert of one warehouse in one cycle. A pure function of the memory
 * and this cycle's decisions; labels go by cycle time alone.
 */
import type { DecideInput, DecideRefusal, DecideResult } from './contract.ts';
import { unpackUnits } from './packed-units.ts';
import { worstState } from '../vocabulary.ts';
import type { SourceName } from '../vocabulary.ts';
import { findCycle, packLabels, rememberCycle, toLabel, unpackLabels } from './history.ts';
import { labelKey } from './labels.ts';
import { draftOf, openEpisodes, unitOfKey } from './memory.ts';
import type { LabelRow, WarehouseMemory } from './memory.ts';
import { observeSources, observeUnit, observeWarehouse } from './observe.ts';
import type { Observation } from './observation.ts';
import { countPending, listUnrouted, planRoutes, tidyOutbox } from './outbox.ts';
import { isSpent } from './persistence.ts';
import { describeUnknown, followsUp, isKnownVersion, leavesToNetwork, speaksForItself } from './rules.ts';
import { isCycleId, slotsBetween } from './slots.ts';
import { relateWinners } from './subsumption.ts';
import { takeBack } from './take-back.ts';
import { seeUnits } from './units.ts';
import { sourceOf } from '../units.ts';
import { FAILURE } from '../../failures/failures.ts';
import { AFRESH_SLOTS, BLIND_SHARE } from './limits.ts';

export { confirm, refuseConfirm, refuseTakeOutbox, takeOutbox } from './outbox.ts';
export { SUPPRESSION_RULES } from './rules.ts';

export interface Decision {
  memory: WarehouseMemory;
  result: DecideResult;
}

/**
 * The same cycle asked again gets the remembered labels; a cycle older than the last decided one changes nothing.
 * What is to be sent is asked for separately, see `takeOutbox`. Call `refuseDecide` first.
 */
export function decide(memory: WarehouseMemory, input: DecideInput): Decision {
  if (findCycle(memory, input.cycleId)) return recall(memory, input);
  if (isLate(memory, input.cycleId)) {
    return {
      memory,
      result: { ...headline(memory, input), status: 'out_of_order', labels: [], pending: 0, unrouted: [] },
    };
  }
  const draft = draftOf(memory);
  const rows = labelAll(draft, input);
  tidy(draft, input);
  const cycle = {
    cycleId: input.cycleId,
    algorithm: input.algorithm,
    traceId: input.traceId,
    asked: 1,
    worstState: draft.worstState,
    openEpisodes: openEpisodes(draft).length,
    labels: packLabels(rows),
  };
  draft.cycles = rememberCycle(draft.cycles, cycle);
  planRoutes(draft, input.routes);
  return {
    memory: draft,
    result: { ...headline(draft, input), ...waiting(draft), status: 'decided', labels: rows.map(toLabel) },
  };
}

/** null where `decide` may be called. */
export function refuseDecide(memory: WarehouseMemory, input: DecideInput): DecideRefusal | null {
  const refuse = (type: DecideRefusal['type'], problem: string): DecideRefusal => ({
    status: 'refused',
    type,
    message: `decide: ${problem}`,
  });
  const invalid = findInvalid(memory, input);
  if (invalid !== null) return refuse(FAILURE.InvalidInput, invalid);
  const isRepeated = findCycle(memory, input.cycleId) !== undefined || isLate(memory, input.cycleId);
  if (isRepeated || input.revision === memory.revision) return null;
  return refuse(
    FAILURE.StaleRevision,
    `cycle ${input.cycleId} was interpreted with revision ${input.revision} of the memory of ${memory.warehouse}, which is at ${memory.revision} now: interpret again`,
  );
}

function findInvalid(memory: WarehouseMemory, input: DecideInput): string | null {
  if (typeof input !== 'object' || input === null) return 'expected one JSON object';
  if (typeof input.cycleId !== 'string' || !isCycleId(input.cycleId)) {
    return `cycleId is ${JSON.stringify(input.cycleId)}, expected UTC at whole seconds such as 2026-03-01T10:05:00Z`;
  }
  if (!isKnownVersion(input.rules)) return describeUnknown(input.rules);
  if (!(input.intervalMinutes > 0)) {
    return `intervalMinutes is ${String(input.intervalMinutes)}, expected minutes above 0`;
  }
  const missing = (['units', 'excluded', 'blind', 'routes'] as const).find(
    (name) => !Array.isArray(input[name]),
  );
  if (missing) return `${missing} is missing, expected a list`;
  if (input.units.some((unit) => typeof unit !== 'string' && typeof unit?.unitId !== 'string'))
    return 'a unit has no unitId, expected a text';
  const ids = unitIdsOf(input);
  if (typeof ids === 'string') return ids;
  const foreign = ids.find((unitId) => !unitId.startsWith(`${memory.warehouse}_`));
  if (foreign !== undefined) return `unit ${foreign} does not belong to warehouse ${memory.warehouse}`;
  const twice = ids.length === new Set(ids).size ? undefined : ids.find((id, at) => ids.indexOf(id) !== at);
  return twice === undefined ? null : `unit ${twice} is named twice, expected one decision a unit`;
}

/** Or what is wrong with a packed row. */
function unitIdsOf({ units }: DecideInput): string[] | string {
  try {
    return unpackUnits(units).map(({ unitId }) => unitId);
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

function isLate(memory: WarehouseMemory, cycleId: string): boolean {
  return memory.lastCycle !== null && cycleId < memory.lastCycle;
}

function recall(memory: WarehouseMemory, input: DecideInput): Decision {
  const draft = draftOf(memory);
  draft.cycles = memory.cycles.map((cycle) =>
    cycle.cycleId === input.cycleId ? { ...cycle, asked: cycle.asked + 1 } : cycle,
  );
  planRoutes(draft, input.routes);
  const cycle = findCycle(draft, input.cycleId);
  const labels = cycle ? unpackLabels(cycle.labels) : [];
  return {
    memory: draft,
    result: { ...headline(draft, input), ...waiting(draft), status: 'remembered', labels },
  };
}

function waiting(memory: WarehouseMemory): Pick<DecideResult, 'pending' | 'unrouted'> {
  return { pending: countPending(memory), unrouted: listUnrouted(memory) };
}

function headline(
  memory: WarehouseMemory,
  input: DecideInput,
): Omit<DecideResult, 'status' | 'labels' | 'pending' | 'unrouted'> {
  const cycle = findCycle(memory, input.cycleId);
  return {
    cycleId: input.cycleId,
    revision: memory.revision,
    traceId: cycle?.traceId ?? input.traceId,
    asked: cycle?.asked ?? 1,
    worstState: cycle?.worstState ?? memory.worstState,
    openEpisodes: cycle?.openEpisodes ?? openEpisodes(memory).length,
    ...(memory.restored?.cycleId === input.cycleId ? { restoredFrom: memory.restored.from } : {}),
  };
}

/** First all evidence, then who speaks for whom, then one label a key. */
function labelAll(draft: WarehouseMemory, input: DecideInput): LabelRow[] {
  const seen = seeUnits(draft, input, startsAfresh(draft, input));
  const open = new Map(openEpisodes(draft).map((episode) => [episode.key, episode]));
  const scene = { memory: draft, input, open };
  const observations: Observation[] = [
    ...observeWarehouse(scene),
    ...observeSources(scene),
    ...seen.flatMap((unit) => observeUnit(scene, unit)),
  ];
  const network = leavesToNetwork(input) ? (input.networkBlind ?? []) : [];
  const subsumption = relateWinners(draft, input.cycleId, observations, {
    coversWarehouse: isCoveredByNetwork(input, network),
  });
  const labels = observations.flatMap((one) => labelKey(draft, input, one, subsumption) ?? []);
  if (followsUp(input)) takeBack(draft, input);

  const watched = seen.filter(({ gone }) => gone === null);
  draft.units = Object.fromEntries(watched.map(({ unit, memory }) => [unit.unitId, memory]));
  const ownState = speaksForItself(input) && input.own?.high ? [input.own.high.state] : [];
  draft.worstState = worstState([...watched.map(({ unit }) => unit.state), ...ownState]);
  draft.paths = input.paths ?? draft.paths;
  if (input.doubts !== undefined) draft.doubts = input.doubts;
  draft.lastCycle = input.cycleId;
  draft.revision += 1;
  draft.closed = input.closing;
  if (draft.restored?.cycleId === null) draft.restored = { ...draft.restored, cycleId: input.cycleId };
  return labels;
}

/** Every source that blinds this warehouse is the subject of one alert for the whole network. */
function isCoveredByNetwork({ blind }: DecideInput, network: readonly SourceName[]): boolean {
  const blinding = blind.filter(({ share }) => share >= BLIND_SHARE);
  return blinding.length > 0 && blinding.every(({ source }) => network.includes(source));
}

function startsAfresh(memory: WarehouseMemory, { cycleId, intervalMinutes }: DecideInput): boolean {
  if (memory.lastCycle === null) return true;
  return slotsBetween(memory.lastCycle, cycleId, intervalMinutes) >= AFRESH_SLOTS;
}

function tidy(draft: WarehouseMemory, input: DecideInput): void {
  tidyOutbox(draft);
  const open = new Set(openEpisodes(draft).map(({ key }) => key));
  const kept = Object.entries(draft.keys).filter(([key, evidence]) => open.has(key) || !isSpent(evidence));
  const watched = (unitId: string): boolean =>
    unitId === draft.warehouse || sourceOf(unitId) !== null || Object.hasOwn(draft.units, unitId);
  draft.keys = Object.fromEntries(kept.filter(([key]) => watched(unitOfKey(key))));
  draft.mutes = draft.mutes.filter(({ until }) => Date.parse(input.cycleId) < Date.parse(until));
}
