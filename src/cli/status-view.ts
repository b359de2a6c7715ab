/** What `bufferwatch status` shows: pure, so that its honesty can be tested. */
import type { AlertState, AlertStateUnit } from '../domain/alerting.ts';
import type { WarehouseSeries } from '../domain/series.ts';
import { describeAge } from './duration.ts';
import { renderTable } from './output.ts';

/** One cycle may be missed or be under way; with two gone nobody is watching. */
const STALE_AFTER_INTERVALS = 2;

export interface WarehouseStatus {
  code: string;
  name: string;
  /** IANA name. */
  timezone: string;
  /** null: no cycle has decided for it yet. */
  state: AlertState | null;
  /** Of the last cycle; null where its record is gone. */
  blind: WarehouseSeries['blind'] | null;
}

export interface WarehouseStatusReport extends WarehouseStatus {
  /** Milliseconds since the last cycle's snapshot; null without one. */
  ageMs: number | null;
  /** The last cycle is too old to rely on what it said. */
  stale: boolean;
}

export function assess(
  warehouses: WarehouseStatus[],
  { now, intervalMinutes }: { now: number; intervalMinutes: number },
): WarehouseStatusReport[] {
  return warehouses.map((warehouse) => {
    const last = warehouse.state?.lastCycle ?? null;
    const ageMs = last === null ? null : now - Date.parse(last);
    const stale = ageMs === null || ageMs > STALE_AFTER_INTERVALS * intervalMinutes * 60_000;
    return { ...warehouse, ageMs, stale };
  });
}

/** `all`: healthy units too. */
export function renderStatus(reports: WarehouseStatusReport[], { all }: { all: boolean }): string {
  if (reports.length === 0)
    return "no active warehouse. Add one: INSERT INTO warehouse (code, name, timezone) VALUES ('FRA1', 'Frankfurt 1', 'Europe/Berlin');";
  return reports.map((report) => renderWarehouse(report, all)).join('\n\n');
}

function renderWarehouse(report: WarehouseStatusReport, all: boolean): string {
  const { code, name, timezone, state } = report;
  const lines = [`${code} ${name}: ${renderHeadline(report)}`];
  for (const { source, share } of report.blind ?? [])
    lines.push(
      `  BLIND: no usable data from ${source}; ${Math.round(share * 100)} % of the units depend on it`,
    );
  if (report.blind === null && state) lines.push("  the last cycle's record of its sources is gone");
  if (!state) return lines.join('\n');
  if (state.undelivered > 0)
    lines.push(`  ${state.undelivered} messages decided and not yet delivered to Slack`);
  for (const { unit, from, until, by } of state.mutes)
    lines.push(
      `  muted: ${unit === '*' ? 'every unit' : unit} ${from === null ? '' : `from ${localTime(from, timezone)} `}until ${localTime(until, timezone)} by ${by}`,
    );
  const shown = state.units.filter((unit) => all || !isQuiet(unit));
  if (shown.length > 0)
    lines.push(
      indent(
        renderTable(
          ['unit', 'state', 'fill', 'alert', 'since', 'action', 'why'],
          shown.flatMap((unit) => renderUnit(unit, timezone)),
        ),
      ),
    );
  const quiet = state.units.length - shown.length;
  if (quiet > 0) lines.push(`  ${quiet} ${shown.length > 0 ? 'other ' : ''}units healthy`);
  return lines.join('\n');
}

function renderHeadline({ state, ageMs, stale }: WarehouseStatusReport): string {
  if (!state || ageMs === null) return 'NO CYCLE YET: nothing is known of it';
  const age = `last cycle ${describeAge(ageMs)} ago`;
  const open = state.openEpisodes === 1 ? '1 open alert' : `${state.openEpisodes} open alerts`;
  return stale
    ? `${age}: STALE, what follows may no longer hold`
    : `${age}, worst ${state.worstState}, ${open}`;
}

function isQuiet({ state, alerts }: AlertStateUnit): boolean {
  return (state === 'OK' || state === 'NOT_SCHEDULED') && alerts.length === 0;
}

function renderUnit(unit: AlertStateUnit, timezone: string): string[][] {
  const head = [unit.unitId, unit.state, unit.fill === null ? '?' : `${Math.round(unit.fill * 100)} %`];
  if (unit.alerts.length === 0) return [[...head, '', '', '', '']];
  return unit.alerts.map((alert, index) => [
    ...(index === 0 ? head : ['', '', '']),
    alert.label === null ? alert.severity : `${alert.label}${alert.direction ? ` ${alert.direction}` : ''}`,
    alert.episode ? localTime(alert.episode.startedAt, timezone) : '',
    renderAction(alert),
    renderWhy(alert),
  ]);
}

function renderAction({ action, quantity, quantityUnit }: AlertStateUnit['alerts'][number]): string {
  if (quantity === null || quantityUnit === null) return action;
  return `${action} ${quantity}${quantityUnit === 'percent' ? ' %' : ` ${quantityUnit}`}`;
}

function renderWhy({ label, reason, winner, episode }: AlertStateUnit['alerts'][number]): string {
  if (label === 'SUPPRESSED' && winner !== null) return `${reason} by ${winner}`;
  if (episode?.acknowledgedBy) return `${reason || 'acknowledged'} by ${episode.acknowledgedBy}`;
  return reason;
}

/** `14:05 CET`: in the warehouse's own time. */
function localTime(iso: string, timezone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    timeZone: timezone,
    timeZoneName: 'short',
  }).format(new Date(iso));
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
