/** How a memory that was lost with its workflow begins again: what was stored last, and what is known of since. */
import type { Answer, DeliveryConfirmation } from './contract.ts';
import { applyAnswers } from './answers.ts';
import { draftOf } from './memory.ts';
import type { WarehouseMemory } from './memory.ts';
import { confirm } from './outbox.ts';
import { LEASE_MS } from './limits.ts';

export interface Since {
  /** When the memory was stored, ISO 8601. */
  storedAt: string;
  /** What has reached Slack, in the order in which it did. */
  confirmed: readonly DeliveryConfirmation[];
  /** What people have answered, in the order in which it was taken. */
  answers: readonly Answer[];
  /** What was handed to a sender that has not come back yet: when, epoch ms. */
  handed: readonly { episodeId: string; handedMs: number }[];
}

/** Every confirmation and every answer counts once, however much of it the memory has already. */
export function restoreMemory(stored: WarehouseMemory, since: Since): WarehouseMemory {
  const known = since.confirmed.reduce<WarehouseMemory>(
    (memory, confirmation) => confirm(memory, confirmation).memory,
    stored,
  );
  const memory = draftOf(applyAnswers(known, since.answers).memory);
  for (const { episodeId, handedMs } of since.handed) {
    const episode = memory.episodes.find((each) => each.episodeId === episodeId);
    // Who sent for the lost workflow may still be sending: until its lease would have ended, nobody else does.
    if (!episode) continue;
    // It may stand in a channel: what is over must not be forgotten as if nobody had ever seen it.
    episode.attempted = true;
    for (const transition of episode.pending) {
      // Nor may other words take its number: they would be taken for what stands there.
      transition.attempts = Math.max(1, transition.attempts);
      transition.firstAttemptAt ??= new Date(handedMs).toISOString();
    }
    episode.lease = {
      sender: 'before the memory was lost',
      untilMs: Math.max(handedMs + LEASE_MS, episode.lease?.untilMs ?? 0),
    };
  }
  return { ...memory, restored: { from: since.storedAt, cycleId: null } };
}
