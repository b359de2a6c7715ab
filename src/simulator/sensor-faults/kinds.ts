/**
 * Faults of single sensors and feeds, by the terms of the literature on sensor faults (stuck-at, drift, gain, noise,
 * spike, dropout), each at three severities. They lie on top of a clean feed, and the floor knows nothing of them.
 */
import type { TableName } from '../upstream-tables.ts';

export const SENSOR_FAULTS = [
  'LEVEL_STUCK',
  'LEVEL_STUCK_FULL',
  'LEVEL_STUCK_EMPTY',
  'LEVEL_ZERO',
  'LEVEL_CONSTANT',
  'LEVEL_UNIT',
  'LEVEL_DRIFT',
  'LEVEL_GAIN',
  'LEVEL_NOISE',
  'LEVEL_SPIKE',
  'LEVEL_NEGATIVE',
  'LEVEL_OVER_CAPACITY',
  'CAPACITY_ZERO',
  'CAPACITY_WRONG',
  'PATH_MISSING',
  'PATH_MOVED',
  'PATH_RENAMED',
  'NAME_SPELLING',
  'STOCK_SILENT',
  'STOCK_FROZEN',
  'COUNTERS_SILENT',
  'LABOUR_SILENT',
  'COUNTER_IN_FROZEN',
  'COUNTER_OUT_FROZEN',
  'COUNTER_UNDERCOUNT',
  'COUNTER_RESET',
  'COUNTER_WRAP',
  'CLOCK_SKEW',
  'CLOCK_STEP',
  'AS_OF_HOUR',
  'ROWS_LATE',
  'HEADCOUNT_WRONG',
] as const;
export type SensorFaultKind = (typeof SENSOR_FAULTS)[number];

export const SEVERITIES = ['mild', 'medium', 'severe'] as const;
export type FaultSeverity = (typeof SEVERITIES)[number];

/** One value for each severity. */
export type BySeverity<T> = Readonly<Record<FaultSeverity, T>>;

type Minutes = readonly [least: number, most: number];

export interface Shape {
  /** Where it shows first; `NAME_SPELLING` and `ROWS_LATE` may show elsewhere. */
  source: TableName;
  /** One path, one workpool's staff, or the whole warehouse. */
  of: 'path' | 'counted path' | 'workpool' | 'warehouse';
  minutes: BySeverity<Minutes>;
  /** It strikes nothing but a path whose fill lies here. */
  fill?: readonly [least: number, most: number];
  /** It is there from the first reading on, and shows some time later. */
  fromStart?: true;
}

const SHORT: BySeverity<Minutes> = { mild: [20, 45], medium: [45, 120], severe: [120, 240] };
const LONG: BySeverity<Minutes> = { mild: [60, 120], medium: [120, 240], severe: [240, 480] };
const AT_ONCE: Minutes = [1, 1];

const level: Shape = { source: 'wes_stock', of: 'path', minutes: SHORT };
const counter: Shape = { source: 'wcs_counters', of: 'counted path', minutes: SHORT };

export const SHAPES: Readonly<Record<SensorFaultKind, Shape>> = {
  LEVEL_STUCK: level,
  LEVEL_STUCK_FULL: { ...level, fill: [0.9, 1] },
  LEVEL_STUCK_EMPTY: { ...level, fill: [0, 0.1] },
  LEVEL_ZERO: level,
  LEVEL_CONSTANT: level,
  LEVEL_UNIT: level,
  LEVEL_DRIFT: { ...level, minutes: LONG },
  LEVEL_GAIN: level,
  LEVEL_NOISE: level,
  LEVEL_SPIKE: level,
  LEVEL_NEGATIVE: level,
  LEVEL_OVER_CAPACITY: level,
  CAPACITY_ZERO: level,
  CAPACITY_WRONG: level,
  PATH_MISSING: level,
  PATH_MOVED: { ...level, minutes: LONG },
  PATH_RENAMED: { ...level, minutes: LONG },
  NAME_SPELLING: { ...counter, minutes: LONG },
  STOCK_SILENT: { ...level, of: 'warehouse' },
  STOCK_FROZEN: { ...level, of: 'warehouse' },
  COUNTERS_SILENT: { ...counter, of: 'warehouse' },
  LABOUR_SILENT: { source: 'lms_actuals', of: 'warehouse', minutes: LONG },
  COUNTER_IN_FROZEN: counter,
  COUNTER_OUT_FROZEN: counter,
  COUNTER_UNDERCOUNT: { ...counter, minutes: LONG },
  COUNTER_RESET: { ...counter, minutes: { mild: AT_ONCE, medium: [45, 120], severe: [120, 240] } },
  COUNTER_WRAP: { ...counter, minutes: { mild: AT_ONCE, medium: AT_ONCE, severe: AT_ONCE }, fromStart: true },
  CLOCK_SKEW: counter,
  CLOCK_STEP: counter,
  AS_OF_HOUR: { ...level, of: 'warehouse' },
  ROWS_LATE: { ...level, of: 'warehouse' },
  HEADCOUNT_WRONG: { source: 'lms_actuals', of: 'workpool', minutes: LONG },
};
