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

const SUMMER = [at('2026-03-29T01:00:00Z'), at('2026-10-25T01:00:00Z')] as const;

/** Minutes after midnight in Berlin. */
function minuteOfDay(ts: number): number {
  const offset = ts >= SUMMER[0] && ts < SUMMER[1] ? 120 : 60;
  return (ts / MINUTE_MS + offset) % 1_440;
}

/** Each hour the lane fills by half and is emptied; from 07:00 on its wall nobody empties it, and at 08:00 it is full. */
function fillAt(ts: number): number {
  const minute = minuteOfDay(ts);
  if (minute >= 420 && minute < 480) return 0.3 + (0.7 * (minute - 420)) / 60;
  if (minute >= 480 && minute < 540) return 1;
  const within = minute % 60;
  return 0.3 + 0.35 * (within < 30 ? within / 30 : (60 - within) / 30);
}

/** Minutes before 08:00 on its wall at which it is said to be at risk, from memory and from what is stored. */
function leadOn(day: string, calendar: Calendar): number[] {
  const p = algorithm(DEFAULT_ALGORITHM);
  const history = new LevelHistory();
  const kept: LevelsAt[] = [];
  const leads: number[] = [];
  const [from, to] = [at(day) - 24 * DAY_MS, at(day) + 8 * 60 * MINUTE_MS];
  for (let ts = from; ts < to && leads.length === 0; ts += 5 * MINUTE_MS) {
    const minute = minuteOfDay(ts);
    if (ts > at(day) && minute >= 400 && minute <= 480) {
      const values = Array.from({ length: 61 }, (_, index) => 100 * fillAt(ts - (60 - index) * MINUTE_MS));
      const series = { capacityUnits: 100, wip: { values } } as unknown as UnitSeries;
      const days = daysBefore(ts, calendar);
      const asked = new Set(marksBack(days, 60, p.forecast.hour.horizonMin));
      const stored = pastAt(
        days,
        kept.filter((levels) => asked.has(levels.ts)),
      );
      const [ring, rows] = [history.readAt(days), stored].map(
        (past) => forecastOf(series, past('A'), 0.98, p.forecast)?.near.probability ?? NaN,
      );
      if (rows !== ring) throw new Error(`stored: ${rows}, in memory: ${ring}`);
      if ((ring ?? 0) >= p.zones.overflowRiskProbability) leads.push(480 - minute);
    }
    const levels = [{ unitId: 'A', fill: fillAt(ts) }];
    history.record(ts, levels);
    const keep = levelsToKeep(ts, levels);
    if (keep) kept.push(keep);
  }
  return leads;
}

describe('a lane that fills every day at 08:00 on its wall', () => {
  const before = leadOn('2026-03-26', BERLIN);

  it.each([
    ['the day after clocks went forward', '2026-03-30'],
    ['five days after clocks went forward', '2026-04-03'],
    ['the day after clocks went back', '2026-10-26'],
    ['five days after clocks went back', '2026-10-30'],
  ])('is told %s as early as before', (_, day) => {
    expect(leadOn(day, BERLIN)).toEqual(before);
  });

  it('by UTC it comes as a surprise', () => {
    for (const day of ['2026-03-30', '2026-10-26']) expect(leadOn(day, UTC)[0]).toBeLessThan(before[0] ?? 0);
  });
});
