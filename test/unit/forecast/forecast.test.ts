import { describe, expect, test } from 'vitest';
import { forecastOf, lookAroundMin, type Forecast } from '../../../src/domain/forecast/forecast.ts';
import { DEFAULT_ALGORITHM, algorithm } from '../../../src/domain/algorithm/algorithm.ts';
import { daysBefore } from '../../../src/domain/forecast/earlier-days.ts';
import type { UnitPast } from '../../../src/domain/forecast/past.ts';
import type { UnitSeries } from '../../../src/domain/series.ts';
import { buildUnit } from '../evaluate/series-builder.ts';

const p = algorithm(DEFAULT_ALGORITHM).forecast;
const LIMIT = 0.98;

const lane = (fill: number, slopePerMin = 0): UnitSeries =>
  buildUnit({ type: 'LANE', capacity: 100, wip: fill * 100, slope: slopePerMin * 100 });

/** `fillOn(day)` at this time of day, and `rise` more from the next mark on. */
const past = (of: (day: number) => { from: number; rise: number } | null): UnitPast => ({
  fillAt: (day, offsetMin) => {
    const found = of(day);
    return found === null
      ? null
      : offsetMin <= -10
        ? found.from
        : found.from + (offsetMin > 10 ? found.rise : 0);
  },
  isSameKind: daysBefore(Date.parse('2026-03-04T10:00:00Z'), { timezone: 'UTC', holidays: [] }).isSameKind,
});

function forecast(series: UnitSeries, of: UnitPast | null = null): Forecast {
  return forecastOf(series, of, LIMIT, p) as Forecast;
}

describe('a forecast from the level alone', () => {
  test('without a past, without movement: the log-odds are a sum that a person can do', () => {
    const { near, room, volatility, recentlyFull } = forecast(lane(0.94));
    expect({ room, volatility, recentlyFull }).toEqual({
      room: expect.closeTo(0.04),
      volatility: 0,
      recentlyFull: false,
    });
    expect(near).toMatchObject({ stepsBeyond: expect.closeTo(-2), fill: 0.9 });
    const prior = Math.log(0.05 / 0.95);
    const logOdds = -3.107 + (0.264 + 0.155) * prior - 1.009 * 2 + 2.748 * 0.9;
    expect(near.probability).toBeCloseTo(1 / (1 + Math.exp(-logOdds)), 10);
  });

  test('at the limit it is certain, above it too', () => {
    expect(forecast(lane(0.98)).near.probability).toBe(1);
    expect(forecast(lane(1.05)).hour.probability).toBe(1);
  });

  test('level or capacity unknown: no forecast', () => {
    expect(forecastOf(buildUnit({ wip: null }), null, LIMIT, p)).toBeNull();
    expect(forecastOf(buildUnit({ capacity: null }), null, LIMIT, p)).toBeNull();
    expect(forecastOf(buildUnit({ capacity: 0 }), null, LIMIT, p)).toBeNull();
  });

  test('less room and a faster pace are never less likely, and the hour never less than half of it', () => {
    const at = (fill: number, slope: number) => forecast(lane(fill, slope));
    for (const slope of [-0.005, 0, 0.002, 0.005]) {
      const fills = [0.4, 0.6, 0.8, 0.9, 0.95, 0.97];
      const near = fills.map((fill) => at(fill, slope).near.probability);
      expect(near).toEqual(near.toSorted((a, b) => a - b));
    }
    expect(at(0.9, 0.005).near.probability).toBeGreaterThan(at(0.9, 0).near.probability);
    expect(at(0.7, -0.004).near.probability).toBeLessThan(at(0.7, 0.004).near.probability);
    expect(at(0.8, 0.002).hour.probability).toBeGreaterThan(at(0.8, 0.002).near.probability);
  });

  test('what is counted in other units, ten times as many, is as likely', () => {
    const small = buildUnit({ capacity: 100, wip: 80, slope: 0.4 });
    const large = buildUnit({ capacity: 1000, wip: 800, slope: 4 });
    expect(forecast(large).near.probability).toBeCloseTo(forecast(small).near.probability, 12);
  });

  test('full within the last hour counts', () => {
    const falling = forecast(lane(0.9, -0.002));
    expect(falling.recentlyFull).toBe(true);
    expect(forecast(lane(0.9, -0.001)).recentlyFull).toBe(false);
  });
});

describe("a unit's own past", () => {
  test('counts the days of this kind on which the level rose by the room that is left', () => {
    const { near, hour } = forecast(
      lane(0.88),
      past((day) =>
        day <= 6 ? { from: 0.5, rise: 0.2 } : day <= 9 ? { from: 0.9, rise: 0.1 } : { from: 0.2, rise: 0.05 },
      ),
    );
    // The steps begin 10 minutes after the present time of day: all but the latest look see the rise.
    // Of 21 days, 15 are working days like this Wednesday; of the first nine, seven.
    expect(near.roseEnough).toEqual({ days: expect.closeTo(7), of: 15 });
    expect(hour.roseEnough.of).toBe(15);
  });

  test('a rise of just the room counts, one that falls short does not', () => {
    const rising = (rise: number) =>
      forecast(
        lane(0.75),
        past(() => ({ from: 0.25, rise })),
      ).near.roseEnough.days;
    expect(rising(0.2299)).toBe(0);
    expect(rising(0.2301)).toBe(15);
  });

  test('days without a level are not counted, and more days with a rise are more likely', () => {
    const days = (count: number) =>
      forecast(
        lane(0.85),
        past((day) => (day <= count ? { from: 0.7, rise: 0.3 } : { from: 0.7, rise: 0 })),
      );
    expect(
      forecast(
        lane(0.85),
        past(() => null),
      ).near.roseEnough,
    ).toEqual({ days: 0, of: 0 });
    expect(days(10).near.probability).toBeGreaterThan(days(5).near.probability);
    expect(days(5).near.probability).toBeGreaterThan(days(0).near.probability);
  });
});

describe('what the last hour shows', () => {
  /** Share of capacity at the 5-minute marks, the newest last; what lies between them is no mark. */
  const marks = (...fills: (number | null)[]): UnitSeries => {
    const series = buildUnit({ type: 'LANE', capacity: 100 });
    const { values } = series.wip;
    values.fill(999);
    for (let back = 0; back <= 12; back += 1) {
      const fill = fills.at(-1 - back) ?? null;
      values[values.length - 1 - 5 * back] = fill === null ? null : 100 * fill;
    }
    return series;
  };

  test.each<[string, (number | null)[], number]>([
    ['three changes', [0.5, 0.52, 0.5, 0.52], 0.02],
    ['of different size, as a deviation', [0.5, 0.53, 0.49, 0.49, 0.49], 0.025],
    ['two changes are an accident', [0.5, 0.52, 0.5], 0],
    ['changes over an unknown mark do not count', [0.5, 0.52, null, 0.7, 0.72], 0],
    ['but those beside it do', [0.5, 0.52, 0.5, null, 0.7, 0.72], 0.02],
  ])('usual movement: %s', (_name, fills, expected) => {
    expect(forecast(marks(...fills)).volatility).toBeCloseTo(expected, 9);
  });

  test('movement is what the way to the limit is measured by, more so over the hour', () => {
    const { near, hour, pacePerMin, fastPacePerMin } = forecast(
      marks(0.5, 0.56, 0.55, 0.61, 0.6, 0.66, 0.65, 0.71, 0.7),
    );
    const volatility = Math.sqrt((4 * 0.06 ** 2 + 4 * 0.01 ** 2) / 8);
    const mean = ((pacePerMin ?? 0) + (fastPacePerMin ?? 0)) / 2;
    for (const [horizon, minutes] of [
      [near, 30],
      [hour, 60],
    ] as const) {
      const step = 0.02 + volatility * Math.sqrt(minutes / 5);
      expect(horizon.stepsBeyond).toBeCloseTo((minutes * mean - 0.28) / step, 9);
    }
    expect(pacePerMin).toBeCloseTo(0.005, 9);
  });

  test('a pace needs three marks', () => {
    expect(forecast(marks(0.4, 0.5)).pacePerMin).toBeNull();
    expect(forecast(marks(0.85, 0.95)).near.stepsBeyond).toBeCloseTo(-0.03 / 0.02, 9);
    expect(forecast(marks(0.3, 0.4, 0.5)).pacePerMin).toBeCloseTo(0.02, 9);
    // The time between marks counts, known or not.
    expect(forecast(marks(0.3, null, 0.4, 0.45)).pacePerMin).toBeCloseTo(0.01, 9);
  });

  test.each<[number, boolean]>([
    [0.98, true],
    [0.979, false],
  ])('at %d an hour ago: recently full %s', (fill, expected) => {
    expect(forecast(marks(fill, ...Array<number>(12).fill(0.5))).recentlyFull).toBe(expected);
    expect(forecast(marks(fill, ...Array<number>(13).fill(0.5))).recentlyFull).toBe(false);
  });

  test('every evidence has its weight', () => {
    const series = marks(0.98, 0.9, 0.92, 0.9, 0.91, 0.92, 0.91, 0.93, 0.92);
    const earlier = past((day) => (day <= 3 ? { from: 0.9, rise: 0.1 } : { from: 0.2, rise: 0.1 }));
    const found = forecast(series, earlier);
    expect(found.recentlyFull).toBe(true);
    const odds = (hits: number, of: number) => {
      const share = (hits + 2 * 0.05) / (of + 2);
      return Math.log(share / (1 - share));
    };
    for (const [horizon, w] of [
      [found.near, p.near],
      [found.hour, p.hour],
    ] as const) {
      expect(horizon.roseEnough.days).toBeCloseTo(15, 9);
      expect(horizon.alikeGotFull.moments).toBeGreaterThan(0);
      const logOdds =
        w.constant +
        w.alikeGotFull * odds(horizon.alikeGotFull.moments, horizon.alikeGotFull.of) +
        w.roseEnough * odds(horizon.roseEnough.days, horizon.roseEnough.of) +
        w.stepsBeyond * horizon.stepsBeyond +
        w.fill * horizon.fill +
        w.recentlyFull;
      expect(horizon.probability).toBeCloseTo(1 / (1 + Math.exp(-logOdds)), 10);
    }
  });
});

describe('what earlier days show', () => {
  /** Levels at the marks named, minutes from this time of day; unknown elsewhere. */
  const known = (levels: Record<number, number>): UnitPast => ({
    fillAt: (_day, offsetMin) => levels[offsetMin] ?? null,
    isSameKind: () => true,
  });

  test.each<[string, Record<number, number>, { near: number; hour: number }]>([
    ['half of the marks within half an hour', { 0: 0.5, 15: 0.5, 20: 0.5, 25: 0.5 }, { near: 21, hour: 0 }],
    ['less than half of them', { 0: 0.5, 15: 0.5, 20: 0.5 }, { near: 0, hour: 0 }],
    [
      'half of the marks within the hour',
      { 0: 0.5, 35: 0.5, 40: 0.5, 45: 0.5, 50: 0.5, 55: 0.5, 60: 0.5 },
      { near: 0, hour: 21 },
    ],
    ['no level to begin with', { 15: 0.5, 20: 0.5, 25: 0.5, 30: 0.5 }, { near: 0, hour: 0 }],
  ])('a day is known by %s', (_name, levels, expected) => {
    const { near, hour } = forecast(lane(0.8), known(levels));
    // One look of the five that a day allows.
    expect({ near: near.roseEnough.of * 5, hour: hour.roseEnough.of * 5 }).toEqual({
      near: expect.closeTo(expected.near),
      hour: expect.closeTo(expected.hour),
    });
  });

  test.each<[string, number, { near: number; hour: number }]>([
    ['in half an hour', 30, { near: 21, hour: 21 }],
    ['later', 35, { near: 0, hour: 21 }],
    ['at the end of the hour', 60, { near: 0, hour: 21 }],
    ['after it', 65, { near: 0, hour: 0 }],
  ])('the highest level counts where it was: %s', (_name, peakMin, expected) => {
    const levels: Record<number, number> = { 0: 0.5 };
    for (let offsetMin = 15; offsetMin <= 80; offsetMin += 5) levels[offsetMin] = 0.5;
    levels[peakMin] = 0.98;
    const { near, hour } = forecast(lane(0.8), known(levels));
    expect({ near: near.roseEnough.days * 5, hour: hour.roseEnough.days * 5 }).toEqual({
      near: expect.closeTo(expected.near),
      hour: expect.closeTo(expected.hour),
    });
  });

  test('three weeks count', () => {
    const only = (day: number): number =>
      forecast(
        lane(0.8),
        past((of) => (of === day ? { from: 0.7, rise: 0.3 } : { from: 0.7, rise: 0 })),
      ).near.roseEnough.days;
    expect(only(21)).toBeCloseTo(1, 9);
    expect(only(22)).toBe(0);
    // Four days before a Wednesday was a Saturday.
    expect(only(4)).toBe(0);
  });
});

describe('moments like this one', () => {
  /** The level of every earlier day by minutes from this time of day, on the days named. */
  const levels = (of: (offsetMin: number) => number | null, days = 1): UnitPast => ({
    fillAt: (day, offsetMin) => (day <= days ? of(offsetMin) : null),
    isSameKind: () => true,
  });
  const fullFrom = (fromMin: number, before: (offsetMin: number) => number) =>
    levels((offsetMin) => (offsetMin >= fromMin ? 1 : before(offsetMin)));

  test('are those within 5 % of the level', () => {
    const of = (level: number) =>
      forecast(
        lane(0.8),
        levels(() => level),
      ).near.alikeGotFull.of;
    // 25 marks from an hour before to an hour after.
    expect([0.7499, 0.7501, 0.8, 0.8499, 0.8501].map(of)).toEqual([0, 25, 25, 25, 0]);
  });

  test('are those within an hour of the time of day, whatever the kind of the day', () => {
    const at = (only: number) =>
      forecast(
        lane(0.8),
        levels((offsetMin) => (offsetMin === only ? 0.8 : 0.2), 21),
      ).near.alikeGotFull.of;
    expect([-65, -60, 0, 60, 65].map(at)).toEqual([0, 21, 21, 21, 0]);
  });

  test('ended full where the limit was reached within the horizon', () => {
    const { near, hour } = forecast(
      lane(0.8),
      fullFrom(0, () => 0.8),
    );
    // From an hour to five minutes before: of these twelve marks six have it within half an hour.
    expect(near.alikeGotFull).toEqual({ moments: 6, of: 12, otherKindShare: 0.3 });
    expect(hour.alikeGotFull).toEqual({ moments: 12, of: 12, otherKindShare: 0.3 });
    expect(
      forecast(
        lane(0.8),
        levels((offsetMin) => (offsetMin >= 0 ? 0.979 : 0.8)),
      ).hour.alikeGotFull.moments,
    ).toBe(0);
  });

  test('are followed to the end of the hour from the latest of them too', () => {
    const last = forecast(
      lane(0.8),
      levels((offsetMin) => (offsetMin === 60 || offsetMin >= 95 ? (offsetMin === 120 ? 1 : 0.8) : null)),
    );
    expect(last.hour.alikeGotFull).toEqual({ moments: 1, of: 1, otherKindShare: 0.3 });
  });

  test('more of them that ended full are more likely to', () => {
    const after = (fromMin: number) =>
      forecast(
        lane(0.8),
        fullFrom(fromMin, () => 0.8),
      ).near;
    expect(after(0).probability).toBeGreaterThan(after(45).probability);
    expect(after(45).probability).toBeGreaterThan(after(120).probability);
  });

  test('how far the past has to be known', () => {
    expect(lookAroundMin(p)).toBe(60);
    expect(lookAroundMin({ ...p, pastSlackMin: 90 })).toBe(90);
  });
});

describe('where the pace leads', () => {
  const at = (fill: number, slow: number, fast = slow): UnitSeries => {
    const series = lane(fill);
    const { values } = series.wip;
    const last = values.length - 1;
    for (let back = 0; back <= 60; back += 1) {
      const gone = fast * Math.min(back, 15) + slow * Math.max(0, back - 15);
      values[last - back] = 100 * (fill - gone);
    }
    return series;
  };

  test('is the mean of the pace of the hour and of its last quarter, in usual movements beyond the limit', () => {
    const { near, pacePerMin, fastPacePerMin, volatility } = forecast(at(0.9, 0.001, 0.002));
    expect(fastPacePerMin).toBeCloseTo(0.002, 9);
    expect(pacePerMin).toBeLessThan(0.002);
    const step = 0.02 + volatility * Math.sqrt(6);
    const beyond = (pace: number) => (30 * pace - 0.08) / step;
    expect(near.stepsBeyond).toBeCloseTo((beyond(pacePerMin ?? 0) + beyond(0.002)) / 2, 9);
  });

  test('counts no further than 4 short of the limit and 3 beyond it', () => {
    expect(forecast(at(0.2, 0)).near.stepsBeyond).toBe(-4);
    expect(forecast(lane(0.9, 0.02)).hour.stepsBeyond).toBe(3);
  });
});

describe('how full it is', () => {
  const at = (fill: number, before: UnitPast | null = null) => forecast(lane(fill), before).near;

  test('counts up to 90 %', () => {
    expect([0.4, 0.9, 0.95].map((fill) => at(fill).fill)).toEqual([0.4, 0.9, 0.9]);
  });

  test('a moment of another kind of day counts by a third', () => {
    // Yesterday was a day of this kind and ended full, the day before was none and did not.
    const twoDays: UnitPast = {
      fillAt: (day, offsetMin) =>
        day > 2 ? null : offsetMin === 0 ? 0.8 : day === 1 && offsetMin > 0 ? 1 : 0.2,
      isSameKind: (day) => day === 1,
    };
    expect(at(0.8, twoDays).alikeGotFull).toEqual({ moments: 1, of: 1.3, otherKindShare: 0.3 });
  });
});
