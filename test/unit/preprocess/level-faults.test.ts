import { describe, expect, it } from 'vitest';
import { findStuckSensor, findWrongUnit } from '../../../src/domain/preprocess/level-faults.ts';
import { GRID_POINTS } from '../../../src/domain/series.ts';
import { MIN, SNAPSHOT, at } from './rows-builder.ts';

/** Readings every 5 minutes, the newest at the snapshot. */
const readings = (...levels: number[]) =>
  levels.map((wipUnits, index) => ({ ts: at(5 * (levels.length - 1 - index)), wipUnits }));

/** in - out per minute, by how many minutes ago. */
const net = (of: number | null | ((minutesAgo: number) => number | null)) =>
  Array.from({ length: GRID_POINTS }, (_, index) =>
    typeof of === 'function' ? of(GRID_POINTS - 1 - index) : of,
  );

describe('a sensor that stands still although units flowed', () => {
  const stuck = (levels: number[], flow: Parameters<typeof net>[0], capacity: number | null = 100) =>
    findStuckSensor(readings(...levels), net(flow), capacity, SNAPSHOT);

  it('is told with level, readings and flow', () => {
    expect(stuck([47, 50, 50, 50, 50], 0.4)).toBe(
      'level 50 unchanged over 4 readings while in - out was 6 units',
    );
  });

  it.each<[string, number[], Parameters<typeof net>[0], boolean]>([
    ['four readings and just above 5 % of capacity', [50, 50, 50, 50], 0.334, true],
    ['four readings and 5 % of capacity', [50, 50, 50, 50], 1 / 3, false],
    ['units that left count like units that came', [50, 50, 50, 50], -0.334, true],
    ['three readings', [50, 50, 50], 5, false],
    ['the newest reading moved', [50, 50, 50, 50, 51], 1, false],
    ['it stood still before, and moved since', [50, 50, 50, 50, 51, 51, 51], 1, false],
    [
      'what flowed before it stood still is another matter',
      [49, 50, 50, 50, 50],
      (ago) => (ago >= 15 ? 5 : 0),
      false,
    ],
    [
      'what came and went again was seen by nobody',
      [50, 50, 50, 50, 50, 50, 50],
      (ago) => (ago < 15 ? -0.4 : 0.4),
      true,
    ],
    ['little by little over a longer time', [50, 50, 50, 50, 50, 50, 50], 0.2, true],
    ['no reading at all', [], 1, false],
  ])('%s: %s', (_name, levels, flow, expected) => {
    expect(stuck(levels, flow) !== null).toBe(expected);
  });

  it.each([
    [2, false],
    [2.1, true],
    [97.9, true],
    [98, false],
    [110, false],
  ])('an empty or a full buffer rightly stays where it is: %s %%', (level, expected) => {
    expect(stuck([level, level, level, level], 1) !== null).toBe(expected);
  });

  it('goes by the readings between which the flow is known', () => {
    const level = [50, 50, 50, 50, 50, 50, 50, 50];
    const unknownUntil = (minutes: number) => (ago: number) => (ago >= minutes ? null : 1);
    expect(stuck(level, unknownUntil(16))).toContain('over 4 readings while in - out was 15 units');
    expect(stuck(level, unknownUntil(15))).toContain('over 4 readings');
    expect(stuck(level, unknownUntil(14))).toBeNull();
    expect(stuck(level, null)).toBeNull();
  });

  it.each([[null], [0], [-100]])('says nothing where the capacity is %s', (capacity) => {
    expect(stuck([50, 50, 50, 50], 1, capacity)).toBeNull();
  });
});

describe('totes for units, by a jump', () => {
  const jumps = (levels: number[], flow: Parameters<typeof net>[0] = 0, capacity: number | null = 100) =>
    findWrongUnit(readings(...levels), net(flow), capacity, SNAPSHOT);

  it.each<[string, number[], boolean]>([
    ['by a factor of 4 down', [40, 10], true],
    ['by less than 4', [40, 10.1], false],
    ['by a factor of 40', [40, 1], true],
    ['by more than 40', [40, 0.99], false],
    ['up as well as down', [10, 40], true],
    ['from a tenth of the capacity', [10, 2.5], true],
    ['from less than a tenth: everyday noise', [9.9, 2], false],
    ['to empty: it was emptied', [40, 0], false],
    ['no jump', [40, 40], false],
    ['a single reading', [40], false],
    ['no reading', [], false],
  ])('%s: %s', (_name, levels, expected) => {
    expect(jumps(levels) !== null).toBe(expected);
  });

  it.each([
    // 30 units less; the counters explain half of it or more.
    [-3, false],
    [-2.98, true],
    [-6, false],
    [-9.02, true],
    [3, true],
    [null, false],
  ])('unless the flow explains half of it: %s a minute for 5 minutes', (flow, expected) => {
    expect(jumps([40, 10], flow) !== null).toBe(expected);
  });

  it('is told with both levels, the factor and the flow', () => {
    expect(jumps([40, 40, 9], 0.5)?.detail).toBe(
      'level jumps from 40 to 9, by a factor of 4.4, while in - out was 3 units: totes for units?',
    );
  });

  it.each<[string, number[], number[], boolean]>([
    ['after a jump down all that follow', [40, 40, 8, 8, 9], [2, 3, 4], true],
    ['before a jump up all that came before', [8, 8, 40, 41], [0, 1], false],
    ['between a jump down and the next one up', [40, 8, 8, 40, 40], [1, 2], false],
    ['in each of two such gaps', [40, 8, 40, 8, 40], [1, 3], false],
    ['a gap, and again until now', [40, 8, 40, 8], [1, 3], true],
    ['before the first jump up and after a jump down', [8, 40, 40, 8], [0, 3], true],
    ['not between two jumps up: it counted units after the first', [4, 20, 20, 90], [0], false],
    ['from the last of two jumps down', [90, 20, 20, 4, 4], [3, 4], true],
    ['from the very first jump on', [40, 8], [1], true],
  ])('counts totes %s', (_name, levels, suspect, now) => {
    const found = jumps(levels);
    const instants = readings(...levels).flatMap(({ ts }, index) => (found?.suspect.has(ts) ? [index] : []));
    expect({ suspect: instants, now: found?.now }).toEqual({ suspect, now });
  });

  it.each([[null], [0], [-100]])('says nothing where the capacity is %s', (capacity) => {
    expect(jumps([40, 8], 0, capacity)).toBeNull();
  });
});

describe('totes for units, by the scale of the changes', () => {
  /** Flows of 5 minutes each, and what the level makes of them. */
  function scaled(
    flows: (number | null)[],
    level: (flowed: number, index: number) => number,
    capacity = 1000,
  ) {
    let wipUnits = 500;
    const found = [{ ts: at(5 * flows.length), wipUnits }];
    for (const [index, flowed] of flows.entries()) {
      wipUnits += level(flowed ?? 0, index);
      found.push({ ts: at(5 * (flows.length - 1 - index)), wipUnits });
    }
    const rates = net((ago) => {
      const flowed = flows[flows.length - 1 - Math.floor(ago / 5)];
      return flowed === undefined || flowed === null ? null : flowed / 5;
    });
    return findWrongUnit(found, rates, capacity, SNAPSHOT);
  }
  const WAVE = [100, 50, -50, -100, 50, 100];
  const tenth = (flowed: number) => flowed / 10;

  it('is told with the scale; all readings count totes', () => {
    const found = scaled(WAVE, tenth);
    expect(found?.detail).toBe('level changes at 1/10.0 of in - out over 6 intervals: totes for units?');
    expect(found?.now).toBe(true);
    expect([...(found?.suspect ?? [])]).toEqual([30, 25, 20, 15, 10, 5, 0].map((minutes) => at(minutes)));
  });

  it.each<[string, (flowed: number, index: number) => number, boolean]>([
    ['just below a quarter', (flowed) => flowed / 4.01, true],
    ['just above a quarter', (flowed) => flowed / 3.99, false],
    ['just above a fortieth', (flowed) => flowed / 39.9, true],
    ['just below a fortieth', (flowed) => flowed / 40.1, false],
    ['at the scale of the flow', (flowed) => flowed, false],
    ['against the flow', (flowed) => -flowed / 10, false],
    ['not at all', () => 0, false],
    ['without regard to the flow', (_flowed, index) => (index % 2 === 0 ? 10 : -10), false],
    // A drift beside it: correlation 0.902, and 0.878.
    ['nearly with the flow', (flowed, index) => flowed / 10 + (index % 2 === 0 ? 4 : -4), true],
    ['not quite with the flow', (flowed, index) => flowed / 10 + (index % 2 === 0 ? 4.6 : -4.6), false],
  ])('the level moves %s: %s', (_name, level, expected) => {
    expect(scaled(WAVE, level) !== null).toBe(expected);
  });

  it('needs six intervals with a known flow', () => {
    expect(scaled(WAVE.slice(1), tenth)).toBeNull();
    expect(scaled([...WAVE.slice(1), null], tenth)).toBeNull();
    expect(scaled([...WAVE, null], tenth)).not.toBeNull();
  });

  it.each([
    // 2 % of 1000 units.
    [20, true],
    [19.9, false],
  ])('needs a typical flow of 20 units between two readings: %s', (flowed, expected) => {
    const flows = [flowed, -flowed, flowed, -flowed, flowed, 500];
    expect(scaled(flows, tenth) !== null).toBe(expected);
  });
});

it('a reading off the grid of minutes is weighed by what flowed in between', () => {
  const level = [0, 1, 2, 3].map((index) => ({ ts: at(15.5 - 5 * index) - MIN / 4, wipUnits: 50 }));
  expect(findStuckSensor(level, net(0.34), 100, SNAPSHOT)).toContain('in - out was 5 units');
});
