/** Rows of any order by time, over parts that are smaller than the file. */
import * as fc from 'fast-check';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { inTimeOrder } from '../../../src/backtest/csv/time-order.ts';

interface Row {
  ts: number;
  place: number;
}

async function* inBatches(rows: readonly Row[], size: number): AsyncGenerator<Row[]> {
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size);
}

async function sort(rows: readonly Row[], batch: number, part: number): Promise<Row[]> {
  const sorted: Row[] = [];
  for await (const some of inTimeOrder(inBatches(rows, batch), ({ ts }) => ts, part)) sorted.push(...some);
  return sorted;
}

it('sorts by time, keeps the order of one instant, loses nothing, whatever the parts', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 20 }),
      async (instants, batch, part) => {
        const rows = instants.map((ts, place) => ({ ts, place }));
        expect(await sort(rows, batch, part)).toEqual(
          rows.toSorted((a, b) => a.ts - b.ts || a.place - b.place),
        );
      },
    ),
    { numRuns: 60 },
  );
});

it('sorts parts that are larger than what is read at once', async () => {
  const rows = Array.from({ length: 9_000 }, (_, place) => ({ ts: (place * 7_919) % 9_000, place }));
  const sorted = await sort(rows, 500, 2_000);
  expect(sorted.map(({ ts }) => ts)).toEqual(Array.from({ length: 9_000 }, (_, ts) => ts));
});

it('leaves nothing behind, where the reader stops early too', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'bufferwatch-order-'));
  vi.stubEnv('TMPDIR', scratch);
  const rows = Array.from({ length: 10_000 }, (_, place) => ({ ts: -place, place }));
  for await (const batch of inTimeOrder(inBatches(rows, 100), ({ ts }) => ts, 1_000)) {
    expect(batch[0]?.place).toBe(9_999);
    expect(await readdir(scratch)).toHaveLength(1);
    break;
  }
  expect(await readdir(scratch)).toEqual([]);
  vi.unstubAllEnvs();
  await rm(scratch, { recursive: true });
});
