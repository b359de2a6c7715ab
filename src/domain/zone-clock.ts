/** The clock on the wall of a time zone: how far it is from UTC, and when it reads what. */

const MINUTE_MS = 60_000;
/** Clocks are changed at a quarter of an hour, everywhere: within one the offset is the same. */
const QUARTER_MS = 15 * MINUTE_MS;
/** Three weeks back for each quarter of an hour, and a day around: some 6,500. Beyond, it starts afresh. */
const MOST_KEPT = 16_384;

export interface ZoneClock {
  /** What the wall clock reads, as the epoch ms at which UTC reads the same. */
  wallAt(ts: number): number;
  /** The instant at which the wall clock reads so: the first of two; of an hour that is left out, one beside it. */
  instantOf(wall: number): number;
}

const UTC: ZoneClock = { wallAt: (ts) => ts, instantOf: (wall) => wall };

const clocks = new Map<string, ZoneClock>([['UTC', UTC]]);

/** @param timezone IANA name; one that is not known here is taken as UTC, as where times are shown */
export function zoneClock(timezone: string): ZoneClock {
  const known = clocks.get(timezone);
  if (known) return known;
  const clock = isTimeZone(timezone) ? createClock(timezone) : UTC;
  clocks.set(timezone, clock);
  return clock;
}

export function isTimeZone(timezone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en-GB', { timeZone: timezone }));
  } catch {
    return false;
  }
}

function createClock(timeZone: string): ZoneClock {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const offsets = new Map<number, number>();
  const offsetAt = (ts: number): number => {
    const quarter = Math.floor(ts / QUARTER_MS);
    const kept = offsets.get(quarter);
    if (kept !== undefined) return kept;
    if (offsets.size >= MOST_KEPT) offsets.clear();
    const parts: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(quarter * QUARTER_MS)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    const offset = Date.UTC(year, month - 1, day, hour, minute, second) - quarter * QUARTER_MS;
    offsets.set(quarter, offset);
    return offset;
  };
  return {
    wallAt: (ts) => ts + offsetAt(ts),
    instantOf: (wall) => {
      // Before a change and after it: the earlier instant at which the clock reads so, else one beside the gap.
      const guesses = [wall - offsetAt(wall - 24 * 3_600_000), wall - offsetAt(wall + 24 * 3_600_000)];
      const right = guesses.filter((ts) => ts + offsetAt(ts) === wall);
      return Math.min(...(right.length > 0 ? right : guesses));
    },
  };
}
