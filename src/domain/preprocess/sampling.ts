/** How often a source tells its levels, and how long one of them holds. */
import { median } from '../statistics.ts';
import { CARRY_MIN_MIN, CARRY_SAMPLING_FACTOR, MINUTE_MS } from './limits.ts';

/** Median minutes between consecutive instants. */
export function samplingOf(instants: readonly number[]): number | null {
  return median(instants.slice(1).map((ts, index) => (ts - (instants[index] ?? ts)) / MINUTE_MS));
}

/** How long a level may be carried, minutes. */
export function carryLimit(samplingMin: number | null): number {
  return Math.max(CARRY_MIN_MIN, CARRY_SAMPLING_FACTOR * (samplingMin ?? 0));
}
