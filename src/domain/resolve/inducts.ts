/** One induct too full, one too empty, one sorter behind both: shift the inflow instead of throttling and releasing. */
import { looksLike } from '../names.ts';
import { runsEmpty } from '../words/because.ts';
import { findUndoneMove } from './moves.ts';
import {
  byUrgency,
  mayCover,
  nameOf,
  place,
  sharesWorkpool,
  stands,
  type Draft,
  type Finding,
  type DraftPlan,
} from './draft-plan.ts';

/** Pairs the most urgent throttle with the most urgent release, and so on; whoever finds no partner stands. */
export function pairInducts(plan: DraftPlan): Finding[] {
  const standing = plan.drafts.filter(stands).toSorted(byUrgency);
  // A throttle for another unit's sake would not be helped by a shift between inducts.
  const throttles = standing.filter(
    (draft) => draft.action === 'THROTTLE_INDUCT' && draft.actionUnitId === draft.unitId,
  );
  const releases = standing.filter((draft) => draft.action === 'RELEASE_INDUCT');
  const findings: Finding[] = [];
  const taken = new Set<Draft>();
  for (const throttle of throttles) {
    for (const release of releases) {
      if (taken.has(throttle)) break;
      if (taken.has(release) || !mayCover(throttle, release)) continue;
      if (throttle.actionUnitId === release.actionUnitId) continue;
      const sorters = [throttle, release].map((draft) => sorterOf(plan, draft.actionUnitId));
      const [a = null, b = null] = sorters;
      if (a === null || b === null) {
        if (sharesWorkpool(plan, throttle, release)) findings.push(unknownSorter(throttle, release));
        continue;
      }
      if (a !== b) continue;
      const shift = shiftBetween(plan, throttle, release);
      if (findUndoneMove(plan, { ...throttle, ...shift }) !== undefined) continue;
      const detail = `both feed sorter ${a}: shift from ${throttle.unitId} to ${release.actionUnitId}`;
      taken.add(throttle).add(release);
      findings.push(
        { kind: 'amend', draft: throttle, rule: 'induct_pair', detail, change: shift },
        { kind: 'cover', draft: release, rule: 'induct_pair', detail, by: throttle },
      );
    }
  }
  return findings;
}

/** The share that the throttle would hold back is what has to move, in units per minute. */
function shiftBetween(plan: DraftPlan, throttle: Draft, release: Draft) {
  const inflow = plan.units.get(throttle.unitId)?.flowInUpm ?? null;
  const percent = throttle.quantityUnit === 'percent' ? throttle.quantity : null;
  const quantity = inflow === null || percent === null ? null : Math.round(inflow * percent) / 100;
  return {
    action: 'REBALANCE_CAPACITY',
    actionUnitId: release.actionUnitId,
    quantity,
    quantityUnit: quantity === null ? null : 'upm',
    because: runsEmpty(release.actionUnitId),
  } as const;
}

/** The `sorter` override, else the workpool's only SORT path, else nobody knows. As names are told apart: one that overrides spell in two ways is one. */
function sorterOf(plan: DraftPlan, unitId: string): string | null {
  const override = plan.series.get(unitId)?.unit.override?.sorter ?? null;
  if (override !== null) return looksLike(override);
  const { workpool } = place(plan, unitId);
  const sorters = new Set(
    plan.paths.filter((path) => path.workpool === workpool && path.stage === 'SORT').map((path) => path.path),
  );
  const [only = null] = sorters;
  return only !== null && sorters.size === 1 ? looksLike(only) : null;
}

function unknownSorter(throttle: Draft, release: Draft): Finding {
  const detail =
    `${nameOf(throttle)} and ${nameOf(release)}: which sorter they feed is not known; ` +
    'set the sorter override of both units';
  return { kind: 'skip', rule: 'induct_pair', detail };
}
