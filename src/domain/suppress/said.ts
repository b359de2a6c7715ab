// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** What a message asks people to do, as it is remembered once they have been told. */
import { instructionOf } from './instruction.ts';
import type { Episode, NotifiedDecision, PendingTransition } from './memory.ts';
import { isThrottle, WHOLE_PERCENT, type Action } from '../vocabulary.ts';

/** It stays in force at its unit until something takes it back. */
export function holdsBack(action: Action): boolean {
  return isThrottle(action) || action === 'EMERGENCY_STOP';
}

/** What a sender was handed may stand in a channel, confirmed or not. */
export function mayBeRead({ attempts }: PendingTransition): boolean {
  return attempts > 0;
}

/** A stale notice asks nothing, and so does a CLEARED, but for what takes ours back: told counts as done. */
export function saidBy(episode: Episode, transition: PendingTransition): NotifiedDecision[] {
  const { label, reason, cycleId, severity, undo, alsoUndo = [] } = transition;
  if (reason === 'stale') return [];
  const said = { episodeId: episode.episodeId, cycleId, unitId: episode.unitId };
  const key = { direction: episode.direction, severity };
  if (label !== 'CLEARED') return [{ ...said, ...key, ...instructionOf(transition) }];
  return (undo === undefined ? [] : [undo, ...alsoUndo]).map((instruction) => ({
    ...{ ...said, ...key, ...instruction },
    ...{ quantity: instruction.quantity ?? WHOLE_PERCENT, quantityUnit: 'percent' },
  }));
}
