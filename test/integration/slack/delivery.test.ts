/** The official client against the strict local Web API, over HTTP: what people see in the end. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createDeliver,
  type DeliverDependencies,
  type DeliverInput,
} from '../../../src/activities/deliver/deliver.ts';
import type { Arrival } from '../../../src/activities/deliver/episode-places.ts';
import type { DeliveryConfirmation, Transition } from '../../../src/domain/suppress/contract.ts';
import { startSlackEndpoint, type SlackEndpoint } from '../../../src/local/slack-endpoint/slack-endpoint.ts';
import { NO_ACTIONS } from '../../../src/slack/buttons.ts';
import { showNote } from '../../../src/slack/note.ts';
import { createPicturePort } from '../../../src/slack/picture/picture-port.ts';
import { createSlackPort } from '../../../src/slack/slack-port.ts';
import { evaluationOf, newTransition, recommendationOf } from '../../unit/slack/transitions.ts';

const TOKEN = 'xoxb-a-secret-that-no-error-may-show';
const SNAPSHOT = Date.parse('2026-03-02T10:05:00Z');

let slack: SlackEndpoint;

beforeEach(async () => {
  slack = await startSlackEndpoint({
    channels: [
      '#fra1-flow',
      '#ops',
      '#other',
      { name: 'closed', archived: true },
      { name: 'elsewhere', member: false },
    ],
  });
});
afterEach(() => slack.close());

/** A worker's delivery, with the confirmations and artifacts it makes. */
function createWorker(
  options: {
    token?: string;
    timeoutMs?: number;
    artifacts?: Record<string, unknown>;
    /** What happens between a message and its picture. */
    beforePicture?: () => Promise<void>;
    /** What is written down as arrived, which workers share; absent: nothing is. */
    ledger?: Arrival[];
  } = {},
) {
  const confirmed: DeliveryConfirmation[] = [];
  const bodies: unknown[] = [];
  /** The worker dies before a confirmation is written down, or before `warehouse` is told of it. */
  const failing = { confirms: 0, tells: 0 };
  const confirming = { now: 0, most: 0 };
  const pictures = createPicturePort({ token: options.token ?? TOKEN, apiUrl: slack.url });
  let attempt = 1;
  let outbox: Transition[] = [];
  const handed: Awaited<ReturnType<DeliverDependencies['recordHandOvers']>> = [];
  const delivery = createDeliver({
    slack: createSlackPort({
      token: options.token ?? TOKEN,
      apiUrl: slack.url,
      timeoutMs: options.timeoutMs ?? 1_000,
      paceMs: 1,
    }),
    readSettings,
    messageActions: NO_ACTIONS,
    pictures: {
      async upload(png, title) {
        await options.beforePicture?.();
        return pictures.upload(png, title);
      },
    },
    takeOutbox: () => Promise.resolve(outbox),
    recordHandOvers: () => Promise.resolve(handed),
    listDelivered: () => Promise.resolve([...(options.ledger ?? [])]),
    async getArtifact<T>(id: string): Promise<T> {
      const body = id === 'suppress' ? { outbox } : options.artifacts?.[id];
      if (body === undefined) throw new Error(`artifact ${id} has expired`);
      return JSON.parse(JSON.stringify(body));
    },
    async putArtifact({ body, rows }) {
      bodies.push(body);
      return { id: `deliver-${bodies.length}`, sha256: '', rows };
    },
    async confirm(_, confirmation) {
      if (failing.confirms > 0) {
        failing.confirms -= 1;
        throw new Error('the worker died before it could confirm');
      }
      const { episodeId, sequence } = confirmation;
      const of = outbox.find((each) => each.episodeId === episodeId && each.sequence === sequence);
      if (of) options.ledger?.push({ ...confirmation, label: of.label, cycleId: of.cycleId });
      if (failing.tells > 0) {
        failing.tells -= 1;
        throw new Error('the worker died before it could tell warehouse');
      }
      confirming.now += 1;
      confirming.most = Math.max(confirming.most, confirming.now);
      await sleep(1);
      confirming.now -= 1;
      confirmed.push(confirmation);
    },
    heartbeat: () => undefined,
    attempt: () => attempt,
    now: Date.now,
  });
  return {
    confirmed,
    bodies,
    handed,
    failing,
    confirming,
    run(given: Transition[], change: Change = {}) {
      outbox = given;
      return delivery.deliver(inputOf(change));
    },
    /** As Temporal would: again with the same input, until it succeeds. */
    async retry(given: Transition[], change: Change = {}) {
      outbox = given;
      for (attempt = 1; attempt <= 3; attempt += 1) {
        try {
          return await delivery.deliver(inputOf(change));
        } catch (error) {
          if (!(error instanceof ApplicationFailure)) throw error;
        }
      }
      throw new Error('not delivered in three attempts');
    },
  };
}

type Change = Partial<DeliverInput>;

function inputOf(change: Change): DeliverInput {
  return {
    warehouse: { code: 'FRA1', name: 'Frankfurt 1', timezone: 'Europe/Berlin' },
    cycleId: '2026-03-02T10:05:00Z',
    snapshotTs: SNAPSHOT,
    prefix: 'prod/live',
    environment: 'prod',
    mode: 'live',
    traceId: newTransition().traceId,
    snapshot: { id: 'snapshot', sha256: '', rows: 0 },
    asked: 1,
    suppressId: 'suppress',
    ...change,
  };
}

const ROUTE = { warehouse: 'FRA1', workpool: null, unitType: null, minSeverity: 'WARNING' } as const;

const readSettings: DeliverDependencies['readSettings'] = () =>
  Promise.resolve({
    warehouse: {
      code: 'FRA1',
      name: 'Frankfurt 1',
      timezone: 'Europe/Berlin',
      active: true,
      algorithm: '1.0.0',
    },
    routes: [
      { ...ROUTE, channel: '#fra1-flow', fallback: false },
      { ...ROUTE, channel: '#ops', fallback: true },
    ],
    overrides: [],
  });

/** What follows a NEW that was confirmed. */
function followUp(
  first: Transition,
  confirmation: DeliveryConfirmation,
  change: Partial<Transition> = {},
): Transition {
  return {
    ...first,
    sequence: 2,
    label: 'ONGOING',
    reason: 'window',
    cycleId: '2026-03-02T10:25:00Z',
    confirmed: [],
    messages: [
      { channel: first.channels[0] ?? '', channelId: confirmation.channelId, ts: confirmation.messageTs },
    ],
    attempts: 1,
    ...change,
  };
}

async function failureOf(promise: Promise<unknown>): Promise<ApplicationFailure> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApplicationFailure))
    throw new Error(`expected an ApplicationFailure, got ${String(error)}`);
  return error;
}

const units = (count: number) =>
  Array.from({ length: count }, (_, i) => newTransition({ unitId: `FRA1_SINGLES_INDUCT-${i + 1}` }));

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

describe('an episode goes on in its thread', () => {
  async function startEpisode() {
    const worker = createWorker();
    const first = newTransition();
    await worker.run([first]);
    const confirmation = worker.confirmed[0];
    if (!confirmation) throw new Error('the NEW was not confirmed');
    return { worker, first, confirmation };
  }

  it('the message is updated and keeps its own metadata; one reply', async () => {
    const { worker, first, confirmation } = await startEpisode();
    const second = followUp(first, confirmation, { severity: 'CRITICAL', quantity: 50, ttoMin: 4 });
    await worker.run([second]);
    const [root, reply, ...more] = slack.messages();
    expect(more).toEqual([]);
    expect(root).toMatchObject({ edits: 1, metadata: { event_payload: { key: `${first.episodeId}/1` } } });
    expect(JSON.stringify(root?.blocks)).toContain('by 50 %');
    expect(root?.text).toContain('by 50 %');
    expect(reply).toMatchObject({
      threadTs: root?.ts,
      broadcast: false,
      metadata: { event_payload: { key: `${first.episodeId}/2` } },
    });
    expect(worker.confirmed[1]).toMatchObject({ messageTs: root?.ts, replyTs: reply?.ts, sequence: 2 });
  });

  it.each([
    ['EMERGENCY', { severity: 'EMERGENCY' }, true],
    ['a window that has passed', { reason: 'window' }, false],
    ['the end of an emergency', { severity: 'EMERGENCY', label: 'CLEARED', reason: 'recovered' }, false],
  ] as const)('broadcast: %s', async (_, change, broadcast) => {
    const { worker, first, confirmation } = await startEpisode();
    await worker.run([followUp(first, confirmation, change)]);
    expect(slack.messages()[1]).toMatchObject({ broadcast });
  });

  it('CLEARED marks the message and replies', async () => {
    const { worker, first, confirmation } = await startEpisode();
    await worker.run([followUp(first, confirmation, { label: 'CLEARED', reason: 'recovered' })]);
    const [root, reply] = slack.messages();
    expect(root?.text).toContain('is back to normal');
    expect(JSON.stringify(root?.blocks)).not.toContain('Throttle');
    expect(reply?.text).toContain('is back to normal');
  });

  it.each(['close_after', 'close_before', 'ratelimit'])('the reply: %s', async (kind) => {
    const { worker, first, confirmation } = await startEpisode();
    slack.fail({ method: 'chat.postMessage', kind });
    await worker.retry([followUp(first, confirmation)]);
    expect(slack.messages()).toHaveLength(2);
  });

  it('several transitions of one episode in one delivery, and a death between them: order and state hold', async () => {
    const worker = createWorker();
    const first = newTransition();
    const second = { ...first, sequence: 2, label: 'ONGOING' as const, reason: 'window', quantity: 40 };
    const third = { ...first, sequence: 3, label: 'CLEARED' as const, reason: 'recovered' };
    worker.failing.confirms = 1;
    await worker.retry([first, second, third]);
    const [root, ...replies] = slack.messages();
    expect(root?.text).toContain('alert from');
    expect(replies.map(({ metadata }) => metadata?.event_payload['sequence'])).toEqual([2, 3]);
    expect(worker.confirmed.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(new Set(worker.confirmed.map(({ messageTs }) => messageTs))).toEqual(new Set([root?.ts]));
  });

  it('a retry does not bring an older state back on the message', async () => {
    const { first, confirmation } = await startEpisode();
    const second = followUp(first, confirmation, { quantity: 40 });
    const third = followUp(first, confirmation, { sequence: 3, label: 'CLEARED', reason: 'recovered' });
    await createWorker().run([second, third]);
    await createWorker().run([second, third].map((each) => ({ ...each, attempts: 2 })));
    expect(slack.messages()).toHaveLength(3);
    expect(slack.messages()[0]?.text).toContain('alert from');
  });

  it('someone deleted the message: the news gets a message of its own, once', async () => {
    const { worker, first, confirmation } = await startEpisode();
    slack.deleteMessage(confirmation.channelId, confirmation.messageTs);
    const second = followUp(first, confirmation);
    await worker.run([second]);
    await createWorker().run([{ ...second, attempts: 2 }]);
    expect(slack.messages()).toHaveLength(1);
    expect(slack.messages()[0]).toMatchObject({
      threadTs: null,
      metadata: { event_payload: { sequence: 2 } },
    });
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
    expect(root?.text).toContain('alert from');
    expect(root?.metadata?.event_payload['sequence']).toBe(1);
    expect(replies.map(({ threadTs }) => threadTs)).toEqual([root?.ts, root?.ts]);
  });

  it('a later one goes on below the message that was confirmed', async () => {
    slack.lagReads(LAG_MS);
    const ledger: Arrival[] = [];
    const first = newTransition();
    for (const each of [first, ...rest(first)]) await createWorker({ ledger }).run([each]);
    expect(slack.messages().map(isRoot)).toEqual([true, false, false]);
    expect(slack.messages()[0]?.text).toContain('alert from');
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
    expect(replies.slice(0, 3).map(({ text }) => text.includes('is back to normal'))).toEqual([
      true,
      true,
      false,
    ]);
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

describe('more than five new ones in a cycle', () => {
  it('five are five messages', async () => {
    await createWorker().run(units(5));
    expect(slack.messages().filter(({ threadTs }) => threadTs === null)).toHaveLength(5);
  });

  it('six are one summary with a reply each, also when it is cut off half way', async () => {
    const worker = createWorker();
    slack.fail({ method: 'conversations.replies', kind: '500' });
    worker.failing.confirms = 2;
    await worker.retry(units(6));
    const [summary, ...replies] = slack.messages();
    expect(summary?.text).toContain('6 places need action');
    expect(replies).toHaveLength(6);
    expect(replies.every(({ threadTs }) => threadTs === summary?.ts)).toBe(true);
    expect(new Set(worker.confirmed.map(({ episodeId, replyTs }) => `${episodeId} ${replyTs}`)).size).toBe(6);
    expect(new Set(worker.confirmed.map(({ messageTs }) => messageTs))).toEqual(new Set([summary?.ts]));
  });

  it('what is left for the next cycle joins the same summary', async () => {
    const worker = createWorker();
    const all = units(7);
    const last = all.pop();
    if (!last) throw new Error('seven units expected');
    slack.fail({ method: 'chat.postMessage', kind: 'close_after' });
    await worker.run(all);
    await createWorker().run([{ ...last, attempts: 2 }]);
    expect(slack.messages().filter(({ threadTs, ts }) => threadTs === null || threadTs === ts)).toHaveLength(
      1,
    );
    expect(slack.messages()).toHaveLength(8);
  });

  it('a transition updates its reply and adds a flat one that names the unit', async () => {
    const worker = createWorker();
    const all = units(6);
    await worker.run(all);
    const [first] = all;
    const confirmation = worker.confirmed.find(({ episodeId }) => episodeId === first?.episodeId);
    if (!first || !confirmation) throw new Error('the first unit was not confirmed');
    await worker.run([followUp(first, confirmation, { label: 'CLEARED', reason: 'recovered' })]);
    const [summary, own, ...rest] = slack.messages();
    const last = rest.at(-1);
    expect(summary).toMatchObject({ edits: 0 });
    expect(own?.text).toContain('✅ Frankfurt 1: SINGLES INDUCT-1 is back to normal');
    expect(last).toMatchObject({ threadTs: summary?.ts });
    expect(last?.text).toContain('SINGLES INDUCT-1 is back to normal');
    expect(worker.confirmed.at(-1)).toMatchObject({ messageTs: summary?.ts, replyTs: last?.ts });
  });
});

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
    expect(result.failed[0]?.error).toMatch(/channel_not_found.*alert_route\.channel/);
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

describe('a picture of the level', () => {
  const transition = newTransition();
  const projection = [0, 5, 10].map((inMin) => ({ inMin, wipUnits: 261 + inMin * 5 }));
  const artifacts = {
    [transition.traceId]: { recommendations: [], evaluateId: 'evaluate', preprocessId: 'series' },
    evaluate: { units: [evaluationOf(transition.unitId, { projection })] },
    series: {
      units: [
        {
          unit: { unitId: transition.unitId },
          snapshotTs: SNAPSHOT,
          wip: { values: Array.from({ length: 61 }, (_, minute) => (minute === 30 ? null : 200 + minute)) },
        },
      ],
    },
  };
  const imageOf = (at = 0) => slack.messages()[at]?.blocks.find(({ type }) => type === 'image');

  it('is added to the message after it was confirmed, and follows its updates', async () => {
    const worker = createWorker({ artifacts });
    await worker.run([transition]);
    expect(imageOf()).toMatchObject({ alt_text: 'Level of SINGLES INDUCT-2: full in 8 min' });
    expect(slack.messages()[0]?.metadata?.event_payload['key']).toBe(`${transition.episodeId}/1`);
    const [confirmation] = worker.confirmed;
    if (!confirmation) throw new Error('the NEW was not confirmed');
    await worker.run([followUp(transition, confirmation)]);
    expect(imageOf()).toBeDefined();
    await worker.run([
      followUp(transition, confirmation, { sequence: 3, label: 'CLEARED', reason: 'recovered' }),
    ]);
    expect(imageOf()).toBeUndefined();
    expect(slack.messages()).toHaveLength(3);
  });

  it('leaves on the message what people said before it came', async () => {
    const worker = createWorker({
      artifacts,
      async beforePicture() {
        const port = createSlackPort({ token: TOKEN, apiUrl: slack.url });
        const [message] = slack.messages();
        if (message) await showNote(port, message, transition.episodeId, 'Acknowledged by *alex*');
      },
    });
    await worker.run([transition]);
    expect(imageOf()).toBeDefined();
    expect(JSON.stringify(slack.messages()[0]?.blocks)).toContain('Acknowledged by *alex*');
  });

  it.each([
    ['shows nothing yet', 0],
    ['shows an older state', 1],
  ])('where a read %s it goes into the message as it was written', async (_, shown) => {
    const worker = createWorker({ artifacts, ledger: [] });
    const second = { ...transition, sequence: 2, label: 'ONGOING' as const, reason: 'window', quantity: 40 };
    if (shown > 0) await worker.run([transition]);
    slack.lagReads(60_000);
    await worker.run(shown > 0 ? [second] : [transition, second]);
    expect(imageOf()).toBeDefined();
    expect(slack.messages()[0]?.text).toContain('by 40 %');
    expect(slack.messages()[0]?.metadata?.event_payload['sequence']).toBe(1);
  });

  it.each([
    ['files.getUploadURLExternal', 'missing_scope'],
    ['files.getUploadURLExternal', '500'],
    ['upload', '500'],
    ['files.completeUploadExternal', 'ratelimit'],
    ['chat.update', 'invalid_blocks'],
  ])('that fails (%s: %s) costs the picture alone', async (method, kind) => {
    slack.fail({ method, kind, times: 5 });
    const worker = createWorker({ artifacts });
    const result = await worker.run([transition]);
    expect(result).toMatchObject({ delivered: 1, failed: [] });
    expect(imageOf()).toBeUndefined();
    expect(worker.bodies.at(-1)).toMatchObject({ pictures: [expect.stringContaining(transition.episodeId)] });
  });

  it('is not asked for again while the scope is missing', async () => {
    slack.fail({ method: 'files.getUploadURLExternal', kind: 'missing_scope' });
    const worker = createWorker({ artifacts });
    await worker.run([transition]);
    await worker.run([newTransition({ episodeId: 'FRA1_SINGLES_INDUCT-2:HIGH:2026-03-02T09:00:00Z' })]);
    expect(slack.calls().filter((call) => call === 'files.getUploadURLExternal')).toHaveLength(1);
    expect(slack.messages()).toHaveLength(2);
  });

  it('is left out where the series is gone', async () => {
    const { series: _, ...rest } = artifacts;
    const result = await createWorker({ artifacts: rest }).run([transition]);
    expect(result).toMatchObject({ delivered: 1, failed: [] });
    expect(imageOf()).toBeUndefined();
  });
});

describe('an escalation', () => {
  const escalation = (change: Partial<Transition> = {}) => ({
    reason: 'escalated',
    channels: ['#fra1-flow', '#other'],
    escalatedTo: ['#other'],
    ...change,
  });

  it('is a message of its own on the further route, and broadcast where it was told first; both go on', async () => {
    const worker = createWorker();
    const first = newTransition({ fallback: ['#ops'] });
    const second = { ...first, ...escalation(), sequence: 2, label: 'ONGOING' as const };
    const third = { ...second, sequence: 3, label: 'CLEARED' as const, reason: 'recovered' };
    const { escalatedTo: _, ...later } = third;
    await worker.run([first, second, later]);
    const of = (channel: string) => slack.messages().filter((message) => message.channel === channel);
    expect(of('#other').map(({ threadTs, ts }) => threadTs === null || threadTs === ts)).toEqual([
      true,
      false,
    ]);
    expect(of('#other')[0]?.text).toContain('alert from');
    expect(of('#fra1-flow').map(({ broadcast }) => broadcast)).toEqual([false, true, false]);
    expect(JSON.stringify(of('#fra1-flow')[1]?.blocks)).toContain('nobody has acknowledged it');
  });

  it('reaches the further route although a fallback holds the first message', async () => {
    const worker = createWorker();
    const first = newTransition({ channels: ['#gone'], fallback: ['#ops'] });
    const second = {
      ...first,
      ...escalation({ channels: ['#gone', '#other'] }),
      sequence: 2,
      label: 'ONGOING' as const,
    };
    await worker.run([first]);
    const [confirmation] = worker.confirmed;
    if (!confirmation) throw new Error('the NEW was not confirmed');
    const messages = [{ channel: '#ops', channelId: confirmation.channelId, ts: confirmation.messageTs }];
    await worker.run([{ ...second, messages }]);
    const channels = slack.messages().map(({ channel }) => channel);
    expect(channels.toSorted()).toEqual(['#ops', '#ops', '#other']);
  });
});

describe('replay and dev', () => {
  it('the alert of a whole warehouse names the source that is missing', async () => {
    const alert = newTransition({
      ...{ unitId: 'FRA1', actionUnitId: 'FRA1', unitType: 'TOTAL', workpool: '', direction: '' },
      ...{ state: 'UNKNOWN', cause: 'UNKNOWN', action: 'CHECK_DATA', severity: 'WARNING' },
      ...{ quantity: null, quantityUnit: null, ttoMin: null },
    });
    const artifacts = {
      [alert.traceId]: { preprocessId: 'series' },
      series: { blind: [{ source: 'wes_stock', share: 1 }], units: [] },
    };
    await createWorker({ artifacts }).run([alert]);
    const [message] = slack.messages();
    expect(message?.text).toContain('half of its places or more are out of sight');
    expect(JSON.stringify(message?.blocks)).toContain(
      '*Why:* No usable data from wes_stock, 100 % of the places depend on it.',
    );
  });

  it('a replay posts standalone messages, marked, and confirms nothing', async () => {
    const worker = createWorker();
    slack.fail({ method: 'chat.postMessage', kind: 'close_after' });
    const result = await worker.retry(units(2), { mode: 'replay', prefix: 'replay/run-1' });
    expect(slack.messages().map(({ text }) => text.slice(0, 6))).toEqual(['REPLAY', 'REPLAY']);
    expect(worker.confirmed).toEqual([]);
    expect(result).toMatchObject({ delivered: 2, latencyMs: [] });
  });

  it('dev shows every unit on one board per cycle, however often it is asked', async () => {
    const transition = newTransition();
    const artifacts = {
      [transition.traceId]: {
        recommendations: [recommendationOf(transition)],
        evaluateId: 'evaluate',
        preprocessId: 'series',
      },
      series: { units: [], blind: [{ source: 'lms_plan', share: 1 }] },
      evaluate: {
        warehouse: 'FRA1',
        cycleId: '2026-03-02T10:05:00Z',
        algorithm: '1.0.0',
        units: [
          evaluationOf(transition.unitId),
          evaluationOf('FRA1_SINGLES_TOTAL', { state: 'OK', fill: 0.4 }),
        ],
      },
    };
    const change = { environment: 'dev' } as const;
    await createWorker({ artifacts }).run([transition], change);
    await createWorker({ artifacts }).run([], { ...change, asked: 2 });
    const boards = slack
      .messages()
      .filter(({ metadata }) => String(metadata?.event_payload['key']).startsWith('board/'));
    expect(boards).toHaveLength(1);
    expect(boards[0]?.channel).toBe('#fra1-flow');
    expect(JSON.stringify(boards[0]?.blocks)).toContain('🟢 SINGLES OK, 40 % full');
    expect(JSON.stringify(boards[0]?.blocks)).toContain('no usable data from lms_plan');
    expect(JSON.stringify(slack.messages()[0]?.blocks)).toContain('Critical since ');
    expect(JSON.stringify(slack.messages()[0]?.blocks)).toContain('quality 92 of 100, algorithm 1.0.0');
  });

  it('prod stays silent where there is nothing to say', async () => {
    await createWorker().run([]);
    expect(slack.calls()).toEqual([]);
  });
});
