/** What followed on earlier days, looked at from marks around the present time of day. */
import { PAST_DAYS, PAST_STEP_MIN } from './earlier-days.ts';
import type { UnitPast } from './past.ts';

/** One mark of one earlier day. */
export interface Moment {
  day: number;
  /** From the present time of day to the mark. */
  offsetMin: number;
  /** The level there, 0..1+. */
  from: number;
}

export interface Look extends Moment {
  /** The highest level within each horizon from there; null: not known. */
  highest: (number | null)[];
}

interface LookOptions {
  /** Ascending. */
  horizonsMin: readonly number[];
  /** How much sooner and later. */
  aroundMin: number;
  /** Of a horizon's levels, for what they say to count. */
  knownShare: number;
  isWanted: (moment: Moment) => boolean;
}

/** Each earlier day is looked at from neighbouring marks too: things come some minutes sooner or later. */
export function looksAt(
  past: UnitPast,
  { horizonsMin, aroundMin, knownShare, isWanted }: LookOptions,
): Look[] {
  const around = aroundMin / PAST_STEP_MIN;
  const last = around + Math.max(...horizonsMin) / PAST_STEP_MIN;
  const looks: Look[] = [];
  for (let day = 1; day <= PAST_DAYS; day += 1) {
    const fills: (number | null)[] = [];
    for (let step = -around; step <= last; step += 1) fills.push(past.fillAt(day, step * PAST_STEP_MIN));
    for (let start = 0; start <= 2 * around; start += 1) {
      const from = fills[start] ?? null;
      if (from === null) continue;
      const moment = { day, offsetMin: (start - around) * PAST_STEP_MIN, from };
      if (isWanted(moment))
        looks.push({ ...moment, highest: highestWithin(fills, start, { horizonsMin, knownShare }) });
    }
  }
  return looks;
}

/** @param fills mark by mark @param start index of the mark that is looked from */
function highestWithin(
  fills: readonly (number | null)[],
  start: number,
  { horizonsMin, knownShare }: Pick<LookOptions, 'horizonsMin' | 'knownShare'>,
): (number | null)[] {
  let [highest, known, step] = [-Infinity, 0, 0];
  return horizonsMin.map((horizonMin) => {
    const steps = horizonMin / PAST_STEP_MIN;
    while (step < steps) {
      step += 1;
      const fill = fills[start + step] ?? null;
      if (fill === null) continue;
      known += 1;
      if (fill > highest) highest = fill;
    }
    return known < knownShare * steps ? null : highest;
  });
}
