import { describe, expect, it } from 'vitest';
import { SlackRateLimited } from '../../../src/slack/errors.ts';
import { createPacer } from '../../../src/slack/pace.ts';

/** A clock that only sleeps and answers move; `posts` are [begun, channel] in ms. */
function createBench(intervalMs = 1_000) {
  let nowMs = 0;
  const begun: [number, string][] = [];
  const clock = {
    now: () => nowMs,
    sleep: (ms: number) => {
      nowMs += ms;
      return Promise.resolve();
    },
  };
  const inTurn = createPacer(intervalMs, clock);
  const post = (channel: string, tookMs: number, error?: Error) =>
    inTurn(channel, () => {
      begun.push([nowMs, channel]);
      nowMs += tookMs;
      return error ? Promise.reject(error) : Promise.resolve(channel);
    });
  return { post, begun, pass: (ms: number) => (nowMs += ms) };
}

describe('one message a second and channel', () => {
  it('counts from the answer: however slow one is, the next comes a second after Slack took it at the latest', async () => {
    const { post, begun } = createBench();
    await Promise.all([post('C1', 700), post('C1', 50), post('C1', 50)]);
    expect(begun).toEqual([
      [0, 'C1'],
      [1_700, 'C1'],
      [2_750, 'C1'],
    ]);
  });

  it('does not wait where the second has passed already', async () => {
    const { post, begun, pass } = createBench();
    await post('C1', 0);
    pass(3_000);
    await post('C1', 0);
    expect(begun[1]).toEqual([3_000, 'C1']);
  });

  it('another channel does not wait', async () => {
    const { post, begun } = createBench();
    await post('C1', 10);
    await post('C2', 10);
    expect(begun).toEqual([
      [0, 'C1'],
      [10, 'C2'],
    ]);
  });

  it('a failed post has had its turn, for it may have been accepted', async () => {
    const { post, begun } = createBench();
    await expect(post('C1', 30, new Error('lost'))).rejects.toThrow('lost');
    await post('C1', 0);
    expect(begun[1]).toEqual([1_030, 'C1']);
  });
});

describe('429', () => {
  const limited = (seconds: number) => new SlackRateLimited(seconds, 'rate limited');

  it('the channel is left alone for as long as Slack asks, whoever wants to post', async () => {
    const { post, begun } = createBench();
    await expect(post('C1', 0, limited(7))).rejects.toThrow('rate limited');
    await post('C1', 0);
    expect(begun[1]).toEqual([7_000, 'C1']);
  });

  it('a pause of ten seconds is waited for', async () => {
    const { post, begun } = createBench();
    const first = post('C1', 0, limited(10));
    const waiting = post('C1', 0);
    await expect(first).rejects.toThrow('rate limited');
    await waiting;
    expect(begun[1]).toEqual([10_000, 'C1']);
  });

  it('a longer one hands back who waits already, with the time to come again', async () => {
    const { post, begun } = createBench();
    const first = post('C1', 0, limited(11));
    const waiting = post('C1', 0);
    await expect(first).rejects.toThrow('rate limited');
    await expect(waiting).rejects.toMatchObject({ retryAfterSec: 11 });
    expect(begun).toHaveLength(1);
  });

  it('a queue of more than ten seconds takes no more: the rest waits outside the process', async () => {
    const { post, begun } = createBench();
    const asked = await Promise.allSettled(Array.from({ length: 15 }, () => post('C1', 0)));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(11);
    expect(asked.at(-1)).toMatchObject({ reason: { retryAfterSec: 11 } });
    expect(begun.at(-1)).toEqual([10_000, 'C1']);
  });
});
