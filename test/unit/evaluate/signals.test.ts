import { describe, expect, it } from 'vitest';
import { theilSen } from '../../../src/domain/evaluate/statistics.ts';
import { actionInForce } from '../../../src/domain/evaluate/throttles.ts';
import { DEFAULT_ALGORITHM, algorithm } from '../../../src/domain/parameters.ts';
import { productiveUph, signalsOf } from '../../../src/domain/signals.ts';
import type { InterpretMemory } from '../../../src/domain/alerting.ts';
import {
  CYCLE_ID,
  buildMemory,
  buildStaffing,
  buildUnit,
  notified,
  track,
  type UnitSketch,
} from './series-builder.ts';

const parameters = algorithm(DEFAULT_ALGORITHM);
const signals = (sketch: UnitSketch) => signalsOf(buildUnit(sketch), parameters);

describe('growth', () => {
  it.each<[string, UnitSketch, { growth: number | null; disagree: boolean; quality: number }]>([
    ['levels alone', { slope: 0.5 }, { growth: 0.5, disagree: false, quality: 100 }],
    [
      'flows confirmed by the slope',
      { slope: 0.4, inflow: 10, outflow: 9.5 },
      { growth: 0.5, disagree: false, quality: 100 },
    ],
    [
      'slope of the other sign, not material',
      { slope: -0.1, inflow: 10, outflow: 9.9 },
      { growth: -0.1, disagree: false, quality: 100 },
    ],
    [
      'a material difference: the riskier one',
      { wip: 60, slope: 0, inflow: 10, outflow: 8 },
      { growth: 2, disagree: true, quality: 90 },
    ],
    [
      'a difference of 5 % of capacity in 10 min is not material yet',
      { wip: 60, slope: 0, inflow: 10, outflow: 9.5 },
      { growth: 0, disagree: false, quality: 100 },
    ],
    [
      'at the limit flows need no confirmation',
      { wip: 98, slope: 0, inflow: 10, outflow: 9.625 },
      { growth: 0.375, disagree: false, quality: 100 },
    ],
    [
      'a hard fault needs no confirmation',
      { wip: 60, slope: 0, inflow: 10, outflow: 9.625, device: 'FAULT' },
      { growth: 0.375, disagree: false, quality: 100 },
    ],
  ])('%s', (_name, sketch, expected) => {
    const found = signals(sketch);
    expect({
      growth: found.growthUpm,
      disagree: found.flowAndLevelDisagree,
      quality: found.quality,
    }).toEqual(expected);
  });

  it('rests on the slope where the flows are not to be trusted or only repeat the level', () => {
    const weak = buildUnit({ slope: 0.4, inflow: 10, outflow: 9.5 });
    weak.quality.flowScore = 69;
    expect(signalsOf(weak, parameters).growthUpm).toBeCloseTo(0.4, 9);
    weak.quality.flowScore = 70;
    expect(signalsOf(weak, parameters).growthUpm).toBeCloseTo(0.5, 9);
    weak.flowOut = track(weak.flowOut.values, 'derived');
    expect(signalsOf(weak, parameters).growthUpm).toBeCloseTo(0.4, 9);
  });

  it('is unknown with fewer than three levels and no flow', () => {
    const series = buildUnit({ slope: 1 });
    series.levelSamples = series.levelSamples.slice(-2);
    const found = signalsOf(series, parameters);
    expect(found.growthUpm).toBeNull();
    expect(found.ttoMin).toBeNull();
  });

  it('is not moved by one bad level', () => {
    const points = Array.from({ length: 7 }, (_, index) => ({ ts: index * 300_000, value: index * 5 }));
    points[3] = { ts: 900_000, value: 900 };
    expect(theilSen(points)?.slope).toBeCloseTo(1, 6);
  });

  it('flows are medians of the last ten minutes', () => {
    const series = buildUnit({ inflow: 10, outflow: 10 });
    series.flowIn.values[58] = 500;
    series.flowIn.values[57] = null;
    series.flowIn.values[10] = 77;
    expect(signalsOf(series, parameters).inflowUpm).toBe(10);
  });
});

describe('times', () => {
  it.each<[string, UnitSketch, { tto?: number | null; tts?: number | null; cover?: number | null }]>([
    ['growing', { wip: 78, slope: 1 }, { tto: 20, tts: Infinity }],
    ['falling', { wip: 20, slope: -1 }, { tto: Infinity, tts: 20 }],
    ['at the limit', { wip: 98 }, { tto: 0 }],
    ['empty and nothing comes', { wip: 0 }, { tts: 0 }],
    ['cover by plan', { wip: 30, plannedOutflow: 3, outflow: 1 }, { cover: 10 }],
    ['cover by capability', { wip: 30, staffing: { hcActive: 3, uphActual: 100 }, outflow: 1 }, { cover: 6 }],
    ['cover by outflow', { wip: 30, outflow: 1 }, { cover: 30 }],
    ['cover unknown', { wip: 30 }, { cover: null }],
    ['nothing is drawn', { wip: 30, plannedOutflow: 0 }, { cover: Infinity }],
    [
      'capability bounded by equipment',
      { wip: 30, staffing: { hcActive: 3, uphActual: 100 }, override: { equipmentLimitUpm: 3 } },
      { cover: 10 },
    ],
  ])('%s', (_name, sketch, expected) => {
    const { ttoMin, ttsMin, coverMin } = signals(sketch);
    expect({ tto: ttoMin, tts: ttsMin, cover: coverMin }).toMatchObject(expected);
  });

  it('an induct passes its part of what all inductors pass', () => {
    const series = buildUnit({ type: 'INDUCT', wip: 30, staffing: { hcActive: 4, uphActual: 60 } });
    expect(signalsOf(series, parameters)).toMatchObject({ capabilityUpm: 4, coverMin: 7.5 });
    series.shares = { inflow: 0.25, outflow: 0.25 };
    expect(signalsOf(series, parameters)).toMatchObject({ capabilityUpm: 1, coverMin: 30 });
  });

  it('a station that starves still needs what it drew before', () => {
    const series = buildUnit({ wip: 6, outflow: 3, inflow: 0 });
    series.flowOut.values.fill(0.1, -10);
    expect(signalsOf(series, parameters).drawUpm).toBe(3);
  });

  it.each([
    ['busy', { hcActive: 10, hcIdle: 2, uphActual: 80, uphPlan: 100 }, 80],
    ['waiting, planned rate known', { hcActive: 10, hcIdle: 2.1, uphActual: 60, uphPlan: 100 }, 100],
    ['waiting, no plan', { hcActive: 10, hcIdle: 5, uphActual: 50 }, 100],
    ['no actual rate', { uphPlan: 90 }, 90],
    ['nothing known', {}, null],
  ])('rate of people who have work: %s', (_name, staffing, expected) => {
    const built = buildStaffing('PACK', staffing);
    expect(built && productiveUph(built, parameters.signals.idleShare)).toBe(expected);
  });

  it('recirculation is a share of what the sorter carries, and rises against ten minutes before', () => {
    const series = buildUnit({ outflow: 9, recirc: 1 });
    expect(signalsOf(series, parameters)).toMatchObject({ recircShare: 0.1, recircRising: false });
    series.recirc.values.fill(0.5, 0, -10);
    expect(signalsOf(series, parameters)).toMatchObject({ recircShare: 0.1, recircRising: true });
  });
});

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
