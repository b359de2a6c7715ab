import { describe, expect, test } from 'vitest';
import { forecastOf, type Forecast } from '../../../src/domain/forecast.ts';
import { algorithm, DEFAULT_ALGORITHM } from '../../../src/domain/parameters.ts';
import { sameKindAs, type UnitPast } from '../../../src/domain/past.ts';
import type { UnitSeries } from '../../../src/domain/series.ts';
import { buildUnit } from '../evaluate/series-builder.ts';

const parameters = algorithm(DEFAULT_ALGORITHM).forecast;
if (parameters === null) throw new Error('the default version has a forecast');
const p = parameters;
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
  isSameKind: sameKindAs(Date.parse('2026-03-04T10:00:00Z')),
});

function forecast(series: UnitSeries, of: UnitPast | null = null): Forecast {
  const found = forecastOf(series, of, LIMIT, p);
  if (found === null) throw new Error('no forecast');
  return found;
}

describe('a forecast from the level alone', () => {
  test('without a past, without movement: the weights on the prior and on the room', () => {
    const { near, room, volatility, recentlyFull } = forecast(lane(0.94));
    expect({ room, volatility, recentlyFull }).toEqual({
      room: expect.closeTo(0.04),
      volatility: 0,
      recentlyFull: false,
    });
    expect(near.roomSteps).toBeCloseTo(0.04 / 0.02);
    const prior = Math.log(0.05 / 0.95);
    const logOdds = 0.071 + (0.214 + 0.328 + 0.31) * prior - 0.663 * near.roomSteps;
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
  test('counts the days on which the level rose by the room that is left, and those on which it got full', () => {
    const { near, hour } = forecast(
      lane(0.88),
      past((day) =>
        day <= 6 ? { from: 0.5, rise: 0.2 } : day <= 9 ? { from: 0.9, rise: 0.1 } : { from: 0.2, rise: 0.05 },
      ),
    );
    // The steps begin 10 minutes after the present time of day: all but the latest look see the rise.
    expect(near.roseEnough).toEqual({ days: expect.closeTo(9), of: 14 });
    expect(near.gotFull).toEqual({ days: expect.closeTo(3), of: 14 });
    expect(hour.roseEnough.of).toBe(14);
    // Of 21 days, 15 are working days like this Wednesday; of the first nine, seven.
    expect(near.roseEnoughSameKind).toEqual({ days: expect.closeTo(7), of: 15 });
  });

  test('a rise of just the room counts, one that falls short does not', () => {
    const rising = (rise: number) =>
      forecast(
        lane(0.75),
        past(() => ({ from: 0.25, rise })),
      ).near.roseEnough.days;
    expect(rising(0.2299)).toBe(0);
    expect(rising(0.2301)).toBe(14);
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
