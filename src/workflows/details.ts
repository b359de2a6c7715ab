// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** What the Temporal UI shows of a run without opening a payload: summaries (one line) and details (Markdown). */
import type { AlertState, DecideResult, UnitLabel } from '../domain/suppress/contract.ts';
import { byUrgency, type CycleId } from '../domain/vocabulary.ts';
import { counted } from '../domain/words/amounts.ts';
import { instruct, instructUndo } from '../domain/words/instruction.ts';
import { shortReason } from '../domain/words/reasons.ts';

/** Markdown of the details stays readable, and the history small. */
const MOST_LINES = 12;

export function describeWarehouse(state: AlertState): string {
  const lines = state.units
    .flatMap(({ unitId, state: now, alerts }) => alerts.map((alert) => ({ ...alert, unitId, state: now })))
    .toSorted(byUrgency)
    .map(
      (alert) =>
        `- **${alert.severity} ${alert.unitId}** ${alert.state}: ${instruct({ ...alert, actionUnitId: alert.actionUnitId ?? alert.unitId })} (${whyIn(alert)})`,
    );
  return [
    [
      `**${state.warehouse}: ${state.worstState}**`,
      ...(state.openEpisodes > 0 ? [`${state.openEpisodes} open`] : []),
      state.lastCycle === null ? 'no cycle yet' : `last cycle ${state.lastCycle}`,
    ].join(', '),
    '',
    ...shorten([...undoLines(state), ...lines]),
  ].join('\n');
}

function undoLines({ undo = [] }: AlertState): string[] {
  return undo
    .filter(({ doneBy }) => doneBy === null)
    .flatMap(({ unitId, instructions }) =>
      instructions.map(
        (each) => `- **to undo ${unitId}**: ${instructUndo({ ...each, unitId, direction: '' })}`,
      ),
    );
}

export function describeDecision(warehouse: string, result: DecideResult): string {
  const lines = result.labels
    .filter((label) => label.label !== null)
    .toSorted(byUrgency)
    .map(
      (label) =>
        `- **${label.severity} ${label.unitId}** ${label.state}: ${instruct(label)} (${whyIn(label)})`,
    );
  return [
    [
      `**${warehouse} ${clock(result.cycleId)}: ${result.worstState}**`,
      ...(result.pending > 0 ? [`${result.pending} to say`] : []),
      ...(result.openEpisodes > 0 ? [`${result.openEpisodes} open`] : []),
    ].join(', '),
    '',
    ...shorten(lines.length > 0 ? lines : ['- nothing needs action']),
  ].join('\n');
}

/** What is about to be posted, in one line. */
export function describeSaying({ labels, pending }: DecideResult): string {
  const [first, ...rest] = labels.filter(({ label }) => label !== null && label !== 'SUPPRESSED');
  if (first === undefined)
    return pending > 0 ? `${counted(pending, 'message')} of earlier cycles` : 'the board of every unit';
  const more = rest.length > 0 ? `, and ${rest.length} more` : '';
  const said = first.label === 'CLEARED' ? first.unitId : instruct(first);
  return `${first.label}: ${said}${more}`;
}

/** `10:05Z` */
export function clock(cycleId: CycleId): string {
  return `${cycleId.slice(11, 16)}Z`;
}

function whyIn({ label, reason }: Pick<UnitLabel, 'label' | 'reason'>): string {
  return label === null ? 'watched' : `${label}, ${shortReason(label, reason)}`;
}

function shorten(lines: string[]): string[] {
  const rest = lines.length - MOST_LINES;
  return rest > 0 ? [...lines.slice(0, MOST_LINES), `- and ${rest} more`] : lines;
}
