import { describe, expect, it } from 'vitest';
import type { InterpretMemory } from '../../../src/domain/suppress/contract.ts';
import { actionInForce } from '../../../src/domain/evaluate/told.ts';
import { buildMemory, evaluateFirst, notified, recommended, type UnitSketch } from './series-builder.ts';

describe('our throttle', () => {
  const unit = 'FRA1_SINGLES_TOTAL';
  const throttle = { action: 'THROTTLE_PICKING_ALL', quantity: 30 } as const;
  const free = { action: 'RELEASE_PICKING_ALL', quantity: 20 } as const;
  it.each<[string, InterpretMemory['notified'], { stopped: boolean; throttlePercent: number }]>([
    ['none', [], { stopped: false, throttlePercent: 0 }],
    ['on', [notified(unit, { ...throttle, minutesAgo: 200 })], { stopped: false, throttlePercent: 30 }],
    [
      'partly released, in whatever order it is told',
      [notified(unit, { ...free, minutesAgo: 10 }), notified(unit, { ...throttle, minutesAgo: 30 })],
      { stopped: false, throttlePercent: 10 },
    ],
    [
      'another unit',
      [notified(unit, { ...throttle, minutesAgo: 5, actionUnitId: 'FRA1_MULTIS_TOTAL' })],
      { stopped: false, throttlePercent: 0 },
    ],
    [
      'a stop',
      [notified(unit, { action: 'EMERGENCY_STOP', minutesAgo: 5 })],
      { stopped: true, throttlePercent: 100 },
    ],
  ])('%s', (_name, past, expected) => {
    expect(actionInForce(buildMemory({ notified: past }), unit)).toEqual(expected);
  });
});

const FULL = { high: 'OVERFLOW', low: 'OK' } as const;

describe('stays as it is till it is released', () => {
  const total = 'FRA1_SINGLES_TOTAL';
  const induct = 'FRA1_SINGLES_INDUCT-1';
  const lane = 'FRA1_SINGLES_LANE-1';
  const draining: UnitSketch = { type: 'TOTAL', wip: 92, slope: -1, inflow: 5, outflow: 6 };
  const filling: UnitSketch = { type: 'TOTAL', wip: 98, slope: 1, inflow: 6, outflow: 5 };
  const ofInduct = { type: 'INDUCT', path: 'INDUCT-1' } as const;
  const quiet: UnitSketch = { type: 'TOTAL', wip: 40 };
  const asked = (unitId: string, percent: number | null) =>
    notified(unitId, {
      ...{ minutesAgo: 10, quantity: percent, quantityUnit: 'percent', episodeOpen: true },
      action: unitId === induct ? 'THROTTLE_INDUCT' : 'THROTTLE_PICKING_ALL',
    });
  const waited = notified(total, { minutesAgo: 10, episodeOpen: true });
  const high = (sketches: UnitSketch[], past: InterpretMemory['notified']) => {
    const zones = Object.fromEntries([total, induct, lane].map((unit) => [unit, { ...FULL }]));
    const memory = buildMemory({ zones, notified: past });
    return recommended(evaluateFirst(sketches, memory), 'HIGH');
  };
  const advice = (...given: Parameters<typeof high>) => {
    const found = high(...given);
    return found && [found.action, found.actionUnitId, found.quantity];
  };

  it.each<[string, UnitSketch[], InterpretMemory['notified'], [string, string, number | null]]>([
    ['it drains', [draining], [asked(total, 30)], ['THROTTLE_PICKING_ALL', total, 30]],
    ['its number was not known', [draining], [asked(total, null)], ['THROTTLE_PICKING_ALL', total, null]],
    ['there is none', [draining], [waited], ['NONE', total, null]],
    ['less would do', [filling], [asked(total, 45)], ['THROTTLE_PICKING_ALL', total, 45]],
    ['more is needed', [filling], [asked(total, 10)], ['THROTTLE_PICKING_ALL', total, 25]],
    ['a number is known now', [filling], [asked(total, null)], ['THROTTLE_PICKING_ALL', total, 25]],
    [
      'an induct by its own',
      [{ ...draining, ...ofInduct, slope: -4, outflow: 9 }, quiet],
      [asked(induct, 20), asked(total, 30)],
      ['THROTTLE_INDUCT', induct, 20],
    ],
    [
      'an induct by that of its total',
      [{ ...draining, ...ofInduct, slope: -4, outflow: 9 }, quiet],
      [asked(total, 30), notified(induct, { minutesAgo: 10, episodeOpen: true })],
      ['THROTTLE_PICKING_ALL', total, 30],
    ],
    [
      'an induct asks for its own beside that of its total',
      [{ ...filling, ...ofInduct }, quiet],
      [asked(total, 30)],
      ['THROTTLE_INDUCT', induct, 25],
    ],
    [
      'a lane without a total',
      [{ ...draining, type: 'LANE', path: 'LANE-1' }],
      [asked(lane, 20)],
      ['THROTTLE_PICKING_ALL', lane, 20],
    ],
  ])('%s', (_name, sketches, past, expected) => {
    expect(advice(sketches, past)).toEqual(expected);
  });

  it('says so, and writes down what it went by', () => {
    const found = high([draining], [asked(total, 30)]);
    expect(found?.sentence).toContain('(as asked before; it drains by itself)');
    expect(found?.tests).toContainEqual(
      expect.objectContaining({ name: 'our throttle, percent', value: 30, passed: true }),
    );
  });

  it('is let go where the risk is over', () => {
    expect(advice([{ ...draining, wip: 80 }], [asked(total, 30)])?.[0]).toBe('NONE');
  });
});

describe('what was told stands', () => {
  const total = 'FRA1_SINGLES_TOTAL';
  const lanes = ['LANE-1', 'LANE-2', 'LANE-3'].map((path) => `FRA1_SINGLES_${path}`);
  const [own, named] = lanes as [string, string];
  const packers = { process: 'PACK', hcActive: 4, hcPlan: 6, hcShift: 8, uphActual: 60 };
  const short: UnitSketch = { wip: 82.9, slope: 1, inflow: 5, outflow: 4, staffing: packers };
  const call = { action: 'ADD_STAFF', process: 'PACK', quantity: 3, quantityUnit: 'persons' } as const;
  const ask = { action: 'THROTTLE_PICKING_ALL', quantity: 20, quantityUnit: 'percent' } as const;
  const told = (unitId: string, past: Partial<Parameters<typeof notified>[1]>) =>
    notified(unitId, { minutesAgo: 5, episodeOpen: true, ...past });
  const flow = (actionUnitId: string, more = {}) =>
    told(own, { action: 'REBALANCE_CAPACITY', actionUnitId, ...more });
  const lane = (path: string, wip: number): UnitSketch => ({ type: 'LANE', path, wip });
  const advice = (sketches: UnitSketch[], past: InterpretMemory['notified']) => {
    const zones = Object.fromEntries(
      [total, ...lanes].map((unit) => [unit, { high: 'OVERFLOW_RISK', low: 'OK' } as const]),
    );
    const found = recommended(evaluateFirst(sketches, buildMemory({ zones, notified: past })), 'HIGH');
    return found && [found.action, found.actionUnitId, found.quantity];
  };

  it.each<[string, UnitSketch[], InterpretMemory['notified'], [string, string, number | null]]>([
    [
      'nobody was called: 12 minutes are too short',
      [{ ...short, wip: 86 }],
      [],
      ['THROTTLE_PICKING_ALL', total, 25],
    ],
    [
      'called 5 minutes ago, they are there in 10',
      [{ ...short, wip: 86 }],
      [told(total, call)],
      ['ADD_STAFF', total, 3],
    ],
    [
      'and would be too late',
      [{ ...short, wip: 89 }],
      [told(total, call)],
      ['THROTTLE_PICKING_ALL', total, 25],
    ],
    [
      'they should have come by now',
      [{ ...short, wip: 86 }],
      [told(total, { ...call, minutesAgo: 15 })],
      ['THROTTLE_PICKING_ALL', total, 25],
    ],
    [
      'others were called',
      [{ ...short, wip: 86 }],
      [told(total, { ...call, process: 'PICK' })],
      ['THROTTLE_PICKING_ALL', total, 25],
    ],
    ['people, in just over 15 minutes', [short], [], ['ADD_STAFF', total, 1]],
    ['not instead of a throttle', [short], [told(total, ask)], ['THROTTLE_PICKING_ALL', total, 20]],
    ['but with ten minutes more', [{ ...short, wip: 72 }], [told(total, ask)], ['ADD_STAFF', total, 1]],
    [
      'the lane that was named, though another has a little more room',
      [lane('LANE-1', 86), lane('LANE-2', 45), lane('LANE-3', 36)],
      [flow(named)],
      ['REBALANCE_CAPACITY', named, null],
    ],
    [
      'not one that is a tenth fuller',
      [lane('LANE-1', 86), lane('LANE-2', 45), lane('LANE-3', 35)],
      [flow(named)],
      ['REBALANCE_CAPACITY', 'FRA1_SINGLES_LANE-3', null],
    ],
    [
      'not one that stands still by now',
      [lane('LANE-1', 86), { ...lane('LANE-2', 36), device: 'FAULT' }, lane('LANE-3', 45)],
      [flow(named)],
      ['REBALANCE_CAPACITY', 'FRA1_SINGLES_LANE-3', null],
    ],
    [
      'not one whose room nobody sees any more',
      [lane('LANE-1', 86), { ...lane('LANE-2', 36), wipOffBy: 5 }, lane('LANE-3', 45)],
      [flow(named)],
      ['REBALANCE_CAPACITY', 'FRA1_SINGLES_LANE-3', null],
    ],
    [
      'the one that was named, where nobody sees any of them',
      [lane('LANE-1', 86), { ...lane('LANE-2', 45), wipOffBy: 5 }, { ...lane('LANE-3', 40), wipOffBy: 5 }],
      [flow(named)],
      ['REBALANCE_CAPACITY', named, null],
    ],
    [
      'flow, though the other lane has got fuller by it',
      [lane('LANE-1', 86), lane('LANE-2', 72), { type: 'TOTAL', wip: 40 }],
      [flow(named)],
      ['REBALANCE_CAPACITY', named, null],
    ],
    [
      'a throttle, though the other lane has a little room now',
      [lane('LANE-1', 86), lane('LANE-2', 62), { type: 'TOTAL', wip: 40 }],
      [told(own, { ...ask, actionUnitId: total })],
      ['THROTTLE_PICKING_ALL', total, null],
    ],
    [
      'as much flow, though less comes by now',
      [{ ...lane('LANE-1', 86), inflow: 2, outflow: 2 }, lane('LANE-2', 40)],
      [flow(named, { quantity: 4, quantityUnit: 'upm' })],
      ['REBALANCE_CAPACITY', named, 4],
    ],
  ])('%s', (_name, sketches, past, expected) => {
    expect(advice(sketches, past)).toEqual(expected);
  });
});
