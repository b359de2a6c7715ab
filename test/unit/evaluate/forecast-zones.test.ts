/** How a forecast finds the zones from a unit's whole series. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_ALGORITHM } from '../../../src/domain/algorithm/algorithm.ts';
import { evaluate } from '../../../src/domain/evaluate/evaluate.ts';
import { daysBefore } from '../../../src/domain/forecast/earlier-days.ts';
import type { ReadPast } from '../../../src/domain/forecast/past.ts';
import type { UnitEvaluation } from '../../../src/domain/recommendation.ts';
import type { UnitSeries } from '../../../src/domain/series.ts';
import {
  CYCLE_ID,
  SETTINGS,
  buildMemory,
  buildSeries,
  buildUnit,
  type UnitSketch,
} from './series-builder.ts';

function evaluateAll(
  units: readonly UnitSeries[],
  known: { past?: ReadPast; sensitivity?: number } = {},
): UnitEvaluation[] {
  return evaluate({
    ...{ series: buildSeries([...units]), memory: buildMemory(), settings: SETTINGS },
    ...{ cycleId: CYCLE_ID, algorithm: DEFAULT_ALGORITHM, ...known },
  }).units;
}

function evaluated(sketch: UnitSketch, past?: ReadPast, sensitivity?: number): UnitEvaluation {
  const [unit] = evaluateAll([buildUnit(sketch)], {
    ...(past === undefined ? {} : { past }),
    ...(sensitivity === undefined ? {} : { sensitivity }),
  });
  if (!unit) throw new Error('the unit was not evaluated');
  return unit;
}

/** On every earlier day the level rose by `rise` right after this time of day. */
const rose =
  (rise: number): ReadPast =>
  () => ({
    fillAt: (_, offsetMin) => (offsetMin <= 0 ? 0.7 : 0.7 + rise),
    isSameKind: daysBefore(Date.parse(CYCLE_ID), { timezone: 'UTC', holidays: [] }).isSameKind,
  });

describe('overflow with levels alone', () => {
  const high: UnitSketch = { type: 'LANE', wip: 92, slope: 0.3 };

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
      ...{ severity: 'WARNING', algorithm: DEFAULT_ALGORITHM },
      probability: Number(unit.overflowProbability?.toFixed(3)),
    });
    expect(unit.recommendations[0]?.tests).toContainEqual(
      expect.objectContaining({ name: 'probability to be full soon', threshold: 0.25, passed: true }),
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

describe('overflow with flows', () => {
  const filling: UnitSketch = { type: 'LANE', wip: 80, slope: 0.5, inflow: 6, outflow: 5.9 };

  it('what comes in and does not leave makes it likelier than the level alone', () => {
    const waved = evaluated(filling);
    const stuck = evaluated({ ...filling, outflow: 2 });
    expect(waved.byFlows).toMatchObject({
      stuckShare: expect.closeTo(0.017, 3),
      slopeReach: expect.closeTo(0.833, 3),
    });
    expect(stuck.byFlows?.stuckShare).toBeCloseTo(2 / 3);
    expect(stuck.byFlows?.near).toBeGreaterThan((waved.byFlows?.near ?? 1) * 5);
    expect([waved.highZone, stuck.highZone]).toEqual(['WATCH_HIGH', 'OVERFLOW_RISK']);
    expect(stuck.overflowProbability).toBe(stuck.byFlows?.hour);
  });

  it.each<[string, UnitSketch]>([
    ['one of them unknown', { outflow: null }],
    ['level unknown', { wip: null }],
  ])('none by flows: %s', (_, change) => {
    expect(evaluated({ ...filling, ...change }).byFlows).toBeNull();
  });

  it('nothing comes in: nothing is stuck; and what is full is full', () => {
    expect(evaluated({ ...filling, inflow: 0 }).byFlows?.stuckShare).toBe(0);
    expect(evaluated({ ...filling, outflow: 60 }).byFlows?.stuckShare).toBe(-1);
    expect(evaluated({ ...filling, wip: 98 }).byFlows).toMatchObject({ near: 1, hour: 1 });
  });

  it('flows that were worked out from the level prove nothing', () => {
    const unit = buildUnit(filling);
    unit.flowOut.provenance.fill('derived');
    const [evaluation] = evaluateAll([unit]);
    expect(evaluation?.byFlows).toBeNull();
  });
});

describe('how likely it has to be', () => {
  const risky: UnitSketch = { type: 'LANE', wip: 88, slope: 0.3 };
  const limits = (sketch: UnitSketch) =>
    evaluateAll([buildUnit(sketch)], { past: rose(0.29) })
      .flatMap((unit) => [...unit.recommendations.flatMap(({ tests }) => tests), ...unit.tests])
      .filter(({ name }) => name === 'probability to be full soon')
      .map(({ threshold }) => threshold);

  it.each<[string, UnitSketch, number]>([
    ['told at once', risky, 0.25],
    ['confirmed by a second cycle', { ...risky, inflow: 5, outflow: 4 }, 0.2],
  ])('%s', (_, sketch, limit) => {
    expect(limits(sketch)).toEqual([limit]);
  });
});

describe('starvation with flows', () => {
  const staff = (least: number, hc = 4) => ({ hcActive: hc, hcPlan: 4, leastRecentPlan: least });
  const short: UnitSketch = {
    ...{ type: 'LANE', wip: 20, slope: -2, inflow: 3, outflow: 6, backlog: 500 },
    ...{ plannedOutflow: 6, plannedInflow: 6, staffing: staff(4), picking: staff(4) },
  };

  it('says how long the stock lasts and what part of the expected inflow did not come', () => {
    expect(evaluated(short).starvation).toMatchObject({
      coverMin: expect.closeTo(20 / 6),
      lineShortfall: expect.closeTo(0.5),
      ownShortfall: expect.closeTo(0.5),
      attended: true,
    });
  });

  it.each<[string, UnitSketch, string]>([
    ['half of the inflow is missing', {}, 'STARVE_RISK'],
    ['the inflow is nearly what is drawn', { inflow: 5.5 }, 'WATCH_LOW'],
    ['it lasts for long', { plannedOutflow: 1, plannedInflow: 1, inflow: 0.58 }, 'WATCH_LOW'],
    ['lean and steady', { wip: 5, slope: 0, inflow: 6, outflow: 6 }, 'WATCH_LOW'],
    ['nobody works behind it', { staffing: staff(4, 0) }, 'WATCH_LOW'],
    ['no picking is planned', { picking: { hcPlan: 0 } }, 'WATCH_LOW'],
    ['half of the pickers were on a break by plan', { picking: staff(2) }, 'WATCH_LOW'],
    ['no more was planned', { plannedInflow: 3 }, 'WATCH_LOW'],
    ['work was released just now', { leastBacklog: 0 }, 'WATCH_LOW'],
    ['work was there all the while', { leastBacklog: 1 }, 'STARVE_RISK'],
  ])('%s: %s', (_, change, expected) => {
    expect(evaluated({ ...short, ...change }).lowZone).toBe(expected);
  });

  it('a line that stopped is seen by its lanes before they feel it', () => {
    const fed = buildUnit({ ...short, wip: 45, inflow: 6 });
    const line = buildUnit({ ...short, type: 'TOTAL', inflow: 0, capacity: 1000, wip: 400 });
    const lane = (units: readonly ReturnType<typeof buildUnit>[]) =>
      evaluateAll(units).find(({ unitType }) => unitType === 'LANE');
    expect(lane([fed])?.lowZone).toBe('OK');
    expect(lane([fed, line])).toMatchObject({
      lowZone: 'STARVE_RISK',
      starvation: { lineShortfall: 1, ownShortfall: 0 },
    });
  });

  it('a total starves where lanes for half of its flow do, whatever lies elsewhere', () => {
    const total = buildUnit({
      ...short,
      type: 'TOTAL',
      capacity: 1000,
      wip: 400,
      plannedOutflow: 12,
      plannedInflow: 12,
      inflow: 11,
    });
    const lane = (path: string, wip: number, inflow: number, plannedOutflow = 6) =>
      buildUnit({ ...short, path, wip, inflow, plannedOutflow });
    const zoneOf = (units: readonly ReturnType<typeof buildUnit>[]) =>
      evaluateAll(units).find(({ unitType }) => unitType === 'TOTAL')?.lowZone;
    expect(zoneOf([total, lane('L-1', 3, 3), lane('L-2', 45, 6)])).toBe('STARVE_RISK');
    expect(zoneOf([total, lane('L-1', 3, 3, 5.9), lane('L-2', 45, 6)])).toBe('OK');
    expect(zoneOf([total])).toBe('OK');
  });
});

describe('told from the first cycle on', () => {
  const short: UnitSketch = { type: 'LANE', wip: 8, slope: -1, inflow: 1, outflow: 6, backlog: 500 };
  const fed = { plannedOutflow: 6, plannedInflow: 6, staffing: { hcActive: 4 }, picking: { hcPlan: 4 } };
  const filling: UnitSketch = { type: 'LANE', wip: 95, slope: 0.5 };

  it.each<[string, UnitSketch, boolean]>([
    ['an overflow by the level alone', filling, true],
    ['an overflow by flows', { ...filling, inflow: 6, outflow: 4 }, false],
    ['one reading at the limit', { ...filling, wip: 98 }, false],
    ['a starvation', { ...short, ...fed }, true],
    ['no forecast but a stop flag', { type: 'LANE', wip: 20, device: 'ESTOP' }, false],
    ['nothing known', { wip: null }, false],
  ])('%s', (_, sketch, atOnce) => {
    const [unit] = evaluateAll([buildUnit(sketch)], { past: rose(0.29) });
    expect(unit?.recommendations[0]?.severity).not.toBe('WATCH');
    expect(unit?.recommendations[0]?.atOnce).toBe(atOnce);
  });
});
