/** Seeded randomness: the same seed always gives the same world. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
}

/** sfc32, seeded by an FNV-1a hash of the seed and a stream name, so that streams do not disturb each other. */
export function createRandom(seed: number, stream: string): Random {
  let hash = 0x811c9dc5;
  for (const char of `${seed}/${stream}`) {
    hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  }
  let a = hash | 0;
  let b = Math.imul(hash, 0x9e3779b1) | 0;
  let c = ~hash;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
  // The first outputs of sfc32 still show the seed; its author discards 15 where all three words are seeded.
  for (let i = 0; i < 15; i++) next();
  return { next };
}

export function drawUniform(random: Random, low: number, high: number): number {
  return low + (high - low) * random.next();
}

export function drawInteger(random: Random, low: number, high: number): number {
  return low + Math.floor(random.next() * (high - low + 1));
}

export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random.next() * items.length)];
  if (item === undefined) throw new RangeError('expected at least one item to pick from');
  return item;
}

export function drawExponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - random.next());
}

export function drawNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

export function drawLognormal(random: Random, median: number, sigma: number): number {
  return median * Math.exp(sigma * drawNormal(random));
}

/** Knuth's product method: means here are a few units per step. */
function drawPoisson(random: Random, mean: number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  let product = random.next();
  while (product > limit) {
    count += 1;
    product *= random.next();
  }
  return count;
}

/** Marsaglia and Tsang, 2000; below shape 1 by the usual boost. */
function drawGamma(random: Random, shape: number): number {
  if (shape < 1) return drawGamma(random, shape + 1) * (1 - random.next()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = drawNormal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/**
 * A count with variance `dispersion` times its mean (negative binomial as a gamma mixture of Poissons).
 * `dispersion` is above 1.
 */
export function drawOverdispersedCount(random: Random, mean: number, dispersion: number): number {
  if (mean <= 0) return 0;
  const shape = mean / (dispersion - 1);
  return drawPoisson(random, (mean * drawGamma(random, shape)) / shape);
}

/** Index drawn in proportion to the weights; -1 where they add up to nothing. */
export function drawWeighted(random: Random, weights: readonly number[]): number {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (sum <= 0) return -1;
  let rest = random.next() * sum;
  let last = -1;
  for (const [index, weight] of weights.entries()) {
    if (weight <= 0) continue;
    last = index;
    rest -= weight;
    if (rest < 0) return index;
  }
  return last;
}
