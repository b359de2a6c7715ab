import { describe, expect, it } from 'vitest';
import type { Cause } from '../../../src/domain/vocabulary.ts';
import { evaluateFirst, recommended, type UnitSketch } from './series-builder.ts';

const lane = (path: string, wip: number): UnitSketch => ({ type: 'LANE', path, wip });
const at90: UnitSketch = { wip: 90, inflow: 4, outflow: 4 };
const induct = (wip: number, more: UnitSketch = {}): UnitSketch => ({ type: 'INDUCT', wip, ...more });

describe('why a unit is too full', () => {
  it.each<[string, UnitSketch[], Cause]>([
    ['equipment fault', [induct(90, { device: 'FAULT' })], 'JAM'],
    ['stop flag', [{ ...at90, device: 'ESTOP' }], 'JAM'],
    ['a jam before what follows is full', [induct(90, { device: 'FAULT' }), { wip: 90 }], 'JAM'],
    ['what follows is 85 % full', [induct(90), { wip: 85 }], 'BLOCKED'],
    ['what follows is less full', [induct(90), { wip: 84.9 }], 'UNKNOWN'],
    [
      'what follows by override is 85 % full',
      [{ ...lane('LANE-1', 90), override: { downstreamPath: 'LANE-2' } }, lane('LANE-2', 85)],
      'BLOCKED',
    ],
    [
      'blocked, and short of staff as well',
      [induct(90, { staffing: { hcActive: 1, hcPlan: 10 } }), { wip: 85 }],
      'BLOCKED',
    ],
    [
      'fewer than nine of ten at work',
      [{ ...at90, staffing: { hcActive: 8.9, hcPlan: 10 } }],
      'UNDERSTAFFED',
    ],
    ['nine of ten at work', [{ ...at90, staffing: { hcActive: 9, hcPlan: 10 } }], 'UNKNOWN'],
    ['nobody at work, nobody planned', [{ ...at90, staffing: { hcActive: 0, hcPlan: 0 } }], 'UNKNOWN'],
    ['planned, but nobody knows who is there', [{ ...at90, staffing: { hcPlan: 10 } }], 'UNKNOWN'],
    ['at work, but nobody knows the plan', [{ ...at90, staffing: { hcActive: 1 } }], 'UNKNOWN'],
    [
      'slower than 85 % of the planned rate',
      [{ ...at90, staffing: { uphActual: 84.9, uphPlan: 100 } }],
      'RATE_FALL',
    ],
    ['at 85 % of the planned rate', [{ ...at90, staffing: { uphActual: 85, uphPlan: 100 } }], 'UNKNOWN'],
    [
      'slow because half of them wait for work',
      [{ ...at90, staffing: { uphActual: 50, uphPlan: 100, hcActive: 10, hcIdle: 5 } }],
      'UNKNOWN',
    ],
    ['no rate measured', [{ ...at90, staffing: { uphPlan: 100 } }], 'UNKNOWN'],
    ['a rate without a plan', [{ ...at90, staffing: { uphActual: 10 } }], 'UNKNOWN'],
    [
      'short of staff before slow',
      [{ ...at90, staffing: { hcActive: 8, hcPlan: 10, uphActual: 50, uphPlan: 100 } }],
      'UNDERSTAFFED',
    ],
    ['more than a fifth above the planned inflow', [{ ...at90, inflow: 4.81, plannedInflow: 4 }], 'SURGE'],
    ['a fifth above the planned inflow', [{ ...at90, inflow: 4.8, plannedInflow: 4 }], 'UNKNOWN'],
    ['inflow where none is planned', [{ ...at90, plannedInflow: 0 }], 'UNKNOWN'],
    ['planned inflow, none known', [{ wip: 90, plannedInflow: 1 }], 'UNKNOWN'],
    ['another lane is 30 points emptier', [lane('LANE-1', 90), lane('LANE-2', 60)], 'SKEW'],
    ['another lane is 29.9 points emptier', [lane('LANE-1', 90), lane('LANE-2', 60.1)], 'UNKNOWN'],
    [
      'one of two lanes is much emptier',
      [lane('LANE-1', 90), lane('LANE-2', 80), lane('LANE-3', 40)],
      'SKEW',
    ],
    ['lanes are no matter of a total', [{ wip: 90 }, lane('LANE-1', 90), lane('LANE-2', 20)], 'UNKNOWN'],
    [
      'more comes in than the planned staff can pass',
      [{ ...at90, inflow: 4.01, staffing: { hcActive: 4, uphPlan: 60 } }],
      'UNDERSTAFFED',
    ],
    ['they can just pass it', [{ ...at90, staffing: { hcActive: 4, uphPlan: 60 } }], 'UNKNOWN'],
    [
      'a surge before staff that cannot pass it',
      [{ ...at90, plannedInflow: 2, staffing: { hcActive: 3, uphPlan: 60 } }],
      'SURGE',
    ],
  ])('%s', (_name, sketches, cause) => {
    expect(recommended(evaluateFirst(sketches), 'HIGH')?.cause).toBe(cause);
  });
});

describe('why a unit is too empty', () => {
  const starving: UnitSketch = { wip: 20, slope: -2, backlog: 50 };
  const emptyLane: UnitSketch = { ...starving, type: 'LANE' };

  it.each<[string, UnitSketch[], Cause]>([
    ['no work is waiting', [{ wip: 20, backlog: 0, due: 0 }], 'NO_DEMAND'],
    [
      'no work is waiting, whatever jams',
      [{ ...lane('LANE-1', 20), backlog: 0, due: 0 }, induct(50, { device: 'FAULT' })],
      'NO_DEMAND',
    ],
    ['the induct before a lane jams', [emptyLane, induct(50, { device: 'FAULT' })], 'UPSTREAM_STOP'],
    [
      'what feeds an induct jams',
      [
        { ...starving, type: 'INDUCT' },
        { ...lane('FEED', 50), device: 'FAULT', override: { downstreamPath: 'INDUCT-1' } },
      ],
      'UPSTREAM_STOP',
    ],
    [
      'an induct beside an induct feeds it not',
      [{ ...starving, type: 'INDUCT' }, induct(50, { path: 'INDUCT-2', device: 'FAULT' })],
      'UNKNOWN',
    ],
    ['another lane has 30 points more', [emptyLane, lane('LANE-2', 50)], 'SKEW'],
    ['another lane has 29.9 points more', [emptyLane, lane('LANE-2', 49.9)], 'UNKNOWN'],
    ['a full lane is no matter of a total', [starving, lane('LANE-2', 60)], 'UNKNOWN'],
    [
      'fewer than nine of ten pickers',
      [{ ...starving, picking: { hcActive: 8.9, hcPlan: 10 } }],
      'UNDERSTAFFED',
    ],
    ['nine of ten pickers', [{ ...starving, picking: { hcActive: 9, hcPlan: 10 } }], 'UNKNOWN'],
    [
      'packers are missing, pickers are not',
      [{ ...starving, staffing: { hcActive: 1, hcPlan: 10 } }],
      'UNKNOWN',
    ],
    [
      'less than 80 % of the planned inflow',
      [{ ...starving, inflow: 7.9, outflow: 9.9, plannedInflow: 10 }],
      'STARVED',
    ],
    ['80 % of the planned inflow', [{ ...starving, inflow: 8, outflow: 10, plannedInflow: 10 }], 'UNKNOWN'],
    ['the planned inflow is not known', [{ ...starving, inflow: 1, outflow: 3 }], 'UNKNOWN'],
    ['the inflow is not known', [{ ...starving, plannedInflow: 10 }], 'UNKNOWN'],
  ])('%s', (_name, sketches, cause) => {
    expect(recommended(evaluateFirst(sketches), 'LOW')?.cause).toBe(cause);
  });

  it('of several jams the fullest is named', () => {
    const found = evaluateFirst([
      starving,
      induct(40, { path: 'INDUCT-1', device: 'FAULT' }),
      induct(60, { path: 'INDUCT-2', device: 'FAULT' }),
      induct(80, { path: 'INDUCT-3' }),
    ]);
    expect(recommended(found, 'LOW')).toMatchObject({
      branch: 'TOTAL.low.upstream-jam',
      actionUnitId: 'FRA1_SINGLES_INDUCT-2',
    });
  });
});
