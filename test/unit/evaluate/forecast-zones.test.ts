/** How version 1.1.0 finds its zones from a unit's whole series; its tree is that of 1.0.0. */
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../src/domain/evaluate.ts';
import { sameKindAs, type ReadPast } from '../../../src/domain/past.ts';
import type { UnitEvaluation } from '../../../src/domain/recommendation.ts';
import {
  CYCLE_ID,
  SETTINGS,
  buildMemory,
  buildSeries,
  buildUnit,
  type UnitSketch,
} from './series-builder.ts';

function evaluated(sketch: UnitSketch, past?: ReadPast, sensitivity?: number): UnitEvaluation {
  const { units } = evaluate({
    ...{ series: buildSeries([buildUnit(sketch)]), memory: buildMemory(), settings: SETTINGS },
    ...{ cycleId: CYCLE_ID, algorithm: '1.1.0' },
    ...(past === undefined ? {} : { past }),
    ...(sensitivity === undefined ? {} : { sensitivity }),
  });
  const [unit] = units;
  if (!unit) throw new Error('the unit was not evaluated');
  return unit;
}

/** On every earlier day the level rose by `rise` right after this time of day. */
const rose =
  (rise: number): ReadPast =>
  () => ({
    fillAt: (_, offsetMin) => (offsetMin <= 0 ? 0.7 : 0.7 + rise),
    isSameKind: sameKindAs(Date.parse(CYCLE_ID)),
  });

describe('overflow with levels alone', () => {
  const high: UnitSketch = { type: 'LANE', wip: 88, slope: 0.3 };

  it('a unit that rises slowly without a past is watched, not warned of', () => {
    expect(evaluated(high)).toMatchObject({
      highZone: 'WATCH_HIGH',
      recommendations: [{ severity: 'WATCH' }],
    });
  });

  it('where the rise that is left came on every earlier day it is warned of, with its probability', () => {
    const unit = evaluated(high, rose(0.29));
    expect(unit.highZone).toBe('OVERFLOW_RISK');
    expect(unit.forecast?.near.roseEnough.days).toBeGreaterThan(8);
    expect(unit.recommendations[0]).toMatchObject({
      ...{ severity: 'WARNING', algorithm: '1.1.0' },
      probability: Number(unit.overflowProbability?.toFixed(3)),
    });
    expect(unit.recommendations[0]?.tests).toContainEqual(
      expect.objectContaining({ name: 'probability to be full within 30 min', threshold: 0.2, passed: true }),
    );
  });

  it('sensitivity decides how likely it has to be', () => {
    const near = evaluated(high, rose(0.29)).forecast?.near.probability ?? 0;
    expect(evaluated(high, rose(0.29), 1 - near - 0.01).highZone).toBe('WATCH_HIGH');
    expect(evaluated(high, rose(0.29), 1 - near + 0.01).highZone).toBe('OVERFLOW_RISK');
  });

  it('a level that is not known has no probability', () => {
    const blind = evaluated({ wip: null });
    expect(blind).toMatchObject({ state: 'UNKNOWN', overflowProbability: null, forecast: null });
  });
});

describe('starvation with flows', () => {
  const falling: UnitSketch = {
    ...{ type: 'LANE', wip: 20, slope: -2, inflow: 4, outflow: 6, backlog: 500, plannedOutflow: 6 },
    ...{ staffing: { hcActive: 4, hcPlan: 4 }, picking: { hcPlan: 4 } },
  };

  it.each<[string, UnitSketch, string]>([
    ['falls, and a third of the inflow is missing', {}, 'STARVE_RISK'],
    ['falls, yet the inflow is nearly what is drawn', { inflow: 4.3 }, 'WATCH_LOW'],
    ['lean and steady', { wip: 5, slope: 0, inflow: 6, outflow: 6 }, 'WATCH_LOW'],
    ['nobody works behind it', { staffing: { hcActive: 0, hcPlan: 4 } }, 'WATCH_LOW'],
    ['no picking is planned', { picking: { hcPlan: 0 } }, 'WATCH_LOW'],
    ['the pickers were on a break', { picking: { hcPlan: 4, recentlyAwayShare: 0.25 } }, 'WATCH_LOW'],
    ['the packers were', { staffing: { hcActive: 4, hcPlan: 4, recentlyAwayShare: 0.25 } }, 'WATCH_LOW'],
  ])('%s: %s', (_, change, expected) => {
    expect(evaluated({ ...falling, ...change }).lowZone).toBe(expected);
  });
});
