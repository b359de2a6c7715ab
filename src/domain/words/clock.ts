/** Instants in a warehouse's own time. */
import type { CycleId } from '../vocabulary.ts';

const clocks = new Map<string, Intl.DateTimeFormat>();

/** `11:05 CET`, with its zone; UTC where the zone is not known here. */
export function localTime(instant: number | CycleId, timezone: string): string {
  return clockOf(timezone).format(typeof instant === 'number' ? instant : Date.parse(instant));
}

/** The same without its zone, `11:05`: for the ticks of an axis, and beside a time that has it. */
export function localClock(instant: number | CycleId, timezone: string): string {
  return localTime(instant, timezone).slice(0, 5);
}

function clockOf(timezone: string): Intl.DateTimeFormat {
  const known = clocks.get(timezone);
  if (known) return known;
  const clock = createClock(timezone) ?? clockOf('UTC');
  clocks.set(timezone, clock);
  return clock;
}

function createClock(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hour: '2-digit',
      minute: '2-digit',
      timeZoneName: 'short',
    });
  } catch {
    return undefined;
  }
}
