import { describe, expect, it } from 'vitest';
import { theilSen } from '../../../src/domain/statistics.ts';
import { DEFAULT_ALGORITHM, algorithm } from '../../../src/domain/algorithm/algorithm.ts';
import type { UnitSeries } from '../../../src/domain/series.ts';
import { signalsOf } from '../../../src/domain/forecast/signals.ts';
import { around } from '../preprocess/rows-builder.ts';
import { buildUnit, track, type UnitSketch } from '../evaluate/series-builder.ts';

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

describe('which growth counts', () => {
  /** Flows of `inflow` against 10 out, and the level's own slope. */
  const growth = (fill: number, inflow: number, slope: number, more: UnitSketch = {}) => {
    const found = signals({ wip: 100 * fill, inflow, outflow: 10, slope, ...more });
    return {
      high: found.growthHighUpm,
      low: found.growthLowUpm,
      shown: found.growthUpm,
      disagree: found.flowAndLevelDisagree,
    };
  };
  const agreed = (value: number) => ({
    ...{ high: around(value), low: around(value), shown: around(value) },
    disagree: false,
  });

  it('where flow and level disagree, the riskier for each side, and the one to show by the half that is nearer', () => {
    const both = { high: 2, low: around(-1), disagree: true };
    expect(growth(0.6, 12, -1)).toEqual({ ...both, shown: 2 });
    expect(growth(0.5, 12, -1)).toEqual({ ...both, shown: 2 });
    expect(growth(0.49, 12, -1)).toEqual({ ...both, shown: around(-1) });
  });

  it.each<[string, number, number, boolean]>([
    // 0.5 a minute is 5 % of the capacity in 10 minutes.
    ['by just above 5 % of capacity in 10 min', 10.51, 0, true],
    ['by 5 % of capacity in 10 min', 10.5, 0, false],
    ['by much, but by less than 30 % of the faster', 13, 2.11, false],
    ['by much, and by more than 30 % of the faster', 13, 2.09, true],
    ['when both fall', 7, -2.09, true],
  ])('they disagree %s: %s', (_name, inflow, slope, disagree) => {
    expect(growth(0.6, inflow, slope).disagree).toBe(disagree);
  });

  it.each<[string, number, UnitSketch, number]>([
    ['just below the limit the level must confirm the flow', 0.979, {}, 0],
    ['at the limit it can rise no more', 0.98, {}, 0.4],
    ['an idle device confirms nothing', 0.6, { device: 'IDLE' }, 0],
    ['a fault is ahead of the level', 0.6, { device: 'FAULT' }, 0.4],
    ['so is a stop', 0.6, { device: 'ESTOP' }, 0.4],
  ])('%s', (_name, fill, more, expected) => {
    expect(growth(fill, 10.4, 0, more)).toEqual(agreed(expected));
  });

  it('the flow alone where the level tells no slope, the slope alone where one flow is unknown', () => {
    const series = buildUnit({ wip: 50, inflow: 12, outflow: 10 });
    series.levelSamples = [];
    expect(signalsOf(series, parameters)).toMatchObject({
      growthUpm: 2,
      slopeUpm: null,
      slopeSpreadUpm: null,
    });
    expect(growth(0.5, 12, 0.25, { outflow: null })).toEqual(agreed(0.25));
    expect(signals({ inflow: null, outflow: 10, slope: 0.25 }).growthUpm).toBeCloseTo(0.25, 9);
  });

  it('rests on the slope where either flow only repeats the level', () => {
    for (const side of ['flowIn', 'flowOut'] as const) {
      const series = buildUnit({ slope: 0.4, inflow: 10, outflow: 9.5 });
      series[side] = track(series[side].values, 'derived');
      expect(signalsOf(series, parameters).growthUpm).toBeCloseTo(0.4, 9);
    }
  });

  it('of a flow that was derived before and is measured now, the flow', () => {
    const series = buildUnit({ slope: 0.4, inflow: 10, outflow: 9.5 });
    series.flowOut.provenance.fill('derived', 0, -1);
    expect(signalsOf(series, parameters).growthUpm).toBeCloseTo(0.5, 9);
  });

  it.each([
    [100, 90],
    [55, 50],
    // Doubt alone makes nobody blind; who is blind already does not see better by it.
    [50, 50],
    [40, 40],
  ])('a disagreement takes 10 points of the quality %d, but not below 50: %d', (quality, expected) => {
    expect(signals({ wip: 60, slope: 0, inflow: 10, outflow: 8, quality }).quality).toBe(expected);
    expect(signals({ wip: 60, slope: 0, inflow: 10, outflow: 10, quality }).quality).toBe(quality);
  });
});

describe('the slope of the level', () => {
  const samples = (series: UnitSeries, ...of: [minutesAgo: number, wipUnits: number][]) => {
    series.levelSamples = of.map(([minutesAgo, wipUnits]) => ({
      ts: series.snapshotTs - minutesAgo * 60_000,
      wipUnits,
    }));
    return signalsOf(series, parameters);
  };

  it.each<[string, [number, number][], number | null]>([
    [
      'over 30 minutes',
      [
        [30, 20],
        [15, 35],
        [0, 50],
      ],
      1,
    ],
    [
      'not of what is older',
      [
        [31, 0],
        [30, 20],
        [15, 35],
        [0, 50],
      ],
      1,
    ],
    [
      'not of what is to come',
      [
        [20, 30],
        [10, 40],
        [0, 50],
        [-10, 500],
        [-20, 900],
      ],
      1,
    ],
    [
      'of two levels: none',
      [
        [20, 30],
        [0, 50],
      ],
      null,
    ],
    [
      'of levels within 10 minutes',
      [
        [10, 40],
        [5, 45],
        [0, 50],
      ],
      1,
    ],
    [
      'of levels within less than 10 minutes: none',
      [
        [9.9, 40],
        [5, 45],
        [0, 50],
      ],
      null,
    ],
    [
      'in whatever order they come',
      [
        [0, 50],
        [30, 20],
        [15, 35],
      ],
      1,
    ],
    ['of none', [], null],
  ])('%s', (_name, of, expected) => {
    expect(samples(buildUnit(), ...of).slopeUpm).toEqual(around(expected));
  });

  it('reaches back three sampling intervals where levels are rare', () => {
    const rare = buildUnit();
    rare.samplingMin = 20;
    expect(samples(rare, [61, 999], [60, 20], [40, 30], [20, 40], [0, 50]).slopeUpm).toBeCloseTo(0.5, 9);
    const unknown = buildUnit();
    unknown.samplingMin = null;
    expect(samples(unknown, [60, 20], [40, 30], [20, 40], [0, 50]).slopeUpm).toBeNull();
  });
});
