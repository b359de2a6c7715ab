/** From "who covers whom" to one survivor each, on covers alone. */
import { describe, expect, it } from 'vitest';
import type { Recommendation } from '../../../src/domain/recommendation.ts';
import { settle } from '../../../src/domain/resolve/settle.ts';
import { observe, type Cover, type Draft, type DraftPlan } from '../../../src/domain/resolve/draft-plan.ts';
import * as f from './fixtures.ts';

function planOf(recommendations: Recommendation[]): DraftPlan {
  const { evaluation } = f.settle({ recommendations });
  const units = evaluation.units.map((unit) => f.unitSeries(unit.unitId));
  const series = {
    warehouse: 'FRA1',
    snapshotTs: f.CYCLE_TS,
    units,
    paths: [],
    refused: [],
    health: [],
    blind: [],
    doubts: [],
    leftOver: [],
  };
  const memory = {
    revision: 1,
    lastCycle: null,
    zones: {},
    paths: [],
    doubts: [],
    units: {},
    inForce: [],
    notified: [],
  };
  return observe(evaluation, series, memory);
}

type Pair = [loser: string, winner: string | { unit: string }, rule?: Cover['rule']];

/** Settles covers between the first drafts of units, step by step; `{unit}` is a winner that is known from memory alone. */
function settled(recommendations: Recommendation[], ...steps: Pair[][]): Record<string, Draft> {
  const plan = planOf(recommendations);
  const draftOf = (unitId: string) => plan.drafts.find((draft) => draft.unitId === unitId)!;
  const chosen = new Map<Draft, Cover>();
  for (const pairs of steps) {
    const covers = pairs.map(([loser, winner, rule = 'stop_covers']): Cover => {
      const by = typeof winner === 'string' ? draftOf(winner) : winner.unit;
      return { kind: 'cover', draft: draftOf(loser), rule, detail: `${loser} covered`, by };
    });
    settle(plan, covers, chosen);
  }
  return Object.fromEntries(plan.drafts.map((draft) => [draft.unitId, draft]));
}

/** Two that cover each other: who is left? */
function stronger(a: Partial<Recommendation>, b: Partial<Recommendation>): string | undefined {
  const [one, other] = [
    f.recommendation({ unitId: f.LANE_1, ...a }),
    f.recommendation({ unitId: f.LANE_2, ...b }),
  ];
  const pairs: Pair[] = [
    [one.unitId, other.unitId],
    [other.unitId, one.unitId],
  ];
  const drafts = settled([one, other], pairs);
  expect(settledWinners(settled([other, one], pairs.toReversed()))).toEqual(settledWinners(drafts));
  const standing = Object.values(drafts).filter(({ winner }) => winner === null);
  expect(standing).toHaveLength(1);
  return standing[0]?.unitId;
}

const settledWinners = (drafts: Record<string, Draft>) =>
  Object.fromEntries(Object.entries(drafts).map(([unitId, { winner }]) => [unitId, winner]));

describe('of two that cover each other the stronger is left', () => {
  const induct = { unitId: f.INDUCT_1 };
  const lane = { unitId: f.LANE_1 };
  it.each<[string, Partial<Recommendation>, Partial<Recommendation>]>([
    // Each row: the stronger, and a weaker one that is better in everything that is asked later.
    [
      'a stop before what acts on a whole workpool',
      { unitId: f.LANE_2, action: 'EMERGENCY_STOP', ttoMin: 40 },
      { ...lane, actionUnitId: f.TOTAL, severity: 'EMERGENCY', ttoMin: 1 },
    ],
    [
      'what acts on a total before what acts on a lane',
      { unitId: f.LANE_2, actionUnitId: f.TOTAL, ttoMin: 40 },
      { ...lane, severity: 'EMERGENCY', ttoMin: 1 },
    ],
    [
      'the total’s own before what a lane leaves to it',
      { unitId: f.TOTAL, ttoMin: 40 },
      { ...lane, actionUnitId: f.TOTAL, severity: 'EMERGENCY', ttoMin: 1 },
    ],
    [
      'downstream before upstream',
      { unitId: f.LANE_2, ttoMin: 40 },
      { ...induct, severity: 'EMERGENCY', ttoMin: 1 },
    ],
    ['the worse one', { unitId: f.LANE_2, severity: 'CRITICAL', ttoMin: 40 }, { ...lane, ttoMin: 1 }],
    ['the sooner one', { unitId: f.LANE_2, ttoMin: 19 }, { ...lane, ttoMin: 20 }],
    ['one at the limit', { unitId: f.LANE_2, state: 'OVERFLOW', ttoMin: null }, { ...lane, ttoMin: 1 }],
    ['one with a time before one without', { unitId: f.LANE_2, ttoMin: 900 }, { ...lane, ttoMin: null }],
    ['of equals the first by name', lane, { unitId: f.LANE_2 }],
  ])('%s', (_name, strong, weak) => {
    expect(stronger(strong, weak)).toBe(strong.unitId);
    expect(stronger(weak, strong)).toBe(strong.unitId);
  });
});

describe('the winner that is named', () => {
  const three = [f.LANE_1, f.LANE_2, f.INDUCT_1].map((unitId) => f.recommendation({ unitId }));

  it('is the one that survives at the end of the chain, and the way there is told', () => {
    const drafts = settled(three, [
      [f.INDUCT_1, f.LANE_2],
      [f.LANE_2, f.LANE_1],
    ]);
    expect(settledWinners(drafts)).toEqual({
      [f.LANE_1]: null,
      [f.LANE_2]: f.LANE_1,
      [f.INDUCT_1]: f.LANE_1,
    });
    expect(drafts[f.INDUCT_1]?.rules).toEqual([
      { name: 'stop_covers', detail: `${f.INDUCT_1} covered, which is itself covered by ${f.LANE_1}` },
    ]);
    expect(drafts[f.LANE_2]?.rules).toEqual([{ name: 'stop_covers', detail: `${f.LANE_2} covered` }]);
  });

  it('is followed where it yields in a later step, and both steps are told once', () => {
    const drafts = settled(three, [[f.INDUCT_1, f.LANE_2, 'same_action']], [[f.LANE_2, f.LANE_1]], []);
    expect(settledWinners(drafts)).toEqual({
      [f.LANE_1]: null,
      [f.LANE_2]: f.LANE_1,
      [f.INDUCT_1]: f.LANE_1,
    });
    expect(drafts[f.INDUCT_1]?.rules).toEqual([
      { name: 'same_action', detail: `${f.INDUCT_1} covered` },
      { name: 'same_action', detail: `${f.INDUCT_1} covered, which is itself covered by ${f.LANE_1}` },
    ]);
  });

  it('is never the unit itself: a draft that its own other direction would speak for is held', () => {
    const both = [three[0]!, f.recommendation({ unitId: f.INDUCT_1 }), f.low({ unitId: f.INDUCT_1 })];
    const plan = planOf(both);
    // In one fixed order: by unit, then by direction.
    const [high, low, lane] = plan.drafts as [Draft, Draft, Draft];
    const chosen = new Map<Draft, Cover>();
    const cover = (draft: Draft, by: Draft): Cover => ({
      kind: 'cover',
      draft,
      rule: 'same_action',
      detail: '',
      by,
    });
    for (const covers of [[cover(low, lane)], [cover(lane, high)], []]) settle(plan, covers, chosen);
    expect([low, lane, high].map(({ winner, held }) => ({ winner, held }))).toEqual([
      { winner: null, held: true },
      { winner: f.INDUCT_1, held: false },
      { winner: null, held: false },
    ]);
    expect(low.rules).toHaveLength(2);
  });

  it('is the strongest of several, by the first rule by name', () => {
    const pairs: Pair[] = [
      [f.INDUCT_1, f.LANE_2, 'same_action'],
      [f.INDUCT_1, f.LANE_1, 'throttle_before_feed'],
      [f.INDUCT_1, f.LANE_1, 'left_to_total'],
    ];
    for (const order of [pairs, pairs.toReversed()]) {
      const drafts = settled(three, order);
      expect(drafts[f.INDUCT_1]).toMatchObject({ winner: f.LANE_1, rules: [{ name: 'left_to_total' }] });
    }
  });

  it('is one that is proposed now before one that is only remembered; of those the first by name', () => {
    const remembered: Pair[] = [
      [f.INDUCT_1, { unit: f.TOTAL }],
      [f.INDUCT_1, { unit: f.OTHER_TOTAL }],
    ];
    for (const order of [remembered, remembered.toReversed()]) {
      expect(settled(three, order)[f.INDUCT_1]?.winner).toBe(f.OTHER_TOTAL);
      expect(settled(three, [...order, [f.INDUCT_1, f.LANE_2]])[f.INDUCT_1]?.winner).toBe(f.LANE_2);
      expect(settled(three, [[f.INDUCT_1, f.LANE_2], ...order])[f.INDUCT_1]?.winner).toBe(f.LANE_2);
    }
  });

  it('ends where the chain meets memory', () => {
    const drafts = settled(three, [
      [f.INDUCT_1, f.LANE_1],
      [f.LANE_1, { unit: f.TOTAL }],
    ]);
    expect(drafts[f.INDUCT_1]?.winner).toBe(f.TOTAL);
    expect(drafts[f.INDUCT_1]?.rules[0]?.detail).toContain(`itself covered by ${f.TOTAL}`);
  });

  it('is never the unit itself: that is held', () => {
    expect(settled(three, [[f.LANE_1, { unit: f.LANE_1 }]])[f.LANE_1]).toMatchObject({
      winner: null,
      held: true,
    });
  });

  it('leaves exactly one of a ring of three', () => {
    const drafts = settled(three, [
      [f.LANE_1, f.LANE_2],
      [f.LANE_2, f.INDUCT_1],
      [f.INDUCT_1, f.LANE_1],
    ]);
    expect(settledWinners(drafts)).toEqual({
      [f.LANE_1]: null,
      [f.LANE_2]: f.LANE_1,
      [f.INDUCT_1]: f.LANE_1,
    });
  });
});
