// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** Which instruction of the same episode a new one follows, and whether that one stays. */
import type { EarlierInstruction } from './contract.ts';
import { inForceWith } from './in-force.ts';
import { instructionOf, isSameInstruction } from './instruction.ts';
import type { Episode, Figures, NotifiedDecision, WarehouseMemory } from './memory.ts';
import { holdsBack, mayBeRead, saidBy } from './said.ts';
import { isRelease } from '../vocabulary.ts';

/** undefined: nothing was said before, or the same. */
export function earlierOf(
  memory: WarehouseMemory,
  episode: Episode,
  now: Figures,
): EarlierInstruction | undefined {
  const last = lastSaid(memory, episode);
  if (last === undefined || isSameInstruction(last, now)) return undefined;
  return { ...instructionOf(last), cycleId: last.cycleId, stays: stays(memory, last, now) };
}

function lastSaid(memory: WarehouseMemory, episode: Episode): NotifiedDecision | undefined {
  const confirmed = memory.notified.filter(({ episodeId }) => episodeId === episode.episodeId);
  const handed = episode.pending.filter(mayBeRead).flatMap((transition) => saidBy(episode, transition));
  return [...confirmed, ...handed].reduce<NotifiedDecision | undefined>(
    (last, each) => (last === undefined || each.cycleId >= last.cycleId ? each : last),
    undefined,
  );
}

/** What holds back stays on beside anything but a word about the very same unit's flow; a count of people is counted anew. */
function stays(memory: WarehouseMemory, last: NotifiedDecision, now: Figures): boolean {
  if (!holdsBack(last.action)) return false;
  const isAboutIt = holdsBack(now.action) || isRelease(now.action);
  if (isAboutIt && now.actionUnitId === last.actionUnitId) return false;
  return inForceWith(memory, mayBeRead).some(({ actionUnitId }) => actionUnitId === last.actionUnitId);
}
