/** From "who covers whom" to one surviving winner for each that is covered. */
import { severityRank } from '../vocabulary.ts';
import {
  byKey,
  minutesToLimit,
  place,
  stands,
  type Cover,
  type Draft,
  type DraftPlan,
} from './draft-plan.ts';
import { compare } from '../compare.ts';

/**
 * Every covered draft gets as winner the survivor at the end of its chain. Covers that form a ring leave exactly one
 * survivor, the strongest: the weakest yields first, and a cover that would close the ring does not count.
 * @param chosen what the steps before have settled, to which this one adds; who yielded to one that yields now follows
 */
export function settle(plan: DraftPlan, covers: readonly Cover[], chosen: Map<Draft, Cover>): void {
  const stronger = strengthOrder(plan);
  const survivor = (of: Draft | string): Draft | string => {
    let end = of;
    while (typeof end !== 'string') {
      const next = chosen.get(end);
      if (next === undefined) return end;
      end = next.by;
    }
    return end;
  };
  for (const draft of plan.drafts.toSorted(stronger).reverse()) {
    const cover = covers
      .filter((one) => one.draft === draft && survivor(one.by) !== draft)
      .toSorted((a, b) => byStrength(a.by, b.by, stronger) || compare(a.rule, b.rule))[0];
    if (cover !== undefined) chosen.set(draft, cover);
  }
  for (const [draft, cover] of chosen) {
    const end = survivor(cover.by);
    const through = end === cover.by ? '' : `, which is itself covered by ${unitOf(end)}`;
    yieldTo(draft, unitOf(end), { name: cover.rule, detail: cover.detail + through });
  }
}

/** A unit is never covered by itself: between its own two directions the loser is held. */
function yieldTo(draft: Draft, winner: string, rule: Draft['rules'][number]): void {
  if (!stands(draft) && winner === (draft.winner ?? draft.unitId)) return;
  draft.rules.push(rule);
  draft.held = winner === draft.unitId;
  draft.winner = draft.held ? null : winner;
}

function unitOf(end: Draft | string): string {
  return typeof end === 'string' ? end : end.unitId;
}

/** A winner that is only known from memory comes after those that are proposed now. */
function byStrength(a: Draft | string, b: Draft | string, stronger: (a: Draft, b: Draft) => number): number {
  if (typeof a === 'string' || typeof b === 'string')
    return typeof a === typeof b ? compare(unitOf(a), unitOf(b)) : typeof a === 'string' ? 1 : -1;
  return stronger(a, b);
}

/** A stop first, then what acts on a whole workpool, a TOTAL's own, the farthest downstream, the worst, the soonest. */
function strengthOrder(plan: DraftPlan): (a: Draft, b: Draft) => number {
  const ranks = new Map(
    plan.drafts.map((draft) => {
      const acted = place(plan, draft.actionUnitId);
      const rank = [
        draft.action === 'EMERGENCY_STOP' ? 0 : 1,
        acted.unitType === 'TOTAL' ? 0 : 1,
        place(plan, draft.unitId).unitType === 'TOTAL' ? 0 : 1,
        -acted.stage,
        -severityRank(draft.severity),
        minutesToLimit(draft),
      ];
      return [draft, rank] as const;
    }),
  );
  return (a, b) => {
    const left = ranks.get(a) ?? [];
    const right = ranks.get(b) ?? [];
    const differing = left.findIndex((value, index) => value !== right[index]);
    return differing < 0 ? byKey(a, b) : compare(left[differing] ?? 0, right[differing] ?? 0);
  };
}
