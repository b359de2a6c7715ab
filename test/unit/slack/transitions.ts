import type { Transition } from '../../../src/domain/suppress/contract.ts';
import type { ResolvedRecommendation, UnitEvaluation } from '../../../src/domain/recommendation.ts';

/** A NEW of the morning of 2 March 2026: 10:05 UTC is 11:05 in Frankfurt. */
export function newTransition(change: Partial<Transition> = {}): Transition {
  const unitId = change.unitId ?? 'FRA1_SINGLES_INDUCT-2';
  return {
    episodeId: `${unitId}:HIGH:2026-03-02T10:00:00Z`,
    sequence: 1,
    label: 'NEW',
    reason: 'persistent',
    cycleId: '2026-03-02T10:05:00Z',
    startedAt: '2026-03-02T10:00:00Z',
    unitId,
    unitType: 'INDUCT',
    workpool: 'SINGLES',
    direction: 'HIGH',
    state: 'OVERFLOW_RISK',
    cause: 'BLOCKED',
    action: 'THROTTLE_INDUCT',
    actionUnitId: unitId,
    severity: 'CRITICAL',
    quantity: 30,
    quantityUnit: 'percent',
    ttoMin: 8,
    ttsMin: null,
    traceId: 'live/2026-03-02T10:05:00Z/FRA1/resolve/abc',
    channels: ['#fra1-flow'],
    fallback: [],
    confirmed: [],
    messages: [],
    attempts: 1,
    firstAttemptAt: new Date().toISOString(),
    ...change,
  };
}

export function recommendationOf(
  transition: Transition,
  change: Partial<ResolvedRecommendation> = {},
): ResolvedRecommendation {
  return {
    unitId: transition.unitId,
    actionUnitId: transition.actionUnitId,
    direction: transition.direction,
    state: transition.state,
    cause: transition.cause,
    action: transition.action,
    severity: transition.severity,
    alarm: transition.alarm ?? null,
    quantity: transition.quantity,
    quantityUnit: transition.quantityUnit,
    fromProcess: null,
    process: null,
    ttoMin: transition.ttoMin,
    ttsMin: transition.ttsMin,
    probability: 0.9,
    quality: 92,
    algorithm: '1.0.0',
    branch: 'INDUCT.high.throttle',
    tests: [],
    sentence: 'The induct takes 31 a minute while 42 arrive; it is full in 8 minutes.',
    minutesActionable: 10,
    levelAndWcsAgree: true,
    atOnce: false,
    rules: [],
    winner: null,
    held: false,
    ...change,
  };
}

export function evaluationOf(unitId: string, change: Partial<UnitEvaluation> = {}): UnitEvaluation {
  return {
    unitId,
    unitType: 'INDUCT',
    workpool: 'SINGLES',
    state: 'OVERFLOW_RISK',
    highZone: 'OVERFLOW_RISK',
    lowZone: 'OK',
    wipUnits: 261,
    capacityUnits: 300,
    fill: 0.87,
    flowInUpm: 42,
    flowOutUpm: 31,
    growthUpm: 11,
    ttoMin: 8,
    ttsMin: null,
    coverMin: 8.4,
    quality: 92,
    overflowProbability: null,
    forecast: null,
    projection: [],
    recommendations: [],
    tests: [],
    ...change,
  };
}
