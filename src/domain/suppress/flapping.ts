// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/**
 * How often a key changes between actionable and good: the share of changes over its last slots, the newest weighted
 * most. One bit a slot, so that two hours cost the memory one number.
 */
import type { KeyMemory } from './memory.ts';
import {
  FLAPPING_HIGH,
  FLAPPING_LOW,
  FLAPPING_NEWEST_WEIGHT,
  FLAPPING_OLDEST_WEIGHT,
  FLAPPING_SLOTS,
} from './limits.ts';

/** Bit n of `changes`: it changed n slots ago. */
type Seen = Pick<KeyMemory, 'changes' | 'flapping'>;

/** After a vote so many slots later, which changes the key or does not. */
export function seeSlots(before: Seen, slots: number, isChange: boolean): Seen {
  const aged = slots >= FLAPPING_SLOTS ? 0 : ((before.changes ?? 0) << slots) & (2 ** FLAPPING_SLOTS - 1);
  const changes = aged + (isChange ? 1 : 0);
  if (changes === 0) return {};
  const bound = before.flapping ? FLAPPING_LOW : FLAPPING_HIGH;
  return { changes, flapping: shareOf(changes) >= bound };
}

/** So many slots after its last vote, from which its changes stay counted. */
export function growOlder(before: Seen, slots: number): Seen {
  if (before.changes === undefined) return {};
  const { flapping } = seeSlots(before, Math.max(0, slots), false);
  return flapping === undefined ? {} : { changes: before.changes, flapping };
}

/** 0..1 */
function shareOf(changes: number): number {
  let [changed, all] = [0, 0];
  for (let slot = 0; slot < FLAPPING_SLOTS; slot += 1) {
    const weight =
      FLAPPING_NEWEST_WEIGHT -
      ((FLAPPING_NEWEST_WEIGHT - FLAPPING_OLDEST_WEIGHT) * slot) / (FLAPPING_SLOTS - 1);
    all += weight;
    if (((changes >> slot) & 1) === 1) changed += weight;
  }
  return changed / all;
}
