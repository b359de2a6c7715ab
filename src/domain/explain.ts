import type { UnitLabel } from './alerting.ts';
import { explainData, explainSources } from './explain/data.ts';
import { directionName, explainEvaluation } from './explain/evaluation.ts';
import { instant, wrap } from './explain/text.ts';
import { explainConflicts, explainLabels } from './explain/verdict.ts';
import type { ResolvedRecommendation, UnitEvaluation } from './recommendation.ts';
import type { UnitSeries } from './series.ts';
import type { SourceOutcomes } from './source-rows.ts';

export { reasonInWords } from './explain/reasons.ts';

export interface ExplainInput {
  unitId: string;
  /** Absent where no timeseries could be made. */
  series?: UnitSeries;
  /** undefined where the unit was not evaluated in this cycle. */
  evaluation: UnitEvaluation | undefined;
  /** Of the whole warehouse or of this unit; others are left out. */
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
  const labels = input.labels.filter((label) => label.unitId === unitId);
  const cycleTs = Date.parse(cycleId);
  const lines = [
    ...wrap(`${unitId} at ${instant(cycleTs, timezone, true)}, ${timezone}`),
    ...wrap(`Cycle ${cycleId}, decided by algorithm ${algorithm}.`),
    ...wrap(summary(evaluation, resolved, labels)),
    '',
    '1. Data: what was known',
    ...explainSources(sources),
    ...explainData(series, timezone),
    '',
    '2. Evaluation: what the unit alone calls for',
    ...explainEvaluation(evaluation, cycleTs, timezone),
    '',
    '3. Conflicts: what other units call for at the same time',
    ...explainConflicts(evaluation?.recommendations ?? [], resolved),
    '',
    '4. Suppression: what people are told',
    ...explainLabels(labels, resolved, timezone),
  ];
  return `${lines.join('\n')}\n`;
}

/** `In short: OVERFLOW_RISK; HIGH ADD_STAFF, NEW.` */
function summary(
  evaluation: UnitEvaluation | undefined,
  resolved: ResolvedRecommendation[],
  labels: UnitLabel[],
): string {
  const verdicts = resolved.map((one) => {
    const label = labels.find(({ direction }) => direction === one.direction);
    return `${directionName(one)} ${one.action}, ${label?.label ?? 'not notified'}`;
  });
  const state = evaluation?.state ?? 'UNKNOWN, not evaluated';
  return `In short: ${[state, ...verdicts].join('; ')}.`;
}
