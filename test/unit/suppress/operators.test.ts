import { describe, expect, it } from 'vitest';
import type { AcknowledgeInput } from '../../../src/domain/suppress/contract.ts';
import { decide, takeOutbox } from '../../../src/domain/suppress/decide.ts';
import { initialMemory, type WarehouseMemory } from '../../../src/domain/suppress/memory.ts';
import * as operators from '../../../src/domain/suppress/operators.ts';
import { alertState } from '../../../src/domain/suppress/state.ts';
import { composeInput, cycleIdOf, GOOD, high, unitIdOf, WAREHOUSE } from './scenario.ts';

const U1 = unitIdOf('U1');
const EPISODE = `${U1}:HIGH:${cycleIdOf(1)}`;
const units = { U1: high(), U2: GOOD };
const { memory } = decide(initialMemory(WAREHOUSE), composeInput({ c: 1, units }, 0, 1));

describe('acknowledge', () => {
  it.each([
    ['its episode', { episodeId: EPISODE, by: 'lea' }, 'ok'],
    ['its unit', { unit: U1, by: 'lea', until: cycleIdOf(9) }, 'ok'],
    ['a unit without an open episode', { unit: unitIdOf('U2'), by: 'lea' }, 'already closed'],
    ['an episode that is closed', { episodeId: `${U1}:LOW:${cycleIdOf(0)}`, by: 'lea' }, 'already closed'],
    ['taken back though never given', { unit: U1, by: 'lea', withdraw: true }, 'unchanged'],
  ])('%s', (_name, input, status) => {
    expect(operators.refuseAcknowledge(memory, input)).toBeNull();
    const { memory: after, result } = operators.acknowledge(memory, input);
    expect(result.status).toBe(status);
    const acknowledgedBy = alertState(after, { unit: U1 }).units[0]?.alerts[0]?.episode?.acknowledgedBy;
    expect(acknowledgedBy).toBe(status === 'ok' ? 'lea' : null);
    expect(after.revision - memory.revision).toBe(status === 'ok' ? 1 : 0);
  });

  it('ends when the episode is cleared: the next one is told', () => {
    let { memory: now } = operators.acknowledge(memory, { unit: U1, by: 'lea' });
    for (const c of [2, 3]) {
      ({ memory: now } = decide(now, composeInput({ c, units: { U1: GOOD } }, 0, c)));
    }
    const { result } = decide(now, composeInput({ c: 4, units }, 0, 4));
    expect(result.labels[0]?.label).toBe('NEW');
  });
});

describe('what CLEARED says of who took it on', () => {
  const acknowledge = (now: WarehouseMemory, input: Partial<AcknowledgeInput>) =>
    operators.acknowledge(now, { unit: U1, by: 'lea', ...input }).memory;
  it.each<[string, (now: WarehouseMemory) => WarehouseMemory, string | undefined]>([
    ['nobody', (now) => now, undefined],
    ['who acknowledged it', (now) => acknowledge(now, {}), 'lea'],
    ['the last one', (now) => acknowledge(acknowledge(now, {}), { by: 'kim' }), 'kim'],
    ['also where that has ended by itself', (now) => acknowledge(now, { until: cycleIdOf(2) }), 'lea'],
    ['not who took it back', (now) => acknowledge(acknowledge(now, {}), { withdraw: true }), undefined],
  ])('%s', (_name, answer, expected) => {
    const told = takeOutbox(memory, { cycleId: cycleIdOf(1), sender: 'first' }, 0);
    let now = answer(told.memory);
    for (const [c, look] of [
      [2, high()],
      [3, GOOD],
      [4, GOOD],
    ] as const)
      ({ memory: now } = decide(now, composeInput({ c, units: { U1: look } }, 0, c)));
    const { outbox } = takeOutbox(now, { cycleId: cycleIdOf(4), sender: 'first' }, 0);
    expect(outbox.map(({ label, acknowledgedBy }) => [label, acknowledgedBy])).toEqual([
      ['NEW', undefined],
      ['CLEARED', expected],
    ]);
  });
});

describe('what is refused says what was expected', () => {
  it.each<[string, string | null, string]>([
    ['neither', operators.refuseAcknowledge(memory, { by: 'lea' }), 'either episodeId or unit'],
    [
      'both',
      operators.refuseAcknowledge(memory, { unit: U1, episodeId: EPISODE, by: 'lea' }),
      'either episodeId or unit',
    ],
    [
      'an unknown unit',
      operators.refuseAcknowledge(memory, { unit: unitIdOf('U9'), by: 'lea' }),
      `no unit of warehouse ${WAREHOUSE}`,
    ],
    [
      'a name that every object has',
      operators.refuseAcknowledge(memory, { unit: 'toString', by: 'lea' }),
      'no unit of',
    ],
    [
      "another warehouse's episode",
      operators.refuseAcknowledge(memory, { episodeId: `MAD1_A_B:HIGH:${cycleIdOf(1)}`, by: 'lea' }),
      'no episode of',
    ],
    ['nobody', operators.refuseAcknowledge(memory, { unit: U1, by: '' }), 'by is missing'],
    [
      'an end without zone',
      operators.refuseAcknowledge(memory, { unit: U1, by: 'lea', until: '2026-03-02T09:00' }),
      'Z or offset',
    ],
    [
      'an end on a day that does not exist',
      operators.refuseAcknowledge(memory, { unit: U1, by: 'lea', until: '2026-02-30T10:00:00Z' }),
      'Z or offset',
    ],
    [
      'an end in words with a zone',
      operators.refuseMute(memory, { unit: U1, by: 'lea', until: 'Mar 2, 2026 10:00 +01:00' }),
      'Z or offset',
    ],
    [
      'a start on a day that does not exist',
      operators.refuseMute(memory, {
        unit: U1,
        by: 'lea',
        from: '2026-04-31T10:00:00Z',
        until: '2026-05-02T10:00:00Z',
      }),
      'from is "2026-04-31T10:00:00Z", expected',
    ],
    [
      'a mute without end',
      operators.refuseMute(memory, JSON.parse('{"unit":"*","by":"lea"}')),
      'until is missing',
    ],
    [
      'a mute that ends first',
      operators.refuseMute(memory, { unit: '*', from: cycleIdOf(3), until: cycleIdOf(3), by: 'lea' }),
      'not before until',
    ],
    [
      'a mute of an unknown unit',
      operators.refuseMute(memory, { unit: 'FRA1', until: cycleIdOf(3), by: '' }),
      'by is missing',
    ],
    ['no argument', operators.refuseMute(memory, JSON.parse('null')), 'no unit of'],
    ['an unmute of an unknown unit', operators.refuseUnmute(memory, { unit: 'x', by: 'lea' }), 'no unit of'],
    [
      'a verdict of neither',
      operators.refuseFeedback(memory, JSON.parse(`{"episodeId":"${EPISODE}","verdict":"so","by":"lea"}`)),
      '"right" or "wrong"',
    ],
    [
      'feedback on nothing',
      operators.refuseFeedback(memory, { episodeId: 'x', verdict: 'right', by: 'lea' }),
      'no episode of',
    ],
  ])('%s', (_name, message, expected) => {
    expect(message).toContain(expected);
  });
});

describe('mute and unmute', () => {
  const until = cycleIdOf(20);

  it('a mute shows in the state, and ends by unmute at once', () => {
    const muted = operators.mute(memory, { unit: U1, until, by: 'lea' }).memory;
    expect(alertState(muted).mutes).toEqual([{ unit: U1, from: null, until, by: 'lea' }]);
    const unmuted = operators.unmute(muted, { unit: U1, by: 'leo' });
    expect(unmuted.result.status).toBe('ok');
    expect(alertState(unmuted.memory).mutes).toEqual([]);
    expect(operators.unmute(unmuted.memory, { unit: U1, by: 'leo' }).result.status).toBe('unchanged');
  });

  it('of the whole warehouse covers every unit', () => {
    const muted = operators.mute(memory, { unit: '*', until, by: 'lea' }).memory;
    const { result } = decide(muted, composeInput({ c: 2, units: { U1: high(), U2: high() } }, 0, 2));
    expect(result.labels.map(({ reason }) => reason)).toEqual(['muted', 'muted']);
  });

  it('that is over already changes nothing, and one that ended is forgotten', () => {
    expect(operators.mute(memory, { unit: U1, until: cycleIdOf(1), by: 'lea' }).result.status).toBe(
      'unchanged',
    );
    const muted = operators.mute(memory, { unit: U1, until: cycleIdOf(3), by: 'lea' }).memory;
    expect(decide(muted, composeInput({ c: 3, units }, 0, 3)).memory.mutes).toEqual([]);
  });
});

describe('recordFeedback', () => {
  it.each([
    [EPISODE, 'ok'],
    [`${U1}:LOW:${cycleIdOf(0)}`, 'already closed'],
  ])('%s: %s, and kept', (episodeId, status) => {
    const input = { episodeId, verdict: 'wrong' as const, reason: 'was a sensor', by: 'lea' };
    expect(operators.refuseFeedback(memory, { ...input, proven: true })).toBeNull();
    const { memory: after, result } = operators.recordFeedback(memory, { ...input, proven: true });
    expect(result.status).toBe(status);
    expect(after.feedback).toEqual([input]);
    expect(after.revision).toBe(memory.revision);
  });

  it('of an episode that never was is refused, unless whoever tells has proof', () => {
    const input = { episodeId: `${U1}:LOW:${cycleIdOf(0)}`, verdict: 'right' as const, by: 'lea' };
    expect(operators.refuseFeedback(memory, input)).toContain('is no episode that warehouse FRA1 remembers');
    expect(operators.refuseFeedback(memory, { ...input, episodeId: EPISODE })).toBeNull();
  });

  it('of one that is over and told of is known by the remembered cycles', () => {
    let now = memory;
    for (const c of [2, 3]) ({ memory: now } = decide(now, composeInput({ c, units: { U1: GOOD } }, 0, c)));
    now = { ...now, episodes: [] };
    const input = { episodeId: EPISODE, verdict: 'right' as const, by: 'lea' };
    expect(operators.refuseFeedback(now, input)).toBeNull();
    expect(operators.refuseFeedback({ ...now, cycles: [] }, input)).toContain('remembers');
  });

  it('a person has one verdict on an episode: the later one', () => {
    const said = (['right', 'wrong'] as const).reduce(
      (now, verdict) => operators.recordFeedback(now, { episodeId: EPISODE, verdict, by: 'lea' }).memory,
      memory,
    );
    expect(said.feedback).toEqual([{ episodeId: EPISODE, verdict: 'wrong', reason: null, by: 'lea' }]);
  });

  it.each([
    ['one link, under ever new names', (at: number) => ({ episodeId: EPISODE, by: `p${at} (link)` })],
    ['one person, on ever more', (at: number) => ({ episodeId: `${U1}:LOW:${cycleIdOf(at)}`, by: 'max' })],
  ])("%s: nobody else's verdict makes room", (_name, flood) => {
    const say = (now: WarehouseMemory, of: { episodeId: string; by: string }) =>
      operators.recordFeedback(now, { ...of, verdict: 'right' }).memory;
    let now = say(say(memory, { episodeId: EPISODE, by: 'lea' }), { episodeId: EPISODE, by: 'kim' });
    for (let at = 0; at < 300; at += 1) now = say(now, flood(at));
    now = say(now, { episodeId: EPISODE, by: 'leo' });
    expect(now.feedback).toHaveLength(100);
    const names = now.feedback.map(({ by }) => by);
    expect(names).toEqual(expect.arrayContaining(['lea', 'kim', 'leo']));
    expect(now.feedback).toContainEqual(expect.objectContaining(flood(299)));
  });
});
