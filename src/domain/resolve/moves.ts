/** Moves from one place to another, and whether one undoes another. */
import type { InterpretMemory } from '../suppress/contract.ts';
import type { Action, Direction } from '../vocabulary.ts';
import { instruct } from '../words/instruction.ts';
import { place, stands, type Draft, type Finding, type DraftPlan } from './draft-plan.ts';
import { compare } from '../compare.ts';

type Notified = InterpretMemory['notified'][number];

/** An end is null where nobody said where from or where to. */
interface Move {
  from: string | null;
  to: string | null;
}

interface Mover {
  unitId: string;
  actionUnitId: string;
  direction: Direction;
  action: Action;
}

/** From the full unit in trouble to the unit acted on, or from the unit acted on to the empty unit in trouble. */
function moveOf(plan: DraftPlan, mover: Mover): Move | null {
  const { unitId, actionUnitId, direction, action } = mover;
  if (action !== 'REBALANCE_CAPACITY') return null;
  const named = actionUnitId !== unitId && place(plan, actionUnitId).unitType !== 'TOTAL';
  const other = named ? actionUnitId : null;
  return direction === 'LOW' ? { from: other, to: unitId } : { from: unitId, to: other };
}

function undoes(move: Move, earlier: Move): boolean {
  const ends = [
    [move.from, earlier.to],
    [move.to, earlier.from],
  ].filter((pair): pair is [string, string] => pair[0] !== null && pair[1] !== null);
  return ends.length > 0 && ends.every(([a, b]) => a === b);
}

/** The newest notified rebalance of the last 45 minutes that this one would undo. */
export function findUndoneMove(plan: DraftPlan, mover: Mover): Notified | undefined {
  const move = moveOf(plan, mover);
  if (move === null) return undefined;
  return findRecent(plan, (entry) => {
    const earlier = moveOf(plan, entry);
    return earlier !== null && undoes(move, earlier);
  });
}

/**
 * The newest notified MOVE_STAFF of the last 45 minutes that brought staff to where it would now be taken from.
 * Where from is not remembered, so taking it on to a third place counts as moving back too.
 */
export function findBroughtStaff(plan: DraftPlan, remove: Draft, add: Draft): Notified | undefined {
  return findRecent(
    plan,
    (entry) =>
      entry.action === 'MOVE_STAFF' &&
      entry.actionUnitId === remove.actionUnitId &&
      // Within one unit the directions tell its two processes apart.
      (add.actionUnitId !== remove.actionUnitId || entry.direction === remove.direction),
  );
}

function findRecent(plan: DraftPlan, matches: (entry: Notified) => boolean): Notified | undefined {
  return plan.notified
    .filter((entry) => {
      const ageMin = (plan.cycleTs - Date.parse(entry.cycleId)) / 60_000;
      return ageMin >= 0 && ageMin <= plan.parameters.conflicts.moveBackMin && matches(entry);
    })
    .toSorted((a, b) => compare(b.cycleId, a.cycleId) || compare(JSON.stringify(a), JSON.stringify(b)))[0];
}

export function holdMovesBack(plan: DraftPlan): Finding[] {
  return plan.drafts.filter(stands).flatMap((draft): Finding[] => {
    const undone = findUndoneMove(plan, draft);
    if (undone === undefined) return [];
    const detail =
      `it would take back "${instruct(undone)}", told at ${undone.cycleId}; ` +
      `held until ${plan.parameters.conflicts.moveBackMin} minutes have passed`;
    return [{ kind: 'hold', draft, rule: 'move_back', detail }];
  });
}
