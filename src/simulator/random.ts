/** Seeded randomness: the same seed always gives the same world. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
}

/** A number that names one stream of randomness; streams do not disturb each other. */
export function streamOf(seed: number, name: string): number {
  let hash = 0x811c9dc5;
  for (const char of `${seed}/${name}`) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  return mix(hash);
}

/** A finalizer of 32 bits with low bias (Wellons' search of hash functions). */
function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
  return (hash ^ (hash >>> 15)) >>> 0;
}

const UNIT = 2 ** -32;

/** Uniform in [0, 1), a function of stream and index alone. */
export function hashUniform(stream: number, index: number): number {
  return mix(stream ^ mix(Math.imul(index | 0, 0x9e3779b1))) * UNIT;
}

/** sfc32 on the stream of a seed and a name. */
export function createRandom(seed: number, name: string): Random {
  const hash = streamOf(seed, name);
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
    return (sum >>> 0) * UNIT;
  };
  // The first outputs of sfc32 still show the seed; its author discards 15 where all three words are seeded.
  for (let i = 0; i < 15; i++) next();
  return { next };
}

/**
 * Randomness of instants: after `seek` the draws depend on stream and index alone, whatever was drawn before. So a
 * world that is run again from a checkpoint, and otherwise treated, meets the same luck (mulberry32).
 */
export interface InstantRandom extends Random {
  seek(stream: number, index: number): void;
}

export function createInstantRandom(): InstantRandom {
  let state = 0;
  return {
    seek: (stream, index) => {
      state = mix(stream ^ mix(Math.imul(index | 0, 0x9e3779b1)));
    },
    next: () => {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) * UNIT;
    },
  };
}

/** Standard normal, a function of stream and knot alone. */
function knot(stream: number, index: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - hashUniform(stream, 2 * index)));
  return radius * Math.cos(2 * Math.PI * hashUniform(stream, 2 * index + 1));
}

/**
 * Slow change without memory: a smooth curve through standard normal knots, one every `period`, so that its value
 * at any instant needs no history.
 */
export function wander(stream: number, ts: number, period: number): number {
  const index = Math.floor(ts / period);
  const part = ts / period - index;
  const weight = (1 - Math.cos(Math.PI * part)) / 2;
  return knot(stream, index) * (1 - weight) + knot(stream, index + 1) * weight;
}

export function drawUniform(random: Random, low: number, high: number): number {
  return low + (high - low) * random.next();
}

/** Both ends included. */
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
  let sum = 0;
  for (const weight of weights) sum += weight;
  if (sum <= 0) return -1;
  let rest = random.next() * sum;
  let last = -1;
  for (let index = 0; index < weights.length; index++) {
    const weight = weights[index] ?? 0;
    if (weight <= 0) continue;
    last = index;
    rest -= weight;
    if (rest < 0) return index;
  }
  return last;
}
