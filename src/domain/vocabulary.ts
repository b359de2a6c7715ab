// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/**
 * The closed vocabularies of the domain. Every stage, artifact, table and message uses these words.
 */

export const STAGES = ['PICK', 'INDUCT', 'SORT', 'REBIN', 'PACK'] as const;
export type Stage = (typeof STAGES)[number];

export const BUFFER_KINDS = ['CONVEYOR', 'LANE', 'CHUTE', 'DROP_ZONE', 'PUTWALL'] as const;
export type BufferKind = (typeof BUFFER_KINDS)[number];

export const UNIT_TYPES = ['TOTAL', 'INDUCT', 'LANE'] as const;
export type UnitType = (typeof UNIT_TYPES)[number];

export const SOURCES = ['wes_stock', 'wcs_counters', 'lms_actuals', 'lms_plan'] as const;
export type SourceName = (typeof SOURCES)[number];

/** Best to worst; the index orders them (see `worstState`). */
export const STATES = [
  'OK',
  'NOT_SCHEDULED',
  'WATCH_LOW',
  'WATCH_HIGH',
  'UNKNOWN',
  'STARVE_RISK',
  'OVERFLOW_RISK',
  'STARVED',
  'OVERFLOW',
] as const;
export type State = (typeof STATES)[number];

export type HighZone = 'OK' | 'WATCH_HIGH' | 'OVERFLOW_RISK' | 'OVERFLOW';
export type LowZone = 'OK' | 'WATCH_LOW' | 'STARVE_RISK' | 'STARVED';

export const CAUSES = [
  'BLOCKED',
  'STARVED',
  'JAM',
  'UNDERSTAFFED',
  'RATE_FALL',
  'SURGE',
  'SKEW',
  'UPSTREAM_STOP',
  'NO_DEMAND',
  'UNKNOWN',
] as const;
export type Cause = (typeof CAUSES)[number];

export const ACTIONS = [
  'ADD_STAFF',
  'REMOVE_STAFF',
  'MOVE_STAFF',
  'THROTTLE_INDUCT',
  'RELEASE_INDUCT',
  'THROTTLE_PICKING_ALL',
  'RELEASE_PICKING_ALL',
  'REBALANCE_CAPACITY',
  'EMERGENCY_STOP',
  'CHECK_DATA',
  'NONE',
] as const;
export type Action = (typeof ACTIONS)[number];

const THROTTLES: readonly Action[] = ['THROTTLE_INDUCT', 'THROTTLE_PICKING_ALL'];
const RELEASES: readonly Action[] = ['RELEASE_INDUCT', 'RELEASE_PICKING_ALL'];

/** It holds flow back until a release. */
export function isThrottle(action: Action): boolean {
  return THROTTLES.includes(action);
}

export function isRelease(action: Action): boolean {
  return RELEASES.includes(action);
}

/** A stop, or a throttle whose number is not known, counts as if nothing flowed. */
export const WHOLE_PERCENT = 100;

export const QUANTITY_UNITS = ['persons', 'percent', 'upm', 'stations'] as const;
export type QuantityUnit = (typeof QUANTITY_UNITS)[number];

/** What makes an emergency although level and time may look well. */
export const ALARMS = ['STOP_FLAG', 'RECIRCULATION'] as const;
export type Alarm = (typeof ALARMS)[number];

/** Least to most urgent; the index orders them (see `severityRank`). */
export const SEVERITIES = ['NONE', 'WATCH', 'WARNING', 'CRITICAL', 'EMERGENCY'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The second half of an alert key. `''` is the direction of CHECK_DATA: neither high nor low is known. */
export type Direction = 'HIGH' | 'LOW' | '';

export const LABELS = ['NEW', 'ONGOING', 'SUPPRESSED', 'CLEARED'] as const;
export type Label = (typeof LABELS)[number];

export const ENVIRONMENTS = ['dev', 'prod'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/** The snapshot time in UTC at whole seconds, e.g. `2026-03-01T10:05:00Z`. Sorts as text in time order. */
export type CycleId = string;

export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** "Action required": the one definition of what may be notified in prod. */
export function isActionable(severity: Severity): boolean {
  return severityRank(severity) >= severityRank('WARNING');
}

/** For sorting: what is most urgent first, by severity and then by state. */
export function byUrgency(
  a: { severity: Severity; state: State },
  b: { severity: Severity; state: State },
): number {
  return (
    severityRank(b.severity) - severityRank(a.severity) || STATES.indexOf(b.state) - STATES.indexOf(a.state)
  );
}

export function worstState(states: Iterable<State>): State {
  let worst: State = 'OK';
  for (const state of states) if (STATES.indexOf(state) > STATES.indexOf(worst)) worst = state;
  return worst;
}
