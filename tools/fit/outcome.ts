/** What came of what was seen: each row waits until its hour is over, and is kept where that hour was seen too. */
import type { Incident } from '../../src/backtest/score/incident.ts';
import type { Truth } from '../../src/backtest/score/truth.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MARKS_AN_HOUR = 12;

/** One unit at one cycle. */
interface Waiting<T> {
  ts: number;
  row: T;
  /** Marks of its hour at which a level was known. */
  known: number;
}

interface Unit<T> {
  waiting: Waiting<T>[];
  incidents: Incident[];
}

/** Of one kind of incident. */
export class Outcomes<T> {
  readonly #units = new Map<string, Unit<T>>();
  readonly #truth: Truth;
  readonly #kind: Incident['kind'];
  readonly #lastMs: number;
  readonly #keep: (row: T, came: (horizonMin: number) => boolean) => void;

  /**
   * @param lastMs end of the data
   * @param keep is given each row that can be judged, with what came of it
   */
  constructor(
    truth: Truth,
    kind: Incident['kind'],
    lastMs: number,
    keep: (row: T, came: (horizonMin: number) => boolean) => void,
  ) {
    this.#truth = truth;
    this.#kind = kind;
    this.#lastMs = lastMs;
    this.#keep = keep;
    this.learn(truth.incidents);
  }

  learn(incidents: readonly Incident[]): void {
    for (const incident of incidents)
      if (incident.kind === this.#kind) this.#unitOf(incident.unitId).incidents.push(incident);
  }

  /** Of each unit and cycle, before what is seen in it is added. */
  mark(unitId: string, ts: number, isKnown: boolean): void {
    const unit = this.#unitOf(unitId);
    if (isKnown) for (const each of unit.waiting) if (ts <= each.ts + HOUR_MS) each.known += 1;
    this.#settle(unit, Math.min(ts, this.#truth.knownUntil(unitId)));
  }

  add(unitId: string, ts: number, row: T): void {
    this.#unitOf(unitId).waiting.push({ ts, row, known: 0 });
  }

  end(): void {
    for (const unit of this.#units.values()) this.#settle(unit, Infinity);
  }

  #unitOf(unitId: string): Unit<T> {
    const unit = this.#units.get(unitId) ?? { waiting: [], incidents: [] };
    this.#units.set(unitId, unit);
    return unit;
  }

  #settle({ waiting, incidents }: Unit<T>, knownUntil: number): void {
    const open = waiting.findIndex(({ ts }) => ts + HOUR_MS > knownUntil);
    for (const { ts, row, known } of waiting.splice(0, open === -1 ? waiting.length : open)) {
      // What is there already is no forecast.
      const isThere = incidents.some(({ onsetTs, endTs }) => onsetTs <= ts && endTs >= ts);
      if (isThere || ts + HOUR_MS > this.#lastMs || known < MARKS_AN_HOUR / 2) continue;
      this.#keep(row, (horizonMin) =>
        incidents.some(({ onsetTs }) => onsetTs > ts && onsetTs <= ts + horizonMin * MINUTE_MS),
      );
    }
  }
}
