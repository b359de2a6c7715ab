/** One induct too full, one too empty, one sorter behind both: shift the inflow instead of throttling and releasing. */
import { findUndoneMove } from './moves.ts';
import {
  byUrgency,
  mayCover,
  nameOf,
  place,
  stands,
  type Draft,
  type Finding,
  type Situation,
} from './situation.ts';

/** Pairs the most urgent throttle with the most urgent release, and so on; whoever finds no partner stands. */
export function pairInducts(situation: Situation): Finding[] {
  const standing = situation.drafts.filter(stands).toSorted(byUrgency);
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
      const sorters = [throttle, release].map((draft) => sorterOf(situation, draft.actionUnitId));
      const [a = null, b = null] = sorters;
      if (a === null || b === null) {
        if (sharesWorkpool(situation, throttle, release)) findings.push(unknownSorter(throttle, release));
        continue;
      }
      if (a !== b) continue;
      const shift = shiftBetween(situation, throttle, release);
      if (findUndoneMove(situation, { ...throttle, ...shift }) !== undefined) continue;
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
function shiftBetween(situation: Situation, throttle: Draft, release: Draft) {
  const inflow = situation.units.get(throttle.unitId)?.flowInUpm ?? null;
  const percent = throttle.quantityUnit === 'percent' ? throttle.quantity : null;
  const quantity = inflow === null || percent === null ? null : Math.round(inflow * percent) / 100;
  const amount = quantity === null ? 'part of the inflow' : `${quantity} units per minute`;
  return {
    action: 'REBALANCE_CAPACITY',
    actionUnitId: release.actionUnitId,
    quantity,
    quantityUnit: quantity === null ? null : 'upm',
    sentence: `Send ${amount} of ${throttle.unitId} to ${release.actionUnitId}, which runs empty.`,
  } as const;
}

/** The `sorter` override, else the workpool's only SORT path, else nobody knows. */
function sorterOf(situation: Situation, unitId: string): string | null {
  const override = situation.series.get(unitId)?.unit.override?.sorter ?? null;
  if (override !== null) return override;
  const { workpool } = place(situation, unitId);
  const sorters = new Set(
    situation.paths
      .filter((path) => path.workpool === workpool && path.stage === 'SORT')
      .map((path) => path.path),
  );
  const [only = null] = sorters;
  return sorters.size === 1 ? only : null;
}

function sharesWorkpool(situation: Situation, a: Draft, b: Draft): boolean {
  return place(situation, a.actionUnitId).workpool === place(situation, b.actionUnitId).workpool;
}

function unknownSorter(throttle: Draft, release: Draft): Finding {
  const detail =
    `${nameOf(throttle)} and ${nameOf(release)}: which sorter they feed is not known; ` +
    'set the sorter override of both units';
  return { kind: 'skip', rule: 'induct_pair', detail };
}
