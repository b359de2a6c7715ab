/** What follows from the outbox alone, before anything is posted. Pure. */
import type { Transition } from '../domain/suppress/contract.ts';

/** Slack's clock and ours differ, and history is read too widely rather than too narrowly. */
const LOOK_BACK_MARGIN_MS = 5 * 60_000;

/** Epoch ms from when on earlier tries may have left messages. */
export function lookBackTo(outbox: readonly Transition[], earliestMs: number): number {
  const firstTries = outbox.map(({ firstAttemptAt }) => Date.parse(firstAttemptAt));
  return Math.min(earliestMs, ...firstTries.filter(Number.isFinite)) - LOOK_BACK_MARGIN_MS;
}

/** What each channel still has to hear, in the order of the outbox. */
export function byChannel(outbox: readonly Transition[]): [channel: string, transitions: Transition[]][] {
  const heard = new Map<string, Transition[]>();
  for (const transition of outbox)
    for (const channel of remainingChannels(transition))
      heard.set(channel, [...(heard.get(channel) ?? []), transition]);
  return [...heard];
}

function remainingChannels(transition: Transition): string[] {
  return transition.channels.filter((channel) => !transition.confirmed.includes(channel));
}

/** NEW ones that the same cycle decided for the same channel: above `MAX_SEPARATE` they share a message. */
export function groupNew(outbox: readonly Transition[]): (of: Transition, channel: string) => Transition[] {
  const groups = new Map<string, Transition[]>();
  for (const transition of outbox.filter(({ label }) => label === 'NEW')) {
    for (const channel of remainingChannels(transition)) {
      const key = `${transition.cycleId} ${channel}`;
      groups.set(key, [...(groups.get(key) ?? []), transition]);
    }
  }
  return ({ cycleId }, channel) => groups.get(`${cycleId} ${channel}`) ?? [];
}

/** A reply reaches the thread's followers only: an emergency, what got worse and what nobody took on are shown to all. */
export function isBroadcast({ label, severity, reason }: Transition): boolean {
  return label !== 'CLEARED' && (severity === 'EMERGENCY' || reason === 'severity' || reason === 'escalated');
}

/** `1700000001.123456` -> epoch ms, by Slack's clock. */
export function slackTimeMs(ts: string): number {
  return Math.round(Number(ts) * 1_000);
}
