/**
 * A unit's own past: what its level did at the same time of day on earlier days. Kept at the 5-minute marks of UTC
 * and as the cycles saw it, so that a replay looks back on the same figures.
 */

/** Levels are kept at these marks. */
export const PAST_STEP_MIN = 5;
/** Three weeks: six weekend days, where only days of one kind are compared, and short enough to follow a new season. */
export const PAST_DAYS = 21;

const STEP_MS = PAST_STEP_MIN * 60_000;
const DAY_MS = 24 * 60 * 60_000;
const STEPS_A_DAY = DAY_MS / STEP_MS;

export interface UnitPast {
  /**
   * Fill (0..1+) `day` days before the present mark and `offsetMin` minutes after that; null where unknown.
   * @param day 1..PAST_DAYS
   * @param offsetMin a multiple of PAST_STEP_MIN, less than a day
   */
  fillAt(day: number, offsetMin: number): number | null;
  /** Whether the day `day` days before was, like today, a working day or a weekend day (of UTC). */
  isSameKind(day: number): boolean;
}

/** What a cycle looks back on; null for a unit of which nothing is known. */
export type ReadPast = (unitId: string) => UnitPast | null;

/** Without a past: nothing is known of any unit, as on its first day. */
export const noPast: ReadPast = () => null;

/** The mark at or before an instant, epoch ms. */
export function markOf(ts: number): number {
  return Math.floor(ts / STEP_MS) * STEP_MS;
}

function isWeekend(ts: number): boolean {
  const weekday = new Date(ts).getUTCDay();
  return weekday === 0 || weekday === 6;
}

/** Shared by every unit of a cycle. */
export function sameKindAs(ts: number): UnitPast['isSameKind'] {
  const today = isWeekend(ts);
  const same = Array.from({ length: PAST_DAYS + 1 }, (_, day) => isWeekend(ts - day * DAY_MS) === today);
  return (day) => same[day] ?? false;
}

/** Whether a cycle stands on a mark, so that its levels are kept. */
export function isMark(ts: number): boolean {
  return ts % STEP_MS === 0;
}

/** One more day than is looked back on, for what follows the present time of day on the oldest one. */
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

  /** As seen from `ts`. */
  readAt(ts: number): ReadPast {
    const now = markOf(ts) / STEP_MS;
    const isSameKind = sameKindAs(ts);
    return (unitId) => {
      const ring = this.#rings.get(unitId);
      if (!ring) return null;
      return {
        fillAt: (day, offsetMin) => ring.at(now - day * STEPS_A_DAY + offsetMin / PAST_STEP_MIN),
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
export function marksBack(ts: number, slackMin: number, horizonMin: number): number[] {
  const marks: number[] = [];
  for (let day = 1; day <= PAST_DAYS; day += 1) {
    for (let offset = -slackMin; offset <= slackMin + horizonMin; offset += PAST_STEP_MIN) {
      marks.push(markOf(ts) - day * DAY_MS + offset * 60_000);
    }
  }
  return marks;
}

/** What was kept, as seen from `ts`. */
export function pastAt(ts: number, kept: readonly LevelsAt[]): ReadPast {
  const byMark = new Map(kept.map((levels) => [levels.ts, levels.fills]));
  const isSameKind = sameKindAs(ts);
  return (unitId) => ({
    fillAt: (day, offsetMin) => byMark.get(markOf(ts) - day * DAY_MS + offsetMin * 60_000)?.[unitId] ?? null,
    isSameKind,
  });
}
