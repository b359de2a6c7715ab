/** Small inputs with a known right answer, through the backtest: counters, clocks, bursts and closed lanes. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backtest } from '../../../src/backtest/backtest.ts';
import { DEFAULT_ALGORITHM } from '../../../src/domain/algorithm/algorithm.ts';

const CASES = join(import.meta.dirname, '../../cases');
type Row = Record<string, string>;

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'bufferwatch-cases-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** Runs a case, some of its lines told otherwise. */
async function runCase(
  name: string,
  ...changes: { file: string; of: (line: string) => string }[]
): Promise<Row[]> {
  const folder = await mkdtemp(join(scratch, `${name}-`));
  await cp(join(CASES, name), folder, { recursive: true });
  for (const change of changes) {
    const file = join(folder, change.file);
    const lines = (await readFile(file, 'utf8')).split('\n');
    await writeFile(file, lines.map((line, index) => (index === 0 ? line : change.of(line))).join('\n'));
  }
  const out = join(folder, 'out');
  await backtest({ folder, out, algorithm: DEFAULT_ALGORITHM });
  return parse(await readFile(join(out, 'alerts.csv'), 'utf8'), { columns: true });
}

const isOf = (row: Row, path: string): boolean => row['unit_id']?.endsWith(`_${path}`) ?? false;
const fields =
  (...indexes: number[]) =>
  (of: (value: number) => number) =>
  (line: string): string =>
    line
      .split(',')
      .map((cell, index) => (indexes.includes(index) && cell !== '' ? String(of(Number(cell))) : cell))
      .join(',');
const totals = fields(3, 4);

describe('counters whose registers wrap', () => {
  const SPAN = 2 ** 32;
  const unwrapped = (value: number): number => (value < -1_000_000 ? value + SPAN : value);
  let straight: Row[];
  beforeAll(async () => {
    straight = await runCase('counter-wraps-signed', { file: 'wcs_counters.csv', of: totals(unwrapped) });
  }, 30_000);

  it('change no decision, and the alert ends', async () => {
    expect(await runCase('counter-wraps-signed')).toEqual(straight);
    expect(straight.some(({ label }) => label === 'CLEARED')).toBe(true);
  }, 30_000);

  it.each([
    ['16 bits with a sign', 2 ** 16, 2 ** 15],
    ['16 bits without one', 2 ** 16, 0],
    ['31 bits', 2 ** 31, 0],
    ['32 bits without a sign', 2 ** 32, 0],
  ])(
    'of %s too',
    async (_, span, below) => {
      const wrap = (value: number): number => {
        if (Math.abs(value) < 1_000_000) return value;
        const rise = unwrapped(value) - 2 ** 31;
        return (rise < 0 ? span + rise : rise) - below;
      };
      const rows = await runCase('counter-wraps-signed', {
        file: 'wcs_counters.csv',
        of: totals(wrap),
      });
      expect(rows).toEqual(straight);
    },
    30_000,
  );
});

it('a clock that is set right alarms nobody', async () => {
  const rows = await runCase('clock-set-right');
  expect(rows.filter(({ label }) => label !== '')).toEqual([]);
});

it('a busy minute before each cycle is no overflow', async () => {
  const rows = await runCase('burst-before-cycle');
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.filter(({ state }) => state === 'OVERFLOW')).toEqual([]);
  expect(rows.filter(({ severity }) => severity === 'EMERGENCY')).toEqual([]);
  expect(Math.max(...rows.map((row) => Number(row['probability'])))).toBeLessThan(0.6);
});

describe('a lane that is closed', () => {
  const later = (rows: Row[]): Row[] => rows.filter((row) => (row['cycle_ts'] ?? '') > '2026-03-03T09:32');

  it('is neither starved nor anybody’s target', async () => {
    const rows = later(await runCase('lane-closed'));
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter((row) => isOf(row, 'LANE-2')).map(({ state, label }) => `${state} ${label}`)).toEqual([
      'OK SUPPRESSED',
      'OK CLEARED',
    ]);
    expect(rows.filter(({ action }) => action === 'REBALANCE_CAPACITY')).toEqual([]);
    expect(rows.filter(({ state }) => state === 'UNKNOWN')).toEqual([]);
  });

  it('is unknown where its capacity is told no longer: no target either, and nothing of it has recovered', async () => {
    const rows = later(
      await runCase('lane-closed', {
        file: 'wes_stock.csv',
        of: (line) => line.replace('LANE-2,PACK,LANE,0,', 'LANE-2,PACK,LANE,,'),
      }),
    );
    const own = rows.filter((row) => isOf(row, 'LANE-2'));
    expect(new Set(own.map(({ state }) => state))).toEqual(new Set(['UNKNOWN']));
    expect(own.filter(({ label }) => label === 'CLEARED')).toEqual([]);
    expect(rows.filter(({ action }) => action === 'REBALANCE_CAPACITY')).toEqual([]);
    expect(rows.filter((row) => isOf(row, 'TOTAL') && row['state'] === 'UNKNOWN')).toEqual([]);
  });

  /** LANE-1 is nearly full, an alert about it is open; then it is closed for a while. */
  const closeFull = (line: string): string => {
    const cells = line.split(',');
    const ts = cells.findLast((cell) => cell.startsWith('2026-')) ?? '';
    if (cells[2] === 'LANE-1' && ts > '2026-03-03T11:01' && ts < '2026-03-03T11:29') {
      cells[5] = '0';
      cells[6] = '373';
    } else if (cells[2] === 'LANE-1' && ts > '2026-03-03T11:29') cells[6] = '373';
    return cells.join(',');
  };

  it('while it is full has not recovered, alarms nobody anew, and is watched at once when it opens', async () => {
    const folder = 'counter-wraps-signed';
    const counters = await readFile(join(CASES, folder, 'wcs_counters.csv'), 'utf8');
    const stops = counters
      .split('\n')
      .find((line) => line.includes(',LANE-1,') && line.includes('T11:00:00Z'));
    const [, , , inTotal = '', outTotal = ''] = stops?.split(',') ?? [];
    const rows = await runCase(
      folder,
      { file: 'wes_stock.csv', of: closeFull },
      {
        file: 'wcs_counters.csv',
        of: (line) => {
          const cells = line.split(',');
          if (cells[1] === 'LANE-1' && (cells[8] ?? '') > '2026-03-03T11:00:00Z')
            cells.splice(3, 2, inTotal, outTotal);
          return cells.join(',');
        },
      },
    );
    const own = rows.filter((row) => isOf(row, 'LANE-1') && (row['cycle_ts'] ?? '') > '2026-03-03T11:04');
    const closed = own.filter((row) => (row['cycle_ts'] ?? '') < '2026-03-03T11:29');
    expect(closed.filter(({ label }) => label === 'CLEARED' || label === 'NEW')).toEqual([]);
    expect(new Set(closed.map(({ state }) => state))).toEqual(new Set(['NOT_SCHEDULED']));
    expect(own.find((row) => (row['cycle_ts'] ?? '') > '2026-03-03T11:31')).toMatchObject({
      state: 'OVERFLOW_RISK',
      label: expect.stringMatching(/ONGOING|SUPPRESSED/),
    });
  });

  it('by the word of one reading, while units go in, is judged by the room that it had', async () => {
    const sound = await runCase('counter-wraps-signed');
    const rows = await runCase('counter-wraps-signed', {
      file: 'wes_stock.csv',
      of: (line) => {
        const cells = line.split(',');
        if (cells[2] === 'LANE-1' && (cells[10] ?? '') > '2026-03-03T10:51') cells[5] = '0';
        return cells.join(',');
      },
    });
    const ends = (of: typeof rows) =>
      of
        .filter((row) => isOf(row, 'LANE-1') && row['direction'] === 'HIGH' && row['label'] === 'CLEARED')
        .map((row) => row['cycle_ts']);
    expect(ends(rows)).toEqual(ends(sound));
    expect(rows.some((row) => isOf(row, 'LANE-1') && row['action'] === 'CHECK_DATA')).toBe(true);
  });
});
