import type { InterpretMemory } from '../suppress/contract.ts';
import type { EvaluateResult, ResolveResult } from '../recommendation.ts';
import type { WarehouseSeries } from '../series.ts';
import { sentence } from '../words/sentence.ts';
import { holdRemovalsBeforeRed, voidQuantities, watchUntilBreakEnds } from './amendments.ts';
import {
  coverByStop,
  coverDataOfSource,
  coverDataOfTotal,
  coverFeedByThrottleAll,
  coverInductsByThrottleAll,
  coverRebalanceByTotal,
  coverReleaseByThrottle,
  coverSameAction,
  coverWhatIsLeftToTotal,
} from './covers.ts';
import { pairInducts } from './inducts.ts';
import { holdMovesBack } from './moves.ts';
import type { RuleName } from './rules.ts';
import { settle } from './settle.ts';
import { observe, type Cover, type Draft, type Finding, type Rule, type DraftPlan } from './draft-plan.ts';
import { matchStaff, sharePool } from './staff.ts';
import { compare } from '../compare.ts';

/**
 * Rules of one step see the same plan and are settled together; each step sees what the one before has left.
 * What is held can cover nothing, so holds come first; what is covered is not paired, netted or given staff.
 */
const STEPS: readonly (readonly Rule[])[] = [
  [voidQuantities, watchUntilBreakEnds],
  [holdMovesBack, holdRemovalsBeforeRed],
  [
    coverByStop,
    coverDataOfSource,
    coverDataOfTotal,
    coverInductsByThrottleAll,
    coverFeedByThrottleAll,
    coverReleaseByThrottle,
    coverRebalanceByTotal,
    coverWhatIsLeftToTotal,
    coverSameAction,
  ],
  [pairInducts],
  [matchStaff],
  [sharePool],
];

export interface ResolveInput {
  evaluation: EvaluateResult;
  series: WarehouseSeries;
  memory: InterpretMemory;
  /** Must be the version that made the evaluation. */
  algorithm: string;
}

/**
 * Substep 2: settles conflicts between the recommendations of one warehouse. Pure, and independent of the order of
 * its input; nothing is dropped: what loses stays in the record with the rule and its surviving winner.
 */
export function resolve(input: ResolveInput): ResolveResult {
  const { evaluation, series, memory, algorithm } = input;
  if (algorithm !== evaluation.algorithm)
    throw new Error(
      `resolve: algorithm ${algorithm} was asked to settle what ${evaluation.algorithm} evaluated for ` +
        `${evaluation.warehouse} at ${evaluation.cycleId}; evaluate and resolve with one version`,
    );
  const plan = observe(evaluation, series, memory);
  const covered = new Map<Draft, Cover>();
  const skipped = new Map<string, { rule: string; detail: string }>();
  for (const step of STEPS) {
    for (const skip of apply(
      plan,
      step.flatMap((rule) => rule(plan)),
      covered,
    ))
      skipped.set(`${skip.rule} ${skip.detail}`, skip);
  }
  return {
    warehouse: evaluation.warehouse,
    cycleId: evaluation.cycleId,
    // What concerns no unit conflicts with none.
    recommendations: [
      ...plan.drafts,
      ...(evaluation.own ?? []).map((each) => ({ ...each, rules: [], winner: null, held: false })),
    ],
    skipped: [...skipped].toSorted(([a], [b]) => compare(a, b)).map(([, skip]) => skip),
  };
}

/** What is changed is said anew. */
function retell({ units }: DraftPlan, draft: Draft, rule: RuleName): void {
  const { fill = null, coverMin = null } = units.get(draft.unitId) ?? {};
  // Who comes back need not be called.
  const said =
    rule === 'break_ends_first' ? ({ ...draft, action: 'NONE', cause: 'UNKNOWN' } as const) : draft;
  draft.sentence = sentence({ ...said, fill, coverMin });
}

function apply(
  plan: DraftPlan,
  findings: Finding[],
  covered: Map<Draft, Cover>,
): { rule: string; detail: string }[] {
  const covers: Cover[] = [];
  const skipped: { rule: string; detail: string }[] = [];
  for (const finding of findings) {
    if (finding.kind === 'cover') {
      covers.push(finding);
      continue;
    }
    if (finding.kind === 'skip') {
      skipped.push({ rule: finding.rule, detail: finding.detail });
      continue;
    }
    const { draft, rule, detail } = finding;
    draft.rules.push({ name: rule, detail });
    if (finding.kind === 'hold') draft.held = true;
    else retell(plan, Object.assign(draft, finding.change), rule);
  }
  settle(plan, covers, covered);
  return skipped;
}
