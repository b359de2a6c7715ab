/** What passed through one path between any two instants of the grid. */
import { GRID_POINTS, type Track } from '../../series.ts';
import { STEP_MS, gridStart } from '../grid.ts';
import { MINUTE_MS, ROUNDING_MS, WRAP_LEAST_UPM, WRAP_RATE_FACTOR } from '../limits.ts';
import { median } from '../../statistics.ts';

export interface Flowed {
  /** in - out, units; of the known minutes alone. */
  net: number;
  /** in + out, units; of the known minutes alone. */
  gross: number;
  /** What came and went again from minute to minute, units: the sum of each minute's in - out, whatever its sign. */
  churn: number;
  /** Minutes of which nothing is known. */
  unknownMin: number;
}

const NOTHING: Flowed = { net: 0, gross: 0, churn: 0, unknownMin: 0 };

/** Minutes in which a counter jumped, with the one before and after, since a jump may lie between two. */
export interface Spike {
  fromTs: number;
  toTs: number;
  /** What passed in the span that was asked for, without them. */
  rest: Flowed;
}

/** Minutes of a track with many times what is usual in it, as indices. */
function jumpsOf({ values }: Track): number[] {
  const least = WRAP_RATE_FACTOR * WRAP_LEAST_UPM;
  // What is usual has to be known of few tracks.
  if (!values.some((value) => value !== null && value > least)) return [];
  const usual = median(values.filter((value): value is number => value !== null && value > 0)) ?? 0;
  const most = Math.max(least, WRAP_RATE_FACTOR * usual);
  return values.flatMap((value, index) => (value !== null && value > most ? index : []));
}

/** Each rate stands for the minute before its grid point. */
export class FlowSums {
  readonly #originTs: number;
  readonly #snapshotTs: number;
  /** Up to the start of each minute. */
  readonly #sums: Flowed[] = [];
  readonly #tracks: readonly Track[];
  /** Minutes in which either track jumps, as indices; asked for by every reading, and the same for all of them. */
  #jumps: number[] | null = null;
  /** Whether any minute is known. */
  readonly isMeasured: boolean;

  /** @param denied whether the counters of the minute before an instant are not believed: it counts as unknown. */
  constructor(
    flowIn: Track,
    flowOut: Track,
    snapshotTs: number,
    denied: (ts: number) => boolean = () => false,
  ) {
    this.#originTs = gridStart(snapshotTs) - STEP_MS;
    this.#snapshotTs = snapshotTs;
    this.#tracks = [flowIn, flowOut];
    let sum = NOTHING;
    this.#sums.push(sum);
    for (let index = 0; index < GRID_POINTS; index++) {
      const [into, out] = [flowIn.values[index] ?? null, flowOut.values[index] ?? null];
      const minute = STEP_MS / MINUTE_MS;
      const isKnown = into !== null && out !== null && !denied(this.#originTs + (index + 1) * STEP_MS);
      sum = {
        net: sum.net + (isKnown ? (into - out) * minute : 0),
        gross: sum.gross + (isKnown ? (into + out) * minute : 0),
        churn: sum.churn + (isKnown ? Math.abs(into - out) * minute : 0),
        unknownMin: sum.unknownMin + (isKnown ? 0 : minute),
      };
      this.#sums.push(sum);
    }
    this.isMeasured = sum.unknownMin < (GRID_POINTS * STEP_MS) / MINUTE_MS;
  }

  /** null off the grid. */
  between(fromTs: number, toTs: number): Flowed | null {
    if (fromTs < this.#originTs || toTs > this.#snapshotTs || toTs < fromTs) return null;
    const [from, to] = [this.#upTo(fromTs), this.#upTo(toTs)];
    return {
      net: to.net - from.net,
      gross: to.gross - from.gross,
      churn: to.churn - from.churn,
      unknownMin: to.unknownMin - from.unknownMin,
    };
  }

  /** The same where every minute is known; else null. */
  known(fromTs: number, toTs: number): Flowed | null {
    const flowed = this.between(fromTs, toTs);
    return flowed && flowed.unknownMin * MINUTE_MS < ROUNDING_MS ? flowed : null;
  }

  /** Many times what is usual within a minute between two instants, as of a total that was set anew; null where nothing is. */
  spikeBetween(fromTs: number, toTs: number): Spike | null {
    this.#jumps ??= this.#tracks.flatMap(jumpsOf);
    const indices = this.#jumps.filter((index) => {
      const endTs = this.#originTs + (index + 1) * STEP_MS;
      return endTs > fromTs && endTs - STEP_MS < toTs;
    });
    if (indices.length === 0) return null;
    const start = this.#originTs + (Math.min(...indices) - 1) * STEP_MS;
    const end = this.#originTs + (Math.max(...indices) + 2) * STEP_MS;
    const [before, after] = [
      start > fromTs ? this.known(fromTs, start) : NOTHING,
      end < toTs ? this.known(end, toTs) : NOTHING,
    ];
    if (!before || !after) return null;
    const rest = {
      net: before.net + after.net,
      gross: before.gross + after.gross,
      churn: before.churn + after.churn,
      unknownMin: 0,
    };
    return { fromTs: start, toTs: end, rest };
  }

  #upTo(ts: number): Flowed {
    const at = (ts - this.#originTs) / STEP_MS;
    const index = Math.min(GRID_POINTS, Math.floor(at));
    const [start, end] = [this.#sums[index], this.#sums[index + 1]];
    if (!start) return NOTHING;
    if (!end) return start;
    const part = at - index;
    return {
      net: start.net + part * (end.net - start.net),
      gross: start.gross + part * (end.gross - start.gross),
      churn: start.churn + part * (end.churn - start.churn),
      unknownMin: start.unknownMin + part * (end.unknownMin - start.unknownMin),
    };
  }
}
