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

/** Runs what posts to a channel when its turn has come. */
export type InTurn = <T>(channelId: string, post: () => Promise<T>) => Promise<T>;

interface Lane {
  /** Epoch ms before which nothing may be posted. */
  freeAtMs: number;
  /** Posts that were asked for and are not answered yet. */
  queued: number;
  /** Settles with the last of them, and never rejects. */
  last: Promise<unknown>;
}

/**
 * One post at a time in each channel, in the order of asking, each begun `intervalMs` after the answer to the one
 * before: Slack counts from the moment at which it took a message, of which only that is sure. Counted from when the
 * post was begun, a slow answer would bring the next one too early, and each 429 costs more than all the answers.
 * After a 429 the channel is left alone for as long as Slack asks.
 * @throws SlackRateLimited where the turn is further away than a process should sleep
 */
export function createPacer(intervalMs: number, clock: Clock): InTurn {
  const lanes = new Map<string, Lane>();
  return async (channelId, post) => {
    const lane = lanes.get(channelId) ?? { freeAtMs: 0, queued: 0, last: Promise.resolve() };
    lanes.set(channelId, lane);
    refuseLongWait(channelId, pauseOf(lane) + lane.queued * intervalMs);
    lane.queued += 1;
    const turn = lane.last.then(() => takeTurn(channelId, lane, post));
    lane.last = turn.then(
      () => (lane.queued -= 1),
      () => (lane.queued -= 1),
    );
    return turn;
  };

  async function takeTurn<T>(channelId: string, lane: Lane, post: () => Promise<T>): Promise<T> {
    const pauseMs = pauseOf(lane);
    refuseLongWait(channelId, pauseMs);
    if (pauseMs > 0) await clock.sleep(pauseMs);
    let restMs = intervalMs;
    try {
      return await post();
    } catch (error) {
      if (error instanceof SlackRateLimited) restMs = Math.max(restMs, error.retryAfterSec * 1_000);
      throw error;
    } finally {
      lane.freeAtMs = clock.now() + restMs;
    }
  }

  function pauseOf({ freeAtMs }: Lane): number {
    return Math.max(0, freeAtMs - clock.now());
  }

  function refuseLongWait(channelId: string, waitMs: number): void {
    if (waitMs <= MAX_WAIT_MS) return;
    const seconds = Math.ceil(waitMs / 1_000);
    throw new SlackRateLimited(
      seconds,
      `channel ${channelId} takes one message per ${intervalMs} ms, and its next free turn is ${seconds} s away`,
    );
  }
}
