/** Holds each stated probability until its hour is over, then judges it by what came. */
import { Calibration, type CalibrationScores } from './calibration.ts';
import { directionOf, type Incident, type IncidentDirection } from './incident.ts';
import { WINDOW_MS } from './match.ts';

interface Stated {
  ts: number;
  probability: number;
  /** The row was a NEW. */
  isNew: boolean;
  /** The unit was judged full already. */
  atLimit: boolean;
}

interface Key {
  stated: Stated[];
  /** In the order of their onset. */
  incidents: Incident[];
}

export interface ProbabilityScores {
  /** Over every unit-cycle and direction outside incidents. */
  all: CalibrationScores;
  /** Over those alone in which a unit was judged full, of HIGH. */
  at_limit: CalibrationScores;
  /** Over NEW rows alone. */
  new_rows: CalibrationScores;
}

export class ProbabilityJudge {
  readonly #all = new Calibration();
  readonly #atLimit = new Calibration();
  readonly #newRows = new Calibration();
  readonly #keys = new Map<string, Key>();
  readonly #lastMs: number;

  /** @param lastMs end of the data: what it can't tell is not judged */
  constructor(lastMs: number) {
    this.#lastMs = lastMs;
  }

  addIncident(incident: Incident): void {
    this.#keyOf(incident.unitId, directionOf(incident.kind)).incidents.push(incident);
  }

  state(unitId: string, direction: IncidentDirection, stated: Stated): void {
    this.#keyOf(unitId, direction).stated.push(stated);
  }

  /** Every incident of the unit with an onset up to `knownUntil` has been added. */
  settle(unitId: string, knownUntil: number): void {
    for (const direction of ['HIGH', 'LOW'] as const) {
      const key = this.#keys.get(`${unitId} ${direction}`);
      if (key) this.#settleKey(key, knownUntil);
    }
  }

  settleAll(): void {
    for (const key of this.#keys.values()) this.#settleKey(key, Infinity);
  }

  scores(): ProbabilityScores {
    return { all: this.#all.scores(), at_limit: this.#atLimit.scores(), new_rows: this.#newRows.scores() };
  }

  #keyOf(unitId: string, direction: IncidentDirection): Key {
    const name = `${unitId} ${direction}`;
    let key = this.#keys.get(name);
    if (!key) {
      key = { stated: [], incidents: [] };
      this.#keys.set(name, key);
    }
    return key;
  }

  #settleKey(key: Key, knownUntil: number): void {
    let settled = 0;
    for (const stated of key.stated) {
      if (stated.ts + WINDOW_MS > knownUntil) break;
      settled += 1;
      if (stated.ts + WINDOW_MS <= this.#lastMs) this.#judge(key.incidents, stated);
    }
    if (settled > 0) key.stated.splice(0, settled);
  }

  #judge(incidents: readonly Incident[], { ts, probability, isNew, atLimit }: Stated): void {
    const next = firstAfter(incidents, ts);
    const before = incidents[next - 1];
    if (before && before.endTs >= ts) return;
    const came = (incidents[next]?.onsetTs ?? Infinity) <= ts + WINDOW_MS;
    this.#all.add(probability, came);
    if (atLimit) this.#atLimit.add(probability, came);
    if (isNew) this.#newRows.add(probability, came);
  }
}

/** Index of the first incident with an onset after the instant. */
function firstAfter(incidents: readonly Incident[], ts: number): number {
  let [low, high] = [0, incidents.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((incidents[middle]?.onsetTs ?? Infinity) > ts) high = middle;
    else low = middle + 1;
  }
  return low;
}
