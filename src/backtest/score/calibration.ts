/** Does an incident come as often as its probability says? */
import { ratio } from './statistics.ts';

const BINS = 10;
/** Fewer tell nothing of a tenth. */
const ENOUGH_ROWS = 100;

export interface CalibrationScores {
  /** Probabilities judged. */
  count: number;
  /** Mean squared distance between probability and outcome; 0 is perfect. */
  brier: number | null;
  /** Of always saying the share of outcomes: what a probability has to be better than. */
  brier_of_base_rate: number | null;
  base_rate: number | null;
  reliability: {
    from: number;
    to: number;
    count: number;
    mean_probability: number | null;
    observed: number | null;
  }[];
  /** Largest distance between said and come, of the tenths with 100 rows and more; null: there is none. */
  worst_gap: number | null;
}

export class Calibration {
  readonly #counts = new Float64Array(BINS);
  readonly #sums = new Float64Array(BINS);
  readonly #outcomes = new Float64Array(BINS);
  #squares = 0;

  add(probability: number, came: boolean): void {
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor(probability * BINS)));
    this.#counts[bin] = (this.#counts[bin] ?? 0) + 1;
    this.#sums[bin] = (this.#sums[bin] ?? 0) + probability;
    this.#outcomes[bin] = (this.#outcomes[bin] ?? 0) + (came ? 1 : 0);
    this.#squares += (probability - (came ? 1 : 0)) ** 2;
  }

  scores(): CalibrationScores {
    const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
    const count = sum(this.#counts);
    const baseRate = ratio(sum(this.#outcomes), count);
    const reliability = Array.from({ length: BINS }, (_, bin) => ({
      from: bin / BINS,
      to: (bin + 1) / BINS,
      count: this.#counts[bin] ?? 0,
      mean_probability: ratio(this.#sums[bin] ?? 0, this.#counts[bin] ?? 0),
      observed: ratio(this.#outcomes[bin] ?? 0, this.#counts[bin] ?? 0),
    }));
    const gaps = reliability
      .filter((bin) => bin.count >= ENOUGH_ROWS)
      .map(({ mean_probability: said, observed }) => Math.abs((said ?? 0) - (observed ?? 0)));
    return {
      count,
      brier: ratio(this.#squares, count),
      brier_of_base_rate: baseRate === null ? null : baseRate * (1 - baseRate),
      base_rate: baseRate,
      reliability,
      worst_gap: gaps.length > 0 ? Math.max(...gaps) : null,
    };
  }
}
