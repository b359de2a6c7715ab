import { describe, expect, it } from 'vitest';
import type { InterpretMemory } from '../../../src/domain/alerting.ts';
import { actionInForce } from '../../../src/domain/evaluate/throttles.ts';
import { DEFAULT_ALGORITHM, algorithm } from '../../../src/domain/parameters.ts';
import { CYCLE_ID, buildMemory, notified } from './series-builder.ts';

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
