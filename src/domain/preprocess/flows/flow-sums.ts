/** What passed through one path between any two instants of the grid. */
import { GRID_POINTS, type Track } from '../../series.ts';
import { STEP_MS, gridStart } from '../grid.ts';
import { MINUTE_MS, ROUNDING_MS } from '../limits.ts';

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

/** Each rate stands for the minute before its grid point. */
export class FlowSums {
  readonly #originTs: number;
  readonly #snapshotTs: number;
  /** Each up to the start of each minute. */
  readonly #net = new Float64Array(GRID_POINTS + 1);
  readonly #gross = new Float64Array(GRID_POINTS + 1);
  readonly #churn = new Float64Array(GRID_POINTS + 1);
  readonly #unknownMin = new Float64Array(GRID_POINTS + 1);
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
    const minute = STEP_MS / MINUTE_MS;
    let [net, gross, churn, unknownMin] = [0, 0, 0, 0];
    for (let index = 0; index < GRID_POINTS; index++) {
      const [into, out] = [flowIn.values[index] ?? null, flowOut.values[index] ?? null];
      if (into !== null && out !== null && !denied(this.#originTs + (index + 1) * STEP_MS)) {
        net += (into - out) * minute;
        gross += (into + out) * minute;
        churn += Math.abs(into - out) * minute;
      } else unknownMin += minute;
      this.#net[index + 1] = net;
      this.#gross[index + 1] = gross;
      this.#churn[index + 1] = churn;
      this.#unknownMin[index + 1] = unknownMin;
    }
    this.isMeasured = unknownMin < (GRID_POINTS * STEP_MS) / MINUTE_MS;
  }

  /** null off the grid. */
  between(fromTs: number, toTs: number): Flowed | null {
    if (fromTs < this.#originTs || toTs > this.#snapshotTs || toTs < fromTs) return null;
    return {
      net: this.#passed(this.#net, fromTs, toTs),
      gross: this.#passed(this.#gross, fromTs, toTs),
      churn: this.#passed(this.#churn, fromTs, toTs),
      unknownMin: this.#passed(this.#unknownMin, fromTs, toTs),
    };
  }

  /** The same where every minute is known; else null. */
  known(fromTs: number, toTs: number): Flowed | null {
    const flowed = this.between(fromTs, toTs);
    return flowed && flowed.unknownMin * MINUTE_MS < ROUNDING_MS ? flowed : null;
  }

  #passed(sums: Float64Array, fromTs: number, toTs: number): number {
    return this.#upTo(sums, toTs) - this.#upTo(sums, fromTs);
  }

  #upTo(sums: Float64Array, ts: number): number {
    const at = (ts - this.#originTs) / STEP_MS;
    const index = Math.min(GRID_POINTS, Math.floor(at));
    const start = sums[index] ?? 0;
    const end = sums[index + 1] ?? start;
    return start + (at - index) * (end - start);
  }
}
