/** Every message reaches a channel exactly once, whoever dies and however late its history shows it. */
import { describe, expect, it } from 'vitest';
import { createDeliver } from '../../../../src/activities/deliver/deliver.ts';
import type { Arrival } from '../../../../src/activities/deliver/episode-places.ts';
import type { DeliveryConfirmation, Transition } from '../../../../src/domain/suppress/contract.ts';
import { NO_ACTIONS } from '../../../../src/slack/buttons.ts';
import { createSlackPort } from '../../../../src/slack/slack-port.ts';
import { newTransition } from '../../../unit/slack/transitions.ts';
import {
  TOKEN,
  SNAPSHOT,
  slack,
  createWorker,
  inputOf,
  readSettings,
  followUp,
  failureOf,
  units,
} from './delivering.ts';

describe('one message, whatever happens', () => {
  it.each([
    ['nothing fails', undefined, 1],
    ['accepted, then the connection is lost', 'close_after', 1],
    ['the connection is lost before', 'close_before', 1],
    ['500', '500', 1],
    ['internal_error', 'internal_error', 1],
    ['accepted, but answered after the timeout', 'slow', 1],
    ['accepted and lost, twice in a row', 'close_after', 2],
    ['429', 'ratelimit', 1],
  ])('%s', async (_, kind, times) => {
    if (kind !== undefined) slack.fail({ method: 'chat.postMessage', kind, times, delayMs: 1_500 });
    const worker = createWorker();
    const result = await worker.retry([newTransition()]);
    expect(slack.messages()).toHaveLength(1);
    expect(result).toMatchObject({ delivered: 1, failed: [] });
    const [confirmation] = worker.confirmed;
    expect(worker.confirmed).toHaveLength(1);
    expect(confirmation).toMatchObject({
      channel: '#fra1-flow',
      deliveredTo: '#fra1-flow',
      sequence: 1,
      messageTs: slack.messages()[0]?.ts,
      replyTs: null,
      error: null,
    });
    const latency = Date.parse(confirmation?.postedAt ?? '') - SNAPSHOT;
    expect(result.latencyMs[0]).toBeGreaterThanOrEqual(latency);
    expect(result.latencyMs[0]).toBeLessThan(latency + 2);
  });

  it('the worker dies between the post and its confirmation', async () => {
    const first = createWorker();
    first.failing.confirms = 1;
    await failureOf(first.run(units(3)));
    expect(first.confirmed).toHaveLength(2);
    const second = createWorker();
    await second.run(units(3).map((each) => ({ ...each, attempts: 2 })));
    expect(slack.messages()).toHaveLength(3);
    expect(second.confirmed.map(({ messageTs }) => messageTs)).toEqual(slack.messages().map(({ ts }) => ts));
  });

  it('handed out in an earlier life of the workflow, which nobody remembers: looked for before it is posted', async () => {
    const transition = newTransition();
    const before = createWorker();
    await before.run([transition]);
    const after = createWorker();
    const { episodeId, sequence } = transition;
    after.handed.push({ episodeId, sequence, channel: '#fra1-flow', handedMs: Date.now() });
    expect(await after.run([transition])).toMatchObject({ delivered: 1, failed: [] });
    expect(slack.messages()).toHaveLength(1);
    expect(after.confirmed[0]?.messageTs).toBe(before.confirmed[0]?.messageTs);
  });

  it('a message that shows up in history only after the second post: the later one is deleted', async () => {
    const transition = newTransition({ attempts: 2 });
    await createWorker().run([newTransition()]);
    const [earlier] = slack.messages();
    // History answers the first look without the message that is already there.
    const port = createSlackPort({ token: TOKEN, apiUrl: slack.url, paceMs: 1 });
    let looks = 0;
    const lagging = {
      ...port,
      listMarked: async (channelId: string, since: number) => {
        looks += 1;
        return looks === 1 ? [] : port.listMarked(channelId, since);
      },
    };
    const confirmed: DeliveryConfirmation[] = [];
    const delivery = createDeliver({
      slack: lagging,
      readSettings,
      messageActions: NO_ACTIONS,
      pictures: { upload: () => Promise.reject(new Error('no picture is due')) },
      takeOutbox: () => Promise.resolve([transition]),
      recordHandOvers: () => Promise.resolve([]),
      listDelivered: () => Promise.resolve([]),
      getArtifact: () => Promise.reject(new Error('expired')),
      putArtifact: ({ rows }) => Promise.resolve({ id: 'x', sha256: '', rows }),
      confirm: async (_, confirmation) => void confirmed.push(confirmation),
      heartbeat: () => undefined,
      attempt: () => 1,
      now: Date.now,
    });
    await delivery.deliver(inputOf({}));
    expect(slack.calls().filter((call) => call === 'chat.delete')).toHaveLength(1);
    expect(slack.messages().map(({ ts }) => ts)).toEqual([earlier?.ts]);
    expect(confirmed[0]?.messageTs).toBe(earlier?.ts);
  });

  it("the other environment's message with the same key is not ours", async () => {
    await createWorker().run([newTransition()], { environment: 'prod' });
    const artifacts = { [newTransition().traceId]: {} };
    await createWorker({ artifacts }).run([newTransition({ attempts: 2 })], { environment: 'dev' });
    expect(slack.messages().map(({ metadata }) => metadata?.event_payload['environment'])).toEqual([
      'prod',
      'dev',
    ]);
  });

  it('reads many pages of history before posting again', async () => {
    const port = createSlackPort({ token: TOKEN, apiUrl: slack.url, paceMs: 0 });
    await createWorker().run([newTransition()]);
    const channelId = await port.resolveChannel('#fra1-flow');
    for (let i = 0; i < 250; i += 1) {
      await port.post(channelId, {
        text: `noise ${i}`,
        blocks: [],
        metadata: { event_type: 'noise', event_payload: { n: i } },
      });
    }
    await createWorker().run([newTransition({ attempts: 2 })]);
    expect(slack.messages().filter(({ text }) => !text.startsWith('noise'))).toHaveLength(1);
  });
});

describe('what Slack asks for', () => {
  it('429: the others first, then a retry after as long as Slack says', async () => {
    slack.fail({ method: 'chat.postMessage', kind: 'ratelimit', retryAfter: 7 });
    const worker = createWorker();
    const [first, second] = units(2);
    if (!first || !second) throw new Error('two units expected');
    const failure = await failureOf(worker.run([first, { ...second, channels: ['#other'] }]));
    expect(failure).toMatchObject({ type: 'DeliveryIncomplete', nonRetryable: false });
    expect(failure.nextRetryDelay).toBe(7_000);
    expect(worker.confirmed.map(({ channel }) => channel)).toEqual(['#other']);
  });

  it.each(['close_before', '500'])('%s leaves time for history to catch up', async (kind) => {
    slack.fail({ method: 'chat.postMessage', kind });
    expect((await failureOf(createWorker().run([newTransition()]))).nextRetryDelay).toBe(5_000);
  });

  it('channels side by side: a slow answer in one holds up no other, and each keeps its order', async () => {
    const channels = Array.from({ length: 20 }, (_, at) => `#side-${at}`);
    for (const channel of channels) slack.addChannel(channel);
    slack.fail({ method: 'chat.postMessage', kind: 'slow', delayMs: 1_500 });
    const worker = createWorker({ timeoutMs: 10_000 });
    const outbox = channels.flatMap((channel) => units(3).map((each) => ({ ...each, channels: [channel] })));
    await worker.run(outbox);
    const heard = (channel: string) =>
      worker.confirmed.filter((each) => each.channel === channel).map(({ episodeId }) => episodeId);
    for (const channel of channels)
      expect([channel, heard(channel)]).toEqual([channel, units(3).map(({ episodeId }) => episodeId)]);
    // The slow one was begun first, and two followed it in its channel.
    expect(worker.confirmed.slice(-3).map(({ channel }) => channel)).toEqual(Array(3).fill('#side-0'));
    // A workflow takes ten updates at once, and people answer meanwhile.
    expect(worker.confirming.most).toBeGreaterThan(1);
    expect(worker.confirming.most).toBeLessThan(10);
  });

  it('one message a second and channel', async () => {
    const port = createSlackPort({ token: TOKEN, apiUrl: slack.url, paceMs: 200 });
    const channelId = await port.resolveChannel('ops');
    const started = Date.now();
    const message = { text: 'x', blocks: [], metadata: { event_type: 'x', event_payload: {} } };
    await Promise.all([1, 2, 3].map(() => port.post(channelId, message)));
    expect(Date.now() - started).toBeGreaterThanOrEqual(395);
  });
});

describe('reads that lag behind writes', () => {
  /** Longer than any of these takes. */
  const LAG_MS = 60_000;
  const isRoot = ({ threadTs, ts }: { threadTs: string | null; ts: string }) =>
    threadTs === null || threadTs === ts;
  const rest = (first: Transition): [Transition, Transition] => [
    { ...first, sequence: 2, label: 'ONGOING', reason: 'window', quantity: 40 },
    { ...first, sequence: 3, label: 'CLEARED', reason: 'recovered' },
  ];

  it('one delivery goes on below the message that it has just posted', async () => {
    slack.lagReads(LAG_MS);
    const first = newTransition();
    await createWorker().run([first, ...rest(first)]);
    const [root, ...replies] = slack.messages();
    expect(root?.text).toContain('Cleared');
    expect(root?.metadata?.event_payload['sequence']).toBe(1);
    expect(replies.map(({ threadTs }) => threadTs)).toEqual([root?.ts, root?.ts]);
  });

  it('a later one goes on below the message that was confirmed', async () => {
    slack.lagReads(LAG_MS);
    const ledger: Arrival[] = [];
    const first = newTransition();
    for (const each of [first, ...rest(first)]) await createWorker({ ledger }).run([each]);
    expect(slack.messages().map(isRoot)).toEqual([true, false, false]);
    expect(slack.messages()[0]?.text).toContain('Cleared');
  });

  it('also where warehouse alone remembers it: the reply is no less there', async () => {
    slack.lagReads(LAG_MS);
    const worker = createWorker();
    const first = newTransition();
    await worker.run([first]);
    const [confirmation] = worker.confirmed;
    if (!confirmation) throw new Error('the NEW was not confirmed');
    await worker.run([followUp(first, confirmation)]);
    expect(slack.messages().map(isRoot)).toEqual([true, false]);
  });

  it('below a summary each goes on at its own reply', async () => {
    slack.lagReads(LAG_MS);
    const ledger: Arrival[] = [];
    const all = units(7);
    const [first, second] = all;
    if (!first || !second) throw new Error('seven units expected');
    await createWorker({ ledger }).run([...all, rest(first)[0]]);
    await createWorker({ ledger }).run([rest(first)[1], rest(second)[1]]);
    const [summary, ...replies] = slack.messages();
    expect(summary).toMatchObject({ edits: 0 });
    expect(replies.map(({ threadTs }) => threadTs)).toEqual(Array(10).fill(summary?.ts));
    expect(replies.slice(0, 3).map(({ text }) => text.includes('✅ Cleared'))).toEqual([true, true, false]);
  });

  it('what a cut off delivery left joins the summary that it began', async () => {
    slack.lagReads(LAG_MS);
    const ledger: Arrival[] = [];
    const all = units(7);
    await createWorker({ ledger }).run(all.slice(0, 6));
    await createWorker({ ledger }).run(all.slice(6).map((each) => ({ ...each, attempts: 2 })));
    expect(slack.messages().filter(isRoot)).toHaveLength(1);
    expect(slack.messages()).toHaveLength(8);
  });

  it('what is written down as arrived is not sent again, although warehouse was not told', async () => {
    slack.lagReads(LAG_MS);
    const ledger: Arrival[] = [];
    const first = newTransition();
    const [second] = rest(first);
    const worker = createWorker({ ledger });
    worker.failing.tells = 1;
    await failureOf(worker.run([first]));
    worker.failing.tells = 1;
    await failureOf(worker.run([{ ...first, attempts: 2 }, second]));
    const last = createWorker({ ledger });
    await last.run([first, second].map((each) => ({ ...each, attempts: 3 })));
    expect(slack.messages().map(isRoot)).toEqual([true, false]);
    expect(last.confirmed).toMatchObject([
      { sequence: 1, messageTs: slack.messages()[0]?.ts, replyTs: null },
      { sequence: 2, messageTs: slack.messages()[0]?.ts, replyTs: slack.messages()[1]?.ts },
    ]);
  });

  it('where a confirmation is not written down, the next try leaves time for history to catch up', async () => {
    const worker = createWorker();
    worker.failing.confirms = 1;
    expect((await failureOf(worker.run([newTransition()]))).nextRetryDelay).toBe(5_000);
  });

  it.each([
    ['deleted, and nothing below it', []],
    ['deleted, with replies below it', [2]],
  ])('%s: the update is refused, and the news gets a message of its own, once', async (_, replies) => {
    slack.lagReads(LAG_MS);
    const ledger: Arrival[] = [];
    const first = newTransition();
    const [second, third] = rest(first);
    await createWorker({ ledger }).run([first, ...(replies.length > 0 ? [second] : [])]);
    slack.deleteMessage(slack.messages()[0]?.channelId ?? '', slack.messages()[0]?.ts ?? '');
    const worker = createWorker({ ledger });
    const told = replies.length > 0 ? third : second;
    await worker.run([told]);
    await worker.run([{ ...told, attempts: 2 }]);
    const left = slack.messages().filter((message) => isRoot(message) && !message.tombstone);
    expect(left).toMatchObject([{ metadata: { event_payload: { sequence: told.sequence } } }]);
    expect(slack.messages()).toHaveLength(replies.length > 0 ? 3 : 1);
  });
});
