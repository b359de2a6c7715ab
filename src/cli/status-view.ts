/** What `bufferwatch status` shows: pure, so that its honesty can be tested. */
import { z } from 'zod';
import type { AlertState, AlertStateUnit } from '../domain/suppress/contract.ts';
import type { WarehouseSeries } from '../domain/series.ts';
import { byUrgency, SEVERITIES, severityRank, type Severity, type State } from '../domain/vocabulary.ts';
import { counted, percent } from '../domain/words/amounts.ts';
import { blindInWords } from '../domain/words/causes.ts';
import { instruct, instructUndo, type Instructed } from '../domain/words/instruction.ts';
import { personName, shortName } from '../domain/words/places.ts';
import { shortReason } from '../domain/words/reasons.ts';
import { healthInWords, isAmiss } from '../domain/words/source-health.ts';
import type { NetworkAlert } from '../store/network-alert.ts';
import { describeAge } from './duration.ts';
import { localMoment } from './local-moment.ts';
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
  /** Each source's figures of the last cycle; null where its record is gone, or of an older release. */
  health: WarehouseSeries['health'] | null;
  /** Whose people an action is about, and why this one, by unit and direction as `{unit} {direction}`, as far as recorded. */
  recorded: Record<string, Pick<Instructed, 'process' | 'fromProcess' | 'because'>>;
}

export interface WarehouseStatusReport extends WarehouseStatus {
  /** Milliseconds since the last cycle's snapshot; null without one. */
  ageMs: number | null;
  /** The last cycle is too old to rely on what it said. */
  stale: boolean;
  /** Of its open alerts. */
  worstSeverity: Severity;
}

interface ViewOptions {
  /** Healthy and watched units too. */
  all: boolean;
  now: number;
  /** Of the registry, for a statement that works as printed. */
  schema: string;
}

export function isStale(ageMs: number, intervalMinutes: number): boolean {
  return ageMs > STALE_AFTER_INTERVALS * intervalMinutes * 60_000;
}

/** The worst first: what nobody has looked at lately, then by severity and state. */
export function assess(
  warehouses: WarehouseStatus[],
  { now, intervalMinutes }: { now: number; intervalMinutes: number },
): WarehouseStatusReport[] {
  return warehouses
    .map((warehouse): WarehouseStatusReport => {
      const last = warehouse.state?.lastCycle ?? null;
      const ageMs = last === null ? null : now - Date.parse(last);
      const stale = ageMs === null || isStale(ageMs, intervalMinutes);
      return { ...warehouse, ageMs, stale, worstSeverity: worstSeverityOf(warehouse.state) };
    })
    .toSorted((a, b) => Number(b.stale) - Number(a.stale) || byUrgency(urgencyOf(a), urgencyOf(b)));
}

function worstSeverityOf(state: AlertState | null): Severity {
  const open = (state?.units ?? []).flatMap(({ alerts }) => alerts.filter(isOpen));
  return open.reduce<Severity>(
    (worst, { severity }) => (severityRank(severity) > severityRank(worst) ? severity : worst),
    SEVERITIES[0],
  );
}

function urgencyOf({ worstSeverity, state }: WarehouseStatusReport): { severity: Severity; state: State } {
  return { severity: worstSeverity, state: state?.worstState ?? 'UNKNOWN' };
}

export function renderStatus(
  { networkAlerts, warehouses }: { networkAlerts: NetworkAlert[]; warehouses: WarehouseStatusReport[] },
  options: ViewOptions,
): string {
  if (warehouses.length === 0)
    return `no active warehouse. Add one: INSERT INTO ${options.schema}.warehouse (code, name, timezone) VALUES ('FRA1', 'Frankfurt 1', 'Europe/Berlin');`;
  return [
    ...(networkAlerts.length === 0
      ? []
      : [networkAlerts.map((alert) => renderNetworkAlert(alert, options)).join('\n')]),
    ...warehouses.map((report) => renderWarehouse(report, options)),
  ].join('\n\n');
}

/** `MONITORING: warehouses failed since 10:05 UTC: FRA1, LEJ1`, and below it why. */
function renderNetworkAlert({ key, openedCycle, detail }: NetworkAlert, { now }: ViewOptions): string {
  const names = ['last', 'names'].map((field) => detail[field]).find((each) => Array.isArray(each)) ?? [];
  const { data: findings = [] } = alertFindings.safeParse(detail['findings']);
  return [
    `MONITORING: ${key.replaceAll('-', ' ')} since ${localMoment(openedCycle, now, 'UTC')}${names.length > 0 ? `: ${names.join(', ')}` : ''}`,
    ...findings.slice(0, MOST_FINDINGS).map((finding) => `  ${finding.name}: ${finding.detail}`),
    ...(findings.length > MOST_FINDINGS ? [`  and ${findings.length - MOST_FINDINGS} more`] : []),
  ].join('\n');
}

const alertFindings = z.array(z.object({ name: z.string(), detail: z.string() }));

/** A screen is short, and a network has hundreds of warehouses. */
const MOST_FINDINGS = 5;

function renderWarehouse(report: WarehouseStatusReport, options: ViewOptions): string {
  const { code, name, timezone, state } = report;
  const lines = [`${code} ${name}: ${renderHeadline(report)}`];
  for (const each of report.blind ?? []) lines.push(`  BLIND: ${blindInWords(each)}`);
  for (const each of report.health ?? [])
    if (options.all || isAmiss(each)) lines.push(`  source ${each.source}: ${healthInWords(each)}`);
  if (report.blind === null && state) lines.push("  the last cycle's record of its sources is gone");
  if (!state) return lines.join('\n');
  if (state.undelivered > 0)
    lines.push(`  ${counted(state.undelivered, 'message')} decided and not yet delivered to Slack`);
  for (const { unit, from, until, by } of state.mutes)
    lines.push(
      `  muted: ${unit === '*' ? 'every unit' : unit} ${from === null ? '' : `from ${localMoment(from, options.now, timezone)} `}until ${localMoment(until, options.now, timezone)} by ${personName(by)}`,
    );
  for (const { unitId, endedAt, instructions, doneBy } of state.undo ?? [])
    if (doneBy === null)
      lines.push(
        ...instructions.map(
          (each) =>
            `  to undo: ${instructUndo({ ...each, unitId, direction: '' })} (${unitId}, over since ${localMoment(endedAt, options.now, timezone)})`,
        ),
      );
  const rows = state.units
    .flatMap((unit) => rowsOf(unit))
    .filter((row) => options.all || !isQuiet(row))
    .toSorted(
      (a, b) =>
        byUrgency(a, b) ||
        (a.alert?.episode?.startedAt ?? '~').localeCompare(b.alert?.episode?.startedAt ?? '~', 'en') ||
        a.unit.unitId.localeCompare(b.unit.unitId, 'en'),
    );
  if (rows.length > 0)
    lines.push(
      indent(
        renderTable(
          ['severity', 'unit', 'state', 'fill', 'open since', 'what to do', 'what people know'],
          rows.map((row) => renderRow(row, report, state, options)),
        ),
      ),
    );
  lines.push(...renderRest(state, rows));
  return lines.join('\n');
}

function renderHeadline({ state, ageMs, stale, worstSeverity }: WarehouseStatusReport): string {
  if (!state || ageMs === null) return 'NO CYCLE YET: nothing is known of it';
  const age = `last cycle ${describeAge(ageMs)} ago`;
  const open = state.openEpisodes === 0 ? '' : `, ${counted(state.openEpisodes, 'open alert')}`;
  const severity = worstSeverity === 'NONE' ? '' : `${worstSeverity} `;
  return stale
    ? `${age}: STALE, what follows may no longer hold`
    : `${age}, worst ${severity}${state.worstState}${open}`;
}

type Alert = AlertStateUnit['alerts'][number];

/** One direction of a unit, or a unit of which there is nothing to say. */
interface Row {
  unit: AlertStateUnit;
  alert: Alert | null;
  severity: Severity;
  state: State;
}

function rowsOf(unit: AlertStateUnit): Row[] {
  const { state } = unit;
  if (unit.alerts.length === 0) return [{ unit, alert: null, severity: 'NONE', state }];
  return unit.alerts.map((alert) => ({ unit, alert, severity: alert.severity, state }));
}

/** Open, or about to be. */
function isOpen({ label }: Alert): boolean {
  return label !== null && label !== 'CLEARED';
}

const QUIET_STATES: ReadonlySet<State> = new Set(['OK', 'NOT_SCHEDULED', 'WATCH_HIGH', 'WATCH_LOW']);

function isQuiet({ alert, state }: Row): boolean {
  return alert === null ? QUIET_STATES.has(state) : !isOpen(alert);
}

function renderRow(
  { unit, alert }: Row,
  report: WarehouseStatusReport,
  state: AlertState,
  options: ViewOptions,
) {
  const fill = unit.fill === null ? '?' : percent(unit.fill);
  if (alert === null) return ['', unit.unitId, unit.state, fill];
  return [
    alert.severity,
    unit.unitId,
    unit.state,
    fill,
    alert.episode ? localMoment(alert.episode.startedAt, options.now, report.timezone) : '',
    describeOrder(unit.unitId, alert, report),
    describeKnown(unit.unitId, alert, state, {
      now: options.now,
      at: (iso) => localMoment(iso, options.now, report.timezone),
    }),
  ];
}

function describeOrder(unitId: string, alert: Alert, { recorded }: WarehouseStatusReport): string {
  if (alert.label === 'CLEARED') return '';
  return instruct({
    ...alert,
    ...recorded[`${unitId} ${alert.direction}`],
    unitId,
    actionUnitId: alert.actionUnitId ?? unitId,
  });
}

/** Whether people were told, who took it on, who silenced it, and each until when. */
function describeKnown(
  unitId: string,
  { label, reason, winner, episode }: Alert,
  { mutes }: AlertState,
  { now, at }: { now: number; at: (iso: string) => string },
): string {
  if (label === null) return 'watched';
  if (label === 'CLEARED') return `over: ${shortReason(label, reason)}`;
  const isDue = label !== 'SUPPRESSED';
  const told = episode?.lastNotifiedAt
    ? `told ${at(episode.lastNotifiedAt)}`
    : isDue
      ? 'being told'
      : 'not told';
  const parts = [told];
  if (!isDue && !SAID_ELSEWHERE.has(reason))
    parts.push(`${shortReason(label, reason)}${winner === null ? '' : ` by ${shortName(winner)}`}`);
  const { acknowledgedBy: by = null, acknowledgedUntil: end = null } = episode ?? {};
  if (by !== null && (end === null || Date.parse(end) > now))
    parts.push(`acknowledged by ${personName(by)} until ${end === null ? 'it is over' : at(end)}`);
  const mute = mutes.find(
    ({ unit, from, until }) =>
      (unit === '*' || unit === unitId) &&
      (from === null || Date.parse(from) <= now) &&
      now < Date.parse(until),
  );
  if (mute) parts.push(`muted by ${personName(mute.by)} until ${at(mute.until)}`);
  return parts.join('; ');
}

/** By the time of the last message, by who acknowledged, by who muted. */
const SAID_ELSEWHERE: ReadonlySet<string> = new Set(['window', 'acknowledged', 'muted']);

function renderRest({ units }: AlertState, rows: readonly Row[]): string[] {
  const shown = new Set(rows.map(({ unit }) => unit.unitId));
  const rest = units.filter(({ unitId }) => !shown.has(unitId));
  const watched = rest.filter(
    ({ state, alerts }) => alerts.length > 0 || state === 'WATCH_HIGH' || state === 'WATCH_LOW',
  ).length;
  const counts = [
    ...(watched > 0 ? [`${watched} watched`] : []),
    ...(rest.length > watched ? [`${rest.length - watched} healthy`] : []),
  ];
  return counts.length === 0
    ? []
    : [`  ${shown.size > 0 ? 'other units: ' : ''}${counts.join(', ')} (--all)`];
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
