// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** What we asked for does not outlive the alerts that asked: the last of them to end says what takes it back. */
import type { AlertRoute } from '../registry.ts';
import { channelsFor } from '../route.ts';
import type { CycleId } from '../vocabulary.ts';
import type { DecideInput } from './contract.ts';
import { mayBeShown } from './episode.ts';
import type { Episode, InForce, NotifiedDecision, WarehouseMemory } from './memory.ts';
import { asksFor, inForceWith, releaseOf } from './in-force.ts';
import { holdsBack, mayBeRead } from './said.ts';
import { byCycle } from '../compare.ts';

/** After every key of the cycle is judged: of two alerts that end together one says it. Changes `memory`. */
export function takeBack(
  memory: WarehouseMemory,
  { cycleId, routes }: Pick<DecideInput, 'cycleId' | 'routes'>,
): void {
  const reaches = (episode: Episode): boolean => reachesPeople(memory, episode, routes);
  const inForce = inForceWith(memory, (_, episode) => reaches(episode));
  const read = inForceWith(memory, mayBeRead);
  forgetKept(memory, inForce);
  // What was asked last is taken back first.
  for (const each of inForce.toSorted((a, b) => byCycle(b, a))) {
    const asking = memory.episodes.filter((episode) => asksFor(episode, each));
    const open = asking.filter((episode) => episode.closedAt === null && reaches(episode));
    for (const episode of open) keep(episode, each, read);
    if (open.length > 0) continue;
    const last = asking.findLast((episode) => saysTheEnd(episode, each.cycleId, cycleId));
    const cleared = last?.pending.at(-1);
    if (!last || !cleared) continue;
    const undo = releaseOf(each);
    if (cleared.undo === undefined) cleared.undo = undo;
    else cleared.alsoUndo = [...(cleared.alsoUndo ?? []), undo];
    last.undo = [...(last.undo ?? []), undo];
  }
}

/** Asked by nobody but another alert as yet: it takes it back at its own end, whatever it asks for by then. */
function keep(episode: Episode, { actionUnitId }: InForce, read: readonly InForce[]): void {
  const { episodeId, keeps = [] } = episode;
  const asked = read.find((each) => each.actionUnitId === actionUnitId);
  if (asked === undefined || asked.episodeIds.includes(episodeId) || keeps.includes(actionUnitId)) return;
  episode.keeps = [...keeps, actionUnitId];
}

/** Released meanwhile. */
function forgetKept(memory: WarehouseMemory, inForce: readonly InForce[]): void {
  for (const episode of memory.episodes) {
    const left = episode.keeps?.filter((unitId) => inForce.some((each) => each.actionUnitId === unitId));
    if (left === undefined || left.length === episode.keeps?.length) continue;
    if (left.length > 0) episode.keeps = left;
    else delete episode.keeps;
  }
}

/** An alert that no route leads anywhere ends without a word. */
function reachesPeople(memory: WarehouseMemory, episode: Episode, routes: AlertRoute[]): boolean {
  if (mayBeShown(episode)) return true;
  const { workpool, unitType, highestSeverity } = episode;
  return (
    channelsFor(routes, { warehouse: memory.warehouse, workpool, unitType }, highestSeverity).channels
      .length > 0
  );
}

/** Its end is told now, or was to be told before and nobody was handed it. */
function saysTheEnd({ closedAt, pending }: Episode, since: CycleId, cycleId: CycleId): boolean {
  const last = pending.at(-1);
  if (closedAt === null || last?.label !== 'CLEARED') return false;
  return closedAt === cycleId || (last.attempts === 0 && closedAt >= since);
}

/** Asked for anew after its end, it is not to be taken back any more. */
export function forgetUndo(episodes: readonly Episode[], said: readonly NotifiedDecision[]): Episode[] {
  return episodes.map((episode) => {
    const { undo, closedAt, ...rest } = episode;
    if (undo === undefined || closedAt === null) return episode;
    // What it asked for itself may be confirmed as late as its end.
    const left = undo.filter(
      ({ actionUnitId }) =>
        !said.some(
          (one) => holdsBack(one.action) && one.actionUnitId === actionUnitId && one.cycleId > closedAt,
        ),
    );
    if (left.length === undo.length) return episode;
    return left.length > 0 ? { ...episode, undo: left } : { ...rest, closedAt };
  });
}
