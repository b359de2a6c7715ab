/** The days before, by the calendar of a warehouse. */
import { describe, expect, it } from 'vitest';
import { algorithm, DEFAULT_ALGORITHM } from '../../../src/domain/algorithm/algorithm.ts';
import { daysBefore, PAST_DAYS, type Calendar } from '../../../src/domain/forecast/earlier-days.ts';
import { forecastOf } from '../../../src/domain/forecast/forecast.ts';
import {
  LevelHistory,
  levelsToKeep,
  marksBack,
  pastAt,
  type LevelsAt,
} from '../../../src/domain/forecast/past.ts';
import type { UnitSeries } from '../../../src/domain/series.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const BERLIN: Calendar = { timezone: 'Europe/Berlin', holidays: [] };
const UTC: Calendar = { timezone: 'UTC', holidays: [] };
const at = Date.parse;

describe('the same time of day', () => {
  it('is by the clock on the wall, before a change and after it', () => {
    const tuesday = daysBefore(at('2026-03-31T06:00:00Z'), BERLIN);
    expect([1, 2, 3, PAST_DAYS].map((day) => new Date(tuesday.markOn(day)).toISOString())).toEqual([
      '2026-03-30T06:00:00.000Z',
      '2026-03-29T06:00:00.000Z',
      '2026-03-28T07:00:00.000Z',
      '2026-03-10T07:00:00.000Z',
    ]);
    expect(daysBefore(at('2026-10-26T07:00:00Z'), BERLIN).markOn(2)).toBe(at('2026-10-24T06:00:00Z'));
  });

  it('is 24 hours ago where no clock is changed', () => {
    const ts = at('2026-03-31T06:03:20Z');
    for (let day = 1; day <= PAST_DAYS; day += 1)
      expect(daysBefore(ts, UTC).markOn(day)).toBe(at('2026-03-31T06:00:00Z') - day * DAY_MS);
  });
});

describe('days of one kind', () => {
  const kinds = (ts: string, calendar: Calendar) =>
    [1, 2, 3, 4, 5, 6, 7].map((day) => daysBefore(at(ts), calendar).isSameKind(day));

  it('begin at the midnight of the place', () => {
    // Sunday night by UTC, Monday morning in Berlin, Sunday evening in New York.
    expect(kinds('2026-03-01T23:30:00Z', BERLIN)).toEqual([false, false, true, true, true, true, true]);
    expect(kinds('2026-03-01T23:30:00Z', { ...BERLIN, timezone: 'America/New_York' })).toEqual([
      ...[true, false, false, false, false, false, true],
    ]);
  });

  it('a holiday is like a weekend day, and no working day is like it', () => {
    const holidays = ['2026-12-25', '2026-12-24'];
    // Friday the 25th: the 24th, and the weekend of the 19th and 20th.
    expect(kinds('2026-12-25T10:00:00Z', { ...BERLIN, holidays })).toEqual([
      ...[true, false, false, false, true, true, false],
    ]);
    // Monday the 28th: not the weekend, nor the two days before it.
    expect(kinds('2026-12-28T10:00:00Z', { ...BERLIN, holidays })).toEqual([
      ...[false, false, false, false, true, true, true],
    ]);
  });
});

/** Full from 08:00 to 09:00 on the wall of Berlin, every day; 30 % else. */
function fillAt(ts: number): number {
  const hour = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/Berlin',
    hour: '2-digit',
    hourCycle: 'h23',
  });
  return hour.format(ts) === '08' ? 1 : 0.3;
}

/** How likely the lane is to be full within half an hour, at 07:40 on its wall, with all that was kept until then. */
function probabilityAt(now: number, calendar: Calendar): { ring: number; rows: number } {
  const p = algorithm(DEFAULT_ALGORITHM);
  const history = new LevelHistory();
  const kept: LevelsAt[] = [];
  for (let ts = now - 24 * DAY_MS; ts < now; ts += 5 * MINUTE_MS) {
    const levels = [{ unitId: 'A', fill: fillAt(ts) }];
    history.record(ts, levels);
    const keep = levelsToKeep(ts, levels);
    if (keep) kept.push(keep);
  }
  const days = daysBefore(now, calendar);
  const series = { capacityUnits: 100, wip: { values: Array<number>(61).fill(30) } } as unknown as UnitSeries;
  const asked = new Set(marksBack(days, 60, p.forecast.hour.horizonMin));
  const told = (past: Parameters<typeof forecastOf>[1]) =>
    forecastOf(series, past, 0.98, p.forecast)?.near.probability ?? NaN;
  return {
    ring: told(history.readAt(days)('A')),
    rows: told(
      pastAt(
        days,
        kept.filter(({ ts }) => asked.has(ts)),
      )('A'),
    ),
  };
}

describe('a lane that fills every day at 08:00 on its wall', () => {
  it.each([
    ['the day after clocks went forward', '2026-03-30T05:40:00Z'],
    ['a week after clocks went forward', '2026-04-03T05:40:00Z'],
    ['the day after clocks went back', '2026-10-26T06:40:00Z'],
    ['a week after clocks went back', '2026-10-30T06:40:00Z'],
  ])('is foreseen %s as before, from memory and from what is stored', (_, now) => {
    const before = probabilityAt(at('2026-03-27T06:40:00Z'), BERLIN);
    const after = probabilityAt(at(now), BERLIN);
    expect(after.ring).toBeCloseTo(before.ring, 1);
    expect(after.rows).toBe(after.ring);
    // By UTC it would come as a surprise.
    expect(probabilityAt(at(now), UTC).ring).toBeLessThan(before.ring - 0.1);
  });
});
