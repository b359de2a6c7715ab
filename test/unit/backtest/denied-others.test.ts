/**
 * Small floors with a known right answer: people whom neither plan nor work bear out, and a level that no counter sees.
 * The backtest reads them from files, the pipeline's step from rows and a memory that went through JSON.
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
  type ScriptedPath,
  minuteOf,
  minuteTs,
  retold,
  stockTold,
  tellFloor,
  watchFloor,
  watchLive,
  writeFloor,
} from '../../support/told-floor.ts';

const MINUTES = minuteOf('11:00');
const STOPS = minuteOf('10:00');
const path = (name: string, change: Partial<ScriptedPath> = {}): ScriptedPath => ({
  path: name,
  capacity: 400,
  level: 150,
  inUpm: () => 10,
  outUpm: () => 10,
  ...change,
});
const INDUCT = path('INDUCT-1', {
  ...{ stage: 'INDUCT', bufferKind: 'CONVEYOR', backlog: 500, inUpm: () => 20, outUpm: () => 20 },
});
/** Ten packers of 120 an hour pass 20 units a minute, until at ten nothing comes any more. */
const FLOOR = [
  INDUCT,
  ...['LANE-1', 'LANE-2'].map((name) => path(name, { inUpm: (minute) => (minute < STOPS ? 10 : 0) })),
];

/** LMS says 0 people of PACK from nine on. */
const nobody = retold(tellFloor(FLOOR, MINUTES).rows, 'lms_actuals', (row) =>
  row.process === 'PACK' && row.intervalEnd >= minuteTs(60) ? { ...row, hcActive: 0, uph15m: null } : row,
);
/** Of three lanes one has no counters, and is told in totes from nine to half past ten. */
const uncounted = stockTold(
  retold(
    tellFloor([INDUCT, path('LANE-1'), path('LANE-2'), path('LANE-3', { level: 250 })], MINUTES).rows,
    'wcs_counters',
    (row) => (row.path === 'LANE-3' ? null : row),
  ),
  'LANE-3',
  [minuteOf('09:00'), minuteOf('10:30')],
  ({ wipUnits }) => ({ wipUnits: (wipUnits ?? 0) / 20 }),
);

const told = (rows: readonly AlertRow[], direction: AlertRow['direction']): string[] =>
  rows
    .filter((row) => row.direction === direction && (row.label === 'NEW' || row.label === 'CLEARED'))
    .map(({ cycleTs, unitId, label }) => `${cycleTs.slice(11, 16)} ${unitId} ${label}`);

const CASES: Record<string, { rows: SourceRows; check: (rows: AlertRow[]) => void }> = {
  'nobody at work, by LMS': {
    rows: nobody,
    check: (rows) => {
      // Told of once, and to the end.
      expect(told(rows, '')).toEqual([expect.stringMatching(/^09:[12]\d FRA1_SINGLES_TOTAL NEW/)]);
      // Stations that are manned starve, whatever LMS says.
      expect(told(rows, 'LOW').join()).toMatch(/10:\d\d FRA1_SINGLES_LANE-1 NEW/);
    },
  },
  'a lane without counters in totes': {
    rows: uncounted,
    check: (rows) => {
      expect(told(rows, 'LOW')).toEqual([]);
      expect(told(rows, '').map((each) => each.replace(/^\d\d:\d\d /, ''))).toEqual([
        'FRA1_SINGLES_LANE-3 NEW',
        'FRA1_SINGLES_LANE-3 CLEARED',
      ]);
      expect((told(rows, '')[1] ?? '') > '10:30').toBe(true);
    },
  },
};

let scratch: string;
beforeAll(async () => void (scratch = await mkdtemp(join(tmpdir(), 'bufferwatch-denied-'))));
afterAll(() => rm(scratch, { recursive: true, force: true }));

describe.each(Object.entries(CASES))('%s', (name, { rows, check }) => {
  const decided = watchFloor(rows, MINUTES).rows;

  it('has the right answer', () => {
    expect(decided).not.toEqual([]);
    check(decided);
  });

  it('is told alike by the step of the pipeline and by the backtest', async () => {
    const live = await watchLive(rows, MINUTES);
    expect(live.rows.map(alertsCsvLine)).toEqual(decided.map(alertsCsvLine));
    const folder = join(scratch, name.replaceAll(/\W/g, '-'));
    await writeFloor(folder, rows);
    await backtest({ folder, out: join(folder, 'out'), algorithm: DEFAULT_ALGORITHM });
    const [, ...lines] = (await readFile(join(folder, 'out/alerts.csv'), 'utf8')).trimEnd().split('\n');
    expect(lines.filter((line) => line.slice(0, 20) <= decided.at(-1)!.cycleTs)).toEqual(
      decided.map(alertsCsvLine),
    );
  });
});
