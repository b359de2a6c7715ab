/**
 * Three shifts of eight hours round the clock in the warehouse's own time, so that work is planned at any
 * hour; each shift in three groups with one staggered break each. A group's pickers, inductors and packers
 * rest together: the line slows down and stays balanced.
 */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export const BREAK_GROUPS = 3;
export const BREAK_MIN = 30;
/** Ten minutes between two groups' breaks: the next leaves when the last is back at work. */
const BREAK_STAGGER_MIN = BREAK_MIN + 10;
const SHIFT_START_HOURS = [6, 14, 22] as const;
/** Trucks leave every three hours, at half past: never at a shift change. */
const DEPARTURE_EVERY_HOURS = 3;

export interface Shift {
  start: number;
  end: number;
  /** One per group, in order. */
  breaks: readonly { start: number; end: number }[];
}

export interface ShiftPlan {
  shiftAt(ts: number): Shift;
  /** In time order. */
  shiftsBetween(from: number, to: number): Shift[];
  /** Share of the staff at work, 1 outside breaks. */
  presence(ts: number): number;
  /** The first departure after `ts`. */
  nextDeparture(ts: number): number;
}

export interface LocalClock {
  /** The reading of the local wall clock, as the epoch ms at which UTC reads the same. */
  wallClock: (ts: number) => number;
  /** The instant at which the local clock reads `wall`. */
  instantOf: (wall: number) => number;
}

/** @param timezone IANA name; an unknown one throws a RangeError that names it */
export function createLocalClock(timezone: string): LocalClock {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const wallClock = (ts: number): number => {
    const parts: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(ts)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second);
  };
  return {
    wallClock,
    instantOf: (wall) => {
      // Twice, as the offset may change in between.
      const guess = wall - (wallClock(wall) - wall);
      return guess - (wallClock(guess) - wall);
    },
  };
}

/** @param firstBreakMin minutes from a shift's start to its first group's break */
export function createShiftPlan({ wallClock, instantOf }: LocalClock, firstBreakMin: number): ShiftPlan {
  const buildShift = (start: number, end: number): Shift => ({
    start,
    end,
    breaks: Array.from({ length: BREAK_GROUPS }, (_, group) => {
      const breakStart = start + (firstBreakMin + group * BREAK_STAGGER_MIN) * MINUTE;
      return { start: breakStart, end: breakStart + BREAK_MIN * MINUTE };
    }),
  });

  const shiftsBetween = (from: number, to: number): Shift[] => {
    const starts: number[] = [];
    const firstDay = Math.floor(wallClock(from) / (24 * HOUR)) * 24 * HOUR - 24 * HOUR;
    for (let day = firstDay; day <= wallClock(to) + 24 * HOUR; day += 24 * HOUR) {
      for (const hour of SHIFT_START_HOURS) starts.push(instantOf(day + hour * HOUR));
    }
    const shifts: Shift[] = [];
    for (const [index, start] of starts.entries()) {
      const end = starts[index + 1];
      if (end !== undefined && start < to && end > from) shifts.push(buildShift(start, end));
    }
    return shifts;
  };

  let present: Shift | undefined;
  const shiftAt = (ts: number): Shift => {
    if (!present || ts < present.start || ts >= present.end) [present] = shiftsBetween(ts, ts + 1);
    if (!present) throw new RangeError(`no shift at ${new Date(ts).toISOString()}`);
    return present;
  };

  return {
    shiftAt,
    shiftsBetween,
    presence: (ts) => {
      const away = shiftAt(ts).breaks.filter((pause) => ts >= pause.start && ts < pause.end).length;
      return 1 - away / BREAK_GROUPS;
    },
    nextDeparture: (ts) => {
      const period = DEPARTURE_EVERY_HOURS * HOUR;
      const wall = wallClock(ts) - 30 * MINUTE;
      const departure = instantOf((Math.floor(wall / period) + 1) * period + 30 * MINUTE);
      // The clock was set back in between: the same reading comes twice.
      return departure > ts ? departure : departure + period;
    },
  };
}

/** Does any group rest within [from, to)? */
export function hasBreakWithin(plan: ShiftPlan, from: number, to: number): boolean {
  return plan
    .shiftsBetween(from, to)
    .some((shift) => shift.breaks.some((pause) => pause.start < to && pause.end > from));
}
