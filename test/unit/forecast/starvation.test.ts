/** The figures that a starvation rests on, and what they weigh, with weights that a person can add up. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_ALGORITHM, algorithm } from '../../../src/domain/algorithm/algorithm.ts';
import { signalsOf } from '../../../src/domain/forecast/signals.ts';
import { starvationByLanes, starvationOf, type Starvation } from '../../../src/domain/forecast/starvation.ts';
import { buildUnit, type UnitSketch } from '../evaluate/series-builder.ts';

const version = algorithm(DEFAULT_ALGORITHM);
const weights = {
  near: { constant: -1, cover: -1, lineShortfall: 2, ownShortfall: 4 },
  hour: { constant: 1, cover: -1, lineShortfall: 2, ownShortfall: 4 },
};
const parameters = {
  ...version,
  forecast: { ...version.forecast, starvation: { ...version.forecast.starvation, ...weights } },
};
const observed = (sketch: UnitSketch) => {
  const series = buildUnit(sketch);
  return { series, signals: signalsOf(series, parameters) };
};
const lane: UnitSketch = {
  ...{ type: 'LANE', wip: 30, inflow: 3, outflow: 6, plannedOutflow: 6, plannedInflow: 6 },
};
const of = (change: UnitSketch, line: UnitSketch | null = null, agoMin = 0) =>
  starvationOf(observed({ ...lane, ...change }), line && observed(line), parameters, agoMin);
const probability = (logOdds: number) => expect.closeTo(1 / (1 + Math.exp(-logOdds)), 9);

describe('starvation', () => {
  it('adds up how long the stock lasts and what did not come', () => {
    expect(of({})).toEqual({
      ...{ coverMin: 5, lineShortfall: 0.5, ownShortfall: 0.5, attended: true },
      near: probability(-1 - Math.log(6) + 1 + 2),
      hour: probability(1 - Math.log(6) + 1 + 2),
    });
  });

  it.each<[string, UnitSketch, Partial<Starvation>]>([
    ['two hours of cover are the most', { capacity: 9_000, wip: 6_000 }, { coverMin: 120 }],
    ['more came than expected', { inflow: 12 }, { ownShortfall: -0.3, lineShortfall: -0.3 }],
    ['less was planned than is drawn', { plannedInflow: 4 }, { ownShortfall: 0.25 }],
    ['nothing was planned', { plannedInflow: 0 }, { ownShortfall: 0 }],
    ['no plan', { plannedInflow: null }, { ownShortfall: 0.5 }],
    ['a plan without people', { picking: { hcPlan: null, leastRecentPlan: 1 } }, { ownShortfall: 0.5 }],
    ['half of the pickers lately', { picking: { hcPlan: 4, leastRecentPlan: 2 } }, { ownShortfall: 0 }],
    ['more pickers lately', { picking: { hcPlan: 4, leastRecentPlan: 8 } }, { ownShortfall: 0.5 }],
    ['not known how many lately', { picking: { hcPlan: 4, leastRecentPlan: null } }, { ownShortfall: 0.5 }],
    ['nobody behind it', { staffing: { hcActive: 0 } }, { attended: false, near: 0, hour: 0 }],
    ['no picking', { picking: { hcPlan: 0 } }, { attended: false, near: 0, hour: 0 }],
    ['somebody behind it', { staffing: { hcActive: 1 }, picking: { hcPlan: 1 } }, { attended: true }],
    ['not known who', { staffing: { hcActive: null }, picking: { hcPlan: null } }, { attended: true }],
  ])('%s', (_, change, expected) => {
    expect(of(change)).toMatchObject(expected);
  });

  it.each<[string, UnitSketch]>([
    ['level', { wip: null }],
    ['inflow', { inflow: null }],
    ['draw', { plannedOutflow: null, outflow: null }],
  ])('is not known without the %s', (_, change) => {
    expect(of(change)).toBeNull();
  });

  it('takes the line for the last minutes, and each for the other where one is not known', () => {
    const line: UnitSketch = { type: 'TOTAL', inflow: 6, plannedOutflow: 8, plannedInflow: 8 };
    expect(of({}, line)).toMatchObject({ lineShortfall: 0.25, ownShortfall: 0.5 });
    expect(of({ inflow: null }, line)).toMatchObject({ lineShortfall: 0.25, ownShortfall: 0.25 });
    expect(of({}, { ...line, inflow: null })).toMatchObject({ lineShortfall: 0.5, ownShortfall: 0.5 });
  });

  it('tells how it stood some minutes before', () => {
    expect(of({ slope: -1 }, null, 6)?.coverMin).toBe(6);
  });
});

describe('of a total by its lanes', () => {
  const total: Starvation = {
    ...{ coverMin: 40, lineShortfall: 0, ownShortfall: 0, attended: true, near: 0.9, hour: 0.9 },
  };
  const one = (near: number, outflowUpm: number) => ({
    starvation: { ...total, near, hour: near + 0.1 },
    outflowUpm,
  });

  it.each<[string, Parameters<typeof starvationByLanes>[1], number, number]>([
    ['the likelier ones first, in any order', [one(0.1, 5), one(0.6, 3), one(0.4, 4)], 0.4, 0.5],
    ['one lane with half of the flow', [one(0.2, 5), one(0.6, 5)], 0.6, 0.7],
    ['one with a little less', [one(0.2, 5), one(0.6, 4.9)], 0.2, 0.3],
    ['a lane of which nothing is known', [{ starvation: null, outflowUpm: 6 }, one(0.6, 4)], 0, 0],
  ])('%s', (_, lanes, near, hour) => {
    expect(starvationByLanes(total, lanes, 0.5)).toEqual({
      ...total,
      near,
      hour: expect.closeTo(hour, 9),
    });
  });
});
