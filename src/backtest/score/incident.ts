/** What really went wrong, and when. */
import type { Direction } from '../../domain/vocabulary.ts';

export const INCIDENT_KINDS = ['OVERFLOW', 'STARVATION'] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];
/** The directions in which there are incidents. */
export type IncidentDirection = Exclude<Direction, ''>;

export interface Remedy {
  action: string;
  /** Where it helps; null: anywhere. */
  unitId: string | null;
  /** Whose people; null: of any process, or it is not about people. */
  process: string | null;
  /** What suffices; null: nobody knows, or the action has none. */
  quantity: number | null;
  quantityUnit: string | null;
}

export interface Incident {
  incidentId: string;
  unitId: string;
  kind: IncidentKind;
  /** Epoch ms. */
  onsetTs: number;
  endTs: number;
  /** Incidents of one cause are one observation; the incident's own id where nobody knows. */
  familyId: string;
  cause: string | null;
  /** When the cause set in, epoch ms. */
  causeTs: number | null;
  /** What would have helped, of equal rank; null: nobody knows. */
  remedies: readonly Remedy[] | null;
}

export function directionOf(kind: IncidentKind): IncidentDirection {
  return kind === 'OVERFLOW' ? 'HIGH' : 'LOW';
}

export function keyOfIncident({ unitId, kind }: Pick<Incident, 'unitId' | 'kind'>): string {
  return `${unitId} ${directionOf(kind)}`;
}

/** A time in which a unit looks as if it were in trouble and is not. */
export interface Negative {
  unitId: string;
  /** E.g. a planned break, a spike that clears itself. */
  kind: string;
  startTs: number;
  endTs: number;
}
