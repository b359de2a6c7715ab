import { describe, expect, it } from 'vitest';
import type { DirectionDecision } from '../../../src/domain/suppress/contract.ts';
import { windowMinutes } from '../../../src/domain/suppress/windows.ts';
import type { Action } from '../../../src/domain/vocabulary.ts';
import { createPureSubject } from './pure-subject.ts';
import { describeLabel, high, runScenario } from './scenario.ts';

describe('windowMinutes', () => {
  it.each<[Action, number[]]>([
    ['ADD_STAFF', [15, 30, 60, 120, 240, 240]],
    ['REMOVE_STAFF', [15]],
    ['MOVE_STAFF', [15]],
    ['NONE', [15]],
    ['THROTTLE_INDUCT', [20, 40, 80, 160, 240]],
    ['RELEASE_INDUCT', [20]],
    ['THROTTLE_PICKING_ALL', [30, 60, 120, 240, 240]],
    ['RELEASE_PICKING_ALL', [30]],
    ['CHECK_DATA', [30]],
    ['REBALANCE_CAPACITY', [45, 90, 180, 240]],
    ['EMERGENCY_STOP', [0, 0, 0]],
  ])('%s doubles for an unchanged episode', (action, minutes) => {
    expect(minutes.map((_, repeats) => windowMinutes(action, repeats))).toEqual(minutes);
  });

  it('the running episode keeps to it: 15 minutes, then 30, then 60', async () => {
    const steps = Array.from({ length: 25 }, (_, at) => ({ c: at + 1, units: { U1: high() } }));
    const { records } = await runScenario(createPureSubject(), { name: '', steps });
    const told = records.filter(({ posts }) => posts.length > 0).map(({ step }) => step.c);
    expect(told).toEqual([1, 4, 10, 22]);
  });

  it('a change starts the doubling again', async () => {
    const steps = Array.from({ length: 12 }, (_, at) => ({
      c: at + 1,
      units: { U1: high({ severity: at < 5 ? 'WARNING' : 'CRITICAL' }) },
    }));
    const { records } = await runScenario(createPureSubject(), { name: '', steps });
    const told = records.filter(({ posts }) => posts.length > 0).map(({ step }) => step.c);
    expect(told).toEqual([1, 4, 6, 9]);
  });
});

describe('what is told at once', () => {
  it.each<[string, Partial<DirectionDecision>, Partial<DirectionDecision>, string]>([
    ['half as many again, two persons', { quantity: 4 }, { quantity: 6 }, 'ONGOING(quantity)'],
    ['half as many, two persons', { quantity: 4 }, { quantity: 2 }, 'ONGOING(quantity)'],
    ['one person, though half of it', { quantity: 2 }, { quantity: 3 }, 'SUPPRESSED(window)'],
    ['two persons, less than half', { quantity: 5 }, { quantity: 7 }, 'SUPPRESSED(window)'],
    [
      'ten points, half',
      { quantity: 20, quantityUnit: 'percent' },
      { quantity: 30, quantityUnit: 'percent' },
      'ONGOING(quantity)',
    ],
    [
      'nine points, half',
      { quantity: 18, quantityUnit: 'percent' },
      { quantity: 27, quantityUnit: 'percent' },
      'SUPPRESSED(window)',
    ],
    ['a number that gets lost', { quantity: 4 }, { quantity: null }, 'SUPPRESSED(window)'],
    ['a higher severity', {}, { severity: 'CRITICAL' }, 'ONGOING(severity)'],
    ['a lower severity', { severity: 'CRITICAL' }, {}, 'SUPPRESSED(window)'],
    ['another action', {}, { action: 'MOVE_STAFF' }, 'ONGOING(action)'],
    ['another cause alone', {}, { cause: 'SURGE' }, 'SUPPRESSED(window)'],
  ])('%s', async (_name, first, second, expected) => {
    const { records } = await runScenario(createPureSubject(), {
      name: '',
      steps: [
        { c: 1, units: { U1: high(first) } },
        { c: 2, units: { U1: high(second) } },
      ],
    });
    expect(records[1]?.result.labels.map(describeLabel)).toEqual([expected]);
  });
});
