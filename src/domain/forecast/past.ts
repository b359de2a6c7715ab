/**
 * A unit's own past: what its level did at the same time of day on earlier days. Kept at the 5-minute marks of UTC
 * and as the cycles saw it, so that a replay looks back on the same figures.
 */
import { PAST_DAYS, PAST_STEP_MIN, type EarlierDays } from './earlier-days.ts';

const STEP_MS = PAST_STEP_MIN * 60_000;
const STEPS_A_DAY = (24 * 60) / PAST_STEP_MIN;

export interface UnitPast {
  /**
   * Fill (0..1+) `day` days before, `offsetMin` minutes after the wall clock read what it does at the present mark; null
   * where unknown.
   * @param day 1..PAST_DAYS
   * @param offsetMin a multiple of PAST_STEP_MIN, less than a day
   */
  fillAt(day: number, offsetMin: number): number | null;
  isSameKind: EarlierDays['isSameKind'];
}

/** What a cycle looks back on; null for a unit of which nothing is known. */
export type ReadPast = (unitId: string) => UnitPast | null;

/** Without a past: nothing is known of any unit, as on its first day. */
export const noPast: ReadPast = () => null;

/** Whether a cycle stands on a mark, so that its levels are kept. */
export function isMark(ts: number): boolean {
  return ts % STEP_MS === 0;
}

/** One more day than is looked back on, for what lies around the present time of day on the oldest one. */
const RING = (PAST_DAYS + 1) * STEPS_A_DAY;

/** The levels of one unit in a ring of three weeks: what a long run keeps in memory. */
class UnitRing {
  readonly #fills = new Float64Array(RING).fill(NaN);
  #last = -Infinity;

  record(step: number, fill: number | null): void {
    if (step <= this.#last) return;
    for (let gap = Math.max(this.#last + 1, step - RING + 1); gap < step; gap += 1) {
      this.#fills[gap % RING] = NaN;
    }
    this.#fills[step % RING] = fill ?? NaN;
    this.#last = step;
  }

  at(step: number): number | null {
    if (step > this.#last || step <= this.#last - RING || step < 0) return null;
    const fill = this.#fills[step % RING] ?? NaN;
    return Number.isNaN(fill) ? null : fill;
  }
}

/** The past of many units, recorded cycle by cycle in the order of time. */
export class LevelHistory {
  readonly #rings = new Map<string, UnitRing>();

  /** Only cycles on a mark are kept; what is older than the newest one is not. */
  record(ts: number, levels: readonly { unitId: string; fill: number | null }[]): void {
    if (!isMark(ts)) return;
    for (const { unitId, fill } of levels) {
      const ring = this.#rings.get(unitId) ?? new UnitRing();
      this.#rings.set(unitId, ring);
      ring.record(ts / STEP_MS, fill);
    }
  }

  /** As seen from the day after those. */
  readAt({ markOn, isSameKind }: EarlierDays): ReadPast {
    return (unitId) => {
      const ring = this.#rings.get(unitId);
      if (!ring) return null;
      return {
        fillAt: (day, offsetMin) => ring.at(markOn(day) / STEP_MS + offsetMin / PAST_STEP_MIN),
        isSameKind,
      };
    };
  }
}

/** The levels of one warehouse at one mark. */
export interface LevelsAt {
  /** Epoch ms. */
  ts: number;
  /** By unit id; a unit without a known level is absent. */
  fills: Record<string, number>;
}

/** The levels of a cycle, to be looked back on; null where it does not stand on a mark. */
export function levelsToKeep(
  ts: number,
  units: readonly { unitId: string; fill: number | null }[],
): LevelsAt | null {
  if (!isMark(ts)) return null;
  const fills: Record<string, number> = {};
  for (const { unitId, fill } of units) if (fill !== null) fills[unitId] = fill;
  return { ts, fills };
}

/**
 * The marks that a cycle looks back on.
 * @param slackMin how much sooner and later @param horizonMin how far ahead of the present time of day
 */
export function marksBack({ markOn }: EarlierDays, slackMin: number, horizonMin: number): number[] {
  const marks: number[] = [];
  for (let day = 1; day <= PAST_DAYS; day += 1) {
    for (let offset = -slackMin; offset <= slackMin + horizonMin; offset += PAST_STEP_MIN) {
      marks.push(markOn(day) + offset * 60_000);
    }
  }
  return marks;
}

/** What was kept, as seen from the day after those. */
export function pastAt({ markOn, isSameKind }: EarlierDays, kept: readonly LevelsAt[]): ReadPast {
  const byMark = new Map(kept.map((levels) => [levels.ts, levels.fills]));
  return (unitId) => ({
    fillAt: (day, offsetMin) => byMark.get(markOn(day) + offsetMin * 60_000)?.[unitId] ?? null,
    isSameKind,
  });
}
