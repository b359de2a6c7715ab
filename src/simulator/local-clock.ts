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
