import { describe, expect, it } from 'vitest';
import {
  createInstantRandom,
  createRandom,
  drawExponential,
  drawLognormal,
  drawOverdispersedCount,
  drawWeighted,
  wander,
  type Random,
} from '../../../src/simulator/random.ts';

const DRAWS = 20_000;

function sample(draw: (random: Random) => number): number[] {
  const random = createRandom(42, 'sample');
  return Array.from({ length: DRAWS }, () => draw(random));
}

function meanOf(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function varianceOf(values: number[]): number {
  const mean = meanOf(values);
  return meanOf(values.map((value) => (value - mean) ** 2));
}

describe('seeded randomness', () => {
  it('repeats itself for one seed and stream, and differs for others', () => {
    const first = (seed: number, stream: string) => {
      const random = createRandom(seed, stream);
      return Array.from({ length: 5 }, () => random.next());
    };
    expect(first(1, 'FRA1')).toEqual(first(1, 'FRA1'));
    expect(first(1, 'FRA1')).not.toEqual(first(2, 'FRA1'));
    expect(first(1, 'FRA1')).not.toEqual(first(1, 'FRA2'));
  });

  it('starts evenly spread over seeds', () => {
    const firsts = Array.from({ length: 2000 }, (_, seed) => createRandom(seed, 'FRA1').next());
    expect(meanOf(firsts)).toBeGreaterThan(0.48);
    expect(meanOf(firsts)).toBeLessThan(0.52);
    expect(varianceOf(firsts)).toBeGreaterThan(0.078);
    expect(varianceOf(firsts)).toBeLessThan(0.089);
  });

  it.each([0.5, 3, 7])('draws counts of mean %d with 1.5 times the variance of Poisson', (mean) => {
    const counts = sample((random) => drawOverdispersedCount(random, mean, 1.5));
    expect(counts.every((count) => Number.isInteger(count) && count >= 0)).toBe(true);
    expect(meanOf(counts) / mean).toBeCloseTo(1, 1);
    expect(varianceOf(counts) / mean).toBeGreaterThan(1.4);
    expect(varianceOf(counts) / mean).toBeLessThan(1.6);
  });

  it('draws exponential and lognormal times around the wanted centre', () => {
    expect(meanOf(sample((random) => drawExponential(random, 40))) / 40).toBeCloseTo(1, 1);
    const sorted = sample((random) => drawLognormal(random, 9, 0.4)).toSorted((a, b) => a - b);
    expect((sorted[DRAWS / 2] ?? 0) / 9).toBeCloseTo(1, 1);
  });

  it('draws by weight, never one of weight 0, and -1 where all are', () => {
    const drawn = sample((random) => drawWeighted(random, [1, 0, 3]));
    expect(drawn).not.toContain(1);
    expect(drawn.filter((index) => index === 2).length / DRAWS).toBeCloseTo(0.75, 1);
    expect(drawWeighted(createRandom(1, 'none'), [0, 0])).toBe(-1);
  });

  it('of an instant depends on nothing that was drawn before', () => {
    const [one, other] = [createInstantRandom(), createInstantRandom()];
    one.seek(7, 100);
    one.next();
    one.seek(7, 101);
    other.seek(7, 101);
    expect([one.next(), one.next()]).toEqual([other.next(), other.next()]);
    other.seek(8, 101);
    one.seek(7, 101);
    expect(one.next()).not.toBe(other.next());
  });

  it('wanders smoothly, with a standard deviation of about one at its knots', () => {
    const knots = Array.from({ length: 4000 }, (_, index) => wander(5, index * 60, 60));
    expect(Math.abs(meanOf(knots))).toBeLessThan(0.06);
    expect(varianceOf(knots)).toBeGreaterThan(0.9);
    expect(varianceOf(knots)).toBeLessThan(1.1);
    const steps = Array.from({ length: 4000 }, (_, ts) =>
      Math.abs(wander(5, ts + 1, 60) - wander(5, ts, 60)),
    );
    expect(Math.max(...steps)).toBeLessThan(0.2);
  });
});
