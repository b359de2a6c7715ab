/**
 * Any single reading of one path replaced by any other value, over any stretch of time: no CLEARED(recovered) is told of
 * a HIGH alert while all other sources say that it goes on, and no new alarm whose opposite they prove.
 *
 * What is decidable: a level is proved by an honest one before and by the flows since, a flow by the level that does not
 * go along. So the floors are told right until FROM, and afterwards the other sources still are. Not decidable, and left
 * out: a capacity of 0, which is how a lane is closed; a level that moves by no more than counters lose and levels are
 * miscounted; an alarm about data, which is right whenever something is replaced; and a LOW or HIGH of the total from a
 * path told wrong since before it was ever told right.
 *
 * Bounds, in units of a lane of 400 through which 10 a minute pass in and out: while an alert is open a level lies unseen
 * by 44 at most (8 % of the capacity, 3 % of what passes in 40 minutes) however slowly it creeps there, a capacity by
 * 40 (a tenth). Where no alert is open, nothing is remembered to hold a slow lie against: one that creeps by less than
 * 8 % of the capacity in an hour, or a smaller capacity that still holds what lies there, can make an alarm.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceRows } from '../../../src/domain/source-rows.ts';
import { createRandom } from '../../../src/simulator/random.ts';
import {
  countersTold,
  minuteTs,
  retold,
  type ScriptedPath,
  stockTold,
  tellFloor,
  watchFloor,
  watchUnified,
} from '../../support/told-floor.ts';

const FROM = 50;
const AFTER_MIN = 30;
const SEED = 15;
const CAPACITY = 400;

const INDUCT: ScriptedPath = {
  path: 'INDUCT-1',
  stage: 'INDUCT',
  bufferKind: 'CONVEYOR',
  capacity: 300,
  level: 100,
  inUpm: () => 10,
  outUpm: () => 10,
  backlog: 500,
};
const lane = (level: number, inUpm: ScriptedPath['inUpm'], outUpm: ScriptedPath['outUpm']): ScriptedPath => ({
  path: 'LANE-1',
  capacity: CAPACITY,
  level,
  inUpm,
  outUpm,
});
const wave = (minute: number): number => Math.round(6 + 2 * Math.sin(minute / 7));

const FULL: Record<string, ScriptedPath> = {
  'full and blocked': lane(
    360,
    (minute) => (minute <= 20 ? 5 : 0),
    (minute) => (minute <= 20 ? 3 : 0),
  ),
  'full, and as much comes as goes': lane(
    360,
    (minute) => (minute <= 20 ? 7 : 5),
    () => 5,
  ),
};
const EMPTY: Record<string, ScriptedPath> = {
  'starved, and nothing comes': lane(
    60,
    () => 0,
    (minute) => (minute <= 30 ? 3 : 1),
  ),
};
const HALF: Record<string, ScriptedPath> = {
  'half full': lane(
    200,
    () => 5,
    () => 5,
  ),
  'half full, restless': lane(200, wave, (minute) => wave(minute + 11)),
};

/** What is told instead of a value, by how many times it has been. */
type Lie = (value: number, times: number) => number | null;

const LIES: fc.Arbitrary<[string, Lie]> = fc.oneof(
  fc
    .oneof(fc.constantFrom(0, -5, 1e6, CAPACITY), fc.nat(CAPACITY))
    .map((to): [string, Lie] => [`${to}`, () => to]),
  fc.constant<[string, Lie]>(['nothing', () => null]),
  fc.nat(1_000).map((seed): [string, Lie] => {
    const random = createRandom(seed, 'lies');
    return [`anything (${seed})`, () => Math.floor(random.next() * CAPACITY)];
  }),
  fc
    .constantFrom(0.0025, 0.01, 0.1, 0.25, 0.5, 4, 10)
    .map((factor): [string, Lie] => [`times ${factor}`, (value) => value * factor]),
  fc
    .integer({ min: -300, max: 300 })
    .filter((by) => Math.abs(by) > 0.2 * CAPACITY)
    .map((by): [string, Lie] => [`${by} more`, (value) => value + by]),
  fc.constant<[string, Lie]>(['zero every other time', (value, times) => (times % 2 === 0 ? 0 : value)]),
);

const COLUMNS = ['wipUnits', 'backlogUnits', 'unitsDueByCpt', 'hcActive', 'uph15m'] as const;
const COUNTERS = ['inTotal', 'outTotal'] as const;
type Column = (typeof COLUMNS | typeof COUNTERS)[number];

function replaced(
  rows: SourceRows,
  column: Column,
  [from, to]: readonly [number, number],
  lie: Lie,
): SourceRows {
  let times = 0;
  const told = (value: number | null): number | null => (value === null ? null : lie(value, times++));
  if (column === 'inTotal' || column === 'outTotal')
    return countersTold(rows, 'LANE-1', [from, to], (row) => ({ [column]: told(row[column]) }));
  if (column === 'hcActive' || column === 'uph15m')
    return retold(rows, 'lms_actuals', (row) =>
      row.intervalEnd >= minuteTs(from) && row.intervalEnd < minuteTs(to)
        ? { ...row, [column]: told(row[column]) }
        : row,
    );
  return stockTold(rows, 'LANE-1', [from, to], (row) => ({ [column]: told(row[column]) }));
}

const STRETCHES = fc.oneof(fc.integer({ min: 10, max: 90 }), fc.constant(180));
const TIMEOUT_MS = 60_000;

function holds(
  spec: ScriptedPath,
  columns: readonly Column[],
  numRuns: number,
  check: (rows: Rows) => void,
): void {
  fc.assert(
    fc.property(fc.constantFrom(...columns), LIES, STRETCHES, (column, [, lie], stretch) => {
      const minutes = FROM + stretch + AFTER_MIN;
      const { rows } = tellFloor([INDUCT, spec], minutes);
      check(watchFloor(replaced(rows, column, [FROM, FROM + stretch], lie), minutes).rows);
    }),
    { seed: SEED, numRuns },
  );
}

type Rows = ReturnType<typeof watchFloor>['rows'];
const ofLane = (rows: Rows): Rows => rows.filter(({ unitId }) => unitId === 'FRA1_SINGLES_LANE-1');

/** What is told of the lane that must not be, where an alert is open since before FROM and goes on to the end. */
function untruthsOf(rows: Rows, direction: 'HIGH' | 'LOW'): string[] {
  const told = ofLane(rows).map((row) => `${row.direction} ${row.label}`);
  const wrong = [`${direction} CLEARED`, `${direction === 'HIGH' ? 'LOW' : 'HIGH'} NEW`];
  return [
    ...told.filter((each) => wrong.includes(each)),
    ...(told.includes(`${direction} NEW`) ? [] : ['nothing']),
  ];
}

describe.each(Object.entries(FULL))('%s: the alert is held', (_, spec) => {
  const check = (rows: Rows): void => expect(untruthsOf(rows, 'HIGH')).toEqual([]);

  it(
    'whatever the level is said to be',
    () => {
      expect(() => holds(spec, ['wipUnits'], 6, check)).not.toThrow();
    },
    TIMEOUT_MS,
  );
  it('whatever stands still in a counter', () => {
    for (const column of COUNTERS) {
      const minutes = FROM + 90;
      const { rows } = tellFloor([INDUCT, spec], minutes);
      let first: number | undefined;
      const stopped = replaced(rows, column, [FROM, minutes], (value) => (first ??= value));
      expect(() => check(watchFloor(stopped, minutes).rows)).not.toThrow();
    }
  });
  it(
    'whatever else is said',
    () => {
      expect(() => holds(spec, COLUMNS.slice(1), 4, check)).not.toThrow();
    },
    TIMEOUT_MS,
  );
});

describe.each(Object.entries(HALF))('%s: no alarm is made', (_, spec) => {
  it(
    'whatever the level is said to be',
    () =>
      holds(spec, ['wipUnits'], 6, (rows) => {
        const alarms = rows.filter(({ direction, label }) => direction !== '' && label === 'NEW');
        expect(alarms).toEqual([]);
      }),
    TIMEOUT_MS,
  );
});

/** What creeps by less than any single step would show, or jumps by less than any single minute would. */
const SLOW: Record<string, (rows: SourceRows, until: number) => SourceRows> = {
  'a level that creeps by 1 a reading': (rows, until) =>
    replaced(rows, 'wipUnits', [FROM, until], (value, times) => value - times),
  'a level that creeps by 4 a reading': (rows, until) =>
    replaced(rows, 'wipUnits', [FROM, until], (value, times) => value - 4 * times),
  'a capacity that creeps by 6 a reading': (rows, until) =>
    stockTold(rows, 'LANE-1', [FROM, until], ({ asOf }) => ({
      capacityUnits: CAPACITY + (6 * (asOf - minuteTs(FROM))) / 300_000,
    })),
  'ten times the capacity': (rows, until) =>
    stockTold(rows, 'LANE-1', [FROM, until], () => ({ capacityUnits: 10 * CAPACITY })),
  'a state that is always RUN': (rows, until) =>
    countersTold(rows, 'LANE-1', [FROM, until], () => ({ state: 'RUN' })),
  'a state that is always IDLE': (rows, until) =>
    countersTold(rows, 'LANE-1', [FROM, until], () => ({ state: 'IDLE' })),
};
const JUMPS = fc.record({
  counter: fc.constantFrom(...COUNTERS),
  by: fc.integer({ min: 20, max: 0.4 * CAPACITY }),
  every: fc.integer({ min: 5, max: 30 }),
});
/** It jumps now and then and goes on from there. */
const jumping =
  (counter: (typeof COUNTERS)[number], by: number, every: number) =>
  (rows: SourceRows, until: number): SourceRows =>
    replaced(rows, counter, [FROM, until], (value, times) => value + by * Math.floor((times + 1) / every));

describe('slow lies and small ones', () => {
  const minutes = FROM + 150;
  const [blocked] = Object.values(FULL);
  const told = (spec: ScriptedPath | undefined, lie: (rows: SourceRows, until: number) => SourceRows) =>
    lie(tellFloor([INDUCT, spec!], minutes).rows, minutes);

  it.each(Object.entries(SLOW))(
    'a full lane, and %s: the alert is held',
    (_, lie) => expect(untruthsOf(watchFloor(told(blocked, lie), minutes).rows, 'HIGH')).toEqual([]),
    TIMEOUT_MS,
  );
  it.each(Object.entries(FULL))(
    '%s, and a counter jumps now and then: the alert is held',
    (_, spec) =>
      fc.assert(
        fc.property(JUMPS, ({ counter, by, every }) => {
          expect(
            untruthsOf(watchFloor(told(spec, jumping(counter, by, every)), minutes).rows, 'HIGH'),
          ).toEqual([]);
        }),
        { seed: SEED, numRuns: 3 },
      ),
    TIMEOUT_MS,
  );
  it.each<[string, (rows: SourceRows, until: number) => SourceRows]>([
    [
      'a level that creeps by 4 a reading',
      (rows, until) => replaced(rows, 'wipUnits', [FROM, until], (value, times) => value + 4 * times),
    ],
    [
      'a tenth of the capacity',
      (rows, until) => stockTold(rows, 'LANE-1', [FROM, until], () => ({ capacityUnits: CAPACITY / 10 })),
    ],
  ])(
    'an empty lane, and %s: the alert is held',
    (_, lie) =>
      expect(untruthsOf(watchFloor(told(Object.values(EMPTY)[0], lie), minutes).rows, 'LOW')).toEqual([]),
    TIMEOUT_MS,
  );
  it.each([
    ['a level that creeps', (value: number, times: number): number => value - 4 * times],
    ['a level that falls', () => 0],
  ])(
    'one timeseries of all, a full lane, and %s: the alert is held',
    (_, lie) => {
      const rows = told(blocked, (all, until) => replaced(all, 'wipUnits', [FROM, until], lie));
      expect(untruthsOf(watchUnified(rows, minutes).rows, 'HIGH')).toEqual([]);
    },
    TIMEOUT_MS,
  );
  it('one timeseries of all, a full lane, and a counter jumps now and then: the alert is held', () => {
    const rows = told(blocked, jumping('outTotal', 150, 20));
    expect(untruthsOf(watchUnified(rows, minutes).rows, 'HIGH')).toEqual([]);
  });
});
