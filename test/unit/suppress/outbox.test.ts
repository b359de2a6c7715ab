import { describe, expect, it } from 'vitest';
import type { DecideInput, DeliveryConfirmation, Transition } from '../../../src/domain/suppress/contract.ts';
import {
  confirm,
  decide,
  refuseConfirm,
  refuseTakeOutbox,
  takeOutbox,
} from '../../../src/domain/suppress/decide.ts';
import { LEASE_MS } from '../../../src/domain/suppress/limits.ts';
import { initialMemory, isClosed } from '../../../src/domain/suppress/memory.ts';
import type { WarehouseMemory } from '../../../src/domain/suppress/memory.ts';
import { alertState, interpretMemory } from '../../../src/domain/suppress/state.ts';
import { composeInput, cycleIdOf, GOOD, high, ROUTES, unitIdOf, WAREHOUSE } from './scenario.ts';
import type { Look } from './scenario.ts';

const T0 = Date.parse('2026-03-02T08:00:00Z');
type Change = Partial<DecideInput> & { sender?: string };
const input = (c: number, look: Look, { sender, ...change }: Change = {}) => ({
  ...composeInput({ c, units: { U1: look }, input: change }, 0, c),
  sender: sender ?? `sender-${c}`,
});
/** Decides, then hands what waits to the sender: one cycle of the child. */
function runCycle(memory: WarehouseMemory, argument: DecideInput & { sender?: string }, nowMs: number) {
  const { sender = 'sender', ...decideInput } = argument;
  const decided = decide(memory, decideInput);
  const taken = takeOutbox(decided.memory, { cycleId: decideInput.cycleId, sender }, nowMs);
  return { memory: taken.memory, result: { ...decided.result, outbox: taken.outbox } };
}
const confirmed = (
  memory: WarehouseMemory,
  transition: Transition | undefined,
  channel = '#flow',
  change: Partial<DeliveryConfirmation> = {},
): WarehouseMemory => {
  if (!transition) throw new Error('nothing was handed over');
  const { episodeId, sequence } = transition;
  const messageTs = `${sequence}.1`;
  return confirm(memory, {
    episodeId,
    sequence,
    channel,
    deliveredTo: channel,
    channelId: `C-${channel}`,
    messageTs,
    replyTs: null,
    postedAt: '2026-03-02T08:05:10Z',
    error: null,
    ...change,
  }).memory;
};
const twoRoutes = ['#a', '#b'].map((channel) => ({ ...ROUTES[0]!, channel }));

describe('the lease', () => {
  const first = runCycle(initialMemory(WAREHOUSE), input(1, high(), { sender: 'A' }), T0);

  it.each([
    ['another sender, within the lease', 'B', LEASE_MS - 1, []],
    ['another sender, at its end', 'B', LEASE_MS, [2]],
    ['the same sender, at once', 'A', 0, [2]],
  ])('%s', (_name, sender, later, attempts) => {
    const again = runCycle(first.memory, input(1, high(), { sender }), T0 + later);
    expect(again.result.status).toBe('remembered');
    expect(again.result.asked).toBe(2);
    expect(again.result.outbox.map((transition) => transition.attempts)).toEqual(attempts);
    expect(again.result.outbox.map((transition) => transition.firstAttemptAt)).toEqual(
      attempts.map(() => '2026-03-02T08:00:00.000Z'),
    );
  });

  it('ends with the last confirmation', () => {
    const memory = confirmed(first.memory, first.result.outbox[0]);
    const next = runCycle(memory, input(2, high({ severity: 'CRITICAL' }), { sender: 'B' }), T0 + 1);
    expect(next.result.outbox.map(({ sequence, label }) => [sequence, label])).toEqual([[2, 'ONGOING']]);
    expect(next.result.outbox[0]?.messages).toEqual([{ channel: '#flow', channelId: 'C-#flow', ts: '1.1' }]);
  });

  it('does not keep other episodes from the next sender, and keeps the next episode of its own alert', () => {
    let memory = first.memory;
    for (const c of [2, 3]) memory = runCycle(memory, input(c, GOOD, { sender: 'A' }), T0).memory;
    const units = { U1: high(), U2: high() };
    const next = runCycle(memory, { ...composeInput({ c: 4, units }, 0, 4), sender: 'B' }, T0 + 1);
    expect(next.result.labels.map(({ unitId, label }) => [unitId, label])).toEqual([
      [unitIdOf('U1'), 'NEW'],
      [unitIdOf('U2'), 'NEW'],
    ]);
    expect(next.result.outbox.map(({ unitId }) => unitId)).toEqual([unitIdOf('U2')]);
  });
});

describe('what waits to be confirmed', () => {
  it('stays, in order, until every planned channel has it', () => {
    let { memory, result } = runCycle(initialMemory(WAREHOUSE), input(1, high(), { routes: twoRoutes }), T0);
    memory = confirmed(memory, result.outbox[0], '#a');
    ({ memory, result } = runCycle(
      memory,
      input(2, high({ severity: 'CRITICAL' }), { sender: 'sender-1' }),
      T0,
    ));
    expect(
      result.outbox.map(({ sequence, label, channels, confirmed: done }) => ({
        sequence,
        label,
        channels,
        done,
      })),
    ).toEqual([
      { sequence: 1, label: 'NEW', channels: ['#a', '#b'], done: ['#a'] },
      { sequence: 2, label: 'ONGOING', channels: ['#a', '#b'], done: [] },
    ]);
    memory = confirmed(memory, result.outbox[0], '#b');
    memory = confirmed(memory, result.outbox[1], '#a');
    expect(alertState(memory).undelivered).toBe(1);
    memory = confirmed(memory, result.outbox[1], '#b');
    expect(alertState(memory).undelivered).toBe(0);
  });

  it('a confirmation that comes twice, too late or for another channel changes nothing', () => {
    const { memory, result } = runCycle(
      initialMemory(WAREHOUSE),
      input(1, high(), { routes: twoRoutes }),
      T0,
    );
    const once = confirmed(memory, result.outbox[0], '#a');
    expect(confirmed(once, result.outbox[0], '#a')).toBe(once);
    expect(confirmed(once, result.outbox[0], '#other')).toBe(once);
    expect(confirmed(once, result.outbox[0], '#b', { sequence: 7 })).toBe(once);
    expect(confirmed(once, result.outbox[0], '#b', { episodeId: 'FRA1_X:HIGH:gone' })).toBe(once);
  });

  it('counts a delivery through a fallback, and keeps where the message really is', () => {
    const { memory, result } = runCycle(initialMemory(WAREHOUSE), input(1, high()), T0);
    const after = confirmed(memory, result.outbox[0], '#flow', {
      deliveredTo: '#spare',
      channelId: 'C9',
      error: 'channel_not_found',
    });
    expect(alertState(after).undelivered).toBe(0);
    expect(after.episodes[0]?.messages).toEqual([{ channel: '#flow', channelId: 'C9', ts: '1.1' }]);
  });

  it('renews the first message until a sender had it, and posts nothing that ended before', () => {
    let { memory, result } = runCycle(initialMemory(WAREHOUSE), input(1, high(), { routes: [] }), T0);
    expect(result.outbox).toEqual([]);
    expect(alertState(memory).undelivered).toBe(1);
    ({ memory, result } = runCycle(memory, input(2, high({ quantity: 9 })), T0));
    expect(result.outbox).toMatchObject([
      { sequence: 1, label: 'NEW', quantity: 9, startedAt: cycleIdOf(1), channels: ['#flow'], attempts: 1 },
    ]);
    ({ memory } = runCycle(initialMemory(WAREHOUSE), input(1, high(), { routes: [] }), T0));
    for (const c of [2, 3]) ({ memory, result } = runCycle(memory, input(c, GOOD), T0));
    expect(result.outbox).toEqual([]);
    expect(result.labels.map(({ label, reason }) => [label, reason])).toEqual([['SUPPRESSED', 'clearing']]);
    expect(memory.episodes).toEqual([]);
  });

  it('keeps the channels of the first attempt when the routes change in mid-episode', () => {
    let { memory, result } = runCycle(initialMemory(WAREHOUSE), input(1, high()), T0);
    memory = confirmed(memory, result.outbox[0]);
    ({ memory, result } = runCycle(
      memory,
      input(2, high({ severity: 'CRITICAL' }), { routes: twoRoutes }),
      T0,
    ));
    expect(result.outbox.map(({ channels }) => channels)).toEqual([['#flow']]);
  });

  it('the window runs from the cycle whose hand-over was confirmed', () => {
    let { memory, result } = runCycle(initialMemory(WAREHOUSE), input(1, high(), { sender: 'A' }), T0);
    ({ memory, result } = runCycle(memory, input(3, high(), { sender: 'A' }), T0));
    expect(result.labels[0]?.label).toBe('NEW');
    memory = confirmed(memory, result.outbox[0]);
    ({ memory, result } = runCycle(memory, input(5, high()), T0));
    expect(result.labels[0]).toMatchObject({ label: 'SUPPRESSED', reason: 'window' });
    ({ memory, result } = runCycle(memory, input(6, high()), T0));
    expect(result.labels[0]).toMatchObject({ label: 'ONGOING', reason: 'window' });
  });

  it('an ONGOING that nobody confirmed is not repeated as another one', () => {
    let { memory, result } = runCycle(initialMemory(WAREHOUSE), input(1, high(), { sender: 'A' }), T0);
    memory = confirmed(memory, result.outbox[0]);
    for (const c of [4, 5, 20]) {
      ({ memory, result } = runCycle(memory, input(c, high(), { sender: 'A' }), T0));
      expect(result.labels[0]).toMatchObject({ label: 'ONGOING', reason: 'window' });
      expect(result.outbox.map(({ sequence }) => sequence)).toEqual([2]);
    }
  });

  it('is given up a day after the end of its episode', () => {
    let { memory, result } = runCycle(initialMemory(WAREHOUSE), input(1, high(), { sender: 'A' }), T0);
    for (const c of [2, 3]) ({ memory, result } = runCycle(memory, input(c, GOOD, { sender: 'A' }), T0));
    expect(result.outbox.map(({ label }) => label)).toEqual(['NEW', 'CLEARED']);
    ({ memory, result } = runCycle(memory, input(290, GOOD, { sender: 'A' }), T0));
    expect(result.outbox.map(({ label }) => label)).toEqual(['NEW', 'CLEARED']);
    ({ memory, result } = runCycle(memory, input(291, GOOD, { sender: 'A' }), T0));
    expect(result.outbox).toEqual([]);
  });

  it('order: by cycle, within one first what is over, then the most urgent', () => {
    const units = { U1: high(), U2: high(), U3: high({ severity: 'CRITICAL' }) };
    let { memory, result } = runCycle(initialMemory(WAREHOUSE), composeInput({ c: 1, units }, 0, 1), T0);
    expect(result.outbox.map(({ unitId }) => unitId)).toEqual(['U3', 'U1', 'U2'].map(unitIdOf));
    for (const transition of result.outbox) memory = confirmed(memory, transition);
    const next = (c: number) =>
      composeInput({ c, units: { U1: GOOD, U2: high({ severity: 'EMERGENCY' }), U3: high() } }, 0, c);
    for (const c of [2, 3]) ({ memory, result } = runCycle(memory, next(c), T0 + c * LEASE_MS));
    expect(result.outbox.map(({ label, unitId }) => [label, unitId])).toEqual([
      ['ONGOING', unitIdOf('U2')],
      ['CLEARED', unitIdOf('U1')],
    ]);
  });

  it('a warehouse that is switched off is closed when all is confirmed', () => {
    let { memory, result } = runCycle(initialMemory(WAREHOUSE), input(1, high(), { sender: 'A' }), T0);
    memory = confirmed(memory, result.outbox[0]);
    ({ memory, result } = runCycle(memory, input(2, GOOD, { units: [], closing: true }), T0));
    expect(result.openEpisodes).toBe(0);
    expect(isClosed(memory)).toBe(false);
    expect(isClosed(confirmed(memory, result.outbox[0]))).toBe(true);
  });
});

it('what interpret gets: confirmed decisions alone, and whether their episode is open', () => {
  let { memory, result } = runCycle(initialMemory(WAREHOUSE), input(1, high()), T0);
  expect(interpretMemory(memory).notified).toEqual([]);
  const before = memory.revision;
  memory = confirmed(memory, result.outbox[0]);
  expect(memory.revision).toBe(before + 1);
  const decision = { cycleId: cycleIdOf(1), unitId: unitIdOf('U1'), action: 'ADD_STAFF', quantity: 3 };
  expect(interpretMemory(memory).notified).toMatchObject([{ ...decision, episodeOpen: true }]);
  for (const c of [2, 3]) ({ memory } = runCycle(memory, input(c, GOOD), T0));
  expect(interpretMemory(memory).notified).toMatchObject([{ ...decision, episodeOpen: false }]);
  ({ memory } = runCycle(memory, input(14, GOOD), T0));
  expect(interpretMemory(memory).notified).toEqual([]);
  expect(interpretMemory(memory).zones).toEqual({ [unitIdOf('U1')]: { high: 'OK', low: 'OK' } });
});

describe('refuseConfirm', () => {
  const right = { episodeId: 'e', sequence: 1, channel: '#a', channelId: 'C1', messageTs: '1.1' };
  it.each([
    [right, 'accepted'],
    [{ ...right, channelId: '' }, 'channelId is missing'],
    [{ ...right, sequence: 0 }, 'sequence is 0'],
  ])('%j', (change, expected) => {
    const message = refuseConfirm(initialMemory(WAREHOUSE), {
      deliveredTo: '#a',
      replyTs: null,
      postedAt: '',
      error: null,
      ...change,
    });
    expect(message ?? 'accepted').toContain(expected);
  });
});

it('refuses a sender without a name', () => {
  const memory = initialMemory(WAREHOUSE);
  const cycleId = cycleIdOf(1);
  expect(refuseTakeOutbox(memory, { cycleId, sender: '' })).toMatch(/sender is missing/);
  expect(refuseTakeOutbox(memory, { cycleId, sender: 'run-1' })).toBeNull();
});
