/** An end that was told and is none. */
import { directionOf, type Incident, type IncidentDirection } from './incident.ts';

/** So full a unit has not recovered. */
const STILL_HIGH = 0.9;

/** A CLEARED that people were told. */
export interface Cleared {
  ts: number;
  unitId: string;
  direction: IncidentDirection;
  /** null: unknown. */
  capacityUnits: number | null;
}

/**
 * In an incident of its unit and direction, or of HIGH at a true level of .9 or more.
 * @param levelAt what really lay there, in units; null: nobody knows
 */
export function isUntrue(
  { ts, unitId, direction, capacityUnits }: Cleared,
  incidents: readonly Incident[],
  levelAt: (unitId: string, ts: number) => number | null,
): boolean {
  const goesOn = incidents.some(
    (incident) =>
      incident.unitId === unitId &&
      directionOf(incident.kind) === direction &&
      incident.onsetTs <= ts &&
      incident.endTs > ts,
  );
  if (goesOn || direction !== 'HIGH') return goesOn;
  const units = levelAt(unitId, ts);
  return units !== null && capacityUnits !== null && units >= STILL_HIGH * capacityUnits;
}
