/**
 * The level of one path against its counters, over hours: what is told wrong is found within 15 minutes, stays doubted
 * as long as it is wrong however far its beginning lies back, and is believed again when it is right. In no cycle is a
 * level believed that is not about the true one.
 */
import { describe, expect, it } from 'vitest';
import type { CounterRow, SourceRows, StockRow } from '../../../src/domain/source-rows.ts';
import { createRandom } from '../../../src/simulator/random.ts';
import {
  countersTold,
  minuteTs,
  retold,
  type ScriptedPath,
  stockTold,
  tellFloor,
} from '../../support/told-floor.ts';
import { type FollowedCycle, followPath } from './followed-path.ts';

const HOURS = 6;
const FROM = 120;
const TO = 240;
const CAPACITY = 400;
/** Of the capacity: by how much what is believed or estimated may be off. */
const MOST_OFF = 0.2;

type Flow = (minute: number) => number;
type Script = Pick<ScriptedPath, 'level' | 'inUpm' | 'outUpm'> & { capacity?: number };

const during =
  (from: number, to: number, then: number, otherwise: number): Flow =>
  (minute) =>
    minute > from && minute <= to ? then : otherwise;

/** Fills to 380 of 400, then as much comes as goes. */
const NEARLY_FULL: Script = { level: 200, inUpm: during(0, 90, 7, 5), outUpm: () => 5 };
/** Up and down between a third and two thirds. */
const SWINGING: Script = {
  level: 200,
  inUpm: (minute) => Math.round(6 + 4 * Math.sin(minute / 12)),
  outUpm: () => 6,
};
const BALANCED: Script = { level: 200, inUpm: () => 5, outUpm: () => 5 };

function follow(
  script: Script,
  change: (rows: SourceRows) => SourceRows = (rows) => rows,
  minutes = HOURS * 60,
): FollowedCycle[] {
  const capacity = script.capacity ?? CAPACITY;
  const floor = tellFloor([{ path: 'LANE-1', capacity, ...script }], minutes);
  return followPath(floor, change(floor.rows), 'LANE-1', capacity);
}

const stock =
  (change: (row: StockRow) => number | null, from = FROM, to = TO) =>
  (rows: SourceRows): SourceRows =>
    stockTold(rows, 'LANE-1', [from, to], (row) => ({ wipUnits: change(row) }));
const scaled =
  (factor: number, from = FROM, to = TO) =>
  (rows: SourceRows): SourceRows =>
    stock(
      ({ wipUnits }) => (wipUnits === null ? null : Math.round(wipUnits * factor * 1e3) / 1e3),
      from,
      to,
    )(rows);

function expectAboutTrue(cycles: readonly FollowedCycle[], capacity = CAPACITY): void {
  const wrong = cycles.filter(
    ({ level: { now }, truth }) => now.value !== null && Math.abs(now.value - truth) > MOST_OFF * capacity,
  );
  expect(
    wrong.slice(0, 3).map(({ minute, level: { now }, truth }) => `${minute}: ${now.value} for ${truth}`),
  ).toEqual([]);
}

const doubtedAt = (cycles: readonly FollowedCycle[]): number[] =>
  cycles.flatMap(({ minute, open }) => (open.length > 0 ? minute : []));
const everyFive = (from: number, to: number): number[] =>
  Array.from({ length: Math.floor((to - from) / 5) + 1 }, (_, index) => from + 5 * index);

/** Doubted without a break from 15 minutes after the first wrong word to the last. */
function expectDoubted(cycles: readonly FollowedCycle[], from = FROM, to = TO): void {
  expect(doubtedAt(cycles)).toEqual(expect.arrayContaining(everyFive(from + 15, to)));
}

describe('a level that drifts away', () => {
  // 80 units an hour, and back at once.
  const drifting = stock(({ wipUnits, asOf }) => {
    const minutes = (asOf - minuteTs(FROM)) / 60_000;
    return Math.round((wipUnits ?? 0) - (80 * minutes) / 60);
  });

  it('is believed again from its step back to where the flows put it', () => {
    const cycles = follow(BALANCED, drifting);
    const names = (at: number) => cycles.find(({ minute }) => minute === at)?.open;
    expect(names(TO)).toEqual(['CONSERVATION']);
    expect(names(TO + 15)).toEqual([]);
    const after = cycles.filter(({ minute }) => minute >= TO + 15);
    expect(after.map(({ level: { now } }) => now.value)).toEqual(after.map(({ truth }) => truth));
  });
});

describe('a level that the flows deny', () => {
  const random = createRandom(1, 'levels');
  const anything = (): number => Math.floor(random.next() * CAPACITY);
  let held = 0;
  const stuck = ({ wipUnits, asOf }: StockRow): number =>
    asOf === minuteTs(FROM) ? (held = wipUnits ?? 0) : held;

  it.each<[string, Script, (rows: SourceRows) => SourceRows, string]>([
    ['falls to zero', NEARLY_FULL, stock(() => 0), 'LEVEL_DENIED'],
    ['a constant', NEARLY_FULL, stock(() => 200), 'LEVEL_DENIED'],
    ['a constant that would be full', BALANCED, stock(() => 400), 'LEVEL_DENIED'],
    ['above the capacity', BALANCED, stock(() => 9_999), 'OVER_CAPACITY'],
    ['below zero', BALANCED, stock(() => -1), 'NEGATIVE'],
    ['another one each time', NEARLY_FULL, stock(anything), ''],
    ['another one each time, swinging', SWINGING, stock(anything), ''],
    ['shifted', NEARLY_FULL, stock(({ wipUnits }) => (wipUnits ?? 0) - 120), 'LEVEL_DENIED'],
    ['totes', NEARLY_FULL, scaled(1 / 10), 'WRONG_UNIT'],
    ['totes of four', NEARLY_FULL, scaled(1 / 4), 'WRONG_UNIT'],
    ['percent', NEARLY_FULL, scaled(100 / CAPACITY), 'WRONG_UNIT'],
    ['a fraction', NEARLY_FULL, scaled(1 / CAPACITY), 'WRONG_UNIT'],
    ['thousands', NEARLY_FULL, scaled(1 / 1_000), 'WRONG_UNIT'],
    ['totes, swinging', SWINGING, scaled(1 / 10), 'WRONG_UNIT'],
    ['percent, swinging', SWINGING, scaled(100 / CAPACITY), 'WRONG_UNIT'],
    ['a fraction, swinging', SWINGING, scaled(1 / CAPACITY), 'WRONG_UNIT'],
    ['pieces for units', BALANCED, scaled(12), 'OVER_CAPACITY'],
  ])('%s', (_, script, change, name) => {
    const cycles = follow(script, change);
    expectAboutTrue(cycles);
    expectDoubted(cycles);
    const names = cycles.flatMap(({ open }) => open);
    expect(name === '' ? '' : names.find((each) => each === name)).toBe(name);
    expect(doubtedAt(cycles.filter(({ minute }) => minute > TO + 10))).toEqual([]);
  });

  it('one that stands still in the middle, until it moves as the flows do', () => {
    const cycles = follow(SWINGING, stock(stuck));
    expectAboutTrue(cycles);
    expect(cycles.flatMap(({ open }) => open)).toContain('STUCK_SENSOR');
    expect(doubtedAt(cycles.filter(({ minute }) => minute > TO + 30))).toEqual([]);
  });

  it.each([
    ['totes', 10],
    ['percent', 4],
    ['a fraction', CAPACITY],
    ['thousands', 1_000],
  ])('%s from the first reading on, once enough has flowed to tell', (_, factor) => {
    const cycles = follow(SWINGING, scaled(1 / factor, 0, TO));
    expectAboutTrue(cycles.filter(({ minute }) => minute >= 60));
    expectDoubted(cycles, 45, TO);
    expect(cycles.flatMap(({ open }) => open)).toContain('WRONG_UNIT');
    expect(doubtedAt(cycles.filter(({ minute }) => minute > TO + 30))).toEqual([]);
  });

  it('a recount is believed once both have told the same change', () => {
    const hours = 8;
    const script: Script = {
      level: 320,
      inUpm: (minute) => (minute > FROM + 60 && minute <= FROM + 120 ? 8 : 6),
      outUpm: () => 6,
    };
    // Somebody took 160 units off the lane by hand: told right from then on, and the counters know nothing of it.
    const cycles = follow(
      script,
      stock(({ wipUnits }) => (wipUnits ?? 0) - 160, FROM, 1_000),
      hours * 60,
    );
    expectDoubted(cycles, FROM, FROM + 60);
    const doubted = doubtedAt(cycles);
    expect(Math.max(...doubted)).toBeGreaterThanOrEqual(FROM + 60);
    expect(Math.max(...doubted)).toBeLessThanOrEqual(FROM + 120);
    const after = cycles.filter(({ minute }) => minute > FROM + 120);
    expect(after.every(({ level: { now }, truth }) => now.value === truth - 160)).toBe(true);
  });
});

describe('a level at an end of the scale', () => {
  /** Stays where it is from FROM to TO although units flow. */
  const end = (level: number, inUpm: Flow, outUpm: Flow): [Script, (rows: SourceRows) => SourceRows] => [
    { level, inUpm, outUpm },
    stock(() => level),
  ];

  it.each([
    ['full with net outflow', ...end(CAPACITY, during(FROM, FROM + 40, 1, 5), during(FROM, FROM + 40, 6, 5))],
    ['full while it runs empty', ...end(CAPACITY, during(FROM, TO, 0, 5), during(FROM, TO, 4, 5))],
    ['empty with net inflow', ...end(0, during(FROM, FROM + 40, 6, 5), during(FROM, FROM + 40, 1, 5))],
    ['empty while it fills up', ...end(0, during(FROM, TO, 4, 5), during(FROM, TO, 0, 5))],
  ])('is stuck: %s', (_, script, change) => {
    const cycles = follow(script, change);
    expectAboutTrue(cycles);
    expectDoubted(cycles, FROM + 15, TO);
    expect(cycles.flatMap(({ open }) => open)).toContain('STUCK_SENSOR');
  });

  it.each<[string, number, Partial<CounterRow>]>([
    ['full with net inflow', CAPACITY, { inTotal: 0 }],
    ['empty with net outflow', 0, { outTotal: 0 }],
  ])('is innocent for half an hour: %s', (_, level, { inTotal }) => {
    // Counters that count twice a little of what turned back at the edge.
    const cycles = follow({ level, inUpm: () => 5, outUpm: () => 5 }, (rows) =>
      countersTold(rows, 'LANE-1', [FROM, 1_000], (row) => {
        const extra = Math.min(30, (row.plcTs! - minuteTs(FROM)) / 60_000);
        return inTotal === undefined
          ? { outTotal: row.outTotal! + extra }
          : { inTotal: row.inTotal! + extra };
      }),
    );
    expectAboutTrue(cycles);
    expect(cycles.flatMap(({ open }) => open)).not.toContain('STUCK_SENSOR');
    expect(cycles.every(({ level: { now } }) => now.value === level)).toBe(true);
  });
});

describe('flows that the level denies', () => {
  const counted =
    (change: (row: CounterRow, minute: number) => Partial<CounterRow>, from = FROM, to = 1_000) =>
    (rows: SourceRows): SourceRows =>
      countersTold(rows, 'LANE-1', [from, to], (row) => change(row, (row.plcTs! - minuteTs(0)) / 60_000));
  const random = createRandom(2, 'counters');

  it.each<[string, Script, (rows: SourceRows) => SourceRows]>([
    ['a share of what comes in', SWINGING, counted((row) => ({ inTotal: row.inTotal! * 0.7 }), 0)],
    ['a share of what goes out', SWINGING, counted((row) => ({ outTotal: row.outTotal! * 0.7 }), 0)],
    ['a dead counter of what comes in', BALANCED, counted(() => ({ inTotal: 2_000 }))],
    ['a dead counter of what goes out', BALANCED, counted(() => ({ outTotal: 2_000 }))],
    [
      'garbage now and then',
      BALANCED,
      counted((row) => (random.next() < 0.1 ? { inTotal: Math.floor(1e6 * random.next()) } : row)),
    ],
  ])('%s: the level is gone by', (_, script, change) => {
    const cycles = follow(script, change);
    expectAboutTrue(cycles);
    const known = cycles.filter(({ level: { now } }) => now.value !== null);
    expect(known.length / cycles.length).toBeGreaterThan(0.6);
  });
});

describe('a counter that jumps once and goes on from there', () => {
  const jump =
    (counter: 'inTotal' | 'outTotal', units: number) =>
    (rows: SourceRows): SourceRows =>
      countersTold(rows, 'LANE-1', [FROM, 1_000], (row) => ({ [counter]: row[counter]! + units }));

  it.each<[string, Script, (rows: SourceRows) => SourceRows]>([
    ['in', BALANCED, jump('inTotal', 250)],
    ['in, by a little', BALANCED, jump('inTotal', 150)],
    ['in, by far more than there is room for', BALANCED, jump('inTotal', 1e6)],
    ['out, of what is full', NEARLY_FULL, jump('outTotal', 300)],
    ['out, of what moves', SWINGING, jump('outTotal', 300)],
  ])('%s: the level is believed all the time', (_, script, change) => {
    const cycles = follow(script, change);
    expect(
      cycles.filter(({ level: { now }, truth }) => now.value === null || Math.abs(now.value - truth) > 20)
        .length,
    ).toBeLessThanOrEqual(1);
  });
});

it('what a lying counter makes of a full lane is no agreement', () => {
  const cycles = follow(NEARLY_FULL, (rows) =>
    countersTold(rows, 'LANE-1', [0, 1_000], (row) => ({ outTotal: row.outTotal! * 0.7 })),
  );
  const doubted = doubtedAt(cycles);
  expect(doubted).toEqual(everyFive(doubted[0]!, HOURS * 60));
});

describe('silence of the stock', () => {
  it('is carried on by the counters, within bounds that grow, and found again where it is', () => {
    const silent = (rows: SourceRows): SourceRows =>
      retold(rows, 'wes_stock', (row) =>
        row.asOf >= minuteTs(FROM) && row.asOf < minuteTs(TO) ? null : row,
      );
    const cycles = follow(SWINGING, silent);
    expectAboutTrue(cycles);
    const [soon, late] = [FROM + 30, FROM + 75].map((minute) =>
      cycles.find((each) => each.minute === minute),
    );
    expect(soon?.level.now.provenance).toBe('estimated');
    expect(late?.level.now.provenance).toBe('estimated');
    expect(late?.level.now.offBy).toBeGreaterThan(soon?.level.now.offBy ?? Infinity);
    expect(doubtedAt(cycles.filter(({ minute }) => minute > TO + 5))).toEqual([]);
    expect(cycles.at(-1)?.level.now.provenance).toBe('bridged');
  });
});

describe('nothing wrong', () => {
  const clean = (seed: number, capacity: number, upm: number, skewSeconds: number): FollowedCycle[] => {
    const random = createRandom(seed, 'clean');
    const minutes = 8 * 60;
    let [inRate, outRate] = [upm, upm];
    // Bursts: the rate stays for a while, then is another one.
    const drawn = Array.from({ length: minutes + 1 }, (): [number, number] => {
      if (random.next() < 0.15) inRate = upm * (0.4 + 1.2 * random.next());
      if (random.next() < 0.15) outRate = upm * (0.4 + 1.2 * random.next());
      const spread = (): number => (random.next() < 0.2 ? 2 : 0.75) * (0.5 + random.next());
      return [Math.round(inRate * spread()), Math.round(outRate * spread())];
    });
    const script: Script = {
      capacity,
      level: capacity / 2,
      inUpm: (minute) => drawn[minute]?.[0] ?? 0,
      outUpm: (minute) => drawn[minute]?.[1] ?? 0,
    };
    const floor = tellFloor([{ path: 'LANE-1', ...script, capacity }], minutes);
    const noisy = retold(floor.rows, 'wes_stock', (row) => ({
      ...row,
      wipUnits: Math.max(0, Math.round((row.wipUnits ?? 0) + (random.next() - 0.5) * 0.014 * capacity)),
    }));
    const skewed = retold(noisy, 'wcs_counters', (row) => ({
      ...row,
      plcTs: (row.plcTs ?? 0) + skewSeconds * 1_000,
    }));
    return followPath(floor, skewed, 'LANE-1', capacity);
  };

  const floors = Array.from({ length: 3 }, (_, index) => index + 1).flatMap((seed) =>
    [
      [20, 4],
      [60, 12],
      [120, 10],
      [400, 20],
      [1_500, 40],
    ].map(([capacity = 0, upm = 0]) => ({ seed, capacity, upm, skew: [-40, 0, 40][seed % 3] ?? 0 })),
  );

  it('is not doubted', () => {
    const doubted = floors.flatMap((floor) => {
      const cycles = clean(floor.seed, floor.capacity, floor.upm, floor.skew);
      const open = cycles.filter((each) => each.open.length > 0);
      return open.length > 0
        ? [{ ...floor, cycles: open.length, names: [...new Set(open.flatMap((each) => each.open))] }]
        : [];
    });
    expect(doubted).toEqual([]);
  });
});

it('what is remembered of a path is small', () => {
  for (const change of [stock(() => 0), scaled(1 / 10, FROM, 1_000), stock(() => 200, FROM, 1_000)]) {
    const cycles = follow(NEARLY_FULL, change);
    for (const { level, memory } of cycles)
      expect(memory).toBeLessThan(250 * Math.max(1, level.doubts.length));
    expect(Math.max(...cycles.map(({ level }) => level.doubts.length))).toBeLessThanOrEqual(3);
  }
});
