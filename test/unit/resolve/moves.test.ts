/** Whether one move undoes another. */
import { describe, expect, it } from 'vitest';
import type { InterpretMemory } from '../../../src/domain/suppress/contract.ts';
import type { Recommendation } from '../../../src/domain/recommendation.ts';
import { findBroughtStaff, findUndoneMove, holdMovesBack } from '../../../src/domain/resolve/moves.ts';
import { observe, type DraftPlan } from '../../../src/domain/resolve/draft-plan.ts';
import { instruct } from '../../../src/domain/words/instruction.ts';
import * as f from './fixtures.ts';

type Past = InterpretMemory['notified'][number];
const LANE_3 = 'FRA1_SINGLES_LANE-3';
const ago = (minutes: number) => new Date(f.CYCLE_TS - minutes * 60_000).toISOString().replace('.000Z', 'Z');

function planOf(recommendations: Recommendation[], notified: Past[]): DraftPlan {
  const { evaluation } = f.settle({ recommendations });
  const units = evaluation.units.map(({ unitId }) => f.unitSeries(unitId));
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
  return observe(evaluation, series, {
    revision: 1,
    lastCycle: null,
    zones: {},
    doubts: [],
    paths: [],
    units: {},
    inForce: [],
    notified,
  });
}

/** From one lane to the other: by the full one, or by the empty one. */
const sends = (from: string, to: string) => ({
  ...{ unitId: from, actionUnitId: to, direction: 'HIGH' as const, action: 'REBALANCE_CAPACITY' as const },
});
const draws = (from: string, to: string) => ({
  ...{ unitId: to, actionUnitId: from, direction: 'LOW' as const, action: 'REBALANCE_CAPACITY' as const },
});
const past = (move: Partial<Past> & { unitId: string }, minutesAgo = 20): Past =>
  f.notified({ ...move, cycleId: ago(minutesAgo) });

describe('a rebalance undoes an earlier one', () => {
  const there = sends(f.LANE_1, f.LANE_2);
  it.each<[string, ReturnType<typeof sends | typeof draws>, Past, boolean]>([
    ['back, as the full lane proposes it', sends(f.LANE_2, f.LANE_1), past(there), true],
    ['back, as the empty lane proposes it', draws(f.LANE_2, f.LANE_1), past(there), true],
    ['back, both by the empty lane', draws(f.LANE_2, f.LANE_1), past(draws(f.LANE_1, f.LANE_2)), true],
    ['the same way once more', there, past(there), false],
    ['the same way, by the other lane', draws(f.LANE_1, f.LANE_2), past(there), false],
    ['back to a third lane', sends(f.LANE_2, LANE_3), past(there), false],
    ['back from a third lane', sends(LANE_3, f.LANE_1), past(there), false],
    ['to nobody knows where, back from where it came', sends(f.LANE_2, f.TOTAL), past(there), true],
    ['to nobody knows where, from a third lane', sends(LANE_3, f.TOTAL), past(there), false],
    ['to itself counts as nobody knows where', sends(f.LANE_2, f.LANE_2), past(there), true],
    ['nothing known in common', sends(f.LANE_2, f.TOTAL), past(sends(f.LANE_1, f.TOTAL)), false],
    [
      'a move that was no rebalance',
      sends(f.LANE_2, f.LANE_1),
      past({ ...there, action: 'ADD_STAFF' }),
      false,
    ],
    ['this minute', sends(f.LANE_2, f.LANE_1), past(there, 0), true],
    ['44 minutes ago', sends(f.LANE_2, f.LANE_1), past(there, 44), true],
    ['45 minutes ago', sends(f.LANE_2, f.LANE_1), past(there, 45), true],
    ['46 minutes ago', sends(f.LANE_2, f.LANE_1), past(there, 46), false],
    ['in a minute, seen from a replay', sends(f.LANE_2, f.LANE_1), past(there, -1), false],
  ])('%s', (_name, move, before, undone) => {
    const recommendation = f.recommendation(move);
    const plan = planOf([recommendation], [before]);
    expect(findUndoneMove(plan, recommendation)).toBe(undone ? before : undefined);
    const detail =
      `it would take back "${instruct(before)}", told at ${before.cycleId}; ` +
      `held until 45 minutes have passed`;
    expect(holdMovesBack(plan)).toEqual(
      undone ? [{ kind: 'hold', rule: 'move_back', detail, draft: plan.drafts[0] }] : [],
    );
  });

  it('of several the newest is named, of equally new ones always the same', () => {
    const back = f.recommendation(sends(f.LANE_2, f.LANE_1));
    const [old, newer] = [past(there, 30), past(there, 10)];
    const twin = { ...newer, quantity: 1 };
    for (const notified of [
      [old, newer, twin],
      [twin, newer, old],
    ]) {
      expect(findUndoneMove(planOf([back], notified), back)).toBe(twin);
    }
  });

  it('what is held already is not held again', () => {
    const plan = planOf([f.recommendation(sends(f.LANE_2, f.LANE_1))], [past(there)]);
    plan.drafts[0]!.held = true;
    expect(holdMovesBack(plan)).toEqual([]);
  });
});

describe('staff that was brought by a move', () => {
  const brought = past({ unitId: f.TOTAL, action: 'MOVE_STAFF', direction: 'HIGH' });
  it.each<[string, Past, Partial<Recommendation>, Partial<Recommendation>, boolean]>([
    ['to be taken elsewhere', brought, {}, { unitId: f.OTHER_TOTAL }, true],
    ['of another unit', { ...brought, actionUnitId: f.OTHER_TOTAL }, {}, { unitId: f.OTHER_TOTAL }, false],
    ['by another action', { ...brought, action: 'ADD_STAFF' }, {}, { unitId: f.OTHER_TOTAL }, false],
    [
      'within the unit, to the direction that it came for',
      brought,
      { direction: 'HIGH' },
      { unitId: f.TOTAL },
      true,
    ],
    ['within the unit, the other direction', brought, { direction: 'LOW' }, { unitId: f.TOTAL }, false],
    ['elsewhere, whatever the direction', brought, { direction: 'LOW' }, { unitId: f.OTHER_TOTAL }, true],
  ])('%s', (_name, before, remove, add, found) => {
    const plan = planOf([], [before]);
    const draft = (change: Partial<Recommendation> & { unitId: string }) => ({
      ...f.recommendation(change),
      ...{ rules: [], winner: null, held: false },
    });
    const leaving = draft({ unitId: f.TOTAL, action: 'REMOVE_STAFF', ...remove });
    const arriving = draft({ unitId: f.TOTAL, action: 'ADD_STAFF', ...add });
    expect(findBroughtStaff(plan, leaving, arriving)).toBe(found ? before : undefined);
  });
});
