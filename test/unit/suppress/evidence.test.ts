/** What one alert key remembers of its votes. */
import { describe, expect, it } from 'vitest';
import type { KeyMemory, Vote } from '../../../src/domain/suppress/memory.ts';
import {
  castVote,
  castVoteByHour,
  isFlapping,
  isPersistent,
  isRecovered,
  isRecoveredByHour,
  isSpent,
} from '../../../src/domain/suppress/persistence.ts';
import { checkData } from '../../../src/domain/suppress/units.ts';

const INTERVAL = 5;
/** One letter a slot: A actionable, G good, U without data, `-` neutral, `.` no run at all. */
function evidenceOf(letters: string, cast = castVote, start?: KeyMemory): { key: KeyMemory; minute: number } {
  let key = start;
  let minute = 0;
  for (const [at, letter] of letters.split('').entries()) {
    minute = at * INTERVAL;
    if (letter === '.') continue;
    key = cast(key, letter === '-' ? null : (letter as Vote), minute, INTERVAL);
  }
  return { key: key ?? { votes: [], last: 'G', flips: [] }, minute };
}

describe('castVote', () => {
  it('starts from nothing: good, and unchanged', () => {
    expect(castVote(undefined, null, 0, INTERVAL)).toEqual({ votes: [], last: 'G', flips: [] });
    expect(castVote(undefined, 'G', 0, INTERVAL)).toEqual({ votes: [[0, 'G']], last: 'G', flips: [] });
  });

  it('keeps the last three votes', () => {
    const { votes } = evidenceOf('AGAGG').key;
    expect(votes).toEqual([
      [10, 'A'],
      [15, 'G'],
      [20, 'G'],
    ]);
  });

  it('counts the first run of a slot alone', () => {
    const first = castVote(undefined, 'A', 5, INTERVAL);
    expect(castVote(first, 'G', 9, INTERVAL)).toEqual(first);
    expect(castVote(first, 'G', 10, INTERVAL).votes).toHaveLength(2);
  });

  it.each<[string, string | undefined, 'A' | 'G']>([
    ['A', '1', 'A'],
    ['AG', '11', 'G'],
    ['AA', '10', 'A'],
    // No data is no change, and what comes after it is compared with what was before.
    ['AU', '10', 'A'],
    ['AUA', '100', 'A'],
    ['AUG', '101', 'G'],
    // Nothing is forgotten after three equal votes, and a slot without a run, or with a neutral one, passes all the same.
    ['AGAAA', '11100', 'A'],
    ['AG..G', '11000', 'G'],
    ['AG--G', '11000', 'G'],
    ['G', undefined, 'G'],
  ])('%s: changes %s', (letters, changes, last) => {
    const { key } = evidenceOf(letters);
    expect(key.last).toBe(last);
    expect(key.changes?.toString(2)).toBe(changes);
  });

  it('forgets a change after 20 slots, with votes, with neutral ones, and with none', () => {
    for (const slot of ['A', '-', '.']) {
      expect(evidenceOf(`A${slot.repeat(18)}A`).key.changes).toBe(2 ** 19);
      expect(evidenceOf(`A${slot.repeat(19)}A`).key.changes).toBeUndefined();
      expect(evidenceOf(`A${slot.repeat(40)}A`).key.changes).toBeUndefined();
    }
    expect(evidenceOf(`A${'-'.repeat(20)}`).key.changes).toBeUndefined();
  });
});

describe('flapping', () => {
  const flaps = (letters: string): boolean => isFlapping(evidenceOf(letters).key);
  it.each<[string, boolean]>([
    ['AGAG', false],
    ['AGAGA', true],
    // Two alerts, however close to each other.
    ['AAAGGAAAGG', false],
    ['AAAGGAAAGGA', true],
    ['AAAAGGGGAAAAGGGGA', true],
    // The third begins when the first is long ago.
    ['AAAAGGGGGGAAAAGGGGGA', false],
    // An incident, over, and another two hours later.
    [`AAAAGGGG${'G'.repeat(16)}AAAAGGGG`, false],
    // It goes on while the changes do, and some time after.
    ['AAAGGAAAGGAAAGGAAAGG', true],
    ['AGAGAGGGGGG', true],
    [`AGAGA${'G'.repeat(17)}`, false],
    [`AGAGA${'A'.repeat(16)}`, false],
    // It grows old without a vote too.
    [`AGAGA${'U'.repeat(16)}`, false],
    [`AGAGA${'-'.repeat(16)}`, false],
    // Unknown in between is no change.
    ['AUAUAUAUAUAUAU', false],
    ['GUGUGUGUGU', false],
  ])('%s: %s', (letters, flapping) => {
    expect(flaps(letters)).toBe(flapping);
  });

  it('does not recover', () => {
    const good = evidenceOf('AGAGAGGG');
    expect(isRecovered(good.key, good.minute, INTERVAL)).toBe(false);
    const steady = evidenceOf(`AGAGAG${'G'.repeat(17)}`);
    expect(isRecovered(steady.key, steady.minute, INTERVAL)).toBe(true);
  });

  it('is one number of the memory, whatever came, and nothing in the end', () => {
    const { key } = evidenceOf('AG'.repeat(200));
    expect(JSON.stringify(key).length).toBeLessThan(120);
    const { key: old } = evidenceOf(`${'AG'.repeat(20)}${'G'.repeat(20)}`);
    expect(isSpent(old)).toBe(true);
  });
});

describe('before rules 6', () => {
  it.each<[string, number[], 'A' | 'G']>([
    ['A', [0], 'A'],
    ['AG', [0, 5], 'G'],
    ['AA', [0], 'A'],
    ['AU', [0], 'A'],
    ['AUA', [0], 'A'],
    ['AUG', [0, 10], 'G'],
    ['AUUU', [0], 'A'],
    // Steady for three slots: the past is forgotten. With a slot missing it is steady all the same, with two not.
    ['AGAAA', [], 'A'],
    ['AGGG', [], 'G'],
    ['AGG', [0, 5], 'G'],
    ['AG.G.G', [], 'G'],
    ['AG..GG', [0, 5], 'G'],
  ])('%s: changes at %j', (letters, flips, last) => {
    const { key } = evidenceOf(letters, castVoteByHour);
    expect(key).toMatchObject({ flips, last });
    expect(key).not.toHaveProperty('changes');
  });

  it.each([
    [59, [0]],
    [60, []],
    [61, []],
  ])('a change is forgotten after an hour: %i minutes later', (minute, flips) => {
    const key: KeyMemory = { votes: [], last: 'A', flips: [0] };
    expect(castVoteByHour(key, null, minute, INTERVAL).flips).toEqual(flips);
  });

  it.each([
    [5, false],
    [6, true],
    [7, true],
  ])('%i changes flap: %s', (count, flapping) => {
    expect(isFlapping({ votes: [], last: 'A', flips: Array.from({ length: count }, (_, at) => at) })).toBe(
      flapping,
    );
  });

  it('what flaps asks for three good slots instead of two', () => {
    const flips = [1, 2, 3, 4, 5, 6];
    const key = {
      votes: [
        [5, 'G'],
        [10, 'G'],
      ] satisfies KeyMemory['votes'],
      last: 'G' as const,
    };
    expect(isRecoveredByHour({ ...key, flips: [] }, 10, INTERVAL)).toBe(true);
    expect(isRecoveredByHour({ ...key, flips }, 10, INTERVAL)).toBe(false);
    expect(isRecoveredByHour({ ...key, votes: [[0, 'G'], ...key.votes], flips }, 10, INTERVAL)).toBe(true);
  });
});

describe('isRecovered', () => {
  it.each([
    ['GG', true],
    ['G.G', true],
    ['G..G', false],
    ['GUG', false],
    // A run of two that ended before the present slot says nothing of it.
    ['GG-', false],
    ['GGU', false],
  ])('%s: %s', (letters, recovered) => {
    const { key, minute } = evidenceOf(letters);
    expect(isRecovered(key, minute, INTERVAL)).toBe(recovered);
  });
});

describe('isPersistent', () => {
  const row = (change: object) => ({ ...checkData('FRA1_A_B'), ...change });
  it.each<[string, object, boolean]>([
    ['A', { minutesActionable: 7 }, false],
    ['A', { minutesActionable: 8 }, true],
    ['A', { minutesActionable: 9 }, true],
    ['A', { minutesActionable: null }, false],
    ['AA', {}, true],
    ['AGA', {}, true],
    ['A.A', {}, true],
    ['A..A', {}, false],
    ['A', { severity: 'EMERGENCY' }, false],
    ['AA', { severity: 'EMERGENCY' }, true],
    ['AGA', { severity: 'EMERGENCY' }, false],
    ['A', { severity: 'EMERGENCY', levelAndWcsAgree: true }, true],
    ['A', { levelAndWcsAgree: true }, false],
  ])('%s with %j: %s', (letters, change, persistent) => {
    const { key, minute } = evidenceOf(letters);
    expect(isPersistent(key, row(change), minute, INTERVAL)).toBe(persistent);
  });
});

describe('isSpent', () => {
  it.each<[string, KeyMemory, boolean]>([
    ['nothing in it', { votes: [], last: 'G', flips: [] }, true],
    [
      'good and blind votes',
      {
        votes: [
          [0, 'G'],
          [5, 'U'],
        ],
        last: 'G',
        flips: [],
      },
      true,
    ],
    [
      'one actionable vote',
      {
        votes: [
          [0, 'A'],
          [5, 'G'],
        ],
        last: 'G',
        flips: [],
      },
      false,
    ],
    ['a change that still counts', { votes: [[5, 'G']], last: 'G', flips: [], changes: 2 }, false],
    ['one of before rules 6', { votes: [[5, 'G']], last: 'G', flips: [0] }, false],
  ])('%s: %s', (_name, key, spent) => {
    expect(isSpent(key)).toBe(spent);
  });
});
