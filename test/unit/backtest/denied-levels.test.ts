/**
 * Small floors with a known right answer: a level that the counters deny, made by a script of flows. The backtest reads
 * them from files, the pipeline's step from rows and a memory that went through JSON: both tell the same.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backtest } from '../../../src/backtest/backtest.ts';
import { type AlertRow, alertsCsvLine } from '../../../src/domain/alert-row.ts';
import { DEFAULT_ALGORITHM } from '../../../src/domain/algorithm/algorithm.ts';
import type { SourceRows } from '../../../src/domain/source-rows.ts';
import {
  minuteOf,
  type ScriptedPath,
  stockTold,
  tellFloor,
  watchFloor,
  watchLive,
  writeFloor,
} from '../../support/told-floor.ts';

type Flow = ScriptedPath['inUpm'];
type Span = readonly [from: string, to: string];

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
const steps =
  (...rates: readonly (readonly [from: string, upm: number])[]): Flow =>
  (minute) =>
    rates.findLast(([from]) => minute > minuteOf(from))?.[1] ?? 0;
const lane = (path: string, level: number, inUpm: Flow, outUpm: Flow = () => 5): ScriptedPath => ({
  path,
  capacity: 400,
  level,
  inUpm,
  outUpm,
});
const LANE_2 = lane('LANE-2', 200, () => 5);

interface DeniedLevel {
  paths: ScriptedPath[];
  /** The path whose level is told wrong. */
  path: string;
  told: (wipUnits: number) => number | null;
  span: Span;
  until: string;
  check: (own: AlertRow[], rows: AlertRow[]) => void;
}

const between = (rows: readonly AlertRow[], [from, to]: Span): AlertRow[] =>
  rows.filter(({ cycleTs }) => cycleTs.slice(11, 16) >= from && cycleTs.slice(11, 16) < to);
const told = (rows: readonly AlertRow[], direction: AlertRow['direction']): string[] =>
  rows
    .filter((row) => row.direction === direction && ['NEW', 'CLEARED'].includes(row.label ?? ''))
    .map(({ cycleTs, label, reason }) => `${cycleTs.slice(11, 16)} ${label} ${reason}`);

/** Open before, never cleared, nothing low, nothing sent there, and somebody is told to look at the data. */
const held =
  (span: Span) =>
  (own: AlertRow[], rows: AlertRow[]): void => {
    expect(told(own, 'HIGH').filter((each) => !each.includes('NEW'))).toEqual([]);
    expect(told(own, 'HIGH').length).toBeGreaterThan(0);
    expect(told(own, 'LOW')).toEqual([]);
    const path = own[0]?.unitId;
    const sentThere = between(rows, span).filter((row) => row.actionUnitId === path && row.unitId !== path);
    expect(sentThere).toEqual([]);
    expect(between(own, span).some(({ action, label }) => action === 'CHECK_DATA' && label === 'NEW')).toBe(
      true,
    );
  };
/** Told to look at the data, and no alarm of the level. */
const onlyDoubted =
  (span: Span) =>
  (own: AlertRow[]): void => {
    expect(told(own, 'HIGH')).toEqual([]);
    expect(told(own, 'LOW')).toEqual([]);
    expect(between(own, span).some(({ action }) => action === 'CHECK_DATA')).toBe(true);
  };

/** No CLEARED of level or doubt, no LOW, nothing sent there, however long it lasts. */
const heldInDoubt = (own: AlertRow[], rows: AlertRow[]): void => {
  expect(told(own, 'LOW')).toEqual([]);
  expect(told(own, 'HIGH').filter((each) => each.includes('CLEARED'))).toEqual([]);
  expect(told(own, '').filter((each) => each.includes('CLEARED'))).toEqual([]);
  expect(told(own, '').length).toBeGreaterThan(0);
  const sent = between(rows, ['10:05', '13:01']).filter(
    (row) => row.actionUnitId === 'FRA1_SINGLES_LANE-1' && row.unitId !== row.actionUnitId,
  );
  expect(sent).toEqual([]);
};

const FULL_FROM_0930 = steps(['08:00', 7], ['09:30', 5]);
const HOUR: Span = ['10:00', '11:00'];

const CASES: Record<string, DeniedLevel> = {
  'falls to zero': {
    paths: [INDUCT, lane('LANE-1', 200, FULL_FROM_0930), LANE_2],
    path: 'LANE-1',
    told: () => 0,
    span: HOUR,
    until: '12:00',
    check: held(HOUR),
  },
  'falls to a third, the second lane': {
    paths: [INDUCT, lane('LANE-1', 200, () => 5), lane('LANE-2', 200, FULL_FROM_0930)],
    path: 'LANE-2',
    told: () => 133,
    span: HOUR,
    until: '12:00',
    check: held(HOUR),
  },
  'rises to full': {
    paths: [INDUCT, lane('LANE-1', 200, () => 5), LANE_2],
    path: 'LANE-1',
    told: () => 400,
    span: HOUR,
    until: '12:00',
    check: onlyDoubted(HOUR),
  },
  'stuck at full': {
    paths: [
      INDUCT,
      lane(
        'LANE-1',
        300,
        steps(['08:00', 7], ['08:50', 1], ['09:30', 5]),
        steps(['08:00', 5], ['08:50', 6], ['09:30', 5]),
      ),
      LANE_2,
    ],
    path: 'LANE-1',
    told: () => 400,
    span: ['08:50', '12:00'],
    until: '12:00',
    check: (own) => {
      const after = between(own, ['09:20', '12:00']);
      expect(told(after, 'HIGH').filter((each) => each.includes('NEW'))).toEqual([]);
      expect(after.filter(({ action }) => action === 'EMERGENCY_STOP')).toEqual([]);
      expect(own.some(({ action, label }) => action === 'CHECK_DATA' && label === 'NEW')).toBe(true);
    },
  },
  'stuck at empty': {
    paths: [
      INDUCT,
      lane(
        'LANE-1',
        100,
        steps(['08:00', 3], ['08:50', 6], ['09:30', 5]),
        steps(['08:00', 5], ['08:50', 1], ['09:30', 5]),
      ),
      LANE_2,
    ],
    path: 'LANE-1',
    told: () => 0,
    span: ['08:50', '12:00'],
    until: '12:00',
    check: (own) => {
      const after = between(own, ['09:20', '12:00']);
      expect(told(after, 'LOW').filter((each) => each.includes('NEW'))).toEqual([]);
      expect(own.some(({ action, label }) => action === 'CHECK_DATA' && label === 'NEW')).toBe(true);
    },
  },
  ...Object.fromEntries(
    (
      [
        ['totes', 10],
        ['percent', 4],
        ['a fraction', 400],
      ] as const
    ).map(([name, factor]): [string, DeniedLevel] => [
      `${name}, then full`,
      {
        paths: [INDUCT, lane('LANE-1', 320, steps(['08:00', 5], ['10:10', 7], ['10:50', 5])), LANE_2],
        path: 'LANE-1',
        told: (units) => units / factor,
        span: ['10:00', '15:00'],
        until: '13:00',
        check: heldInDoubt,
      },
    ]),
  ),
  'totes for over an hour': {
    paths: [
      INDUCT,
      lane(
        'LANE-1',
        200,
        (minute) => Math.round(6 + 2 * Math.sin(minute / 7)),
        () => 6,
      ),
      LANE_2,
    ],
    path: 'LANE-1',
    told: (units) => Math.round(units / 10),
    span: ['09:00', '10:40'],
    until: '11:30',
    check: (own) => {
      onlyDoubted(['09:05', '10:40'])(own);
      expect(told(between(own, ['09:00', '10:40']), '').filter((each) => each.includes('CLEARED'))).toEqual(
        [],
      );
    },
  },
  'silent, while the counters fill the lane': {
    paths: [INDUCT, lane('LANE-1', 200, steps(['08:00', 5], ['09:15', 11], ['09:45', 5])), LANE_2],
    path: 'LANE-1',
    told: () => null,
    span: ['09:00', '10:30'],
    until: '10:30',
    check: (own) => {
      const fresh = told(own, 'HIGH').filter((each) => each.includes('NEW'));
      expect(fresh[0]?.slice(0, 5) ?? 'never').toMatch(/^09:[1-4]/);
    },
  },
};

let scratch: string;
beforeAll(async () => void (scratch = await mkdtemp(join(tmpdir(), 'bufferwatch-denied-'))));
afterAll(() => rm(scratch, { recursive: true, force: true }));

describe.each(Object.entries(CASES))('%s', (name, { paths, path, told: lie, span, until, check }) => {
  const minutes = minuteOf(until);
  const rows: SourceRows = stockTold(
    tellFloor(paths, minutes).rows,
    path,
    [minuteOf(span[0]), minuteOf(span[1])],
    ({ wipUnits }) => ({ wipUnits: wipUnits === null ? null : lie(wipUnits) }),
  );
  const decided = watchFloor(rows, minutes).rows;

  it('has the right answer', () => {
    const unitId = `FRA1_SINGLES_${path}`;
    expect(decided).not.toEqual([]);
    check(
      decided.filter((row) => row.unitId === unitId),
      decided,
    );
  });

  it('is told alike by the step of the pipeline', async () => {
    const live = await watchLive(rows, minutes);
    expect(live.rows.map(alertsCsvLine)).toEqual(decided.map(alertsCsvLine));
  });

  it('and by the backtest', async () => {
    const folder = join(scratch, name.replaceAll(/\W/g, '-'));
    await writeFloor(folder, rows);
    await backtest({ folder, out: join(folder, 'out'), algorithm: DEFAULT_ALGORITHM });
    const [, ...lines] = (await readFile(join(folder, 'out/alerts.csv'), 'utf8')).trimEnd().split('\n');
    expect(lines.filter((line) => line.slice(0, 20) <= decided.at(-1)!.cycleTs)).toEqual(
      decided.map(alertsCsvLine),
    );
  });
});
