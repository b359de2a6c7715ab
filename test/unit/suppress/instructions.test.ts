/** What a message says of other instructions: the one that it follows, and what takes ours back at the end. */
import { describe, expect, it } from 'vitest';
import type { AlertState, DirectionDecision, Transition } from '../../../src/domain/suppress/contract.ts';
import { decide, takeOutbox } from '../../../src/domain/suppress/decide.ts';
import { initialMemory } from '../../../src/domain/suppress/memory.ts';
import { restoreMemory } from '../../../src/domain/suppress/restore.ts';
import { alertHistory, alertState, interpretMemory } from '../../../src/domain/suppress/state.ts';
import { createPureSubject, type PureSubject } from './pure-subject.ts';
import {
  by,
  composeInput,
  cycleIdOf,
  GOOD,
  high,
  low,
  ROUTES,
  runScenario,
  unitIdOf,
  WAREHOUSE,
} from './scenario.ts';
import type { Look, Step, StepRecord } from './scenario.ts';

const T = unitIdOf('TOTAL');
const staff = (quantity: number, change: Partial<DirectionDecision> = {}): Look =>
  high({ process: 'PACK', quantity, ...change });
const throttle = (quantity: number | null, change: Partial<DirectionDecision> = {}): Look =>
  high({
    ...{ action: 'THROTTLE_PICKING_ALL', actionUnitId: T, cause: 'BLOCKED' },
    ...{ quantity, quantityUnit: quantity === null ? null : 'percent', ...change },
  });
const induct = (quantity: number): Look =>
  high({ action: 'THROTTLE_INDUCT', quantity, quantityUnit: 'percent' });
const stop = high({ action: 'EMERGENCY_STOP', severity: 'EMERGENCY', quantity: null, quantityUnit: null });
const release = (quantity: number): Look =>
  low({ action: 'RELEASE_PICKING_ALL', actionUnitId: T, quantity, quantityUnit: 'percent' });

/** One look of each unit a cycle. */
const steps = (looks: Record<string, Look[]>, change: Partial<Step> = {}): Step[] =>
  Array.from({ length: Math.max(...Object.values(looks).map(({ length }) => length)) }, (_, at) => ({
    c: at + 1,
    units: Object.fromEntries(Object.entries(looks).map(([name, each]) => [name, each[at] ?? GOOD])),
    ...change,
  }));

const run = async (all: Step[], subject = createPureSubject()): Promise<StepRecord[]> =>
  (await runScenario(subject, { name: '', steps: all })).records;
const saidOf = (records: StepRecord[]): Transition[] => records.flatMap(({ outbox }) => outbox);
const lastOf = async (...of: Parameters<typeof run>): Promise<Transition | undefined> =>
  saidOf(await run(...of)).at(-1);

describe('whose people', () => {
  it('stands in the transition, in the state and in no label', async () => {
    const subject = createPureSubject();
    const move = high({ action: 'MOVE_STAFF', process: 'PICK', fromProcess: 'PACK', quantity: 12 });
    const [record] = await run(steps({ U1: [move] }), subject);
    expect(record?.outbox[0]).toMatchObject({ action: 'MOVE_STAFF', process: 'PICK', fromProcess: 'PACK' });
    expect((await subject.alertState()).units[0]?.alerts[0]).toMatchObject({
      process: 'PICK',
      fromProcess: 'PACK',
    });
    const labels = [record?.result.labels[0], alertHistory(subject.memory()).cycles[0]?.labels[0]];
    for (const label of labels) expect(label).not.toHaveProperty('process');
    expect(interpretMemory(subject.memory()).notified[0]).toMatchObject({ process: 'PICK' });
  });
});

describe('the instruction that an ONGOING follows', () => {
  it.each<[string, Look[], Partial<Transition['earlier']> | undefined]>([
    ['the same again', [staff(3), staff(3, { severity: 'CRITICAL' })], undefined],
    ['a count that is replaced', [staff(3), staff(12)], { quantity: 3, process: 'PACK', stays: false }],
    [
      'people of others',
      [staff(3), staff(3, { process: 'PICK', severity: 'CRITICAL' })],
      { process: 'PACK' },
    ],
    ['a throttle that people come on top of', [throttle(20), staff(3)], { quantity: 20, stays: true }],
    ['a stop that people come on top of', [stop, staff(3)], { action: 'EMERGENCY_STOP', stays: true }],
    ['a throttle of another place', [induct(30), throttle(20)], { action: 'THROTTLE_INDUCT', stays: true }],
    ['a throttle renumbered', [throttle(20), throttle(40)], { quantity: 20, stays: false }],
    [
      'a release of the very throttle',
      [throttle(20), throttle(20, { action: 'RELEASE_PICKING_ALL' })],
      { action: 'THROTTLE_PICKING_ALL', stays: false },
    ],
    ['nothing to do for now', [staff(3), staff(3, { action: 'NONE', quantity: null })], { stays: false }],
    // Its process was not recorded then: nobody knows of a difference.
    ['one of before', [high(), high({ process: 'PACK', severity: 'CRITICAL' })], undefined],
  ])('%s', async (_, looks, expected) => {
    const last = await lastOf(steps({ U1: looks }));
    expect(last).toMatchObject({ label: 'ONGOING', sequence: 2 });
    const earlier = { cycleId: cycleIdOf(1), ...expected };
    expect([last?.earlier]).toMatchObject([expected && earlier]);
  });

  it('a throttle that was released meanwhile does not stay', async () => {
    const last = await lastOf(
      steps({ U1: [throttle(20), throttle(20), staff(3)], TOTAL: [GOOD, release(20)] }),
    );
    expect(last?.earlier).toMatchObject({ action: 'THROTTLE_PICKING_ALL', stays: false });
  });

  it('what no sender was handed was read by nobody', async () => {
    const noRoute = { input: { routes: [] } };
    const [first, second, third] = steps({ U1: [staff(3), staff(12), staff(3)] });
    const records = await run([first!, { ...second!, ...noRoute, slack: 'down' }, third!]);
    expect(records[1]?.outbox[0]?.earlier).toMatchObject({ quantity: 3 });
    // Handed over and not confirmed: it may stand in the channel.
    expect(saidOf(records).at(-1)).toMatchObject({ quantity: 3, earlier: { quantity: 12 } });

    const untold = await run(
      steps({ U1: [staff(3), staff(12)] }, noRoute).concat(
        steps({ U1: [staff(3)] }).map((step) => ({ ...step, c: 3 })),
      ),
    );
    expect(saidOf(untold)).toHaveLength(1);
    expect(saidOf(untold)[0]).toMatchObject({ label: 'NEW', quantity: 3 });
    expect(saidOf(untold)[0]).not.toHaveProperty('earlier');
  });

  it('another place is another instruction', async () => {
    const to = (lane: string) =>
      high({
        action: 'REBALANCE_CAPACITY',
        actionUnitId: unitIdOf(lane),
        quantity: 2,
        quantityUnit: 'stations',
      });
    const reasons = async (rules: number) =>
      (await run(steps({ U1: [to('U2'), to('U2'), to('U3')] }, { input: { rules } }))).map(
        ({ result: { labels } }) => labels[0]?.reason,
      );
    expect(await reasons(6)).toEqual(['persistent', 'window', 'action']);
    expect(await reasons(5)).toEqual(['persistent', 'window', 'window']);
  });

  it('what is in force already is no news', async () => {
    const records = await run(
      steps({ U1: [throttle(20), throttle(20), staff(3), throttle(20), throttle(30)] }),
    );
    expect(records.map(({ result: { labels } }) => labels[0]?.reason)).toEqual([
      ...['persistent', 'window', 'action', 'window', 'action'],
    ]);
  });

  it('older rules say nothing of it', async () => {
    const older = { input: { rules: 4 } };
    for (const transition of saidOf(await run(steps({ U1: [throttle(20), staff(3), GOOD, GOOD] }, older)))) {
      expect(transition).not.toHaveProperty('earlier');
      expect(transition).not.toHaveProperty('undo');
    }
  });
});

const OF_TOTAL = { action: 'RELEASE_PICKING_ALL', actionUnitId: T };

describe('what a CLEARED takes back', () => {
  it.each<[string, Look[], Partial<Transition>]>([
    ['a throttle', [throttle(20)], { undo: { ...OF_TOTAL, quantity: 20, quantityUnit: 'percent' } as never }],
    ['as renumbered last', [throttle(20), throttle(40)], { undo: { quantity: 40 } as never }],
    ['also where people came on top', [throttle(20), staff(3)], { undo: OF_TOTAL as never }],
    ['one without a number', [throttle(null)], { undo: { ...OF_TOTAL, quantity: null } as never }],
    [
      'a stop',
      [stop],
      {
        undo: {
          ...{ action: 'RELEASE_INDUCT', actionUnitId: unitIdOf('U1') },
          ...{ quantity: null, quantityUnit: null },
        },
      },
    ],
    [
      'two at two places, what was asked last first',
      [induct(30), throttle(20)],
      {
        undo: OF_TOTAL as never,
        alsoUndo: [{ action: 'RELEASE_INDUCT', actionUnitId: unitIdOf('U1'), quantity: 30 } as never],
      },
    ],
  ])('%s', async (_, looks, expected) => {
    const last = await lastOf(steps({ U1: [...looks, GOOD, GOOD] }));
    expect(last).toMatchObject({ label: 'CLEARED', ...expected });
  });

  it.each<[string, Look[]]>([
    ['people', [staff(3)]],
    ['a throttle that it released itself', [throttle(20), throttle(20, { action: 'RELEASE_PICKING_ALL' })]],
  ])('nothing of %s', async (_, looks) => {
    const last = await lastOf(steps({ U1: [...looks, GOOD, GOOD] }));
    expect(last?.label).toBe('CLEARED');
    expect(last).not.toHaveProperty('undo');
  });

  it('only what is left after a release in steps', async () => {
    const looks = { U1: [throttle(40), throttle(40), GOOD, GOOD], TOTAL: [GOOD, release(10), release(10)] };
    const cleared = saidOf(await run(steps(looks))).find(({ label }) => label === 'CLEARED');
    expect(cleared?.undo).toMatchObject({ quantity: 30 });
  });

  it('also where the warehouse is switched off, and then nothing keeps it open', async () => {
    const [first, second] = steps({ U1: [throttle(20), throttle(20)] });
    const subject = createPureSubject();
    const last = await lastOf([first!, { ...second!, input: { closing: true } }], subject);
    expect(last).toMatchObject({ label: 'CLEARED', reason: 'removed', undo: OF_TOTAL });
    expect(subject.memory().closed).toBe(true);
  });

  it.each<[string, Record<string, Look[]>, [string, boolean][]]>([
    [
      'one after the other',
      { U1: [throttle(20), GOOD, GOOD, GOOD], U2: [throttle(30), throttle(30), GOOD, GOOD] },
      [
        ['U1', false],
        ['U2', true],
      ],
    ],
    [
      'together',
      { U1: [throttle(20), GOOD, GOOD], U2: [throttle(30), GOOD, GOOD] },
      [
        ['U1', false],
        ['U2', true],
      ],
    ],
    [
      'one that the other had spoken for',
      {
        U1: [throttle(20), throttle(20), GOOD, GOOD],
        U2: [GOOD, by('U1', throttle(30)), throttle(30), throttle(30), GOOD, GOOD],
      },
      [
        ['U1', false],
        ['U2', true],
      ],
    ],
  ])('of two that asked for the same, %s: the last of them says it', async (_, looks, expected) => {
    const said = saidOf(await run(steps(looks))).filter(({ label }) => label === 'CLEARED');
    expect(said.map(({ unitId, undo }) => [unitId, undo !== undefined])).toEqual(
      expected.map(([name, told]) => [unitIdOf(name), told]),
    );
  });

  it('of one that somebody had taken on when the other ended, and that asks for something else since', async () => {
    const take = (subject: PureSubject) => subject.acknowledge({ unit: unitIdOf('U2'), by: 'lea' });
    const [first, second, third, fourth, ...rest] = steps({
      U1: [throttle(20), throttle(20), GOOD, GOOD],
      U2: [staff(3), by('U1', throttle(30)), throttle(30), throttle(30), staff(3), GOOD, GOOD],
    });
    const subject = createPureSubject();
    const all = [first!, second!, { ...third!, before: () => take(subject) }, fourth!, ...rest];
    const said = saidOf(await run(all, subject)).filter(({ label }) => label === 'CLEARED');
    expect(said.map(({ unitId, undo }) => [unitId, undo?.quantity])).toEqual([
      [unitIdOf('U1'), undefined],
      [unitIdOf('U2'), 20],
    ]);
  });

  it('one that stayed for the sake of an alert goes with that one, whatever it asks for by then', async () => {
    const [first, ...rest] = steps({
      U1: [throttle(20), throttle(20), GOOD, GOOD],
      U2: [staff(3), throttle(30), throttle(30), throttle(30), staff(3), GOOD, GOOD],
    });
    const acknowledge: Step['before'] = (subject) => subject.acknowledge({ unit: unitIdOf('U2'), by: 'lea' });
    const records = await run([first!, { ...rest[0]!, before: acknowledge }, ...rest.slice(1)]);
    const cleared = saidOf(records).filter(({ label }) => label === 'CLEARED');
    expect(cleared.map(({ unitId, undo }) => [unitId, undo?.quantity])).toEqual([
      [unitIdOf('U1'), undefined],
      [unitIdOf('U2'), 20],
    ]);
  });

  it('an alert that no route leads anywhere keeps nothing in force, and asked nobody for anything', async () => {
    const [route] = ROUTES;
    const input = { routes: [{ ...route!, minSeverity: 'CRITICAL' as const }] };
    const looks = {
      U1: [throttle(20, { severity: 'CRITICAL' }), GOOD, GOOD],
      U2: [throttle(30), throttle(30), throttle(30)],
    };
    const cleared = (await lastOf(steps(looks, { input })))!;
    expect(cleared).toMatchObject({ unitId: unitIdOf('U1'), label: 'CLEARED', undo: { quantity: 20 } });
  });

  it('an alert that ends before anybody was handed it leaves that to the end which was not handed over either', () => {
    const looks: Record<string, Look>[] = [
      { U1: throttle(20) },
      { U1: GOOD },
      { U1: GOOD, U2: throttle(30) },
      { U1: GOOD, U2: GOOD },
    ];
    let memory = initialMemory(WAREHOUSE);
    for (const [at, units] of looks.entries()) {
      memory = decide(memory, composeInput({ c: at + 1, units }, memory.revision, at)).memory;
      // Whoever was to deliver the third died before.
      if (at !== 2)
        memory = takeOutbox(memory, { cycleId: cycleIdOf(at + 1), sender: `${at}` }, at * 1e6).memory;
    }
    const pending = memory.episodes.flatMap((episode) => episode.pending);
    expect(pending.map(({ label, undo }) => [label, undo?.quantity])).toEqual([
      ['NEW', undefined],
      ['CLEARED', 20],
    ]);
  });

  it('alerts that follow one another without a gap do not lengthen the memory', async () => {
    const subject = createPureSubject();
    const turns = Array.from({ length: 30 }, (_, at) => Math.floor(at / 3) % 2 === 0);
    const looks = {
      U1: turns.map((on) => (on ? throttle(20) : GOOD)),
      U2: turns.map((on) => (on ? GOOD : throttle(20))),
    };
    await run(steps(looks), subject);
    expect(subject.memory().inForce).toMatchObject([{ actionUnitId: T }]);
    expect(subject.memory().inForce?.[0]?.episodeIds.length).toBeLessThanOrEqual(3);
  });

  it('told counts as done: the next cycle knows that nothing is in force', async () => {
    for (const look of [throttle(20), throttle(null), stop]) {
      const subject = createPureSubject();
      await run(steps({ U1: [look, GOOD, GOOD] }), subject);
      const { notified } = interpretMemory(subject.memory());
      expect(notified.map(({ episodeOpen }) => episodeOpen)).toEqual([false, false]);
      expect(notified[1]).toMatchObject({
        cycleId: cycleIdOf(3),
        actionUnitId: notified[0]?.actionUnitId,
        quantity: look.high?.quantity ?? 100,
        quantityUnit: 'percent',
      });
      expect(notified[1]?.action).toMatch(/^RELEASE_/);
      expect(subject.memory().inForce).toEqual([]);
    }
  });

  it('also where its end is confirmed before its beginning', async () => {
    const subject = createPureSubject();
    const [first, second, third] = steps({ U1: [throttle(20), GOOD, GOOD] });
    const records = await run(
      [
        { ...first!, slack: 'down' },
        { ...second!, slack: 'down' },
        { ...third!, slack: 'timeout' },
      ],
      subject,
    );
    for (const { episodeId, sequence } of records.at(-1)!.outbox.toReversed())
      await subject.confirm({
        ...{ episodeId, sequence, channel: '#flow', deliveredTo: '#flow', channelId: 'C1', messageTs: '1.1' },
        ...{ replyTs: null, postedAt: '2026-03-02T08:20:12Z', error: null },
      });
    expect(subject.memory().inForce).toEqual([]);
  });

  it('one that no channel took does not count', async () => {
    const subject = createPureSubject();
    const all = steps({ U1: [throttle(20), GOOD, GOOD] });
    await run([...all.slice(0, 2), { ...all[2]!, slack: 'down' }], subject);
    expect(interpretMemory(subject.memory()).notified).toHaveLength(1);
    expect(subject.memory().inForce).toMatchObject([{ actionUnitId: T, percent: 20 }]);
  });

  it('does not remember all who have ever asked for it', async () => {
    const subject = createPureSubject();
    const turns = Array.from({ length: 60 }, (_, at) => (at % 12 < 10 ? throttle(20) : GOOD));
    const looks = { U1: turns, U2: [...turns.slice(6), ...turns.slice(0, 6)] };
    const said = saidOf(await run(steps(looks), subject));
    expect(new Set(said.map(({ episodeId }) => episodeId)).size).toBeGreaterThan(8);
    expect(said.filter(({ undo }) => undo !== undefined)).toEqual([]);
    const [one] = subject.memory().inForce ?? [];
    expect(one?.episodeIds.length).toBeLessThanOrEqual(3);
  });

  it('also of what an older release had asked for', async () => {
    const subject = createPureSubject(undefined, (memory) => {
      const { inForce: _, ...older } = memory;
      return JSON.parse(JSON.stringify(older));
    });
    const last = await lastOf(steps({ U1: [throttle(20), GOOD, GOOD] }), subject);
    expect(last?.undo).toMatchObject(OF_TOTAL);
  });
});

describe('done', () => {
  const EPISODE = `${unitIdOf('U1')}:HIGH:${cycleIdOf(1)}`;
  const ended = async (): Promise<PureSubject> => {
    const subject = createPureSubject();
    await run(steps({ U1: [throttle(20), GOOD, GOOD] }), subject);
    return subject;
  };
  const undoOf = ({ undo }: AlertState) => undo?.map(({ episodeId, doneBy }) => [episodeId, doneBy]);

  it.each([
    ['its episode', { episodeId: EPISODE }],
    ['its unit', { unit: unitIdOf('U1') }],
  ])('by %s, whoever said so last', async (_, of) => {
    const subject = await ended();
    expect(undoOf(await subject.alertState())).toEqual([[EPISODE, null]]);
    const { revision } = await subject.alertState();
    for (const name of ['lea', 'kim']) {
      const { status, detail } = await subject.acknowledge({ ...of, by: name });
      expect([status, detail]).toEqual(['ok', expect.stringContaining(`done by ${name}`)]);
    }
    expect(await subject.alertState()).toMatchObject({
      revision,
      openEpisodes: 0,
      undelivered: 0,
      undo: [
        { doneBy: 'kim', endedAt: cycleIdOf(3), instructions: [OF_TOTAL], messages: [{ ts: '1.0001' }] },
      ],
    });
  });

  it('is no acknowledgement: there is nothing to withdraw, and an open alert comes first', async () => {
    const subject = await ended();
    expect((await subject.acknowledge({ episodeId: EPISODE, by: 'lea', withdraw: true })).status).toBe(
      'already closed',
    );
    await run([{ c: 4, units: { U1: staff(3) } }], subject);
    await subject.acknowledge({ unit: unitIdOf('U1'), by: 'lea' });
    expect(undoOf(await subject.alertState())).toEqual([[EPISODE, null]]);
  });

  it('is not said by who acknowledges it in the moment in which it ends', async () => {
    const subject = await ended();
    const late = { episodeId: EPISODE, by: 'lea', whileOpen: true };
    expect(await subject.acknowledge(late)).toMatchObject({
      status: 'already closed',
      detail: expect.stringContaining('what to undo'),
    });
    expect(undoOf(await subject.alertState())).toEqual([[EPISODE, null]]);
    await run([{ c: 4, units: { U1: staff(3) } }], subject);
    const again = { episodeId: `${unitIdOf('U1')}:HIGH:${cycleIdOf(4)}`, by: 'lea', whileOpen: true };
    expect((await subject.acknowledge(again)).status).toBe('ok');
  });

  it('is waited for too where the beginning reached people only with the end', async () => {
    const subject = createPureSubject();
    const [first, second, third] = steps({ U1: [throttle(20), GOOD, GOOD] });
    await run([{ ...first!, slack: 'down' }, { ...second!, slack: 'down' }, third!], subject);
    expect(undoOf(await subject.alertState())).toEqual([[EPISODE, null]]);
  });

  it('is not waited for once the same is asked for again, nor for longer than a day', async () => {
    const again = await ended();
    await run([{ c: 4, units: { U1: throttle(30) } }], again);
    expect(undoOf(await again.alertState())).toEqual([]);
    const later = await ended();
    await run([{ c: 3 + 24 * 12 - 1, units: { U1: GOOD } }], later);
    expect(undoOf(await later.alertState())).toHaveLength(1);
    await run([{ c: 3 + 24 * 12, units: { U1: GOOD } }], later);
    expect(undoOf(await later.alertState())).toEqual([]);
  });
});

describe('a restored memory', () => {
  it('gives the number of what may stand in a channel to no other words', () => {
    const at = (c: number, look: Look, memory = initialMemory(WAREHOUSE)) =>
      decide(memory, composeInput({ c, units: { U1: look } }, memory.revision, c)).memory;
    const handed = [{ episodeId: `${unitIdOf('U1')}:HIGH:${cycleIdOf(1)}`, handedMs: 0 }];
    const since = { storedAt: '2026-03-02T08:05:10.000Z', confirmed: [], answers: [], handed };
    const [episode] = at(2, throttle(20), restoreMemory(at(1, induct(30)), since)).episodes;
    expect(episode?.pending.map(({ sequence, action }) => [sequence, action])).toEqual([
      [1, 'THROTTLE_INDUCT'],
      [2, 'THROTTLE_PICKING_ALL'],
    ]);
    expect(episode?.pending[0]?.firstAttemptAt).toBe('1970-01-01T00:00:00.000Z');
  });

  it('knows what is in force, what it follows, and who has undone it', () => {
    const one = (c: number, look: Look, memory = initialMemory(WAREHOUSE)) => {
      const decided = decide(memory, composeInput({ c, units: { U1: look } }, memory.revision, c));
      return takeOutbox(decided.memory, { cycleId: cycleIdOf(c), sender: 'one' }, 0);
    };
    const nothing = { storedAt: '2026-03-02T08:05:10.000Z', confirmed: [], answers: [], handed: [] };
    const confirmation = (sequence: number) => ({
      ...{
        episodeId: `${unitIdOf('U1')}:HIGH:${cycleIdOf(1)}`,
        sequence,
        channel: '#flow',
        deliveredTo: '#flow',
      },
      ...{ channelId: 'C1', messageTs: '1.1', replyTs: null, postedAt: '2026-03-02T08:05:12Z', error: null },
    });
    const first = restoreMemory(one(1, throttle(20)).memory, { ...nothing, confirmed: [confirmation(1)] });
    const second = one(2, staff(3), first);
    expect(second.outbox[0]?.earlier).toMatchObject({ quantity: 20, stays: true });
    const over = one(4, GOOD, one(3, GOOD, second.memory).memory);
    expect(over.outbox.at(-1)?.undo).toMatchObject(OF_TOTAL);
    const done = { kind: 'acknowledge', input: { unit: unitIdOf('U1'), by: 'lea', id: 'click/1' } } as const;
    const last = restoreMemory(over.memory, {
      ...{ ...nothing, answers: [done, done] },
      confirmed: [2, 3].map(confirmation),
    });
    expect(alertState(last).undo).toMatchObject([{ doneBy: 'lea' }]);
    expect(last.inForce).toEqual([]);
  });
});
