import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/domain/suppress/contract.ts';
import { applyAnswers } from '../../../src/domain/suppress/answers.ts';
import { decide } from '../../../src/domain/suppress/decide.ts';
import { initialMemory } from '../../../src/domain/suppress/memory.ts';
import { composeInput, cycleIdOf, high, unitIdOf, WAREHOUSE } from './scenario.ts';

const U1 = unitIdOf('U1');
const { memory } = decide(initialMemory(WAREHOUSE), composeInput({ c: 1, units: { U1: high() } }, 0, 1));
const until = cycleIdOf(20);

const answers: Answer[] = [
  { kind: 'acknowledge', input: { unit: U1, by: 'lea', id: '1' } },
  { kind: 'mute', input: { unit: 'FRA1_NO_SUCH', until, by: 'lea', id: '2' } },
  { kind: 'mute', input: { unit: U1, until, by: 'leo', id: '3' } },
  { kind: 'unmute', input: { unit: U1, by: 'leo', id: '4' } },
  { kind: 'mute', input: { unit: U1, until, by: 'kim', id: '5' } },
  {
    kind: 'recordFeedback',
    input: { episodeId: `${U1}:HIGH:${cycleIdOf(1)}`, verdict: 'right', by: 'kim', id: '6' },
  },
];

describe('applyAnswers', () => {
  it('in order, and what is refused holds none of the others', () => {
    const { memory: after, result } = applyAnswers(memory, answers);
    expect(result.map(({ status }) => status)).toEqual(['ok', 'refused', 'ok', 'ok', 'ok', 'ok']);
    expect(result[1]?.detail).toContain('is no unit of warehouse FRA1');
    expect(after.episodes[0]?.acknowledged?.by).toBe('lea');
    expect(after.mutes).toEqual([{ unit: U1, from: null, until, by: 'kim' }]);
    expect(after.feedback).toHaveLength(1);
  });

  it('told again, also beside others, each is done once', () => {
    const once = applyAnswers(memory, answers).memory;
    const again = applyAnswers(once, [...answers, { kind: 'unmute', input: { unit: U1, by: 'x', id: '7' } }]);
    expect(again.result.map(({ status }) => status)).toEqual([
      'unchanged',
      'refused',
      'unchanged',
      'unchanged',
      'unchanged',
      'unchanged',
      'ok',
    ]);
    expect(again.memory.mutes).toEqual([]);
  });

  it('of a kind that this release does not know: refused', () => {
    const unknown: Answer = JSON.parse('{"kind":"sing","input":{}}');
    expect(applyAnswers(memory, [unknown]).result).toMatchObject([{ status: 'refused' }]);
  });
});
