/** An alert of one detector, as the score sees it. */
import type { IncidentDirection } from './incident.ts';

/** What people were told to do. */
export interface Advice {
  action: string;
  actionUnitId: string;
  /** Whose people; null where it is not about people, or nobody says. */
  process: string | null;
  quantity: number | null;
  quantityUnit: string | null;
}

export interface Episode {
  unitId: string;
  direction: IncidentDirection;
  /** Cycle in which it opened, epoch ms. */
  openTs: number;
  /** Cycle in which it was over; null while it is open at the end of the data. */
  endTs: number | null;
  /** Cycle of its own NEW; null: nobody was told of it by itself. */
  newTs: number | null;
  notifications: number;
  /** Of each notification that gives one, in their order; empty where the detector advises nothing. */
  advices: { ts: number; advice: Advice }[];
  /** From when on another unit's notified alert spoke for it, and what that advised then; null: never. */
  spokenFor: { ts: number; unitId: string; advice: Advice | null } | null;
}

/** When people first knew, by its own notification or by the one that spoke for it; null: never. */
export function toldTs({ newTs, spokenFor }: Episode): number | null {
  if (newTs === null || spokenFor === null) return newTs ?? spokenFor?.ts ?? null;
  return Math.min(newTs, spokenFor.ts);
}

/** What people had last been told by `ts`, else what they were told first; null where nothing was advised. */
export function adviceAt({ advices }: Pick<Episode, 'advices'>, ts: number): Advice | null {
  return (advices.findLast((each) => each.ts <= ts) ?? advices[0])?.advice ?? null;
}

/** Of a detector that knows HIGH alone, advises nothing, and speaks as it opens. */
export function openAlarm(unitId: string, cycleMs: number): Episode {
  return {
    ...{ unitId, direction: 'HIGH', openTs: cycleMs, endTs: null, newTs: cycleMs },
    ...{ notifications: 1, advices: [], spokenFor: null },
  };
}
