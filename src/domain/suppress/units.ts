// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** The units of one cycle, and what is remembered of each. */
import type { DecideInput, DirectionDecision, UnitDecision } from './contract.ts';
import { unpackUnits } from './packed-units.ts';
import type { CycleId } from '../vocabulary.ts';
import type { UnitMemory, WarehouseMemory } from './memory.ts';
import { minutesBetween } from './slots.ts';
import { missesNoMoved, tellsOfDoubts } from './rules.ts';
import { EXPIRY_MINUTES } from './limits.ts';

export interface SeenUnit {
  unit: UnitDecision;
  memory: UnitMemory;
  /** Why it is gone for good; null while it is watched. */
  gone: 'removed' | null;
}

/**
 * Every unit of this cycle by id: those of the input, and those remembered that the input does not name, which
 * are units without data until they have been so for a day.
 */
export function seeUnits(memory: WarehouseMemory, input: DecideInput, afresh: boolean): SeenUnit[] {
  const excluded = new Set([...input.excluded, ...(missesNoMoved(input) ? (input.gone ?? []) : [])]);
  const named = new Map(unpackUnits(input.units).map((unit) => [unit.unitId, unit]));
  const ids = [...new Set([...named.keys(), ...Object.keys(memory.units)])].toSorted();
  return ids.map((unitId) => {
    const before = memory.units[unitId];
    const unit = named.get(unitId) ?? silentUnit(unitId, before);
    const now = rememberUnit(before, unit, input, afresh);
    const dropped = !named.has(unitId) && hasExpired(now, input.cycleId);
    return { unit, memory: now, gone: excluded.has(unitId) || input.closing || dropped ? 'removed' : null };
  });
}

/** Before rules 6 whatever asked to check data was blind. */
export function isWithoutData(unit: UnitDecision, input: Pick<DecideInput, 'rules'>): boolean {
  return unit.state === 'UNKNOWN' || (unit.data !== undefined && !tellsOfDoubts(input));
}

export function hasExpired(unit: UnitMemory, cycleId: CycleId): boolean {
  return unit.unknownSince !== null && minutesBetween(unit.knownAt, cycleId) >= EXPIRY_MINUTES;
}

function rememberUnit(
  before: UnitMemory | undefined,
  unit: UnitDecision,
  input: DecideInput,
  afresh: boolean,
): UnitMemory {
  const { cycleId } = input;
  const blind = isWithoutData(unit, input);
  const since = afresh ? null : (before?.unknownSince ?? null);
  return {
    unitType: unit.unitType,
    workpool: unit.workpool,
    state: unit.state,
    quality: unit.quality,
    fill: unit.fill,
    // A zone is left by its exit, never by a lack of data.
    high: blind && before ? before.high : unit.highZone,
    low: blind && before ? before.low : unit.lowZone,
    knownAt: blind && before ? before.knownAt : cycleId,
    unknownSince: blind ? (since ?? cycleId) : null,
  };
}

function silentUnit(unitId: string, before: UnitMemory | undefined): UnitDecision {
  return {
    unitId,
    unitType: before?.unitType ?? 'TOTAL',
    workpool: before?.workpool ?? '',
    state: 'UNKNOWN',
    highZone: before?.high ?? 'OK',
    lowZone: before?.low ?? 'OK',
    quality: 0,
    fill: null,
  };
}

/** CHECK_DATA, for a unit without data that came without a row of its own, and for a blind source. */
export function checkData(unitId: string): DirectionDecision {
  return {
    state: 'UNKNOWN',
    action: 'CHECK_DATA',
    cause: 'UNKNOWN',
    severity: 'WARNING',
    quantity: null,
    quantityUnit: null,
    actionUnitId: unitId,
    ttoMin: null,
    ttsMin: null,
    minutesActionable: null,
    levelAndWcsAgree: false,
    winner: null,
    rule: null,
    held: false,
  };
}
