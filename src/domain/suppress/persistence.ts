// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/**
 * Evidence over time for one key. Distinct interval slots vote, and a slot's first run casts its vote: an extra
 * run within the slot neither hastens nor delays a label.
 */
import type { DirectionDecision } from './contract.ts';
import { growOlder, seeSlots } from './flapping.ts';
import { slotOf } from './slots.ts';
import type { KeyMemory, Vote } from './memory.ts';
import {
  SLOTS_KEPT,
  PERSISTENT_SLOTS,
  PERSISTENT_MINUTES,
  GOOD_SLOTS,
  STEADY_SLOTS,
  MAX_SLOT_STEP,
  FLAPPING_WINDOW_MIN,
  FLAPPING_FLIPS,
} from './limits.ts';

const UNSEEN: KeyMemory = { votes: [], last: 'G', flips: [] };

/** The key after this run; `vote` null is neutral and leaves no trace. */
export function castVote(
  key: KeyMemory | undefined,
  vote: Vote | null,
  minute: number,
  intervalMinutes: number,
): KeyMemory {
  const before: KeyMemory = { ...(key ?? UNSEEN), flips: [] };
  const { votes: voted, last, flips, ...seen } = before;
  const slots = slotOf(minute, intervalMinutes) - slotOf(voted.at(-1)?.[0] ?? minute, intervalMinutes);
  const votes = vote === null ? null : voteOnce(voted, vote, minute, intervalMinutes);
  if (vote === null || votes === null) return { votes: voted, last, flips, ...growOlder(seen, slots) };
  const isChange = vote !== 'U' && vote !== last;
  return { votes, last: isChange ? vote : last, flips, ...seeSlots(seen, slots, isChange) };
}

/** As it was before rules 6: changes are counted by the hour, and forgotten after three equal votes. */
export function castVoteByHour(
  key: KeyMemory | undefined,
  vote: Vote | null,
  minute: number,
  intervalMinutes: number,
): KeyMemory {
  const before: KeyMemory = key ?? UNSEEN;
  const flips = before.flips.filter((at) => minute - at < FLAPPING_WINDOW_MIN);
  const votes = vote === null ? null : voteOnce(before.votes, vote, minute, intervalMinutes);
  if (vote === null || votes === null) return { ...before, flips };
  if (isRun(votes, vote, STEADY_SLOTS, minute, intervalMinutes) && vote !== 'U') {
    return { votes, last: vote, flips: [] };
  }
  if (vote === 'U' || vote === before.last) return { votes, last: before.last, flips };
  return { votes, last: vote, flips: [...flips, minute] };
}

/** null: the slot, or a later one, has voted. */
function voteOnce(
  before: KeyMemory['votes'],
  vote: Vote,
  minute: number,
  intervalMinutes: number,
): KeyMemory['votes'] | null {
  const slot = slotOf(minute, intervalMinutes);
  if (before.some(([at]) => slotOf(at, intervalMinutes) >= slot)) return null;
  return [...before, [minute, vote] satisfies [number, Vote]].slice(-SLOTS_KEPT);
}

/** Whether an actionable row has lasted long enough to open an episode. */
export function isPersistent(
  key: KeyMemory,
  row: DirectionDecision,
  minute: number,
  intervalMinutes: number,
): boolean {
  if (row.atOnce) return true;
  if (row.minutesActionable !== null && row.minutesActionable >= PERSISTENT_MINUTES) return true;
  if (row.severity === 'EMERGENCY') {
    return row.levelAndWcsAgree || isRun(key.votes, 'A', PERSISTENT_SLOTS, minute, intervalMinutes);
  }
  const oldest = slotOf(minute, intervalMinutes) - 2;
  const actionable = key.votes.filter(([at, vote]) => vote === 'A' && slotOf(at, intervalMinutes) >= oldest);
  return actionable.length >= PERSISTENT_SLOTS;
}

/** Two good slots in a row, and none where it flaps: that ends first. */
export function isRecovered(key: KeyMemory, minute: number, intervalMinutes: number): boolean {
  return !key.flapping && isRun(key.votes, 'G', GOOD_SLOTS, minute, intervalMinutes);
}

/** As it was before rules 6: a flapping key has to be steady for three slots. */
export function isRecoveredByHour(key: KeyMemory, minute: number, intervalMinutes: number): boolean {
  return isRun(key.votes, 'G', isFlapping(key) ? STEADY_SLOTS : GOOD_SLOTS, minute, intervalMinutes);
}

export function isFlapping(key: KeyMemory): boolean {
  return key.flapping === true || key.flips.length >= FLAPPING_FLIPS;
}

/** Nothing in it that a later decision could rest on. */
export function isSpent(key: KeyMemory): boolean {
  return key.changes === undefined && key.flips.length === 0 && key.votes.every(([, vote]) => vote !== 'A');
}

/** The last `length` votes are all `vote`, in a row up to the present slot. */
function isRun(
  votes: KeyMemory['votes'],
  vote: Vote,
  length: number,
  minute: number,
  intervalMinutes: number,
): boolean {
  if (votes.length < length) return false;
  let next = slotOf(minute, intervalMinutes);
  for (const [index, [at, cast]] of votes.slice(-length).toReversed().entries()) {
    const slot = slotOf(at, intervalMinutes);
    const step = next - slot;
    if (cast !== vote || step > (index === 0 ? 0 : MAX_SLOT_STEP)) return false;
    next = slot;
  }
  return true;
}
