/** Incidents from the levels themselves, where nobody has written them down. */
import type { Incident, IncidentKind } from './incident.ts';

/** As the decisions know "full" and "empty". */
const FULL = 0.98;
const EMPTY = 0.02;
/** A shorter touch of the limit is no incident. */
const LEAST_MS = 10 * 60_000;
/** A level holds until the next sample, but not over a silence of more than twice the slowest sampling. */
const LONGEST_GAP_MS = 30 * 60_000;

export interface LevelPoint {
  ts: number;
  /** Share of capacity. */
  fill: number;
  /** Backlog, or inflow that was planned: somebody needs what is not there. */
  wanted: boolean;
}

interface Run {
  onsetTs: number;
  lastTs: number;
}

/** One unit's incidents, found as its levels come in, in time order. */
export class IncidentFinder {
  readonly #unitId: string;
  readonly #runs: Partial<Record<IncidentKind, Run>> = {};
  #last: LevelPoint | null = null;

  constructor(unitId: string) {
    this.#unitId = unitId;
  }

  /** Up to where a run may still become an incident that begins before: what is older is settled. */
  get settledUntil(): number {
    const onsets = Object.values(this.#runs).map(({ onsetTs }) => onsetTs);
    return Math.min(this.#last?.ts ?? -Infinity, ...onsets);
  }

  /** Incidents that end with this level. */
  add(point: LevelPoint): Incident[] {
    const gap = this.#last !== null && point.ts - this.#last.ts > LONGEST_GAP_MS;
    const found = gap ? this.end() : [];
    found.push(...this.#step('OVERFLOW', point.fill >= FULL, point.ts));
    found.push(...this.#step('STARVATION', point.fill <= EMPTY && point.wanted, point.ts));
    this.#last = point;
    return found;
  }

  /** No further level: what is open ends with its last one. */
  end(): Incident[] {
    return (['OVERFLOW', 'STARVATION'] as const).flatMap((kind) => {
      const run = this.#runs[kind];
      delete this.#runs[kind];
      return run ? this.#toIncident(kind, run.onsetTs, run.lastTs) : [];
    });
  }

  #step(kind: IncidentKind, at: boolean, ts: number): Incident[] {
    const run = this.#runs[kind];
    if (at) {
      if (run) run.lastTs = ts;
      else this.#runs[kind] = { onsetTs: ts, lastTs: ts };
      return [];
    }
    delete this.#runs[kind];
    return run ? this.#toIncident(kind, run.onsetTs, ts) : [];
  }

  #toIncident(kind: IncidentKind, onsetTs: number, endTs: number): Incident[] {
    if (endTs - onsetTs < LEAST_MS) return [];
    const incidentId = `${this.#unitId}:${kind}:${new Date(onsetTs).toISOString()}`;
    return [
      {
        incidentId,
        unitId: this.#unitId,
        kind,
        onsetTs,
        endTs,
        familyId: incidentId,
        cause: null,
        causeTs: null,
        remedies: null,
      },
    ];
  }
}
