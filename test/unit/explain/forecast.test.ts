import { describe, expect, test } from 'vitest';
import { byFlowsText, forecastText, starvationText } from '../../../src/domain/explain/forecast.ts';
import type { Forecast, HorizonForecast } from '../../../src/domain/forecast/forecast.ts';

const horizon = (horizonMin: number, probability: number, change: Partial<HorizonForecast> = {}) => ({
  horizonMin,
  alikeGotFull: { moments: 12, of: 31, otherKindShare: 0.3 },
  roseEnough: { days: 6.2, of: 15 },
  stepsBeyond: -1.25,
  fill: 0.875,
  probability,
  ...change,
});

const forecast = (change: Partial<Forecast> = {}): Forecast => ({
  ...{ room: 0.12, pacePerMin: 0.002, fastPacePerMin: 0.004, volatility: 0.015, recentlyFull: false },
  near: horizon(30, 0.34),
  hour: horizon(60, 0.51),
  ...change,
});

describe('a forecast in words', () => {
  test.each([
    '12 % of the capacity is left',
    'pace of the last hour 0.2 % a minute, of its last quarter 0.4 % a minute, 1.5 % up or down in 5 minutes;',
    'within 30 min 34 %: of 31 moments like this one (time of day and level; on another kind of day one counts 0.3) 12 ended full, from this time of day it rose by as much on 6.2 of 15 days of this kind, the pace ends 1.25 usual movements short of the limit, the level counts as 87.5 %',
    'within 60 min 51 %: ',
  ])('says %s', (words) => {
    expect(forecastText(forecast())).toContain(words);
  });

  test('says what is not known, and what was', () => {
    const first = horizon(30, 0.05, {
      ...{ roseEnough: { days: 0, of: 0 }, stepsBeyond: 0.5 },
      alikeGotFull: { moments: 0, of: 0, otherKindShare: 0.3 },
    });
    const text = forecastText(forecast({ room: 0, pacePerMin: null, recentlyFull: true, near: first }));
    expect(text).toContain('no room left; pace of the last hour not known, of its last quarter 0.4 %');
    expect(text).toContain(', full within the last hour;');
    expect(text).toContain(
      'within 30 min 5 %: no earlier moment was like this one, no earlier day to compare with, the pace leads 0.5 usual movements beyond the limit',
    );
  });
});

test('tells what the flows add', () => {
  expect(byFlowsText({ stuckShare: 0.25, slopeReach: 0.5, near: 0.31, hour: 0.4 }, 45)).toBe(
    '25 % of what came in lately did not leave; in half an hour the slope takes 50 % of the room that is left; with this, full within 45 min 31 %, within 60 min 40 %',
  );
});

test('tells what a starvation rests on, and where nobody waits', () => {
  const starvation = {
    ...{ coverMin: 4.5, lineShortfall: 1, ownShortfall: 0.2, attended: true, near: 0.8, hour: 0.9 },
  };
  expect(starvationText(starvation)).toBe(
    'the stock lasts 4.5 min; 100 % of the inflow that may be expected was missing in the line lately, 20 % here in the last half hour; stations starve within 30 min 80 %, within 60 min 90 %',
  );
  expect(starvationText({ ...starvation, attended: false })).toBe(
    'nobody works behind it, or no picking is planned: nobody waits for it',
  );
});
