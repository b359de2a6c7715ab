/** What the flows weigh beside the level, with weights that a person can add up. */
import { expect, it } from 'vitest';
import type { Forecast } from '../../../src/domain/forecast/forecast.ts';
import { overflowByFlows } from '../../../src/domain/forecast/overflow-by-flows.ts';
import { DEFAULT_ALGORITHM, algorithm } from '../../../src/domain/algorithm/algorithm.ts';
import { signalsOf } from '../../../src/domain/forecast/signals.ts';
import { buildUnit, type UnitSketch } from '../evaluate/series-builder.ts';

const version = algorithm(DEFAULT_ALGORITHM);
const weights = {
  near: { constant: -1, level: 0.5, stuckShare: 4, slopeReach: 2 },
  hour: { constant: 1, level: 1, stuckShare: 2, slopeReach: 1 },
};
const parameters = {
  ...version,
  forecast: { ...version.forecast, flows: { ...version.forecast.flows, ...weights } },
};
const horizon = (probability: number): Forecast['near'] => ({
  ...{ horizonMin: 30, probability, stepsBeyond: 0, fill: 0 },
  alikeGotFull: { moments: 0, of: 0, otherKindShare: 1 },
  roseEnough: { days: 0, of: 0 },
});
const forecast = (room: number, near = 0.2, hour = 0.3): Forecast => ({
  ...{ room, pacePerMin: null, fastPacePerMin: null, volatility: 0, recentlyFull: false },
  ...{ near: horizon(near), hour: horizon(hour) },
});
const of = (change: UnitSketch, by = forecast(0.2)) => {
  const series = buildUnit({ type: 'LANE', wip: 78, slope: 0.5, inflow: 8, outflow: 6, ...change });
  return overflowByFlows(series, signalsOf(series, version), by, parameters);
};
const probability = (logOdds: number) => expect.closeTo(1 / (1 + Math.exp(-logOdds)), 9);
const logOdds = (p: number) => Math.log(p / (1 - p));

it('adds them to the log-odds of the level', () => {
  expect(of({})).toEqual({
    stuckShare: 0.25,
    slopeReach: expect.closeTo(0.75, 9),
    near: probability(-1 + 0.5 * logOdds(0.2) + 4 * 0.25 + 2 * 0.75),
    hour: probability(1 + logOdds(0.3) + 2 * 0.25 + 0.75),
  });
});

it.each<[string, UnitSketch, Forecast, object]>([
  ['the least room', { slope: 0.02 }, forecast(0.01), { slopeReach: expect.closeTo(0.3, 9) }],
  ['the most reach', { slope: 5 }, forecast(0.2), { slopeReach: 3 }],
  ['the least reach', { slope: -5 }, forecast(0.2), { slopeReach: -2 }],
  ['at the limit', {}, forecast(0), { near: 1, hour: 1 }],
  [
    'a level that rules it out, or makes it sure, is held within a thousandth',
    { slope: 0, outflow: 8 },
    forecast(0.2, 0, 1),
    { near: probability(-1 + 0.5 * logOdds(0.001)), hour: probability(1 + logOdds(0.999)) },
  ],
])('%s', (_, change, by, expected) => {
  expect(of(change, by)).toMatchObject(expected);
});

it.each<[string, UnitSketch]>([
  ['capacity', { capacity: null }],
  ['inflow', { inflow: null }],
  ['outflow', { outflow: null }],
])('is not known without the %s', (_, change) => {
  expect(of(change)).toBeNull();
});

it('is not known where the last minutes of a flow are missing', () => {
  const series = buildUnit({ type: 'LANE', wip: 78, inflow: 8, outflow: 6 });
  series.flowIn.values.fill(null, -10);
  const signals = signalsOf(series, version);
  expect(overflowByFlows(series, signals, forecast(0.2), parameters)).toBeNull();
});
