/** Figures of several floors together. */
import { describe, expect, it } from 'vitest';
import type { JudgedFloor } from '../../../tools/floors/one-floor.ts';
import { countOf, pool } from '../../../tools/floors/pool.ts';

const floorsOf = (count: number) =>
  Array.from({ length: count }, (_, index): JudgedFloor => ({ seed: index, feed: 'sound' }) as never);

describe('pooled', () => {
  it('what was counted on all floors makes the share, floors make the interval and the spread', () => {
    const counted = [countOf(0.5, 10), countOf(1, 30), countOf(null, 0), ...Array(3).fill(countOf(0.9, 20))];
    const { all, interval, median, least, most } = pool(
      floorsOf(6),
      ({ seed }) => counted[seed] ?? countOf(null, 0),
    );
    expect(all).toBe(89 / 100);
    expect([least, median, most]).toEqual([0.5, 0.9, 1]);
    expect(interval?.[0]).toBeGreaterThan(0.5);
    expect(interval?.[1]).toBeLessThanOrEqual(1);
  });

  it('few floors have no interval', () => {
    expect(pool(floorsOf(4), () => countOf(0.5, 10))).toMatchObject({ all: 0.5, interval: null });
  });
});
