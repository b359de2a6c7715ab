/** The words of a message: what happens, how bad, until when, what to do. All results are plain, unescaped. */
import type { AlertStateUnit, Transition } from '../domain/suppress/contract.ts';
import { reasonInWords } from '../domain/explain/reasons.ts';
import { LONGEST_FORECAST_MIN } from '../domain/sentence.ts';
import type { Alarm, Cause, CycleId, QuantityUnit, Severity, SourceName } from '../domain/vocabulary.ts';
import { parseUnitId } from '../domain/units.ts';

/** What a sentence about a decision needs; a Transition has it all. */
export type Decided = Pick<
  Transition,
  | 'reason'
  | 'unitId'
  | 'direction'
  | 'state'
  | 'cause'
  | 'action'
  | 'actionUnitId'
  | 'severity'
  | 'quantity'
  | 'quantityUnit'
  | 'ttoMin'
  | 'ttsMin'
  | 'alarm'
>;

/** What a sentence about its action needs. */
export type Advised = Pick<
  Decided,
  'reason' | 'unitId' | 'direction' | 'cause' | 'action' | 'actionUnitId' | 'quantity' | 'quantityUnit'
>;

/** An alert of the `alertState` query, as far as an action is put into words. */
export function adviceOf(unitId: string, alert: AlertStateUnit['alerts'][number]): Advised {
  return { ...alert, unitId, cause: alert.cause ?? 'UNKNOWN', actionUnitId: alert.actionUnitId ?? unitId };
}

const SEVERITY_MARKS: Record<Severity, string> = {
  EMERGENCY: '🚨',
  CRITICAL: '🔴',
  WARNING: '🟠',
  WATCH: '🟡',
  NONE: '🟢',
};

export function severityMark(severity: Severity): string {
  return SEVERITY_MARKS[severity];
}

/** `FRA1_SINGLES_INDUCT-2` -> `SINGLES INDUCT-2`; an id of another form stays as it is. */
export function shortName(unitId: string): string {
  const parts = parseUnitId(unitId);
  return parts === null ? unitId : `${parts.workpool} ${parts.path}`;
}

/** `alex (U012)` -> `alex`: people read names, the history keeps the id beside it. */
export function personName(by: string): string {
  return by.replace(/ \([^()]*\)$/, '');
}

function workpoolOf(unitId: string): string {
  return parseUnitId(unitId)?.workpool ?? unitId;
}

/** The figures are of the last cycle that had data: what they promised then no longer counts. */
function isStale({ reason }: Pick<Decided, 'reason'>): boolean {
  return reason === 'stale';
}

/** Minutes to the limit in the direction of the alert; null where unknown, or not what the alert is about. */
export function minutesLeft(decided: Decided): number | null {
  // A stop flag can't wait for the level, and a time beyond two hours is no reason to hurry.
  if (isStale(decided) || decided.alarm !== undefined) return null;
  const minutes = { HIGH: decided.ttoMin, LOW: decided.ttsMin, '': null }[decided.direction];
  return minutes === null || minutes > LONGEST_FORECAST_MIN ? null : Math.max(0, minutes);
}

const ALARM_WORDS: Record<Alarm, string> = {
  STOP_FLAG: 'WCS shows a stop flag',
  RECIRCULATION: 'recirculation high and rising',
};

/** The trouble in as few words as possible, e.g. `overflow in 8 min`. */
export function describeTrouble(decided: Decided): string {
  if (isStale(decided)) return 'no data for 20 min';
  const level = describeState(decided);
  if (decided.alarm === undefined) return level;
  const alarm = ALARM_WORDS[decided.alarm];
  return decided.state === 'OVERFLOW' ? `${alarm}, ${level}` : alarm;
}

/** Whole minutes that are left for sure, as the domain's sentence counts them. */
function span(minutes: number): string {
  return minutes < 1 ? 'less than a minute' : `${Math.floor(minutes)} min`;
}

function describeState(decided: Decided): string {
  const minutes = minutesLeft(decided);
  switch (decided.state) {
    case 'OVERFLOW':
      return 'overflowing now';
    case 'STARVED':
      return 'starved now';
    case 'OVERFLOW_RISK':
      if (minutes === null) return 'filling up';
      return minutes === 0 ? 'full now' : `overflow in ${span(minutes)}`;
    case 'STARVE_RISK':
      if (minutes === null) return 'running empty';
      return minutes === 0 ? 'empty now' : `starving in ${span(minutes)}`;
    case 'UNKNOWN':
      return isWarehouse(decided) ? 'half of its units or more are out of sight' : 'state unknown';
    case 'WATCH_HIGH':
      return 'filling';
    case 'WATCH_LOW':
      return 'emptying';
    case 'NOT_SCHEDULED':
      return 'not scheduled';
    default:
      return 'back to normal';
  }
}

const UNIT_WORDS: Record<QuantityUnit, [string, string]> = {
  persons: ['person', 'persons'],
  percent: ['%', '%'],
  upm: ['unit per minute', 'units per minute'],
  stations: ['station', 'stations'],
};

/** `3 persons`, `30 %`; empty where the number is not known. */
export function amount(quantity: number | null, unit: QuantityUnit | null): string {
  if (quantity === null) return '';
  const rounded = Math.round(quantity * 10) / 10;
  return unit === null ? `${rounded}` : `${rounded} ${UNIT_WORDS[unit][rounded === 1 ? 0 : 1]}`;
}

/** What to do, with the number and the place, as one imperative sentence without a full stop. */
export function describeAction(decided: Advised, process: string | null = null): string {
  if (isStale(decided)) return `Check the data of ${shortName(decided.unitId)} and look at the floor`;
  const how = amount(decided.quantity, decided.quantityUnit);
  const where = shortName(decided.actionUnitId);
  const by = how === '' ? ' (amount not known: judge on the floor)' : ` by ${how}`;
  const of = how === '' ? 'staff (number not known: judge on the floor)' : how;
  const at = process === null ? `at ${where}` : `in ${process} for ${where}`;
  switch (decided.action) {
    case 'ADD_STAFF':
      return `Add ${of} ${at}`;
    case 'REMOVE_STAFF':
      return `Free ${of} ${at}`;
    case 'MOVE_STAFF':
      return `Move ${of} to ${process ?? where}`;
    case 'THROTTLE_INDUCT':
      return decided.cause === 'JAM'
        ? `Divert ${where}, clear its jam and throttle its inflow${by}`
        : `Throttle the inflow of ${where}${by}`;
    case 'RELEASE_INDUCT':
      return `Raise the inflow of ${where} again${by}`;
    case 'THROTTLE_PICKING_ALL':
      return `Throttle picking for all of ${workpoolOf(decided.actionUnitId)}${by}`;
    case 'RELEASE_PICKING_ALL':
      return `Raise picking for all of ${workpoolOf(decided.actionUnitId)} again${by}`;
    case 'REBALANCE_CAPACITY':
      return describeRebalance(decided, where, how);
    case 'EMERGENCY_STOP':
      return `STOP the inflow of ${where} now`;
    case 'CHECK_DATA':
      return `Check the data of ${where} and look at the floor: nobody can see its state`;
    default:
      return describeWait(decided, where);
  }
}

function describeRebalance(decided: Advised, where: string, how: string): string {
  if (decided.actionUnitId === decided.unitId)
    return `Rebalance towards ${where}${how === '' ? ' (amount not known: judge on the floor)' : ` by ${how}`}`;
  const unit = shortName(decided.unitId);
  const [from, to] = decided.direction === 'LOW' ? [where, unit] : [unit, where];
  if (decided.quantityUnit === 'stations' && how !== '')
    return `Send part of the flow from ${from} to ${to} and open ${how} there`;
  return how === ''
    ? `Send part of the flow from ${from} to ${to} (amount not known: judge on the floor)`
    : `Send ${how} from ${from} to ${to}`;
}

/** The right answer may be to wait, or to act elsewhere. */
function describeWait(decided: Advised, where: string): string {
  const unit = shortName(decided.unitId);
  if (decided.cause === 'UPSTREAM_STOP')
    return decided.actionUnitId.endsWith('_TOTAL')
      ? `Find out what stops picking for ${workpoolOf(decided.actionUnitId)}: ${unit} waits for it`
      : `Clear ${where} first: ${unit} waits for it`;
  return decided.actionUnitId === decided.unitId
    ? 'Nothing to do yet: wait and keep an eye on it'
    : `Nothing to do at ${unit} itself: see to ${where}`;
}

const CAUSE_WORDS: Record<Cause, string> = {
  BLOCKED: 'What comes next is full.',
  STARVED: 'Less arrives than planned.',
  JAM: 'It is jammed.',
  UNDERSTAFFED: 'Fewer people work there than are needed.',
  RATE_FALL: 'People get less done an hour than planned.',
  SURGE: 'More arrives than planned.',
  SKEW: 'The flow is spread unevenly.',
  UPSTREAM_STOP: 'What comes before it stands still.',
  NO_DEMAND: 'No work is waiting.',
  UNKNOWN: '',
};

/** A source without a usable row, and the share (0..1) of a warehouse's units that depend on it. */
export interface BlindSource {
  source: SourceName;
  share: number;
}

export function describeBlind({ source, share }: BlindSource): string {
  return `no usable ${source}, ${percent(share)} of the units depend on it`;
}

/** The alert of the warehouse itself, whose id is its code: a source is missing for most of its units. */
export function isWarehouse({ unitId }: Pick<Decided, 'unitId'>): boolean {
  return !unitId.includes('_');
}

/** The cause where it is known, and the one sentence of the recommendation where the artifacts still have it. */
export function describeWhy(
  decided: Decided,
  { recommendation, blind = [] }: { recommendation?: { sentence: string }; blind?: readonly BlindSource[] },
): string {
  if (blind.length > 0) return `There is ${blind.map(describeBlind).join('; ')}.`;
  // What stands still by a stop flag is not jammed for that.
  const cause = decided.alarm === 'STOP_FLAG' ? '' : CAUSE_WORDS[decided.cause];
  const why = [cause, recommendation?.sentence ?? ''].filter((text) => text !== '').join(' ');
  return why === '' ? 'The cause is not known.' : why;
}

/** What the domain's sentence says to whom, before it says why: a message need not tell that people are told. */
const TOLD = /^People are (?:[^:]*? that (?:it is over: |it ends: )?|[^:]*: )/;

/** Why people are told now, in the domain's own words, without a full stop at the end. */
export function tellWhyNow({ label, reason }: Pick<Transition, 'label' | 'reason'>): string {
  return reasonInWords(label, reason).replace(TOLD, '').replace(/\.$/, '');
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** An instant in the warehouse's own time with its zone, `11:05 CET`; UTC where the zone is not known here. */
export function localTime(instant: number | CycleId, timezone: string): string {
  return clockOf(timezone).format(typeof instant === 'number' ? instant : Date.parse(instant));
}

/** The same without its zone, `11:05`: for the ticks of an axis. */
export function localClock(instant: number, timezone: string): string {
  return localTime(instant, timezone).slice(0, 5);
}

function clockOf(timezone: string): Intl.DateTimeFormat {
  const known = clocks.get(timezone);
  if (known) return known;
  const clock = createClock(timezone) ?? clockOf('UTC');
  clocks.set(timezone, clock);
  return clock;
}

function createClock(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hour: '2-digit',
      minute: '2-digit',
      timeZoneName: 'short',
    });
  } catch {
    return undefined;
  }
}

export function percent(share: number | null): string {
  return share === null ? 'unknown' : `${Math.round(share * 100)} %`;
}

export function rate(unitsPerMinute: number | null): string {
  return unitsPerMinute === null ? 'unknown' : `${Math.round(unitsPerMinute * 10) / 10} per min`;
}
