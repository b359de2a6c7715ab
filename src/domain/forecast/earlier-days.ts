/**
 * The days before a cycle by the calendar of its warehouse: the same time of day by the clock on its wall, and which of
 * them are of one kind. People begin, pause and depart by that clock, also after it has been changed.
 */
import { zoneClock } from '../zone-clock.ts';

/** Levels are kept at these marks. */
export const PAST_STEP_MIN = 5;
/** Three weeks: six weekend days, where only days of one kind are compared, and short enough to follow a new season. */
export const PAST_DAYS = 21;

const STEP_MS = PAST_STEP_MIN * 60_000;
const DAY_MS = 24 * 60 * 60_000;

export interface Calendar {
  /** IANA name. */
  timezone: string;
  /** Days of the warehouse, `2026-12-25`, on which it works as on a weekend. */
  holidays: readonly string[];
}

export interface EarlierDays {
  /**
   * Epoch ms: when the wall clock read what it reads at the present mark.
   * @param day 1..PAST_DAYS
   */
  markOn: (day: number) => number;
  /** Whether the day `day` days before was, like today, a working day, or, like today, a weekend day or a holiday. */
  isSameKind: (day: number) => boolean;
}

/** The mark at or before an instant, epoch ms. */
export function markOf(ts: number): number {
  return Math.floor(ts / STEP_MS) * STEP_MS;
}

/** Found once a cycle and warehouse, shared by all its units. */
export function daysBefore(ts: number, { timezone, holidays }: Calendar): EarlierDays {
  const clock = zoneClock(timezone);
  const wall = clock.wallAt(markOf(ts));
  const free = new Set(holidays);
  const isFree = (wallMs: number): boolean => {
    const day = new Date(wallMs);
    const weekday = day.getUTCDay();
    return weekday === 0 || weekday === 6 || (free.size > 0 && free.has(day.toISOString().slice(0, 10)));
  };
  const days = Array.from({ length: PAST_DAYS + 1 }, (_, day) => wall - day * DAY_MS);
  const today = isFree(wall);
  const marks = days.map((wallMs) => clock.instantOf(wallMs));
  const same = days.map((wallMs) => isFree(wallMs) === today);
  return { markOn: (day) => marks[day] ?? NaN, isSameKind: (day) => same[day] ?? false };
}
