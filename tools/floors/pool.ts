/** Figures of several floors together: shares of what was counted on all of them, seeds as observations. */
import type { BaselineName } from '../../src/backtest/detectors/baselines.ts';
import { confidenceOf, quantile, ratio, type Counted } from '../../src/backtest/score/statistics.ts';
import type { Scores } from '../../src/backtest/score/score.ts';
import type { JudgedFloor } from './one-floor.ts';

export const DETECTORS = ['bufferwatch', 'threshold_85_edge', 'linear_30_min', 'holt_30_min'] as const;
export type DetectorName = (typeof DETECTORS)[number];

export function scoresOf({ report }: JudgedFloor, detector: DetectorName): Scores {
  return detector === 'bufferwatch' ? report.bufferwatch : report.baselines[detector satisfies BaselineName];
}

/** The spread of fewer floors says next to nothing about that of others. */
const FEWEST_FLOORS = 5;

export interface Pooled {
  /** Of all floors together. */
  all: number | null;
  /** 95 %, by resampling floors; null where too few have any. */
  interval: [number, number] | null;
  /** Of the floors one by one; null where no floor has one. */
  median: number | null;
  least: number | null;
  most: number | null;
}

/** @param count what a floor adds to the counter and to the denominator */
export function pool(floors: readonly JudgedFloor[], count: (floor: JudgedFloor) => Counted): Pooled {
  const counted = floors.map(count);
  const each = counted.flatMap(({ part, whole }) => (whole > 0 ? [part / whole] : []));
  const sum = (of: (one: Counted) => number) => counted.reduce((total, one) => total + of(one), 0);
  return {
    all: ratio(
      sum(({ part }) => part),
      sum(({ whole }) => whole),
    ),
    interval: each.length < FEWEST_FLOORS ? null : confidenceOf(counted.filter(({ whole }) => whole > 0)),
    median: quantile(each, 0.5),
    least: quantile(each, 0),
    most: quantile(each, 1),
  };
}

/** A share of so many, as what it was counted from. */
export function countOf(share: number | null, whole: number): Counted {
  return { part: Math.round((share ?? 0) * whole), whole };
}
