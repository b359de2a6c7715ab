/** Moves of work or staff from one place to another, and whether one undoes another. */
import type { InterpretMemory } from '../alerting.ts';
import type { Action, Direction } from '../vocabulary.ts';
import { MOVE_BACK_MIN } from './limits.ts';
import { compare, place, stands, type Finding, type Situation } from './situation.ts';

/** An end is null where nobody said where from or where to. */
interface Move {
  kind: 'units' | 'staff';
  from: string | null;
  to: string | null;
}

interface Mover {
  unitId: string;
  actionUnitId: string;
  direction: Direction;
  action: Action;
}

/**
 * REBALANCE_CAPACITY takes from the full unit in trouble to the unit acted on, or from the unit acted on to the
 * empty unit in trouble. MOVE_STAFF always brings staff from the unit acted on to the unit in trouble; within one
 * unit it moves towards the side that its direction names.
 */
function moveOf(situation: Situation, mover: Mover): Move | null {
  const { unitId, actionUnitId, direction, action } = mover;
  if (action === 'MOVE_STAFF') {
    if (actionUnitId !== unitId) return { kind: 'staff', from: actionUnitId, to: unitId };
    const other = direction === 'HIGH' ? 'LOW' : 'HIGH';
    return { kind: 'staff', from: `${unitId} ${other}`, to: `${unitId} ${direction}` };
  }
  if (action !== 'REBALANCE_CAPACITY') return null;
  const named = actionUnitId !== unitId && place(situation, actionUnitId).unitType !== 'TOTAL';
  const other = named ? actionUnitId : null;
  return direction === 'LOW'
    ? { kind: 'units', from: other, to: unitId }
    : { kind: 'units', from: unitId, to: other };
}

function undoes(move: Move, earlier: Move): boolean {
  if (move.kind !== earlier.kind) return false;
  const ends = [
    [move.from, earlier.to],
    [move.to, earlier.from],
  ].filter((pair): pair is [string, string] => pair[0] !== null && pair[1] !== null);
  return ends.length > 0 && ends.every(([a, b]) => a === b);
}

/** The newest notified move of the last 45 minutes that this one would undo. */
export function findUndoneMove(
  situation: Situation,
  mover: Mover,
): InterpretMemory['notified'][number] | undefined {
  const move = moveOf(situation, mover);
  if (move === null) return undefined;
  return situation.notified
    .filter((entry) => {
      const ageMin = (situation.cycleTs - Date.parse(entry.cycleId)) / 60_000;
      if (ageMin < 0 || ageMin > MOVE_BACK_MIN) return false;
      const earlier = moveOf(situation, entry);
      return earlier !== null && undoes(move, earlier);
    })
    .toSorted((a, b) => compare(b.cycleId, a.cycleId) || compare(JSON.stringify(a), JSON.stringify(b)))[0];
}

export function holdMovesBack(situation: Situation): Finding[] {
  return situation.drafts.filter(stands).flatMap((draft): Finding[] => {
    const undone = findUndoneMove(situation, draft);
    if (undone === undefined) return [];
    const detail =
      `it would undo ${undone.action} of ${undone.unitId} (with ${undone.actionUnitId}), ` +
      `notified at ${undone.cycleId}; held until ${MOVE_BACK_MIN} minutes have passed`;
    return [{ kind: 'hold', draft, rule: 'move_back', detail }];
  });
}
