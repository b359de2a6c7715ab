import { badInput } from './failure.ts';

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000 };
type Unit = keyof typeof UNITS;

/** `90s`, `2m`, `1h` in milliseconds; a number alone is of the unit that its option is spoken of in. @throws CommandFailure */
export function parseDuration(text: string, plain: Unit = 's'): number {
  const [, amount, unit = plain] = /^(\d+)([smh])?$/.exec(text) ?? [];
  const ms = Number(amount) * UNITS[unit as Unit];
  if (!(ms > 0))
    throw badInput(`'${text}' is no duration`, 'expected a whole number with s, m or h, e.g. 120s or 2m');
  return ms;
}

/** The schedule runs at whole minutes that divide the hour. @throws CommandFailure */
export function parseIntervalMinutes(text: string): number {
  const minutes = parseDuration(text) / 60_000;
  if (60 % minutes !== 0 || !Number.isInteger(minutes))
    throw badInput(`'${text}' is no interval`, 'expected whole minutes that divide 60, e.g. 60s or 5m');
  return minutes;
}

/** `45 s`, `12 min`, `3 h 5 min`: as a person would say it. */
export function describeAge(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
