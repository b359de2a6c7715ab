/** Robust statistics: no single bad reading moves a decision. */

export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = new Float64Array(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? null)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** Consistency factor that makes the median absolute deviation a standard deviation for a normal distribution. */
const MAD_TO_DEVIATION = 1.4826;

interface Point {
  /** Epoch ms. */
  ts: number;
  value: number;
}

/** Theil-Sen: the median of the slopes between all pairs, per minute. Null where no two points differ in time. */
export function medianSlope(points: readonly Point[]): number | null {
  return median(slopesOf(points));
}

/** The same with the slopes' robust spread. */
export function theilSen(points: readonly Point[]): { slope: number; spread: number } | null {
  const slopes = slopesOf(points);
  const slope = median(slopes);
  if (slope === null) return null;
  const deviation = median(slopes.map((one) => Math.abs(one - slope))) ?? 0;
  return { slope, spread: deviation * MAD_TO_DEVIATION };
}

function slopesOf(points: readonly Point[]): number[] {
  const slopes: number[] = [];
  for (let first = 0; first < points.length; first += 1) {
    const a = points[first];
    if (a === undefined) break;
    for (let second = first + 1; second < points.length; second += 1) {
      const b = points[second];
      if (b !== undefined && b.ts !== a.ts) slopes.push(((b.value - a.value) / (b.ts - a.ts)) * 60_000);
    }
  }
  return slopes;
}

/** Probability, 0..1, of log-odds. */
export function probabilityOf(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

/** @param probability above 0 and below 1 */
export function logOddsOf(probability: number): number {
  return Math.log(probability / (1 - probability));
}

/** Logistic approximation of the normal distribution function, off by less than 0.01. */
export function normalBelow(z: number): number {
  return probabilityOf(1.702 * z);
}
