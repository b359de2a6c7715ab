/** Rules that change or hold one recommendation because of what is known about its place. */
import type { ZoneThresholds } from '../algorithm/schema.ts';
import type { UnitEvaluation } from '../recommendation.ts';
import type { Staffing, UnitSeries } from '../series.ts';
import { nameOf, place, stands, type Draft, type Finding, type DraftPlan, zonesOf } from './draft-plan.ts';

/** CHECK_DATA takes the number off everything that rests on the unit's data. A stop flag comes from WCS and stays. */
export function voidQuantities(plan: DraftPlan): Finding[] {
  const doubted = new Set(
    plan.drafts.filter((draft) => draft.action === 'CHECK_DATA').map((draft) => draft.unitId),
  );
  return plan.drafts.flatMap((draft): Finding[] => {
    const source = [draft.unitId, draft.actionUnitId].find((unitId) => doubted.has(unitId));
    if (source === undefined || draft.quantity === null || draft.action === 'EMERGENCY_STOP') return [];
    const detail = `${draft.quantity} ${draft.quantityUnit ?? ''} taken off: the data of ${source} are in doubt`;
    const sentence = `${draft.unitId}: ${draft.action}, by how much is not known: the data of ${source} must be checked first.`;
    const change = { quantity: null, quantityUnit: null, sentence };
    return [{ kind: 'amend', draft, rule: 'data_voids_quantity', detail, change }];
  });
}

/** Nobody is called in where the staff on break is back in time. An emergency is never played down. */
export function watchUntilBreakEnds(plan: DraftPlan): Finding[] {
  return plan.drafts.flatMap((draft): Finding[] => {
    if (draft.action !== 'ADD_STAFF' || draft.direction !== 'HIGH' || draft.severity === 'EMERGENCY')
      return [];
    const series = plan.series.get(draft.unitId);
    const breakEnd = series && staffingOf(series, draft.process)?.nextBreakEnd;
    if (breakEnd === undefined || breakEnd === null || draft.ttoMin === null || draft.state === 'OVERFLOW')
      return [];
    const breakEndsInMin = (breakEnd - plan.cycleTs) / 60_000;
    if (breakEndsInMin < 0 || breakEndsInMin >= draft.ttoMin) return [];
    const fills = projectedFills(plan, plan.units.get(draft.unitId));
    if (fills.length === 0) {
      const detail = `${nameOf(draft)}: a break ends in ${Math.round(breakEndsInMin)} min, but there is no projection`;
      return [{ kind: 'skip', rule: 'break_ends_first', detail }];
    }
    const zones = zonesOf(plan, draft.unitId);
    if (!recovers(fills, zones)) return [];
    const detail =
      `the break ends in ${Math.round(breakEndsInMin)} min, overflow is ${Math.round(draft.ttoMin)} min away, ` +
      `and the projection falls below ${Math.round(zones.projectedRiskFill * 100)} % afterwards`;
    const sentence = `${draft.unitId}: watch; staff is back from its break in ${Math.round(breakEndsInMin)} min, before it overflows.`;
    return [
      { kind: 'amend', draft, rule: 'break_ends_first', detail, change: { severity: 'WATCH', sentence } },
    ];
  });
}

export function holdRemovalsBeforeRed(plan: DraftPlan): Finding[] {
  return plan.drafts
    .filter((draft) => stands(draft) && draft.action === 'REMOVE_STAFF')
    .flatMap((draft): Finding[] => {
      const { workpool } = place(plan, draft.actionUnitId);
      const units = [...plan.units.values()].filter((unit) => unit.workpool === workpool);
      const red = units
        .filter((unit) => isProjectedRed(plan, unit))
        .map((unit) => unit.unitId)
        .toSorted();
      if (red[0] !== undefined) {
        const detail = `${red.join(', ')} projected at overflow risk or worse within ${plan.parameters.conflicts.projectionMin} min`;
        return [{ kind: 'hold', draft, rule: 'remove_before_red', detail }];
      }
      const blind = units
        .filter((unit) => projectedFills(plan, unit).length === 0)
        .map((unit) => unit.unitId)
        .toSorted();
      if (blind.length === 0) return [];
      const detail = `${nameOf(draft)}: no projection of ${blind.join(', ')}`;
      return [{ kind: 'skip', rule: 'remove_before_red', detail }];
    });
}

function isProjectedRed(plan: DraftPlan, unit: UnitEvaluation): boolean {
  const { projectedRiskFill } = zonesOf(plan, unit.unitId);
  return (
    unit.highZone === 'OVERFLOW' ||
    unit.highZone === 'OVERFLOW_RISK' ||
    projectedFills(plan, unit).some((fill) => fill >= projectedRiskFill)
  );
}

function projectedFills(plan: DraftPlan, unit: UnitEvaluation | undefined): number[] {
  if (unit === undefined || unit.capacityUnits === null || unit.capacityUnits <= 0) return [];
  const capacity = unit.capacityUnits;
  return unit.projection
    .filter((step) => step.inMin <= plan.parameters.conflicts.projectionMin)
    .toSorted((a, b) => a.inMin - b.inMin)
    .map((step) => step.wipUnits / capacity);
}

function recovers(fills: number[], zones: ZoneThresholds): boolean {
  return fills.every((fill) => fill < zones.overflowEnter) && (fills.at(-1) ?? 1) < zones.projectedRiskFill;
}

function staffingOf(series: UnitSeries, process: Draft['process']): Staffing | null {
  return [series.staffing, series.picking].find((staffing) => staffing?.process === process) ?? null;
}
