/** What the Temporal UI shows of a run without opening a payload: summaries (one line) and details (Markdown). */
import type { AlertState, DecideResult, UnitLabel } from '../domain/alerting.ts';
import type { CycleId } from '../domain/vocabulary.ts';

/** Markdown of the details stays readable, and the history small. */
const MOST_LINES = 12;

export function describeWarehouse(state: AlertState): string {
  const troubled = state.units.filter((unit) => unit.alerts.length > 0);
  const lines = troubled.flatMap((unit) =>
    unit.alerts.map(
      (alert) =>
        `- **${unit.unitId}** ${unit.state}: ${alert.label ?? 'WATCH'} (${alert.reason}), ${alert.action}${amount(alert)}`,
    ),
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
    .map(
      (label) =>
        `- **${label.label}** ${label.unitId} ${label.state}: ${label.action}${amount(label)} (${label.reason})`,
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
