/** The last two parts of an explanation: the conflicts with other units, and what people are told. */
import type { UnitLabel } from '../suppress/contract.ts';
import type { Recommendation, ResolvedRecommendation } from '../recommendation.ts';
import { ruleInWords } from '../resolve/rules.ts';
import { actionText, directionName } from './evaluation.ts';
import { reasonInWords } from '../words/reasons.ts';
import { field, instant, wrap } from './text.ts';

export function explainConflicts(
  proposals: Recommendation[],
  resolved: ResolvedRecommendation[],
  spokenFor: ResolvedRecommendation[],
): string[] {
  if (resolved.length === 0) return wrap('Nothing was recommended, so nothing could conflict.', 2);
  const own = resolved.flatMap((one) => {
    const proposal = proposals.find(({ direction }) => direction === one.direction);
    return [
      ...field(directionName(one), verdictText(one)),
      ...one.rules.flatMap(({ name, detail }) =>
        field('', `Rule ${name}: ${ruleInWords(name) ?? ''} Here: ${detail}.`),
      ),
      ...(proposal === undefined ? [] : changesOf(proposal, one).flatMap((change) => field('', change))),
    ];
  });
  return [...own, ...spokenFor.flatMap((one) => field('speaks for', spokenForText(one)))];
}

/** `FRA1_SINGLES_LANE-2 HIGH THROTTLE_PICKING_ALL, by rule same_action` */
function spokenForText(one: ResolvedRecommendation): string {
  const rule = one.rules.at(-1)?.name;
  return `${one.unitId} ${directionName(one)} ${one.action}${rule === undefined ? '' : `, by rule ${rule}: ${ruleInWords(rule) ?? ''}`}`;
}

function verdictText(one: ResolvedRecommendation): string {
  if (one.winner !== null) return `covered by ${one.winner}`;
  if (one.held) return 'held back, covered by nobody';
  return one.rules.length === 0
    ? 'stands as proposed: no other unit overrules or changes it'
    : 'stands, changed by a rule';
}

function changesOf(before: Recommendation, after: ResolvedRecommendation): string[] {
  const changes: string[] = [];
  const [was, is] = [actionText(before), actionText(after)];
  if (was !== is) changes.push(`Proposed was ${was}; it is now ${is}.`);
  if (before.severity !== after.severity)
    changes.push(`Severity was ${before.severity}; it is now ${after.severity}.`);
  if (before.sentence !== after.sentence) changes.push(`In words: ${after.sentence}`);
  return changes;
}

export function explainLabels(
  labels: UnitLabel[],
  resolved: ResolvedRecommendation[],
  timezone: string,
): string[] {
  if (labels.length === 0)
    return wrap('No label and no message: no action is required, and no alert of this unit is open.', 2);
  return labels.flatMap((label) => {
    const recommendation = resolved.find(({ direction }) => direction === label.direction);
    const rule = recommendation?.rules.at(-1)?.name ?? null;
    const { winner } = label;
    const words = reasonInWords(label.label, label.reason, { winner, rule });
    const name = label.label === null ? 'WATCH' : `${label.label} (${label.reason})`;
    return [
      ...field(directionName(label), `${name}. ${words}`),
      ...field(
        '',
        `As of now: ${label.state}, severity ${label.severity}, ${actionText({ ...label, process: null })}.`,
      ),
      ...(label.episodeId === null ? [] : field('', episodeText(label.episodeId, timezone))),
    ];
  });
}

/** The id ends with the cycle in which the episode started. */
function episodeText(episodeId: string, timezone: string): string {
  const start = /\d{4}-\d{2}-\d{2}T[\d:]+Z$/.exec(episodeId)?.[0];
  const since = start === undefined ? '' : `, since ${instant(Date.parse(start), timezone, true)}`;
  return `Episode ${episodeId}${since}.`;
}
