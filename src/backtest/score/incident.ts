/** What really went wrong, and when. */
import type { Direction } from '../../domain/vocabulary.ts';

export const INCIDENT_KINDS = ['OVERFLOW', 'STARVATION'] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];
/** The directions in which there are incidents. */
export type IncidentDirection = Exclude<Direction, ''>;

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
  /** null: nobody knows which actions would have been right. */
  acceptedActions: readonly string[] | null;
  /** Units at which the action is right; null: any. */
  actionUnitIds: readonly string[] | null;
  sufficientQuantity: number | null;
  quantityUnit: string | null;
}

export function directionOf(kind: IncidentKind): IncidentDirection {
  return kind === 'OVERFLOW' ? 'HIGH' : 'LOW';
}

export function keyOfIncident({ unitId, kind }: Pick<Incident, 'unitId' | 'kind'>): string {
  return `${unitId} ${directionOf(kind)}`;
}
