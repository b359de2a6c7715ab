// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** What we asked for does not outlive the alerts that asked: the last of them to end says what takes it back. */
import type { CycleId } from '../vocabulary.ts';
import type { Episode, InForce, NotifiedDecision, WarehouseMemory } from './memory.ts';
import { asksFor, confirmedInForce, inForceWith, releaseOf } from './in-force.ts';
import { holdsBack } from './said.ts';
import { byCycle } from '../compare.ts';

/** After every key of the cycle is judged: of two alerts that end together one says it. Changes `memory`. */
export function takeBack(memory: WarehouseMemory, cycleId: CycleId): void {
  const inForce = inForceWith(memory, () => true);
  // What was asked last is taken back first.
  for (const each of inForce.toSorted((a, b) => byCycle(b, a))) {
    const asking = memory.episodes.filter((episode) => asksFor(episode, each));
    const open = asking.filter(({ closedAt }) => closedAt === null);
    if (open.length > 0) {
      leaveTo(memory, each, open);
      continue;
    }
    const last = asking.findLast((episode) => isToldOver(episode, cycleId));
    const cleared = last?.pending.at(-1);
    if (!last || !cleared) continue;
    const undo = releaseOf(each);
    if (cleared.undo === undefined) cleared.undo = undo;
    else cleared.alsoUndo = [...(cleared.alsoUndo ?? []), undo];
    last.undo = [...(last.undo ?? []), undo];
  }
}

/** Whoever asked for it is over: those that would have asked have it from now on, whatever they ask for later. */
function leaveTo(memory: WarehouseMemory, what: InForce, open: readonly Episode[]): void {
  const heirs = open.map(({ episodeId }) => episodeId);
  if (what.episodeIds.some((episodeId) => heirs.includes(episodeId))) return;
  const episodeIds = [...what.episodeIds, ...heirs];
  memory.inForce = confirmedInForce(memory).map((each) =>
    each.actionUnitId === what.actionUnitId ? { ...each, episodeIds } : each,
  );
}

function isToldOver({ closedAt, pending }: Episode, cycleId: CycleId): boolean {
  return closedAt === cycleId && pending.at(-1)?.label === 'CLEARED';
}

/** Asked for anew, it is not to be taken back any more. */
export function forgetUndo(episodes: readonly Episode[], said: readonly NotifiedDecision[]): Episode[] {
  const askedAt = new Set(
    said.flatMap(({ action, actionUnitId }) => (holdsBack(action) ? [actionUnitId] : [])),
  );
  return episodes.map((episode) => {
    if (!episode.undo?.some(({ actionUnitId }) => askedAt.has(actionUnitId))) return episode;
    const { undo, ...rest } = episode;
    const left = undo.filter(({ actionUnitId }) => !askedAt.has(actionUnitId));
    return left.length > 0 ? { ...rest, undo: left } : rest;
  });
}
