/** What people see of an alert from its first message to its end, and of boards and replays. */
import { describe, expect, it } from 'vitest';
import type { Transition } from '../../../../src/domain/suppress/contract.ts';
import { showNote } from '../../../../src/slack/note.ts';
import { createSlackPort } from '../../../../src/slack/slack-port.ts';
import { evaluationOf, newTransition, recommendationOf } from '../../../unit/slack/transitions.ts';
import { TOKEN, SNAPSHOT, slack, createWorker, followUp, units } from './delivering.ts';

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
    expect(root?.text).toContain('✅ Cleared');
    expect(JSON.stringify(root?.blocks)).not.toContain('Do:');
    expect(reply?.text).toContain('cleared');
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
    expect(root?.text).toContain('Cleared');
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
    expect(slack.messages()[0]?.text).toContain('Cleared');
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
    expect(summary?.text).toContain('6 units need action');
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
    expect(own?.text).toContain('✅ Cleared · Frankfurt 1 SINGLES INDUCT-1');
    expect(last).toMatchObject({ threadTs: summary?.ts });
    expect(last?.text).toContain('SINGLES INDUCT-1: cleared');
    expect(worker.confirmed.at(-1)).toMatchObject({ messageTs: summary?.ts, replyTs: last?.ts });
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
    expect(imageOf()).toMatchObject({ alt_text: 'Level of SINGLES INDUCT-2: overflow in 8 min' });
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
    expect(of('#other')[0]?.text).toContain('Cleared');
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
    expect(message?.text).toContain('half of its units or more are out of sight');
    expect(JSON.stringify(message?.blocks)).toContain(
      '*Why:* There is no usable wes_stock, 100 % of the units depend on it.',
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
    expect(JSON.stringify(boards[0]?.blocks)).toContain('🟢 SINGLES TOTAL OK, 40 % full');
    expect(JSON.stringify(boards[0]?.blocks)).toContain('no usable lms_plan');
    expect(slack.messages()[0]?.text).toContain('CRITICAL');
    expect(JSON.stringify(slack.messages()[0]?.blocks)).toContain('quality 92, algorithm 1.0.0');
  });

  it('prod stays silent where there is nothing to say', async () => {
    await createWorker().run([]);
    expect(slack.calls()).toEqual([]);
  });
});
