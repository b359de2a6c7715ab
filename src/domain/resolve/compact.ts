import { HISTORY_DIGITS, MINUTES_DECIMALS, toDecimals } from '../digits.ts';
import type { DecideInput, DirectionDecision, UnitDecision } from '../suppress/contract.ts';
import type { EvaluateResult, ResolvedRecommendation, ResolveResult } from '../recommendation.ts';
import { sourceOf } from '../units.ts';

/**
 * The compact rows that `decide` carries, one per evaluated unit, in the order of their ids. `rule` is the rule that
 * withheld the recommendation; rules that only changed it stay in the trace.
 */
export function toUnitDecisions(evaluation: EvaluateResult, resolved: ResolveResult): UnitDecision[] {
  const byUnit = new Map<string, ResolvedRecommendation[]>();
  for (const recommendation of resolved.recommendations) {
    const { unitId } = recommendation;
    byUnit.set(unitId, [...(byUnit.get(unitId) ?? []), recommendation]);
  }
  return evaluation.units
    .toSorted((a, b) => (a.unitId < b.unitId ? -1 : a.unitId > b.unitId ? 1 : 0))
    .map((unit) => {
      const decision: UnitDecision = {
        unitId: unit.unitId,
        unitType: unit.unitType,
        workpool: unit.workpool,
        state: unit.state,
        highZone: unit.highZone,
        lowZone: unit.lowZone,
        quality: Math.round(unit.quality),
        fill: significant(unit.fill),
      };
      for (const recommendation of byUnit.get(unit.unitId) ?? []) {
        const slot = ({ HIGH: 'high', LOW: 'low', '': 'data' } as const)[recommendation.direction];
        decision[slot] = toDirection(recommendation);
      }
      return decision;
    });
}

/** Of the warehouse itself and its sources; undefined where there is nothing to say. */
export function toOwnDecision({ warehouse, recommendations }: ResolveResult): DecideInput['own'] {
  const own = recommendations.filter(({ unitId }) => unitId === warehouse);
  const [high, data] = (['HIGH', ''] as const).map((direction) =>
    own.find((one) => one.direction === direction),
  );
  const sources = recommendations.flatMap((one) => {
    const source = sourceOf(one.unitId);
    return source === null ? [] : [{ source, data: toDirection(one) }];
  });
  if (!high && !data && sources.length === 0) return undefined;
  return {
    ...(high ? { high: toDirection(high) } : {}),
    ...(data ? { data: toDirection(data) } : {}),
    ...(sources.length > 0 ? { sources } : {}),
  };
}

function toDirection(recommendation: ResolvedRecommendation): DirectionDecision {
  const withheld = recommendation.held || recommendation.winner !== null;
  return {
    state: recommendation.state,
    action: recommendation.action,
    cause: recommendation.cause,
    severity: recommendation.severity,
    quantity: significant(recommendation.quantity),
    quantityUnit: recommendation.quantityUnit,
    actionUnitId: recommendation.actionUnitId,
    ...peopleOf(recommendation),
    ttoMin: tenths(recommendation.ttoMin),
    ttsMin: tenths(recommendation.ttsMin),
    minutesActionable: recommendation.minutesActionable,
    levelAndWcsAgree: recommendation.levelAndWcsAgree,
    ...(recommendation.atOnce ? { atOnce: true } : {}),
    ...(recommendation.alarm === null ? {} : { alarm: recommendation.alarm }),
    ...(recommendation.about === undefined ? {} : { about: recommendation.about }),
    winner: recommendation.winner,
    rule: withheld ? (recommendation.rules.at(-1)?.name ?? null) : null,
    held: recommendation.held,
  };
}

function peopleOf({
  action,
  process,
  fromProcess,
}: ResolvedRecommendation): Pick<DirectionDecision, 'process' | 'fromProcess'> {
  return {
    ...(process ? { process } : {}),
    ...(fromProcess && action === 'MOVE_STAFF' ? { fromProcess } : {}),
  };
}

function significant(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(HISTORY_DIGITS));
}

function tenths(value: number | null): number | null {
  return value === null ? null : toDecimals(value, MINUTES_DECIMALS);
}
