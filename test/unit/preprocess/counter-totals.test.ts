import { describe, expect, it } from 'vitest';
import { continueTotals } from '../../../src/domain/preprocess/flows/counter-totals.ts';
import { MIN } from './rows-builder.ts';

const read = (values: (number | null)[]) =>
  continueTotals(
    values.map((_, index) => index * MIN),
    values,
  );
const rises = (values: (number | null)[]): number[] =>
  read(values).totals.flatMap((total, index, all) => {
    const before = all[index - 1] ?? null;
    return total === null || before === null ? [] : [total - before];
  });

describe('a register that wraps', () => {
  it.each([
    ['15 bits', [32_758, 32_763, 0, 5, 10]],
    ['16 bits', [65_526, 65_531, 0, 5, 10]],
    ['31 bits', [2 ** 31 - 10, 2 ** 31 - 5, 0, 5, 10]],
    ['32 bits', [2 ** 32 - 10, 2 ** 32 - 5, 0, 5, 10]],
    ['16 bits with a sign', [32_758, 32_763, -32_768, -32_763, -32_758]],
    ['31 bits with a sign', [2 ** 30 - 10, 2 ** 30 - 5, -(2 ** 30), -(2 ** 30) + 5, -(2 ** 30) + 10]],
    ['32 bits with a sign', [2 ** 31 - 10, 2 ** 31 - 5, -(2 ** 31), -(2 ** 31) + 5, -(2 ** 31) + 10]],
    ['0 from below', [-10, -5, 0, 5, 10]],
    ['the window after it', [-2_000_000, -1_999_995, -1_999_990, -1_999_985, -1_999_980]],
  ])('counts on: %s', (_, values) => {
    expect(rises(values)).toEqual([5, 5, 5, 5]);
    expect(read(values).refused).toEqual([]);
  });

  it('counts on with the wrap as the newest reading, and with one lost around it', () => {
    expect(rises([65_526, 65_531, 3])).toEqual([5, 8]);
    expect(read([65_521, 65_526, null, 0, 5]).totals.at(-1)).toBe(65_541);
  });

  it.each([
    ['from the middle of the range', [30_000, 30_005, 0, 5]],
    ['to far beyond the bound', [65_526, 65_531, 900, 905]],
    ['by a little', [2 ** 31 - 5, 2 ** 31 - 6, 2 ** 31 - 1]],
  ])('is no wrap: %s', (_, values) => {
    expect(rises(values).some((rise) => rise < 0)).toBe(true);
  });
});

describe('a total below 0', () => {
  it.each([
    ['one among others', [100, 105, -5, 115], [2]],
    ['a code that stands still', [100, 105, -999, -999, -999, -999], [2, 3, 4, 5]],
    ['nothing else than a code', [-1, -1, -1, -1], [0, 1, 2, 3]],
    ['one near 0', [30, 34, -5, 42], [2]],
  ])('is none: %s', (_, values, refused) => {
    expect(read(values).refused).toEqual(refused);
  });
});
