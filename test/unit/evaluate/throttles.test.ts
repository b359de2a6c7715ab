import { describe, expect, it } from 'vitest';
import type { InterpretMemory } from '../../../src/domain/suppress/contract.ts';
import { actionInForce } from '../../../src/domain/evaluate/throttles.ts';
import { DEFAULT_ALGORITHM, algorithm } from '../../../src/domain/algorithm/algorithm.ts';
import {
  CYCLE_ID,
  buildMemory,
  evaluateFirst,
  notified,
  recommended,
  type UnitSketch,
} from './series-builder.ts';

const parameters = algorithm(DEFAULT_ALGORITHM);

describe('our throttle', () => {
  const unit = 'FRA1_SINGLES_TOTAL';
  const throttle = { action: 'THROTTLE_PICKING_ALL', quantity: 30 } as const;
  const free = { action: 'RELEASE_PICKING_ALL', quantity: 20 } as const;
  it.each<[string, InterpretMemory['notified'], { stopped: boolean; throttlePercent: number }]>([
    ['none', [], { stopped: false, throttlePercent: 0 }],
    ['on', [notified(unit, { ...throttle, minutesAgo: 60 })], { stopped: false, throttlePercent: 30 }],
    ['too old', [notified(unit, { ...throttle, minutesAgo: 61 })], { stopped: false, throttlePercent: 0 }],
    [
      'old, but its episode is open',
      [notified(unit, { ...throttle, minutesAgo: 200, episodeOpen: true })],
      { stopped: false, throttlePercent: 30 },
    ],
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
    expect(actionInForce(buildMemory({ notified: past }), unit, CYCLE_ID, parameters)).toEqual(expected);
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
    expect(found?.sentence).toContain('(it drains by itself, as asked before)');
    expect(found?.tests).toContainEqual(
      expect.objectContaining({ name: 'our throttle, percent', value: 30, passed: true }),
    );
  });

  it('is let go where the risk is over', () => {
    expect(advice([{ ...draining, wip: 80 }], [asked(total, 30)])?.[0]).toBe('NONE');
  });
});
