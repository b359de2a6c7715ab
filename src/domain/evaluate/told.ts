/**
 * What people were told, and what of it still binds us. Nobody tells us whether it was done: told counts as done. An
 * instruction stands until another is better by a margin (`hold` in the algorithm's numbers) or it has become wrong:
 * two that alternate are followed by nobody.
 */
import type { InterpretMemory } from '../suppress/contract.ts';
import type { AlgorithmParameters } from '../algorithm/schema.ts';
import type { Action, Direction } from '../vocabulary.ts';
import { asAskedBefore } from '../words/because.ts';
import type { Proposal } from './proposals.ts';

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

/** Who was called still comes, though fewer would do by now. */
export function noLessThanTold(
  proposal: Proposal,
  told: Pick<Notified, 'quantity' | 'quantityUnit'>,
): Proposal {
  const { quantity, quantityUnit, because } = proposal;
  if (quantity === null || told.quantity === null || told.quantityUnit !== quantityUnit) return proposal;
  if (told.quantity <= quantity) return proposal;
  return { ...proposal, quantity: told.quantity, because: asAskedBefore(because) };
}

/** Flow that was sent to another lane stays there: that less would do by now is its effect. */
export function keepFlow(told: Told, proposal: Proposal): Proposal {
  const isSame =
    proposal.action === 'REBALANCE_CAPACITY' &&
    told?.action === proposal.action &&
    told.actionUnitId === proposal.actionUnit.unitId;
  return isSame ? noLessThanTold(proposal, told) : proposal;
}
