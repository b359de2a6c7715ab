/**
 * What a counter can have counted: a batch of totes is several times the usual minute, and a new pace lasts. What is more
 * than that for a minute or two is a total that was set anew, or garbage: nothing is known of what passed.
 */
import { median } from '../../statistics.ts';
import { JUMP_FACTOR, JUMP_LASTS, JUMP_LEAST_UPM } from '../limits.ts';

/** Units that a counter rose by, and within how many minutes; null where that is unknown. */
export interface Rise {
  units: number | null;
  minutes: number;
}

/** What a counter may rise by within a minute, by the minutes in which it rose at all. */
export function mostPerMinute(rises: readonly Rise[]): number {
  const rates = rises.flatMap(({ units, minutes }) =>
    units !== null && units > 0 && minutes > 0 ? units / minutes : [],
  );
  return JUMP_FACTOR * Math.max(median(rates) ?? 0, JUMP_LEAST_UPM);
}

export function isWithin({ units, minutes }: Rise, most: number): boolean {
  return units === null || units <= most * Math.max(1, minutes);
}

/** Units per minute that could be a jump; a counter without such a rate has none. */
export function isFast(rate: number | null): boolean {
  return rate !== null && rate > JUMP_FACTOR * JUMP_LEAST_UPM;
}

/** Which of one counter's rises, in the order of time, are none: null where all can be. */
export function findJumps(rises: readonly Rise[]): Set<number> | null {
  // Most counters never come near.
  if (rises.every((rise) => isWithin(rise, JUMP_FACTOR * JUMP_LEAST_UPM))) return null;
  const most = mostPerMinute(rises);
  const jumps = new Set<number>();
  for (let start = 0; start < rises.length; start++) {
    let end = start;
    while (end < rises.length && !isWithin(rises[end] ?? { units: null, minutes: 0 }, most)) end++;
    if (end - start < JUMP_LASTS) for (let index = start; index < end; index++) jumps.add(index);
    start = Math.max(start, end);
  }
  return jumps.size > 0 ? jumps : null;
}
