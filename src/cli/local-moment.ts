import { localTime } from '../domain/words/clock.ts';

/** `14:05 CET` in a warehouse's own time; on another day than today's with it: `28 Feb 14:05 CET`. */
export function localMoment(iso: string, now: number, timezone: string): string {
  const at = Date.parse(iso);
  const time = localTime(at, timezone);
  const day = dayOf(at, timezone);
  return day === dayOf(now, timezone) ? time : `${day} ${time}`;
}

function dayOf(ms: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone }).format(ms);
}
