import { describe, expect, test } from 'vitest';
import { forecastText } from '../../../src/domain/explain/forecast.ts';
import type { Forecast, HorizonForecast } from '../../../src/domain/forecast.ts';

const horizon = (horizonMin: number, probability: number, change: Partial<HorizonForecast> = {}) => ({
  horizonMin,
  roseEnough: { days: 6.2, of: 14 },
  roseEnoughSameKind: { days: 5, of: 10 },
  gotFull: { days: 4, of: 14 },
  roomSteps: 2.5,
  paceSteps: 1.25,
  probability,
  ...change,
});

const forecast = (change: Partial<Forecast> = {}): Forecast => ({
  ...{ room: 0.12, pacePerMin: 0.002, volatility: 0.015, recentlyFull: false },
  near: horizon(30, 0.34),
  hour: horizon(60, 0.51),
  ...change,
});

describe('a forecast in words', () => {
  test.each([
    '12 % of the capacity is left',
    'pace of the last hour 0.2 % a minute, 1.5 % up or down in 5 minutes;',
    'within 30 min 34 %: from this time of day it rose by as much on 6.2 of 14 days, on 5 of 10 days of the same kind, and got full on 4 of 14 days; the room is 2.5 usual movements, the pace 1.25',
    'within 60 min 51 %: ',
  ])('says %s', (words) => {
    expect(forecastText(forecast())).toContain(words);
  });

  test('says what is not known, and what was', () => {
    const none = { days: 0, of: 0 };
    const first = horizon(30, 0.05, { roseEnough: none, roseEnoughSameKind: none, gotFull: none });
    const text = forecastText(forecast({ room: 0, pacePerMin: null, recentlyFull: true, near: first }));
    expect(text).toContain('no room left; pace of the last hour not known');
    expect(text).toContain(', full within the last hour;');
    expect(text).toContain('within 30 min 5 %: no earlier day to compare with; the room is');
  });
});
