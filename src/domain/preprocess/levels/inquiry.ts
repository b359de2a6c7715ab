/** One path's level and counters while they are held against each other: what is found so far, and what fits what. */
import type { Doubt } from '../../series.ts';
import type { FlowSums, Flowed } from '../flows/flow-sums.ts';
import type { OpenAlarm } from './open-alarm.ts';
import type { LevelReading } from './estimate.ts';
import {
  AGREED_CHANGE_SHARE,
  AGREED_SLOPE_ERROR,
  CONSERVATION_SHARE,
  CONSERVATION_WINDOW_MIN,
  COUNTER_ERROR_SHARE,
  DRIFT_FLOW_SHARE,
  DRIFT_SHARE,
  IMPOSSIBLE_SHARE,
  LEVEL_ERROR_UNITS,
  MINUTE_MS,
  STEP_CHURN_SHARE,
  STEP_SHARE,
  STOCK_REFRESH_MIN,
} from '../limits.ts';

/** A reading as it came; `fault` where no buffer can hold so much. */
export interface ToldLevel extends LevelReading {
  fault: 'NEGATIVE' | 'OVER_CAPACITY' | null;
}

export interface Evidence {
  of: Pick<Doubt, 'workpool' | 'path'>;
  /** In time order, within the grid. */
  readings: readonly ToldLevel[];
  flows: FlowSums;
  capacityUnits: number | null;
  /** Of this path, as the last cycle left them. */
  doubts: readonly Doubt[];
  /** Alerts that the path is part of. */
  alarm: OpenAlarm;
  /** First instant of the grid, epoch ms. */
  windowTs: number;
  snapshotTs: number;
}

/** What the evidence has led to so far. */
export interface Inquiry {
  readonly evidence: Evidence;
  readonly capacity: number;
  /** Doubts that are over; they still keep their readings out of the look back. */
  readonly ended: Doubt[];
  /** The level's own doubt, that of level and flow alike, and the flow's, where they last. */
  level: Doubt | null;
  drift: Doubt | null;
  flow: Doubt | null;
  /** No doubt of a reading: the level with which an open alert began. */
  alarm: Doubt | null;
  /** Readings that are believed, in time order. */
  readonly believed: LevelReading[];
  /** Those of the level's open doubt. */
  suspects: ToldLevel[];
}

export function openInquiry(evidence: Evidence): Inquiry {
  const open = evidence.doubts.filter(({ until }) => until === undefined);
  return {
    evidence,
    capacity: evidence.capacityUnits ?? 0,
    ended: evidence.doubts.filter(({ until }) => (until ?? -Infinity) > evidence.windowTs),
    level: open.find(({ reading, name }) => reading === 'level' && name !== 'CONSERVATION') ?? null,
    drift: open.find(({ reading, name }) => reading === 'level' && name === 'CONSERVATION') ?? null,
    alarm: open.find(({ reading }) => reading === 'alarm') ?? null,
    flow: open.find(({ reading }) => reading === 'flow') ?? null,
    believed: [],
    suspects: [],
  };
}

export function over({ workpool, path, reading, name, since }: Doubt, until: number): Doubt {
  return { workpool, path, reading, name, since, until };
}

/** From then on nobody has corrected the level: epoch ms. */
export function correctedTs({ ended }: Inquiry): number {
  return Math.max(0, ...ended.map(({ reading, until }) => (reading === 'level' ? (until ?? 0) : 0)));
}

/** What passed; null where a minute in between is unknown, or its flow is not believed. */
export function passed({ evidence, ended, flow }: Inquiry, fromTs: number, toTs: number): Flowed | null {
  if (flow && toTs > flow.since) return null;
  const wasDenied = ended.some(
    ({ reading, since, until }) => reading === 'flow' && fromTs < (until ?? Infinity) && toTs > since,
  );
  return wasDenied ? null : evidence.flows.known(fromTs, toTs);
}

/** By how much a reading may differ from the one before and what passed since; without that, from the level itself. */
export function stepError(
  { capacity }: Pick<Inquiry, 'capacity'>,
  { churn, gross }: Pick<Flowed, 'churn' | 'gross'> = { churn: 0, gross: 0 },
): number {
  return LEVEL_ERROR_UNITS + STEP_SHARE * capacity + STEP_CHURN_SHARE * churn + COUNTER_ERROR_SHARE * gross;
}

export function agrees({ capacity }: Inquiry, wipUnits: number, expected: number, error: number): boolean {
  const within = Math.min(Math.max(expected, 0), Math.max(capacity, wipUnits));
  return Math.abs(wipUnits - within) <= error;
}

/** No buffer of this size can hold so much, or so much less than nothing. */
export function isImpossible({ capacity }: Inquiry, units: number, error: number): boolean {
  const beyond = IMPOSSIBLE_SHARE * capacity + error;
  return units < -beyond || units > capacity + beyond;
}

/** By how much level and flows may part without a step. */
export function mostDrift(flowed: Flowed | null, capacity: number): number {
  return DRIFT_SHARE * capacity + DRIFT_FLOW_SHARE * (flowed?.gross ?? 0);
}

/** The first of some readings from which on the newest tells the same change as the flows, large enough to tell. */
export function goesWithFlows<Reading extends LevelReading>(
  inquiry: Inquiry,
  readings: readonly Reading[],
  newest: LevelReading,
): Reading | undefined {
  return readings.find((from) => {
    const flowed = from.ts < newest.ts ? passed(inquiry, from.ts, newest.ts) : null;
    if (!flowed || Math.abs(flowed.net) < AGREED_CHANGE_SHARE * inquiry.capacity) return false;
    const error = Math.abs(newest.wipUnits - from.wipUnits - flowed.net);
    return error <= AGREED_SLOPE_ERROR * Math.abs(flowed.net);
  });
}

/** Level and flows went together over the last half hour, in which enough passed to tell. */
export function agreesOfLate({ evidence, believed, capacity }: Inquiry, newest: LevelReading): boolean {
  const fromTs = newest.ts - CONSERVATION_WINDOW_MIN * MINUTE_MS;
  const from = believed.find(({ ts }) => ts >= fromTs - STOCK_REFRESH_MIN * MINUTE_MS);
  const flowed = from && evidence.flows.known(from.ts, newest.ts);
  if (!from || !flowed || newest.ts - from.ts < (CONSERVATION_WINDOW_MIN - STOCK_REFRESH_MIN) * MINUTE_MS)
    return false;
  if (flowed.gross < AGREED_CHANGE_SHARE * capacity) return false;
  const error = CONSERVATION_SHARE * capacity + COUNTER_ERROR_SHARE * flowed.gross;
  // At an end of the scale whatever goes beyond it would agree.
  return Math.abs(newest.wipUnits - from.wipUnits - flowed.net) <= error;
}
