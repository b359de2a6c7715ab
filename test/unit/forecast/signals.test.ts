import { describe, expect, it } from 'vitest';
import { DEFAULT_ALGORITHM, algorithm } from '../../../src/domain/algorithm/algorithm.ts';
import type { Provenance, Staffing } from '../../../src/domain/series.ts';
import {
  flowMedian,
  minutesOfCover,
  minutesToOverflow,
  minutesToStarvation,
  productiveUph,
  recentMean,
  signalsOf,
} from '../../../src/domain/forecast/signals.ts';
import { around } from '../preprocess/rows-builder.ts';
import { buildStaffing, buildUnit, track, type UnitSketch } from '../evaluate/series-builder.ts';

const parameters = algorithm(DEFAULT_ALGORITHM);
const signals = (sketch: UnitSketch) => signalsOf(buildUnit(sketch), parameters);

describe('the mean of the last minutes', () => {
  const rates = track([1, 2, 3, 4, 5, null, 7, 8, 9, 10]);
  it.each<[string, number, number, unknown]>([
    ['all known', 4, 0, 8.5],
    ['one of five unknown', 5, 0, 8.5],
    ['as it was three minutes before', 5, 3, 4.75],
    ['longer than it is known', 20, 0, null],
    ['just long enough', 15, 0, expect.closeTo(49 / 9)],
  ])('%s', (_, windowMin, endOffset, expected) => {
    expect(recentMean(rates, windowMin, parameters.signals, endOffset)).toEqual(expected);
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

describe('what is known of a flow', () => {
  const flow = (known: number, provenance: Provenance = 'measured') => {
    const series = buildUnit({ inflow: null });
    series.flowIn.values.fill(4, -known);
    series.flowIn.provenance.fill(provenance, -known);
    return signalsOf(series, parameters).inflowUpm;
  };

  it.each<[number, number | null]>([
    [2, null],
    [3, 4],
    [60, 4],
  ])('%d known minutes of the last ten: %s', (known, expected) => {
    expect(flow(known)).toBe(expected);
  });

  it.each<[Provenance, number | null]>([
    ['measured', 4],
    ['bridged', 4],
    ['carried', 4],
    ['derived', 4],
    ['plan', null],
    ['unknown', null],
  ])('%s counts: %s', (provenance, expected) => {
    expect(flow(10, provenance)).toBe(expected);
  });

  it('is of the ten minutes that end when asked', () => {
    const values = Array.from({ length: 61 }, (_, index) => index);
    // 51 to 60, and 41 to 50.
    expect(flowMedian(track(values), 10, 3)).toBe(55.5);
    expect(flowMedian(track(values), 10, 3, 10)).toBe(45.5);
    expect(flowMedian(track(values.slice(0, 4)), 10, 3)).toBe(1.5);
    expect(flowMedian(track(values.slice(0, 2)), 10, 3)).toBeNull();
  });
});

describe('minutes left, where something is unknown or there is nothing', () => {
  it.each<[number | null, number | null, number | null, number | null]>([
    [50, 100, 2, 24],
    [97.9, 100, 0.1, 1],
    [98, 100, -1, 0],
    [98, 100, null, 0],
    [120, 100, 1, 0],
    [50, 100, 0, Infinity],
    [50, 100, -1, Infinity],
    [50, 100, null, null],
    [null, 100, 1, null],
    [50, null, 1, null],
  ])('to overflow from %s of %s at %s a minute: %s', (wip, capacity, growth, expected) => {
    const found = minutesToOverflow(wip, capacity, growth, 0.98);
    expect(found).toEqual(expected === Infinity ? Infinity : around(expected));
  });

  it.each<[number | null, number | null, number | null]>([
    [20, -2, 10],
    [0, -2, 0],
    [-5, -2, 0],
    [0, 0, 0],
    [-1, 0, 0],
    [0, 1, Infinity],
    [1, 0, Infinity],
    [20, 1, Infinity],
    [null, -1, null],
    [20, null, null],
  ])('to starvation from %s at %s a minute: %s', (wip, growth, expected) => {
    expect(Math.abs(minutesToStarvation(wip, growth) ?? Number.NaN)).toBe(expected ?? Number.NaN);
  });

  it.each<[number | null, number | null, number | null]>([
    [30, 3, 10],
    [0, 3, 0],
    [-1, 3, 0],
    [0, 0, 0],
    [30, 0, Infinity],
    [30, -1, Infinity],
    [null, 3, null],
    [30, null, null],
  ])('of cover of %s, drawn at %s a minute: %s', (wip, draw, expected) => {
    expect(minutesOfCover(wip, draw)).toBe(expected);
  });
});

describe('what passes a unit', () => {
  it.each<[string, UnitSketch, number | null]>([
    ['staff at its rate', { staffing: { hcActive: 3, uphActual: 100 } }, 5],
    ['equipment alone', { override: { equipmentLimitUpm: 3 } }, 3],
    [
      'the lesser of both, staff',
      { staffing: { hcActive: 1, uphActual: 60 }, override: { equipmentLimitUpm: 3 } },
      1,
    ],
    ['nobody at work', { staffing: { hcActive: 0, uphActual: 60 } }, 0],
    ['nobody knows how many', { staffing: { uphActual: 60 } }, null],
    ['nobody knows how fast', { staffing: { hcActive: 3 } }, null],
    ['nothing known', {}, null],
  ])('%s', (_name, sketch, expected) => {
    expect(signals(sketch).capabilityUpm).toBe(expected);
  });

  it.each<[string, Partial<Staffing>, number | null]>([
    ['a planned rate of 0 is none', { uphPlan: 0 }, null],
    ['an actual rate of 0 is none', { uphActual: 0, uphPlan: 90 }, 90],
    ['nobody there to wait', { hcActive: 0, hcIdle: 0, uphActual: 80, uphPlan: 100 }, 80],
    ['nobody knows who waits', { hcActive: 10, uphActual: 80, uphPlan: 100 }, 80],
    ['all wait, no plan', { hcActive: 10, hcIdle: 10, uphActual: 8 }, 8],
    ['more wait than are there', { hcActive: 10, hcIdle: 12, uphActual: 8 }, 8],
    ['waiting, a planned rate of 0', { hcActive: 10, hcIdle: 5, uphActual: 50, uphPlan: 0 }, 100],
  ])('rate of people who have work: %s', (_name, staffing, expected) => {
    const built = buildStaffing('PACK', staffing);
    expect(built && productiveUph(built, parameters.signals.idleShare)).toBe(expected);
  });

  it('is drawn as planned, else as staff can, else as it was over the hour, but never less than now', () => {
    const series = buildUnit({ wip: 60, inflow: 2, outflow: 2 });
    series.flowOut.values.fill(5, -10);
    expect(signalsOf(series, parameters).drawUpm).toBe(5);
    series.staffing = buildStaffing('PACK', { hcActive: 3, uphActual: 60 });
    expect(signalsOf(series, parameters).drawUpm).toBe(3);
    series.plannedOutflowUpm = 0;
    expect(signalsOf(series, parameters)).toMatchObject({ drawUpm: 0, plannedOutflowUpm: 0 });
  });
});

describe('recirculation', () => {
  it('is 0 where nothing moves, and unknown where either flow is', () => {
    expect(signals({ outflow: 0, recirc: 0 })).toMatchObject({ recircShare: 0, recircRising: false });
    expect(signals({ recirc: 1 })).toMatchObject({ recircShare: null, recircRising: false });
    expect(signals({ outflow: 1 })).toMatchObject({ recircShare: null, recircRising: false });
  });

  it('rises only against what is known of the ten minutes before', () => {
    const series = buildUnit({ outflow: 9, recirc: 1 });
    series.recirc.provenance.fill('unknown', 0, -10);
    expect(signalsOf(series, parameters)).toMatchObject({ recircShare: 0.1, recircRising: false });
  });

  it('that falls does not rise', () => {
    const series = buildUnit({ outflow: 9, recirc: 1 });
    series.recirc.values.fill(3, 0, -10);
    expect(signalsOf(series, parameters).recircRising).toBe(false);
  });
});

it.each([[0], [-100]])('a capacity of %s is unknown', (capacity) => {
  expect(signals({ capacity })).toMatchObject({ capacityUnits: null, fill: null, ttoMin: null });
});
