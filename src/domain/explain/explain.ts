import type { UnitLabel } from '../suppress/contract.ts';
import { explainData, explainSources } from './data.ts';
import { directionName, explainEvaluation, explainOwn } from './evaluation.ts';
import { explainOwnFacts, type OwnFacts } from './own.ts';
import { instant, wrap } from './text.ts';
import { explainConflicts, explainLabels } from './verdict.ts';
import type { ResolvedRecommendation, UnitEvaluation } from '../recommendation.ts';
import type { UnitSeries } from '../series.ts';
import type { SourceOutcomes } from '../source-rows.ts';

export interface ExplainInput {
  unitId: string;
  /** Absent where no timeseries could be made. */
  series?: UnitSeries;
  /** Where the warehouse itself is asked about, or one of its sources: what that speaks for. */
  own?: OwnFacts;
  /** undefined where the unit was not evaluated in this cycle. */
  evaluation: UnitEvaluation | undefined;
  /** Of the whole warehouse: others are shown as far as this unit speaks for them. */
  resolved: ResolvedRecommendation[];
  /** Of the whole warehouse or of this unit; others are left out. */
  labels: UnitLabel[];
  /** IANA name. */
  timezone: string;
  cycleId: string;
  algorithm: string;
  sources: SourceOutcomes;
}

/**
 * One decision about one unit, step by step and with every value, for a person who does not know the code and may
 * want to dispute it. Plain text of at most 100 columns; times are the warehouse's own, with zone and UTC.
 */
export function explain(input: ExplainInput): string {
  const { unitId, series, evaluation, timezone, cycleId, algorithm, sources } = input;
  const resolved = input.resolved.filter((one) => one.unitId === unitId);
  const spokenFor = input.resolved.filter((one) => one.winner === unitId);
  const labels = input.labels.filter((label) => label.unitId === unitId);
  const cycleTs = Date.parse(cycleId);
  const lines = [
    ...wrap(`${unitId} at ${instant(cycleTs, timezone, true)}, ${timezone}`),
    ...wrap(`Cycle ${cycleId}, decided by algorithm ${algorithm}.`),
    ...wrap(summary(input.own ? null : evaluation, resolved, labels)),
    '',
    '1. Data: what was known',
    ...explainSources(sources),
    ...(input.own ? explainOwnFacts(input.own) : explainData(series, timezone)),
    '',
    '2. Evaluation: what the unit alone calls for',
    ...(input.own
      ? explainOwn(resolved)
      : explainEvaluation(evaluation, cycleTs, timezone, series?.quality.score)),
    '',
    '3. Conflicts: what other units call for at the same time',
    ...explainConflicts(evaluation?.recommendations ?? [], resolved, spokenFor),
    '',
    '4. Suppression: what people are told',
    ...explainLabels(labels, resolved, timezone),
    '',
    '5. Not right? Where to look, and what to change',
    ...wrap(DISPUTE, 2),
  ];
  return `${lines.join('\n')}\n`;
}

/** For who has the floor and not the code. */
const DISPUTE =
  'A value in part 1 that the floor does not show is a matter of its source and of the time it was measured. A limit ' +
  'of a zone in part 2 (fill, probability, minutes of cover, ...) can be set for this unit alone in unit_override.thresholds, ' +
  'as can its capacity, its stations and the people it may draw on. A rule in part 3 names the other unit: explain that one too. ' +
  'A decision that is wrong all the same is best answered with Wrong, and why, on its message.';

/** `In short: OVERFLOW_RISK, WARNING. Add 3 packers ... (ADD_STAFF, NEW)`: first what it says, then by which names. */
function summary(
  /** null: of the warehouse itself or a source, which have no state of their own. */
  evaluation: UnitEvaluation | undefined | null,
  resolved: ResolvedRecommendation[],
  labels: UnitLabel[],
): string {
  const verdicts = resolved.map((one) => {
    const label = labels.find(({ direction }) => direction === one.direction);
    const told = label === undefined ? 'not told' : (label.label ?? 'WATCH, not told');
    return `${one.sentence} (${directionName(one)} ${one.action}, ${one.severity}, ${told})`;
  });
  const nothing = 'as a whole it has nothing to say beside its units.';
  const state =
    evaluation === null
      ? verdicts.length === 0
        ? [nothing]
        : []
      : [`${evaluation?.state ?? 'UNKNOWN, not evaluated'}.`];
  return ['In short:', ...state, ...verdicts].join(' ');
}
