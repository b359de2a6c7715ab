/** Turns what a leaf of the tree proposes into the full record that people and later stages read. */
import { project } from '../forecast/projection.ts';
import type { Recommendation, Test, UnitEvaluation } from '../recommendation.ts';
import { sentence } from '../sentence.ts';
import type { Alarm, HighZone, LowZone, State } from '../vocabulary.ts';
import {
  FILL_DECIMALS,
  FLOW_DIGITS,
  LONGEST_MIN,
  MINUTES_DECIMALS,
  PROBABILITY_DECIMALS,
  QUANTITY_DECIMALS,
  toDecimals,
  toSignificant,
} from '../digits.ts';
import { overflowProbability } from './unit-situation.ts';
import { alarmInWords, type Case, type Proposal } from './proposals.ts';

export function finish(
  { self, p, algorithm }: Case,
  proposal: Proposal,
  tests: readonly Test[],
  verdict: Pick<
    Recommendation,
    | 'direction'
    | 'state'
    | 'severity'
    | 'cause'
    | 'probability'
    | 'minutesActionable'
    | 'levelAndWcsAgree'
    | 'atOnce'
  > & { alarm?: Alarm | null },
): Recommendation {
  const { signals, unit } = self;
  // 50-69: a direction, but no number that somebody would act on.
  const counted = signals.quality >= p.data.quantityQuality ? proposal.quantity : null;
  const quantity = counted === null ? null : toDecimals(counted, QUANTITY_DECIMALS);
  const quantityUnit = quantity === null ? null : proposal.quantityUnit;
  const { actionUnit, action, process, fromProcess, because, branch } = proposal;
  const { direction, cause } = verdict;
  const { fill, ttoMin, ttsMin, coverMin } = signals;
  const alarm = verdict.alarm ?? null;
  return {
    ...verdict,
    alarm,
    unitId: unit.unitId,
    actionUnitId: actionUnit.unitId,
    action,
    quantity,
    quantityUnit,
    process,
    fromProcess,
    ttoMin: minutes(ttoMin),
    ttsMin: minutes(ttsMin),
    probability: verdict.probability === null ? null : toDecimals(verdict.probability, PROBABILITY_DECIMALS),
    quality: toDecimals(signals.quality, MINUTES_DECIMALS),
    algorithm,
    branch,
    tests: [...tests],
    sentence: sentence({
      ...{ unit, actionUnit, action, direction, cause, quantity, quantityUnit, process, because },
      ...{ fill, ttoMin, ttsMin, coverMin, alarm: alarmInWords(alarm, self) },
    }),
  };
}

export function summarize(
  { self, p }: Case,
  zones: { state: State; high: HighZone; low: LowZone },
  recommendations: Recommendation[],
  silent: Test[],
): UnitEvaluation {
  const { unit, signals } = self;
  return {
    unitId: unit.unitId,
    unitType: unit.unitType,
    workpool: unit.workpool,
    state: zones.state,
    highZone: zones.high,
    lowZone: zones.low,
    wipUnits: signals.wipUnits,
    capacityUnits: signals.capacityUnits,
    fill: signals.fill === null ? null : toDecimals(signals.fill, FILL_DECIMALS),
    flowInUpm: legible(signals.inflowUpm),
    flowOutUpm: legible(signals.outflowUpm),
    growthUpm: legible(signals.growthUpm),
    ttoMin: minutes(signals.ttoMin),
    ttsMin: minutes(signals.ttsMin),
    coverMin: minutes(signals.coverMin),
    quality: toDecimals(signals.quality, MINUTES_DECIMALS),
    projection: project(self.series, signals, p).map(({ inMin, wipUnits }) => ({
      inMin,
      wipUnits: legible(wipUnits) ?? 0,
    })),
    recommendations,
    overflowProbability: zones.state === 'UNKNOWN' ? null : overflowProbability(self),
    forecast: self.forecast,
    byFlows: self.byFlows,
    starvation: self.starvation,
    tests: silent,
  };
}

function minutes(value: number | null): number | null {
  return value === null || value > LONGEST_MIN ? null : toDecimals(value, MINUTES_DECIMALS);
}

function legible(value: number | null): number | null {
  return value === null ? null : toSignificant(value, FLOW_DIGITS);
}
