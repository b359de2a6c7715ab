// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** What the Temporal UI shows of a run without opening a payload: summaries (one line) and details (Markdown). */
import type { AlertState, DecideResult, UnitLabel } from '../domain/suppress/contract.ts';
import { byUrgency, type CycleId } from '../domain/vocabulary.ts';
import { adviceOf, describeAction } from '../slack/words.ts';

/** Markdown of the details stays readable, and the history small. */
const MOST_LINES = 12;

export function describeWarehouse(state: AlertState): string {
  const lines = state.units
    .flatMap(({ unitId, state: now, alerts }) => alerts.map((alert) => ({ ...alert, unitId, state: now })))
    .toSorted(byUrgency)
    .map(
      (alert) =>
        `- **${alert.severity} ${alert.unitId}** ${alert.state}: ${describeAction(adviceOf(alert.unitId, alert))} (${[alert.label ?? 'watched', alert.reason].filter((word) => word !== '').join(', ')})`,
    );
  return [
    `**${state.warehouse}: ${state.worstState}**, ${state.openEpisodes} open, last cycle ${state.lastCycle ?? 'none yet'}`,
    '',
    ...shorten(lines),
  ].join('\n');
}

export function describeDecision(warehouse: string, result: DecideResult): string {
  const lines = result.labels
    .filter((label) => label.label !== null)
    .toSorted(byUrgency)
    .map(
      (label) =>
        `- **${label.severity} ${label.unitId}** ${label.state}: ${describeAction(label)} (${label.label}, ${label.reason})`,
    );
  return [
    `**${warehouse} ${clock(result.cycleId)}: ${result.worstState}**, ${result.pending} to say, ${result.openEpisodes} open`,
    '',
    ...shorten(lines.length > 0 ? lines : ['- nothing needs an action']),
  ].join('\n');
}

/** What is about to be posted, in one line. */
export function describeSaying({ labels, pending }: DecideResult): string {
  const [first, ...rest] = labels.filter(({ label }) => label !== null && label !== 'SUPPRESSED');
  if (first === undefined)
    return pending > 0 ? `${pending} messages of earlier cycles` : 'the board of every unit';
  const more = rest.length > 0 ? `, and ${rest.length} more` : '';
  return `${first.label} ${first.unitId} ${first.action}${amount(first)}${more}`;
}

/** `10:05Z` */
export function clock(cycleId: CycleId): string {
  return `${cycleId.slice(11, 16)}Z`;
}

/** ` 3 persons`, or nothing where the number is not known. */
export function amount(of: Pick<UnitLabel, 'quantity' | 'quantityUnit'>): string {
  return of.quantity === null ? '' : ` ${of.quantity} ${of.quantityUnit ?? ''}`.trimEnd();
}

function shorten(lines: string[]): string[] {
  const rest = lines.length - MOST_LINES;
  return rest > 0 ? [...lines.slice(0, MOST_LINES), `- and ${rest} more`] : lines;
}
