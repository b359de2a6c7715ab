/** What people were told: what is in force, what an open alert said last, who is on the way. Told counts as done. */
import type { InterpretMemory } from '../suppress/contract.ts';
import type { AlgorithmParameters } from '../algorithm/schema.ts';
import type { Action, Direction } from '../vocabulary.ts';

type Notified = InterpretMemory['notified'][number];

export interface ActionInForce {
  /** A stop that no release has followed. */
  stopped: boolean;
  /** Percent held back by our throttle, releases since then taken off; 0 where none is on. */
  throttlePercent: number;
}

export function actionInForce({ inForce }: InterpretMemory, unitId: string): ActionInForce {
  const found = inForce.find(({ actionUnitId }) => actionUnitId === unitId);
  return { stopped: found?.isStop ?? false, throttlePercent: found?.percent ?? 0 };
}

/** The last instruction of an open alert; null where nothing was told. */
export type Told = Notified | null;

/**
 * @param notified oldest first
 * @param unitIds the unit's, and the name it had before
 */
export function lastTold(
  notified: readonly Notified[],
  unitIds: readonly string[],
  direction: Direction,
): Told {
  return (
    notified.findLast(
      (past) => past.episodeOpen && past.direction === direction && unitIds.includes(past.unitId),
    ) ?? null
  );
}

/** People who were called for an open alert and are on their way. */
export interface Called extends Notified {
  /** Minutes until they are there. */
  thereInMin: number;
}

/**
 * Who was called to act at this unit, the newest call first.
 * @param notified oldest first
 */
export function calledTo(
  notified: readonly Notified[],
  unitId: string,
  { now, p }: { now: number; p: AlgorithmParameters },
): Called[] {
  return notified
    .filter(({ action, actionUnitId, episodeOpen }) => {
      return episodeOpen && actionUnitId === unitId && callsPeople(action);
    })
    .map((past) => ({
      ...past,
      thereInMin: p.total.staffArrivalMin - (now - Date.parse(past.cycleId)) / 60_000,
    }))
    .filter(({ thereInMin }) => thereInMin > 0)
    .toReversed();
}

function callsPeople(action: Action): boolean {
  return action === 'ADD_STAFF' || action === 'MOVE_STAFF';
}
