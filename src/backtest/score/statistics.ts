/** Shares, quantiles and intervals of confidence of what was counted. */

/** Of a share; null where there is nothing to count. */
export function ratio(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

/** By linear interpolation between the two nearest values; null where there is none. */
export function quantile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] ?? 0;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? low;
  return low + (high - low) * (position - below);
}

/** Enough that the interval's ends move by less than a point from run to run. */
const RESAMPLES = 1_000;
const SEED = 20_260_301;

/** One observation: what it adds to the share's counter and denominator. */
export interface Counted {
  part: number;
  whole: number;
}

/**
 * 95 % interval of a share by resampling clusters: what has one cause is one observation. The same input gives the
 * same interval. Null with fewer than two clusters.
 */
export function confidenceOf(clusters: readonly Counted[]): [number, number] | null {
  if (clusters.length < 2) return null;
  const random = randomFrom(SEED);
  const shares: number[] = [];
  for (let round = 0; round < RESAMPLES; round++) {
    let [part, whole] = [0, 0];
    for (let draw = 0; draw < clusters.length; draw++) {
      const cluster = clusters[Math.floor(random() * clusters.length)];
      part += cluster?.part ?? 0;
      whole += cluster?.whole ?? 0;
    }
    if (whole > 0) shares.push(part / whole);
  }
  const [low, high] = [quantile(shares, 0.025), quantile(shares, 0.975)];
  return low === null || high === null ? null : [low, high];
}

/** Adds up observations of one cluster. */
export function clusterBy<T>(
  items: readonly T[],
  clusterOf: (item: T) => string,
  count: (item: T) => Counted,
): Counted[] {
  const clusters = new Map<string, Counted>();
  for (const item of items) {
    const id = clusterOf(item);
    const { part, whole } = count(item);
    const sum = clusters.get(id) ?? { part: 0, whole: 0 };
    clusters.set(id, { part: sum.part + part, whole: sum.whole + whole });
  }
  return [...clusters.values()];
}

/** Mulberry32: 0..1, the same numbers for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
