// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** What we have asked to hold back or to stop, and nobody was told to open again. Told counts as done. */
import { parseUnitId, TOTAL } from '../units.ts';
import type { Instruction } from './contract.ts';
import type { Episode, InForce, NotifiedDecision, PendingTransition, WarehouseMemory } from './memory.ts';
import { holdsBack, mayBeRead, saidBy } from './said.ts';
import { byCycle } from '../compare.ts';
import { isRelease, WHOLE_PERCENT } from '../vocabulary.ts';

/** Of what is confirmed. A memory of an older release knows it by its notified decisions alone. */
export function confirmedInForce(memory: WarehouseMemory): InForce[] {
  return memory.inForce ?? memory.notified.reduce(follow, []);
}

/** With what waits for its confirmation, as far as it `counts`. */
export function inForceWith(
  memory: WarehouseMemory,
  counts: (transition: PendingTransition, episode: Episode) => boolean,
): InForce[] {
  const waiting = memory.episodes.flatMap((episode) =>
    episode.pending
      .filter((transition) => transition.confirmed.length === 0 && counts(transition, episode))
      .flatMap((transition) => saidBy(episode, transition)),
  );
  return waiting.toSorted(byCycle).reduce(follow, confirmedInForce(memory));
}

/** The last that was asked for at a unit stands for all before it, whoever asked. */
export function follow(inForce: readonly InForce[], said: NotifiedDecision): InForce[] {
  const before = inForce.find(({ actionUnitId }) => actionUnitId === said.actionUnitId);
  const others = inForce.filter((each) => each !== before);
  // Confirmed out of turn.
  const isOld = before !== undefined && said.cycleId < before.cycleId;
  if (holdsBack(said.action)) {
    const episodeIds = [...new Set([...(before?.episodeIds ?? []), said.episodeId])];
    return [...others, isOld ? { ...before, episodeIds } : { ...asked(said), episodeIds }];
  }
  if (before === undefined || isOld || !isRelease(said.action)) return [...inForce];
  const percent = before.percent - (said.quantity ?? 0);
  const isCounted = before.isCounted && said.quantity !== null;
  const { isStop: _isStop, ...begun } = before;
  return percent > 0 ? [...others, { ...begun, percent, isCounted }] : others;
}

/** What is confirmed out of turn is followed anew by the releases that were confirmed before it and said after it. */
export function followLate(
  inForce: readonly InForce[],
  said: NotifiedDecision,
  confirmed: readonly NotifiedDecision[],
): InForce[] {
  const after = follow(inForce, said);
  const stands = after.some(
    ({ actionUnitId, cycleId }) => actionUnitId === said.actionUnitId && cycleId === said.cycleId,
  );
  if (!stands || !holdsBack(said.action)) return after;
  return confirmed
    .filter(({ actionUnitId, cycleId }) => actionUnitId === said.actionUnitId && cycleId > said.cycleId)
    .filter(({ action }) => isRelease(action))
    .reduce(follow, after);
}

function asked({ action, actionUnitId, quantity, cycleId }: NotifiedDecision): Omit<InForce, 'episodeIds'> {
  const isCounted = action !== 'EMERGENCY_STOP' && quantity !== null;
  const percent = isCounted ? quantity : WHOLE_PERCENT;
  return {
    ...{ actionUnitId, cycleId, isCounted, percent },
    ...(action === 'EMERGENCY_STOP' ? { isStop: true } : {}),
  };
}

/** It asked for what is in force here, or would have if another alert had not spoken for it; or it keeps it since. */
export function asksFor({ episodeId, sequence, latest, keeps = [] }: Episode, of: InForce): boolean {
  const wants = sequence > 0 && holdsBack(latest.action) && latest.actionUnitId === of.actionUnitId;
  return wants || of.episodeIds.includes(episodeId) || keeps.includes(of.actionUnitId);
}

/** What it asks to hold back is held back since this very alert told of it: whatever was told after that came on top. */
export function isInForceAlready(memory: WarehouseMemory, { episodeId, latest }: Episode): boolean {
  if (!holdsBack(latest.action)) return false;
  return inForceWith(memory, mayBeRead).some(
    ({ actionUnitId, episodeIds, percent }) =>
      actionUnitId === latest.actionUnitId &&
      episodeIds.includes(episodeId) &&
      percent >= (latest.quantity ?? 0),
  );
}

/** What takes it back. How to begin again after a stop, or what its number was, is not known here. */
export function releaseOf({ actionUnitId, percent, isCounted }: InForce): Instruction {
  return {
    action: parseUnitId(actionUnitId)?.path === TOTAL ? 'RELEASE_PICKING_ALL' : 'RELEASE_INDUCT',
    actionUnitId,
    quantity: isCounted ? percent : null,
    quantityUnit: isCounted ? 'percent' : null,
  };
}
