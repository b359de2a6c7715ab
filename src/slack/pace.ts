import { SlackRateLimited } from './errors.ts';

/** Slack takes one message per second and channel; short bursts only are forgiven. */
export const PACE_MS = 1_000;

/** Longer than this the caller should wait outside the process, where a wait holds no worker's slot. */
const MAX_WAIT_MS = 10_000;

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

/**
 * Gives every caller of one channel a turn of its own, `intervalMs` apart, in the order of asking.
 * Throws SlackRateLimited where the turn is further away than a process should sleep.
 */
export function createPacer(intervalMs: number, clock: Clock): (channelId: string) => Promise<void> {
  const nextTurn = new Map<string, number>();
  return async (channelId) => {
    const now = clock.now();
    const turn = Math.max(now, nextTurn.get(channelId) ?? 0);
    if (turn - now > MAX_WAIT_MS) {
      const seconds = Math.ceil((turn - now) / 1_000);
      throw new SlackRateLimited(
        seconds,
        `channel ${channelId} takes one message per ${intervalMs} ms and its queue is ${seconds} s long`,
      );
    }
    nextTurn.set(channelId, turn + intervalMs);
    if (turn > now) await clock.sleep(turn - now);
  };
}
