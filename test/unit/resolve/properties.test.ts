import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Recommendation } from '../../../src/domain/recommendation.ts';
import { ACTIONS, isActionable } from '../../../src/domain/vocabulary.ts';
import * as f from './fixtures.ts';

const proposal: fc.Arbitrary<Recommendation> = fc
  .record({
    unitId: fc.constantFrom(...f.UNIT_IDS),
    actionUnitId: fc.constantFrom(...f.UNIT_IDS),
    direction: fc.constantFrom('HIGH' as const, 'LOW' as const, '' as const),
    action: fc.constantFrom(...ACTIONS),
    severity: fc.constantFrom(
      'WATCH' as const,
      'WARNING' as const,
      'CRITICAL' as const,
      'EMERGENCY' as const,
    ),
    state: fc.constantFrom('OVERFLOW_RISK' as const, 'OVERFLOW' as const, 'STARVE_RISK' as const),
    process: fc.constantFrom(null, 'PICK', 'PACK'),
    quantity: fc.constantFrom(null, 1, 2, 5, 20),
    ttoMin: fc.constantFrom(null, 5, 20, 40),
    ttsMin: fc.constantFrom(null, 5, 20, 40),
  })
  .map((fields) => f.recommendation(fields));
const proposals = fc.uniqueArray(proposal, {
  selector: ({ unitId, direction }) => `${unitId} ${direction}`,
  maxLength: 14,
});
const past = fc.array(
  fc
    .record({
      unitId: fc.constantFrom(...f.UNIT_IDS),
      actionUnitId: fc.constantFrom(...f.UNIT_IDS),
      direction: fc.constantFrom('HIGH' as const, 'LOW' as const),
      action: fc.constantFrom(...ACTIONS),
      cycleId: fc.constantFrom('2026-03-01T09:10:00Z', '2026-03-01T09:30:00Z', '2026-03-01T10:00:00Z'),
      episodeOpen: fc.boolean(),
    })
    .map((fields) => f.notified(fields)),
  { maxLength: 4 },
);
/** Enough to meet every pair of ACTIONS on every pair of places many times over, within two seconds. */
const RUNS = 400;

test('any order of the same recommendations gives the same result', () => {
  fc.assert(
    fc.property(
      proposals.chain((all) =>
        fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
      ),
      past,
      ([all, shuffled], notified) => {
        const expected = f.settle({ recommendations: all, notified }).result;
        expect(f.settle({ recommendations: shuffled, notified: notified.toReversed() }).result).toEqual(
          expected,
        );
      },
    ),
    { numRuns: RUNS },
  );
});

test('nothing is dropped, nobody covers itself, every winner survives, and somebody always does', () => {
  fc.assert(
    fc.property(proposals, past, (all, notified) => {
      const { recommendations } = f.settle({ recommendations: all, notified }).result;
      expect(recommendations).toHaveLength(all.length);
      for (const one of recommendations) {
        expect(one.winner === null || !one.held).toBe(true);
        if (one.winner === null && !one.held) continue;
        expect(one.rules.length).toBeGreaterThan(0);
        if (one.winner === null) continue;
        expect(one.winner).not.toBe(one.unitId);
        const remembered = notified.some((entry) => entry.unitId === one.winner && entry.episodeOpen);
        const standing = recommendations.some(
          (other) => other.unitId === one.winner && other.winner === null && !other.held,
        );
        expect(standing || remembered).toBe(true);
      }
    }),
    { numRuns: RUNS },
  );
});

test('what people must know is covered only by what they are told, now or in an open episode', () => {
  fc.assert(
    fc.property(proposals, past, (all, notified) => {
      const { recommendations } = f.settle({ recommendations: all, notified }).result;
      for (const one of recommendations) {
        if (one.winner === null || !isActionable(one.severity)) continue;
        const told = recommendations.some(
          (other) => other.unitId === one.winner && isActionable(other.severity) && other.winner === null,
        );
        const remembered = notified.some((entry) => entry.unitId === one.winner && entry.episodeOpen);
        expect(told || remembered).toBe(true);
      }
    }),
    { numRuns: RUNS },
  );
});

test('several who draw on one pool never get more than it has, nor than each has asked for', () => {
  const wanting = fc
    .record({
      unitId: fc.constantFrom(...f.UNIT_IDS),
      quantity: fc.integer({ min: 1, max: 20 }),
      ttoMin: fc.constantFrom(5, 20, 40),
      process: fc.constantFrom('PICK', 'PACK'),
    })
    .map((fields) =>
      f.recommendation({ ...fields, action: 'ADD_STAFF', quantityUnit: 'persons', severity: 'WARNING' }),
    );
  fc.assert(
    fc.property(
      fc.uniqueArray(wanting, { selector: ({ unitId }) => unitId, minLength: 2, maxLength: 8 }),
      fc.integer({ min: 0, max: 12 }),
      (all, free) => {
        const staff = (process: string) => f.staffing({ process, hcActive: 10, hcShift: 10 + free });
        const own = { staffing: staff('PACK'), picking: staff('PICK') };
        const { recommendations } = f.settle({
          recommendations: all,
          series: Object.fromEntries(f.UNIT_IDS.map((unitId) => [unitId, own])),
        }).result;
        const drawn = new Map<string, { asked: number; granted: number }>();
        for (const [index, one] of recommendations.entries()) {
          const before = all.find(({ unitId }) => unitId === one.unitId) ?? all[index];
          const key = `${one.unitId.split('_')[1]} ${before?.process}`;
          const sum = drawn.get(key) ?? { asked: 0, granted: 0 };
          const granted = one.action === 'ADD_STAFF' && one.winner === null ? (one.quantity ?? 0) : 0;
          expect(granted).toBeLessThanOrEqual(before?.quantity ?? 0);
          drawn.set(key, { asked: sum.asked + 1, granted: sum.granted + granted });
        }
        // One alone is bounded where it is proposed.
        for (const { asked, granted } of drawn.values())
          expect(granted).toBeLessThanOrEqual(asked > 1 ? free : Infinity);
      },
    ),
    { numRuns: RUNS },
  );
});
