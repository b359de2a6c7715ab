import { describe, expect, it } from 'vitest';
import type { UnitSeries } from '../../../src/domain/series.ts';
import type { LowZone, Severity, State } from '../../../src/domain/vocabulary.ts';
import {
  buildMemory,
  buildUnit,
  constant,
  evaluateFirst,
  evaluateUnits,
  notified,
  recommended,
  type UnitSketch,
} from './series-builder.ts';

const ID = 'FRA1_SINGLES_TOTAL';

describe('data gate', () => {
  it.each<[string, UnitSketch, boolean]>([
    ['quality 49.9', { quality: 49.9 }, true],
    ['quality 50', { quality: 50 }, false],
    ['coverage 79 %', { coverage: 0.79 }, true],
    ['coverage 80 %', { coverage: 0.8 }, false],
    ['no level', { wip: null }, true],
    ['no capacity', { capacity: null }, true],
    ['capacity 0', { capacity: 0 }, true],
  ])('%s: blind %s', (_name, sketch, blind) => {
    const found = evaluateFirst([sketch]);
    const checks = found.recommendations.filter((one) => one.direction === '');
    expect(found.state === 'UNKNOWN').toBe(blind);
    expect(checks).toHaveLength(blind ? 1 : 0);
    for (const check of checks) {
      expect(check).toMatchObject({ action: 'CHECK_DATA', severity: 'WARNING', probability: null });
    }
  });

  it.each([
    [69.9, null],
    [70, 1],
  ])('at quality %d the quantity is %s', (quality, quantity) => {
    const staffing = { hcActive: 4, uphActual: 60, hcShift: 10 };
    const found = evaluateFirst([{ wip: 70, slope: 1, inflow: 5, outflow: 4, staffing, quality }]);
    expect(recommended(found, 'HIGH')).toMatchObject({ action: 'ADD_STAFF', quantity });
  });

  it('keeps the zones of a blind unit, and a stop flag all the same', () => {
    const memory = buildMemory({ zones: { [ID]: { high: 'OVERFLOW_RISK', low: 'OK' } } });
    const found = evaluateFirst([{ quality: 10, device: 'ESTOP' }], memory);
    expect(found).toMatchObject({ state: 'UNKNOWN', highZone: 'OVERFLOW_RISK', lowZone: 'OK' });
    expect(found.recommendations.map((one) => one.action)).toEqual(['CHECK_DATA', 'EMERGENCY_STOP']);
    expect(recommended(found, 'HIGH')?.sentence).toBe('STOP SINGLES now: WCS shows a stop flag, 50 % full.');
  });
});

describe('schedule gate', () => {
  const starving: UnitSketch = { wip: 20, slope: -2, backlog: 50 };
  it.each<[string, UnitSketch, State]>([
    ['no plan', {}, 'STARVE_RISK'],
    ['in a shift', { scheduled: true }, 'STARVE_RISK'],
    ['outside shifts', { scheduled: false }, 'NOT_SCHEDULED'],
    ['drain, 45 min before the departure', { cptInMin: 45, picking: { hcPlan: 0 } }, 'NOT_SCHEDULED'],
    ['46 min before the departure', { cptInMin: 46, picking: { hcPlan: 0 } }, 'STARVE_RISK'],
    ['departed a minute ago', { cptInMin: -1, picking: { hcPlan: 0 } }, 'STARVE_RISK'],
    ['pickers planned before the departure', { cptInMin: 45, picking: { hcPlan: 1 } }, 'STARVE_RISK'],
    ['half of the pickers on their break', { picking: { hcPlan: 5, hcShift: 10 } }, 'NOT_SCHEDULED'],
    ['fewer pickers on their break', { picking: { hcPlan: 6, hcShift: 10 } }, 'STARVE_RISK'],
    ['half of the packers on their break', { staffing: { hcPlan: 5, hcShift: 10 } }, 'NOT_SCHEDULED'],
    ['fewer packers on their break', { staffing: { hcPlan: 6, hcShift: 10 } }, 'STARVE_RISK'],
  ])('%s', (_name, sketch, state) => {
    const found = evaluateFirst([{ ...starving, ...sketch }]);
    expect(found.state).toBe(state);
    expect(recommended(found, 'LOW') === undefined).toBe(state === 'NOT_SCHEDULED');
  });

  it('never concerns HIGH', () => {
    expect(evaluateFirst([{ wip: 98, scheduled: false }]).state).toBe('OVERFLOW');
  });
});

describe('demand', () => {
  it.each<[string, UnitSketch, LowZone]>([
    ['levels alone: nobody knows that it matters', {}, 'WATCH_LOW'],
    ['backlog', { backlog: 1 }, 'STARVE_RISK'],
    ['units due', { due: 1 }, 'STARVE_RISK'],
    ['inflow', { inflow: 1, outflow: 3 }, 'STARVE_RISK'],
    ['planned inflow', { plannedInflow: 1 }, 'STARVE_RISK'],
    ['inflow known to be none', { inflow: 0, outflow: 2 }, 'WATCH_LOW'],
    ['no backlog and nothing due', { backlog: 0, due: 0, inflow: 1, outflow: 3 }, 'WATCH_LOW'],
    ['no backlog, but units due', { backlog: 0, due: 5 }, 'STARVE_RISK'],
  ])('%s', (_name, sketch, lowZone) => {
    expect(evaluateFirst([{ wip: 20, slope: -2, ...sketch }]).lowZone).toBe(lowZone);
  });

  it('of a lane is that of its total where its own is unknown', () => {
    const lane: UnitSketch = { type: 'LANE', wip: 20, slope: -2 };
    expect(evaluateFirst([lane, { backlog: 9 }]).lowZone).toBe('STARVE_RISK');
    expect(evaluateFirst([lane, { backlog: 0 }]).lowZone).toBe('WATCH_LOW');
  });
});

describe('emergency gate', () => {
  const emptied = (series: UnitSeries) => series.recirc.values.fill(0.1, 0, -10);
  it.each<[string, UnitSketch, Severity, boolean]>([
    ['95 % and full in 5 min', { wip: 95, slope: 0.6 }, 'EMERGENCY', false],
    ['95 % and full in 5.1 min', { wip: 95, slope: 0.588 }, 'CRITICAL', false],
    ['94.9 % and full in 5 min', { wip: 94.9, slope: 0.63 }, 'CRITICAL', false],
    ['99.9 % and falling', { wip: 99.9, slope: -0.1 }, 'EMERGENCY', false],
    ['97 % and falling', { wip: 97, slope: -0.1 }, 'WATCH', false],
    ['level and WCS both show it', { wip: 95, slope: 0.6, inflow: 5, outflow: 4.375 }, 'EMERGENCY', true],
    [
      'jam with 10 min left',
      { wip: 78, slope: 2, inflow: 2, outflow: 0, plannedOutflow: 5, staffing: { hcActive: 3 } },
      'EMERGENCY',
      true,
    ],
    [
      'jam with 10.5 min left',
      { wip: 77, slope: 2, inflow: 2, outflow: 0, plannedOutflow: 5, staffing: { hcActive: 3 } },
      'WARNING',
      false,
    ],
    [
      'not staffed, so no jam',
      { wip: 78, slope: 2, inflow: 2, outflow: 0, plannedOutflow: 5 },
      'CRITICAL',
      false,
    ],
    [
      'a twentieth of the plan still leaves',
      { wip: 78, slope: 2, inflow: 2.25, outflow: 0.25, plannedOutflow: 5, staffing: { hcActive: 3 } },
      'CRITICAL',
      false,
    ],
    ['stop flag', { wip: 30, device: 'ESTOP' }, 'EMERGENCY', false],
    ['stop flag at 95 %', { wip: 95, device: 'ESTOP' }, 'EMERGENCY', true],
  ])('%s', (_name, sketch, severity, agree) => {
    expect(recommended(evaluateFirst([sketch]), 'HIGH')).toMatchObject({
      ...{ severity, levelAndWcsAgree: agree, alarm: sketch.device === 'ESTOP' ? 'STOP_FLAG' : null },
    });
  });

  it.each<[string, UnitSketch, boolean]>([
    ['above a tenth and rising', { recirc: 1.01, outflow: 9, inflow: 9 }, true],
    ['a tenth', { recirc: 1, outflow: 9, inflow: 9 }, false],
  ])('recirculation %s', (_name, sketch, emergency) => {
    const sorter: UnitSketch['sorter'] = { fill: 0.85, state: 'RUN' };
    const found = evaluateFirst([{ ...sketch, wip: 50, sorter }], buildMemory(), emptied);
    expect(recommended(found, 'HIGH')?.severity === 'EMERGENCY').toBe(emergency);
    expect(recommended(found, 'HIGH')?.alarm).toBe(emergency ? 'RECIRCULATION' : null);
  });

  it('recirculation that does not rise is none', () => {
    expect(evaluateFirst([{ wip: 50, recirc: 3, outflow: 9, inflow: 9 }]).state).toBe('OK');
  });

  it('leaves a stop to the unit that shows it', () => {
    const found = evaluateUnits(
      [{ device: 'ESTOP' as const }, { type: 'INDUCT' as const, device: 'ESTOP' as const, quality: 20 }].map(
        buildUnit,
      ),
    );
    const stops = found
      .flatMap((unit) => unit.recommendations)
      .filter((one) => one.action === 'EMERGENCY_STOP');
    expect(stops.map((one) => one.unitId)).toEqual(['FRA1_SINGLES_INDUCT-1']);
  });
});

describe('a total by its inducts', () => {
  it.each([
    [3, 'OVERFLOW_RISK'],
    [2.99, 'OK'],
  ])('%d of 6 units a minute planned behind inducts at risk', (plannedInflow, state) => {
    const inducts: UnitSketch[] = [
      { type: 'INDUCT', path: 'INDUCT-1', wip: 98, plannedInflow },
      { type: 'INDUCT', path: 'INDUCT-2', wip: 30, plannedInflow: 6 - plannedInflow },
    ];
    expect(evaluateFirst([{ wip: 40 }, ...inducts]).state).toBe(state);
  });
});

describe('minutes actionable', () => {
  it('are counted minute by minute', () => {
    // 98 % is crossed six minutes ago.
    const found = evaluateFirst([{ wip: 98.5, slope: 0.1, inflow: 5.1, outflow: 5 }]);
    expect(recommended(found, 'HIGH')?.minutesActionable).toBe(6);
  });

  it('count what a starving unit goes through', () => {
    const found = evaluateFirst([{ wip: 5, slope: -4, inflow: 1, outflow: 5, backlog: 9 }]);
    expect(recommended(found, 'LOW')?.minutesActionable).toBe(10);
  });

  it.each([
    [8, 10],
    [7, null],
  ])('with %d known minutes of ten: %s', (known, minutes) => {
    const found = evaluateFirst([{ wip: 98, inflow: 5, outflow: 5 }], buildMemory(), (series) => {
      series.flowOut.provenance.fill('unknown', -10, series.flowOut.values.length - known);
    });
    expect(recommended(found, 'HIGH')?.minutesActionable).toBe(minutes);
  });

  it('are unknown with levels alone', () => {
    expect(recommended(evaluateFirst([{ wip: 90 }]), 'HIGH')?.minutesActionable).toBeNull();
  });
});

describe('probability', () => {
  it.each<[string, UnitSketch, (p: number) => boolean]>([
    ['1 at the limit', { wip: 98 }, (p) => p === 1],
    ['high where the limit is near', { wip: 97, slope: 1 }, (p) => p > 0.4 && p < 1],
    ['low where it falls', { wip: 86, slope: -0.5 }, (p) => p < 0.1],
  ])('%s', (_name, sketch, holds) => {
    expect(holds(recommended(evaluateFirst([sketch]), 'HIGH')?.probability ?? Number.NaN)).toBe(true);
  });
});

describe('thresholds of a unit', () => {
  it('count where they make sense, else the usual ones, said so', () => {
    const own = (overflowRiskProbability: number, overflowRiskProbabilityExit: number) =>
      evaluateFirst([
        {
          wip: 81,
          override: { thresholds: { overflowRiskProbability, overflowRiskProbabilityExit } },
        },
      ]);
    expect(own(0.0001, 0).state).toBe('OVERFLOW_RISK');
    const wrong = own(0.0001, 0.1);
    expect(wrong.state).toBe('WATCH_HIGH');
    expect(recommended(wrong, 'HIGH')?.tests[0]).toMatchObject({
      ...{ name: "the unit's own thresholds", passed: false },
      value: 'overflowRiskProbabilityExit lies above overflowRiskProbability',
    });
  });
});

it('explains silence: a healthy unit has its tests on record', () => {
  const found = evaluateFirst([{ wip: 50, inflow: 5, outflow: 5 }]);
  expect(found).toMatchObject({ state: 'OK', recommendations: [], flowInUpm: 5, flowOutUpm: 5 });
  expect(found.tests).toContainEqual({
    ...{ name: 'fill', value: 0.5, operator: '>=', threshold: 0.67, passed: false },
  });
});

it('a silent flow of a full lane is no reason to be silent', () => {
  const found = evaluateFirst([{ wip: 98 }], buildMemory(), (series) => {
    series.flowIn = constant(null);
  });
  expect(found.highZone).toBe('OVERFLOW');
});

it.each([
  [1, false],
  [0.99, true],
])('an induct that fills up by %d a minute from 38 %% may be opened: %s', (slope, opened) => {
  const action = { action: 'THROTTLE_INDUCT', quantity: 30, minutesAgo: 10 } as const;
  const past = buildMemory({ notified: [notified('FRA1_SINGLES_INDUCT-1', action)] });
  const found = evaluateFirst([{ type: 'INDUCT', wip: 38, slope }], past);
  expect(found.recommendations.map((one) => one.action)).toEqual(opened ? ['RELEASE_INDUCT'] : []);
});
