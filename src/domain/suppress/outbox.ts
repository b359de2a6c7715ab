// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** Decided, sent, confirmed are three steps: what waits for a sender, whom it is lent to, what came of it. */
import type { DeliveryConfirmation, OperatorResult, TakeOutboxInput, Transition } from './contract.ts';
import type { AlertRoute } from '../registry.ts';
import { channelsFor } from '../route.ts';
import { severityRank } from '../vocabulary.ts';
import { addedBy, channelsOf } from './escalation.ts';
import { asksFor, confirmedInForce, followLate } from './in-force.ts';
import { draftOf } from './memory.ts';
import type { Episode, PendingTransition, WarehouseMemory } from './memory.ts';
import { saidBy } from './said.ts';
import { minutesBetween } from './slots.ts';
import { forgetUndo } from './take-back.ts';
import { LEASE_MS, NOTIFIED_MINUTES, OPEN_ENDS_MINUTES } from './limits.ts';
import { compare } from '../compare.ts';

/**
 * Lends every unconfirmed transition to the sender, in order. An episode that is lent to another sender is left
 * out, all of it, and so is one that no route leads anywhere. The same sender gets its own again.
 * @param nowMs wall clock, for the lease alone
 */
export function takeOutbox(
  memory: WarehouseMemory,
  { sender }: TakeOutboxInput,
  nowMs: number,
  leaseMs = LEASE_MS,
): { memory: WarehouseMemory; outbox: Transition[] } {
  const draft = draftOf(memory);
  const outbox: Transition[] = [];
  const takenKeys = new Set<string>();
  for (const episode of draft.episodes) {
    const isTaken =
      episode.lease !== null && episode.lease.sender !== sender && episode.lease.untilMs > nowMs;
    if (isTaken && episode.pending.length > 0) takenKeys.add(episode.key);
    // An alert's next episode waits too: people read NEW and CLEARED in turn.
    if (takenKeys.has(episode.key) || episode.pending.length === 0 || episode.channels.length === 0) continue;
    episode.lease = { sender, untilMs: nowMs + leaseMs };
    episode.attempted = true;
    for (const transition of episode.pending) {
      transition.attempts += 1;
      transition.firstAttemptAt ??= new Date(nowMs).toISOString();
      transition.handedAt = draft.lastCycle;
      outbox.push(toTransition(episode, transition));
    }
  }
  return { memory: draft, outbox: outbox.toSorted(deliveryOrder) };
}

export function refuseTakeOutbox(_memory: WarehouseMemory, input: TakeOutboxInput): string | null {
  const { sender } = input ?? {};
  return typeof sender === 'string' && sender !== ''
    ? null
    : 'takeOutbox: sender is missing, expected a run id';
}

/** Planned anew until the first attempt; then the channels stay, so that a new route reposts nothing. Changes `memory`. */
export function planRoutes(memory: WarehouseMemory, routes: AlertRoute[]): void {
  const { warehouse } = memory;
  for (const episode of memory.episodes.filter(({ pending }) => pending.length > 0)) {
    const { workpool, unitType, highestSeverity } = episode;
    const planned = channelsFor(routes, { warehouse, workpool, unitType }, highestSeverity);
    episode.fallback = planned.fallback;
    if (!episode.attempted) episode.channels = planned.channels;
  }
}

/** Transitions that a route leads somewhere. */
export function countPending(memory: WarehouseMemory): number {
  return memory.episodes.reduce(
    (sum, { channels, pending }) => sum + (channels.length > 0 ? pending.length : 0),
    0,
  );
}

/** Units with something to say that no route leads anywhere. */
export function listUnrouted(memory: WarehouseMemory): string[] {
  return memory.episodes
    .filter(({ channels, pending }) => channels.length === 0 && pending.length > 0)
    .map(({ unitId }) => unitId);
}

/** By cycle; within one first what is over, then the most urgent. An episode's own order follows from its cycles. */
function deliveryOrder(a: Transition, b: Transition): number {
  const ended = (transition: Transition): number => (transition.label === 'CLEARED' ? 0 : 1);
  return (
    compare(a.cycleId, b.cycleId) ||
    ended(a) - ended(b) ||
    severityRank(b.severity) - severityRank(a.severity) ||
    compare(a.episodeId, b.episodeId) ||
    a.sequence - b.sequence
  );
}

function toTransition(episode: Episode, pending: PendingTransition): Transition {
  const { handedAt: _handedAt, about: _about, firstAttemptAt, confirmed, ...transition } = pending;
  const escalatedTo = addedBy(episode, pending.sequence);
  return {
    ...transition,
    episodeId: episode.episodeId,
    startedAt: episode.startedAt,
    unitId: episode.unitId,
    unitType: episode.unitType,
    workpool: episode.workpool,
    direction: episode.direction,
    channels: channelsOf(episode, pending.sequence),
    fallback: [...episode.fallback],
    ...(escalatedTo.length > 0 ? { escalatedTo } : {}),
    confirmed: [...confirmed],
    messages: episode.messages.map((message) => ({ ...message })),
    firstAttemptAt: firstAttemptAt ?? '',
  };
}

/** Never throws: a confirmation that comes twice, or for what is no longer waited for, changes nothing. */
export function confirm(
  memory: WarehouseMemory,
  confirmation: DeliveryConfirmation,
): { memory: WarehouseMemory; result: OperatorResult } {
  const { episodeId, sequence, channel } = confirmation;
  const name = `${episodeId}/${sequence} in ${channel}`;
  const episode = memory.episodes.find((one) => one.episodeId === episodeId);
  const transition = episode?.pending.find((one) => one.sequence === sequence);
  if (!episode || !transition || !channelsOf(episode, sequence).includes(channel)) {
    return { memory, result: { status: 'unchanged', detail: `${name} is not waited for` } };
  }
  if (transition.confirmed.includes(channel)) {
    return { memory, result: { status: 'unchanged', detail: `${name} was confirmed before` } };
  }
  const isFirst = transition.confirmed.length === 0;
  const confirmed = [...transition.confirmed, channel];
  const isDone = channelsOf(episode, sequence).every((planned) => confirmed.includes(planned));
  const pending = isDone
    ? episode.pending.filter((one) => one !== transition)
    : episode.pending.map((one) => (one === transition ? { ...one, confirmed } : one));
  const next: Episode = {
    ...episode,
    pending,
    lease: pending.length === 0 ? null : episode.lease,
    messages: withMessage(episode.messages, confirmation),
    notifications: episode.notifications + (isFirst ? 1 : 0),
    lastNotifiedAt: isFirst ? (transition.handedAt ?? transition.cycleId) : episode.lastNotifiedAt,
  };
  const isOver = next.closedAt !== null && pending.length === 0 && next.undo === undefined;
  const said = isFirst ? saidBy(episode, transition) : [];
  return {
    memory: {
      ...memory,
      revision: memory.revision + (isFirst ? 1 : 0),
      episodes: forgetUndo(
        memory.episodes.flatMap((one) => (one === episode ? (isOver ? [] : [next]) : [one])),
        said,
      ),
      notified: [...memory.notified, ...said],
      inForce: said.reduce(
        (inForce, each) => followLate(inForce, each, memory.notified),
        confirmedInForce(memory),
      ),
    },
    result: { status: 'ok', detail: `${name} is confirmed` },
  };
}

export function refuseConfirm(_memory: WarehouseMemory, confirmation: DeliveryConfirmation): string | null {
  const { episodeId, sequence, channel, channelId, messageTs } = confirmation ?? {};
  const missing = Object.entries({ episodeId, channel, channelId, messageTs }).find(
    ([, value]) => typeof value !== 'string' || value === '',
  );
  if (missing) return `confirmDelivery: ${missing[0]} is missing, expected a text`;
  if (!Number.isInteger(sequence) || sequence < 1) {
    return `confirmDelivery: sequence is ${String(sequence)}, expected a whole number from 1`;
  }
  return null;
}

/** Forgets closed episodes that owe nothing more, or too late, and notified decisions that bind nobody. */
export function tidyOutbox(memory: WarehouseMemory): void {
  const now = memory.lastCycle;
  if (now === null) return;
  memory.episodes = memory.episodes.filter(
    ({ closedAt, pending, undo }) =>
      closedAt === null ||
      ((pending.length > 0 || undo !== undefined) && minutesBetween(closedAt, now) < OPEN_ENDS_MINUTES),
  );
  const known = new Set(memory.episodes.map(({ episodeId }) => episodeId));
  memory.inForce = confirmedInForce(memory)
    .filter((each) => memory.episodes.some((episode) => asksFor(episode, each)))
    // Alerts that follow one another without a gap would lengthen it for ever.
    .map((each) => ({ ...each, episodeIds: each.episodeIds.filter((episodeId) => known.has(episodeId)) }));
  const open = new Set(
    memory.episodes.filter(({ closedAt }) => closedAt === null).map(({ episodeId }) => episodeId),
  );
  const latest = new Map(memory.notified.map((decision) => [decision.episodeId, decision]));
  memory.notified = memory.notified.filter(
    (decision) =>
      minutesBetween(decision.cycleId, now) <= NOTIFIED_MINUTES ||
      (open.has(decision.episodeId) && latest.get(decision.episodeId) === decision),
  );
}

function withMessage(
  messages: Episode['messages'],
  { channel, channelId, messageTs }: DeliveryConfirmation,
): Episode['messages'] {
  // The newest counts: where someone deleted the first message, the episode goes on below the one that replaced it.
  return [
    ...messages.filter((message) => message.channel !== channel),
    { channel, channelId, ts: messageTs },
  ];
}
