/** What every conflict rule looks at, and the words in which it speaks. */
import type { InterpretMemory } from '../suppress/contract.ts';
import type { AlgorithmParameters, ZoneThresholds } from '../algorithm/schema.ts';
import { algorithm, unitThresholds } from '../algorithm/algorithm.ts';
import type { EvaluateResult, ResolvedRecommendation, UnitEvaluation } from '../recommendation.ts';
import type { KnownPath, SourceHealth, UnitSeries, WarehouseSeries } from '../series.ts';
import { isActionable, severityRank, STAGES, type UnitType } from '../vocabulary.ts';
import type { RuleName } from './rules.ts';
import { TOTAL, parseUnitId, sourceUnitId } from '../units.ts';
import { compare } from '../compare.ts';

/** A recommendation while it is being settled; only `apply` in resolve.ts and `settle` change it. */
export type Draft = ResolvedRecommendation;

/** What a rule finds. A cover's winner is another draft, or the id of a unit whose notified episode is open. */
export type Finding =
  | { kind: 'amend'; draft: Draft; rule: RuleName; detail: string; change: Partial<Draft> }
  | { kind: 'hold'; draft: Draft; rule: RuleName; detail: string }
  | { kind: 'cover'; draft: Draft; rule: RuleName; detail: string; by: Draft | string }
  | { kind: 'skip'; rule: RuleName; detail: string };
export type Cover = Extract<Finding, { kind: 'cover' }>;

export interface DraftPlan {
  /** Epoch ms of the cycle. */
  cycleTs: number;
  units: ReadonlyMap<string, UnitEvaluation>;
  series: ReadonlyMap<string, UnitSeries>;
  paths: readonly KnownPath[];
  /** How each source does, and the id under which something is said of it as a whole. */
  sources: readonly (SourceHealth & { unitId: string })[];
  parameters: AlgorithmParameters;
  notified: InterpretMemory['notified'];
  /** In one fixed order, whatever the order of the input. */
  drafts: readonly Draft[];
}

export type Rule = (plan: DraftPlan) => Finding[];

/** A place that an action is carried out at, in the order of the flow. */
export interface Place {
  unitId: string;
  workpool: string;
  unitType: UnitType;
  /** Index in the stage order; a TOTAL has none of its own: it spans its workpool. */
  stage: number;
}

export function observe(
  evaluation: EvaluateResult,
  series: WarehouseSeries,
  memory: InterpretMemory,
): DraftPlan {
  const drafts = evaluation.units
    .flatMap((unit) => unit.recommendations)
    .map((recommendation): Draft => ({ ...recommendation, rules: [], winner: null, held: false }))
    .toSorted(byKey);
  return {
    cycleTs: Date.parse(evaluation.cycleId),
    units: new Map(evaluation.units.map((unit) => [unit.unitId, unit])),
    series: new Map(series.units.map((unit) => [unit.unit.unitId, unit])),
    paths: series.paths,
    sources: series.health.map((each) => ({
      ...each,
      unitId: sourceUnitId(series.warehouse, each.source),
    })),
    parameters: algorithm(evaluation.algorithm),
    notified: memory.notified,
    drafts,
  };
}

export function place(plan: DraftPlan, unitId: string): Place {
  const unit = plan.units.get(unitId);
  // A unit that is acted on without being evaluated is placed by its id, whose parts are fixed.
  const named = parseUnitId(unitId);
  const unitType: UnitType = unit?.unitType ?? (named?.path === TOTAL ? TOTAL : 'LANE');
  const stage = plan.series.get(unitId)?.unit.stage ?? (unitType === 'INDUCT' ? 'INDUCT' : 'PACK');
  return {
    unitId,
    workpool: unit?.workpool ?? named?.workpool ?? '',
    unitType,
    stage: STAGES.indexOf(stage),
  };
}

/** The zones of one unit, its own thresholds over the version's. */
export function zonesOf(plan: DraftPlan, unitId: string): ZoneThresholds {
  const override = plan.series.get(unitId)?.unit.override ?? null;
  return unitThresholds(plan.parameters.zones, override).thresholds;
}

/** Both act in one work area. */
export function sharesWorkpool(plan: DraftPlan, a: Draft, b: Draft): boolean {
  return place(plan, a.actionUnitId).workpool === place(plan, b.actionUnitId).workpool;
}

export function stands(draft: Draft): boolean {
  return draft.winner === null && !draft.held;
}

/** What nobody is told must not silence what people have to know. */
export function mayCover(winner: Draft, loser: Draft): boolean {
  return (
    winner !== loser && stands(winner) && (isActionable(winner.severity) || !isActionable(loser.severity))
  );
}

/** Minutes until the limit that the recommendation fears; 0 at the limit, Infinity where none is in sight. */
export function minutesToLimit(draft: Draft): number {
  if (draft.state === 'OVERFLOW' || draft.state === 'STARVED') return 0;
  return (draft.direction === 'LOW' ? draft.ttsMin : draft.ttoMin) ?? Infinity;
}

/** Lowest time to the limit first; equal ones by severity, then by name, so that the order never depends on the input. */
export function byUrgency(a: Draft, b: Draft): number {
  return (
    compare(minutesToLimit(a), minutesToLimit(b)) ||
    severityRank(b.severity) - severityRank(a.severity) ||
    byKey(a, b)
  );
}

export function byKey(a: Draft, b: Draft): number {
  return (
    compare(a.unitId, b.unitId) ||
    compare(a.direction, b.direction) ||
    // Never two of one key by contract; if there are, their content orders them.
    compare(JSON.stringify(a), JSON.stringify(b))
  );
}

/** `FRA1_SINGLES_TOTAL HIGH`: a recommendation as rules name it. */
export function nameOf(draft: { unitId: string; direction: string }): string {
  return draft.direction === '' ? `${draft.unitId} (data)` : `${draft.unitId} ${draft.direction}`;
}
