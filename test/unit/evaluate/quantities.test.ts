import { describe, expect, it } from 'vitest';
import * as amounts from '../../../src/domain/evaluate/quantities.ts';
import { algorithm, DEFAULT_ALGORITHM } from '../../../src/domain/algorithm/algorithm.ts';
import type { UnitOverride } from '../../../src/domain/registry.ts';
import type { Staffing } from '../../../src/domain/series.ts';
import { signalsOf, type Signals } from '../../../src/domain/forecast/signals.ts';
import { around } from '../preprocess/rows-builder.ts';
import { overrideOf } from '../unit-override.ts';
import { buildStaffing, buildUnit } from './series-builder.ts';

const parameters = algorithm(DEFAULT_ALGORITHM);
const signals = (change: Partial<Signals>): Signals => ({
  ...signalsOf(buildUnit(), parameters),
  ...change,
});

describe('flow to take away', () => {
  it.each<[string, Partial<Signals>, number | null, number | null]>([
    ['what grows and what is above the target', { wipUnits: 80 }, 1, 1.5],
    ['at the target, what grows', { wipUnits: 50 }, 1, 1],
    ['below the target, less', { wipUnits: 20 }, 0, -0.5],
    ['level unknown', { wipUnits: null }, 1, null],
    ['capacity unknown', { capacityUnits: null }, 1, null],
    ['growth unknown', { wipUnits: 80 }, null, null],
  ])('%s', (_name, change, growth, expected) => {
    expect(amounts.excessUpm(signals(change), growth, 0.5, 60)).toEqual(expected);
  });
});

describe('persons for a flow', () => {
  it.each<[number | null, number | null, number | null]>([
    [1, 60, 1],
    [1.01, 60, 2],
    [1.5, 60, 2],
    // Floating point asks for nobody.
    [0.1 + 0.2, 18, 1],
    [0, 60, 0],
    [-1, 60, 0],
    [1, 0, null],
    [1, -60, null],
    [null, 60, null],
    [1, null, null],
  ])('%s a minute at %s an hour: %s', (flow, uph, expected) => {
    expect(amounts.personsFor(flow, uph)).toBe(expected);
  });
});

describe('people and stations to be had', () => {
  it.each<[string, Partial<Staffing> | null, Partial<UnitOverride> | null, number | null, number | null]>([
    ['nothing known', null, null, null, null],
    ['the shift without those at work', { hcShift: 10, hcActive: 4 }, null, 6, null],
    ['a fraction of a person is none', { hcShift: 10, hcActive: 4.1 }, null, 5, null],
    ['a whole person, but for floating point', { hcShift: 1.1 + 2.2, hcActive: 0.3 }, null, 3, null],
    ['more at work than in the shift', { hcShift: 4, hcActive: 6 }, null, 0, null],
    ['the shift unknown', { hcActive: 4 }, null, null, null],
    ['those at work unknown', { hcShift: 10 }, null, null, null],
    ['a pool of its own', { hcShift: 10, hcActive: 4 }, { hcPool: 2 }, 2, null],
    ['a pool of its own, staff unknown', null, { hcPool: 2 }, 2, null],
    ['stations', { hcActive: 4 }, { maxStations: 6 }, null, 2],
    ['a fraction of a station is none', { hcActive: 4.1 }, { maxStations: 6 }, null, 1],
    ['more at work than stations', { hcActive: 7 }, { maxStations: 6 }, null, 0],
    ['stations, those at work unknown', {}, { maxStations: 6 }, null, null],
  ])('%s', (_name, staffing, override, pool, freeStations) => {
    const found = amounts.staffBounds(
      buildStaffing('PACK', staffing),
      override && overrideOf('FRA1_SINGLES_TOTAL', override),
    );
    expect(found).toEqual({ pool, freeStations });
  });

  it.each<[number | null, number | null, number]>([
    [3, 2, 2],
    [2, 3, 2],
    [3, null, 3],
    [null, 2, 2],
    [0, null, 0],
    [null, null, Infinity],
  ])('a pool of %s and %s stations: at most %s', (pool, freeStations, most) => {
    expect(amounts.mostPersons({ pool, freeStations })).toBe(most);
  });
});

describe('throttle of all picking, percent of an inflow of 10', () => {
  it.each<[number | null, number | null, number | null]>([
    [2, 10, 20],
    [2.01, 10, 25],
    [1, 10, 10],
    [1.01, 10, 15],
    [0.1, 10, 10],
    [-3, 10, 10],
    [5, 10, 50],
    [5.1, 10, 50],
    [3, 20, 15],
    [null, 10, null],
    [1, null, null],
    [1, 0, null],
    [1, -10, null],
  ])('%s of %s: %s', (excess, inflow, expected) => {
    expect(amounts.pickingThrottlePercent(excess, inflow, parameters)).toBe(expected);
  });
});

describe('the least inflow of an induct', () => {
  it.each<[number | null, number | null, number | null]>([
    [10, null, 80],
    [10, 10, 80],
    [10, 45, 10],
    // 9.9 points are 9: the least inflow is never undercut.
    [10, 45.05, 9],
    // Nine tenths in floating point are just below.
    [3, 13.5, 10],
    [10, 60, -20],
    [null, 10, null],
    [0, 10, null],
    [-1, 10, null],
  ])('%s of planned %s: %s points may be taken', (inflow, planned, expected) => {
    expect(amounts.inductFloorPercent(inflow, planned, parameters)).toBe(expected);
  });
});

describe('flow from a full lane to an empty one', () => {
  const lane = (fill: number | null, capacityUnits: number | null = 100) => ({ fill, capacityUnits });
  type Lane = ReturnType<typeof lane>;

  it.each<[string, Lane, number, Lane, number | null]>([
    ['what is above the mean', lane(0.9), 0.6, lane(0.3), 1.5],
    ['the room up to two thirds', lane(0.9), 0.6, lane(0.5), 0.85],
    ['of its own capacity', lane(0.9, 200), 0.6, lane(0.3, 50), 0.925],
    ['nothing above the mean', lane(0.5), 0.6, lane(0.3), 0],
    ['no room', lane(0.9), 0.6, lane(0.8), 0],
    ['level of the full one unknown', lane(null), 0.6, lane(0.3), null],
    ['capacity of the full one unknown', lane(0.9, null), 0.6, lane(0.3), null],
    ['level of the empty one unknown', lane(0.9), 0.6, lane(null), null],
    ['capacity of the empty one unknown', lane(0.9), 0.6, lane(0.3, null), null],
  ])('to relieve: %s', (_name, full, mean, empty, expected) => {
    const found = amounts.rebalanceUpm(full, mean, empty, parameters);
    expect(found).toEqual(around(expected));
  });

  it.each<[string, Lane, number, Lane, number | null]>([
    ['what is missing to the mean', lane(0.1), 0.5, lane(0.9), 2],
    ['what the full one has above a third', lane(0.1), 0.5, lane(0.4), 0.35],
    ['of its own capacity', lane(0.1, 50), 0.5, lane(0.9, 300), 1],
    ['nothing to spare', lane(0.1), 0.5, lane(0.33), 0],
    ['unknown', lane(null), 0.5, lane(0.9), null],
  ])('to refill: %s', (_name, empty, mean, full, expected) => {
    const found = amounts.refillUpm(empty, mean, full, parameters);
    expect(found).toEqual(around(expected));
  });
});
