import { describe, expect, it } from 'vitest';
import type { CounterRow } from '../../../src/domain/source-rows.ts';
import { placeRows } from '../../../src/domain/preprocess/clocks/device-clock.ts';
import { MIN, PATHS, at, counterRows } from './rows-builder.ts';

const SECOND = 1000;
const rows = (): CounterRow[] => counterRows(PATHS[3]!);
/** How far each row is placed from where it belongs, at most and apart from what all share. */
const spread = (placed: readonly { row: CounterRow; ts: number }[]): number => {
  const off = placed.map(({ row, ts }) => ts - row.recordedAt);
  return Math.max(...off) - Math.min(...off);
};

describe('a clock that is set', () => {
  it.each([10, 50, 60, 75, 120, 3600].flatMap((seconds) => [seconds, -seconds]))(
    'by %s s leaves every row where it belongs',
    (seconds) => {
      for (const age of [55, 20, 1.5]) {
        const set = rows().map((row) =>
          row.recordedAt > at(age) ? { ...row, plcTs: row.plcTs! + seconds * SECOND } : row,
        );
        const { placed, problem } = placeRows(set);
        expect(spread(placed)).toBe(0);
        expect(problem).toContain(`plc_ts was set ${seconds > 0 ? 'ahead' : 'back'}`);
      }
    },
  );

  it('is seen with the first row after it, and over rows that were lost', () => {
    const ahead = rows().map((row) => ({ ...row, plcTs: row.plcTs! + 50 * SECOND }));
    const set = [...ahead.slice(0, -1), rows().at(-1)!];
    expect(spread(placeRows(set).placed)).toBe(0);
    const lost = [...ahead.slice(0, 40), ...rows().slice(43)];
    expect(spread(placeRows(lost).placed)).toBe(0);
  });

  it('twice, there and back', () => {
    const set = rows().map((row, index) =>
      index >= 20 && index < 45 ? { ...row, plcTs: row.plcTs! - 90 * SECOND } : row,
    );
    const { placed, problem } = placeRows(set);
    expect(spread(placed)).toBe(0);
    expect(problem).toMatch(/set back by 90 s .*, plc_ts was set ahead by 90 s /);
  });
});

describe('rows that come late say nothing of the clock', () => {
  const stamps = (late: (row: CounterRow, index: number) => number) => {
    const told = rows().map((row, index) => ({ ...row, recordedAt: row.recordedAt + late(row, index) }));
    const { placed, problem } = placeRows(told.toSorted((a, b) => a.recordedAt - b.recordedAt));
    expect(problem).toBe('');
    return placed.every(({ row, ts }) => ts === row.plcTs);
  };
  it.each([
    ['one', (_: CounterRow, index: number) => (index === 30 ? 8 * MIN : 0)],
    ['the newest', (_: CounterRow, index: number) => (index === 69 ? 40 * SECOND : 0)],
    ['five at once', (_: CounterRow, index: number) => (index >= 30 && index < 35 ? (35 - index) * MIN : 0)],
    ['all from some time on', (_: CounterRow, index: number) => (index >= 40 ? 45 * SECOND : 0)],
    ['each by another time', (_: CounterRow, index: number) => ((index * 37) % 50) * SECOND],
  ])('%s', (_, late) => {
    expect(stamps(late)).toBe(true);
  });
});

it('a clock that steps all the time is not read', () => {
  const erratic = rows().map((row, index) => ({
    ...row,
    plcTs: row.plcTs! + (Math.floor(index / 8) % 2) * 90 * SECOND,
  }));
  const { byRecord, problem } = placeRows(erratic);
  expect(byRecord).toBe(true);
  expect(problem).toContain('recorded_at taken');
});
