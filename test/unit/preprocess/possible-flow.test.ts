/** What a counter can have counted within a minute: at, just below and above its limits. */
import { describe, expect, it } from 'vitest';
import { findJumps } from '../../../src/domain/preprocess/flows/possible-flow.ts';

const rises = (...units: (number | null)[]) => units.map((each) => ({ units: each, minutes: 1 }));
const jumpsOf = (all: Parameters<typeof findJumps>[0]): number[] => [...(findJumps(all) ?? [])];

describe('a counter jumps', () => {
  it.each<[string, (number | null)[], number[]]>([
    ['once, by more than eight times a slow hand', [5, 5, 81, 5, 5], [2]],
    ['not by eight times of it', [5, 5, 80, 5, 5], []],
    ['by more than eight times what is usual of it', [20, 20, 161, 20, 20], [2]],
    ['not by eight times of that', [20, 20, 160, 20, 20], []],
    ['twice in a row', [5, 5, 5, 500, 500, 5, 5], [3, 4]],
    ['not where it lasts: that is a new pace', [5, 5, 5, 5, 500, 500, 500, 5, 5], []],
    ['in the newest minute, of which nobody knows whether it lasts', [5, 5, 5, 500], [3]],
    ['by garbage', [5, 5, 1e308, 5, null, 5], [2]],
    ['not where nothing is known', [null, null], []],
  ])('%s', (_, units, jumps) => {
    expect(jumpsOf(rises(...units))).toEqual(jumps);
  });

  it('not where it was silent for as long as that takes', () => {
    expect(jumpsOf([...rises(5, 5), { units: 400, minutes: 10 }, ...rises(5)])).toEqual([]);
    expect(jumpsOf([...rises(5, 5), { units: 400, minutes: 0.1 }, ...rises(5)])).toEqual([2]);
  });
});
