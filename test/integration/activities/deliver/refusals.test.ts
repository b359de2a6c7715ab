/** A channel that refuses for good: who hears of it instead, and what happens when it works again. */
import { describe, expect, it } from 'vitest';
import type { Arrival } from '../../../../src/activities/deliver/episode-places.ts';
import { newTransition } from '../../../unit/slack/transitions.ts';
import { TOKEN, slack, createWorker, failureOf, units } from './delivering.ts';

describe('a channel that refuses for good', () => {
  it.each([
    ['#gone', 'channel_not_found'],
    ['#closed', 'is_archived'],
    ['#elsewhere', 'not_in_channel'],
  ])('%s: the fallback gets it, once, and the confirmation says why', async (channel, error) => {
    const transition = newTransition({ channels: [channel], fallback: ['#ops'] });
    const worker = createWorker();
    const result = await worker.run([transition]);
    expect(result).toMatchObject({ delivered: 1, failed: [] });
    expect(worker.confirmed[0]).toMatchObject({ channel, deliveredTo: '#ops', error });
    expect(slack.messages()).toHaveLength(1);
    expect(JSON.stringify(slack.messages()[0]?.blocks)).toContain(`Meant for ${channel}`);
    await createWorker().run([{ ...transition, attempts: 2 }]);
    expect(slack.messages()).toHaveLength(1);
  });

  it('two channels that refuse share one message in the fallback', async () => {
    const worker = createWorker();
    await worker.run([newTransition({ channels: ['#gone', '#closed'], fallback: ['#ops'] })]);
    expect(slack.messages()).toHaveLength(1);
    expect(worker.confirmed.map(({ channel }) => channel)).toEqual(['#gone', '#closed']);
  });

  it('the channel works again before the confirmation is through: still one message', async () => {
    const transition = newTransition({ channels: ['#closed'], fallback: ['#ops'] });
    const worker = createWorker();
    worker.failing.confirms = 1;
    await failureOf(worker.run([transition]));
    slack.setArchived('#closed', false);
    await createWorker().run([{ ...transition, attempts: 2 }]);
    expect(slack.messages().map(({ channel }) => channel)).toEqual(['#ops']);
  });

  describe('archived in mid-episode', () => {
    const first = newTransition({ fallback: ['#ops'] });
    const second = { ...first, sequence: 2, label: 'ONGOING' as const, reason: 'window', quantity: 40 };
    const third = { ...second, sequence: 3, quantity: 60 };
    const last = { ...first, sequence: 4, label: 'CLEARED' as const, reason: 'recovered' };
    const sequences = (channel: string) =>
      slack
        .messages()
        .filter((message) => message.channel === channel)
        .map(({ metadata }) => metadata?.event_payload['sequence']);
    const rootOf = (channel: string) => slack.messages().find((message) => message.channel === channel);

    it('and still at the end: the fallback hears all of it in one thread', async () => {
      const ledger: Arrival[] = [];
      const worker = createWorker({ ledger });
      await worker.run([first]);
      slack.setArchived('#fra1-flow', true);
      for (const each of [second, third, last]) await worker.run([each]);
      expect(sequences('#fra1-flow')).toEqual([1]);
      expect(sequences('#ops')).toEqual([2, 3, 4]);
      const [root, ...replies] = slack.messages().filter(({ channel }) => channel === '#ops');
      expect(root?.text).toContain('alert from');
      expect(replies.map(({ threadTs }) => threadTs)).toEqual([root?.ts, root?.ts]);
      expect(worker.confirmed.map(({ deliveredTo, error }) => [deliveredTo, error])).toEqual([
        ['#fra1-flow', null],
        ...Array.from({ length: 3 }, () => ['#ops', 'is_archived']),
      ]);
    });

    it.each([
      ['and back before the end', false],
      ['and back before the end, of which the confirmation is lost', true],
    ])('%s: both hear how it ended, once each', async (_, isLost) => {
      const ledger: Arrival[] = [];
      const worker = createWorker({ ledger });
      await worker.run([first]);
      slack.setArchived('#fra1-flow', true);
      await worker.run([second]);
      slack.setArchived('#fra1-flow', false);
      await worker.run([third]);
      if (isLost) worker.failing.confirms = 1;
      await worker.retry([last]);
      expect(sequences('#fra1-flow')).toEqual([1, 3, 4]);
      expect(sequences('#ops')).toEqual([2, 4]);
      expect(rootOf('#fra1-flow')?.text).toContain('alert from');
      expect(rootOf('#ops')?.text).toContain('alert from');
      expect(worker.confirmed.at(-1)).toMatchObject({ deliveredTo: '#fra1-flow', error: null });
    });

    it('and back while the end could not be said in the fallback: said there in the next try', async () => {
      const ledger: Arrival[] = [];
      const worker = createWorker({ ledger });
      await worker.run([first]);
      slack.setArchived('#fra1-flow', true);
      await worker.run([second]);
      slack.setArchived('#fra1-flow', false);
      // The first is the planned channel's.
      slack.fail({ method: 'chat.update', kind: 'slow', delayMs: 1 });
      slack.fail({ method: 'chat.update', kind: '500' });
      await worker.retry([last]);
      expect(sequences('#fra1-flow')).toEqual([1, 4]);
      expect(sequences('#ops')).toEqual([2, 4]);
      expect(worker.confirmed).toHaveLength(3);
    });

    it('and its message deleted when it is back: the end gets a message of its own', async () => {
      const ledger: Arrival[] = [];
      const worker = createWorker({ ledger });
      await worker.run([first]);
      slack.setArchived('#fra1-flow', true);
      await worker.run([second]);
      slack.setArchived('#fra1-flow', false);
      for (const { channelId, ts } of slack.messages()) slack.deleteMessage(channelId, ts);
      await worker.run([last]);
      expect(slack.messages()).toMatchObject([
        { channel: '#fra1-flow', text: expect.stringContaining('alert from') },
      ]);
    });
  });

  it('the episode goes on where its first message is', async () => {
    const worker = createWorker();
    const first = newTransition({ channels: ['#gone'], fallback: ['#ops'] });
    const second = { ...first, sequence: 2, label: 'ONGOING' as const, reason: 'window' };
    await worker.run([first, second]);
    expect(slack.messages()).toHaveLength(2);
    expect(slack.messages()[1]?.threadTs).toBe(slack.messages()[0]?.ts);
    expect(worker.confirmed[1]).toMatchObject({ channel: '#gone', deliveredTo: '#ops' });
  });

  it('no fallback: told with a remedy, kept in the outbox, and the others go on', async () => {
    const [first, second] = units(2);
    if (!first || !second) throw new Error('two units expected');
    const worker = createWorker();
    const result = await worker.run([{ ...first, channels: ['#gone'] }, second]);
    expect(result.delivered).toBe(1);
    expect(result.failed).toHaveLength(1);
    expect(result.failed[0]).toMatchObject({ episodeId: first.episodeId, channel: '#gone' });
    expect(result.failed[0]?.error).toMatch(/channel_not_found.*its name in the registry/);
  });

  it.each(['invalid_auth', 'account_inactive'])('%s: told, and no token anywhere', async (kind) => {
    slack.fail({ method: '*', kind, times: 100 });
    const worker = createWorker();
    const result = await worker.run([newTransition({ fallback: ['#ops'] })]);
    expect(result.failed[0]?.error).toContain('SLACK_BOT_TOKEN');
    expect(JSON.stringify([result, worker.bodies])).not.toContain('a-secret');
  });

  it('a token that breaks the HTTP header does not reach the error either', async () => {
    const failure = await failureOf(createWorker({ token: `${TOKEN}\nx` }).run([newTransition()]));
    expect(JSON.stringify(failure) + failure.message + String(failure.stack)).not.toContain('a-secret');
  });
});
