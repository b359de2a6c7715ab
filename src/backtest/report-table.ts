/** The report as people read it: one row a figure, one column a detector. */
import { BASELINES } from './detectors/baselines.ts';
import type { OurScores, Report } from './report.ts';
import type { RecallScores, Scores } from './score/score.ts';

type Read = (scores: Scores) => string;

const ROWS: readonly (readonly [string, Read])[] = [
  ['incidents', (s) => String(s.incidents)],
  ['recall by onset', (s) => share(s.recall_by_onset)],
  ['recall within 5 min after', (s) => share(s.recall_within_5_min)],
  ['recall with >= 10 min lead', (s) => share(s.recall_lead_10_min)],
  ['  a NEW of its own in time', (s) => share(s.recall_fresh_10)],
  ['episodes', (s) => String(s.episodes)],
  ['precision', (s) => share(s.precision)],
  ['  of fresh NEWs', (s) => share(s.precision_fresh)],
  ['alerts by unit', (s) => String(s.by_unit.alerts)],
  ['  precision', (s) => share(s.by_unit.precision)],
  ['  of fresh ones', (s) => share(s.by_unit.precision_fresh)],
  ['  false per unit-day', (s) => digits(s.by_unit.false_alerts_per_unit_day, 3)],
  ['lead p10/p50/p90, min', (s) => [s.lead_p10_min, s.lead_p50_min, s.lead_p90_min].map(whole).join('/')],
  ['false per unit-day', (s) => digits(s.false_episodes_per_unit_day, 3)],
  ['open share', (s) => share(s.open_share)],
  ['notifications', (s) => String(s.notifications)],
  ['  per warehouse-hour', (s) => digits(s.notifications_per_warehouse_hour, 2)],
  ['  per incident', (s) => digits(s.notifications_per_incident, 1)],
  ['fewer than threshold', (s) => share(s.reduction_against_threshold)],
  ['operator checks replaced', (s) => share(s.operator_checks_replaced)],
  ['wrong direction', (s) => String(s.wrong_direction)],
];

export function renderReport(report: Report): string {
  const detectors: [string, Scores][] = [
    ['bufferwatch', report.bufferwatch],
    ...BASELINES.map((name): [string, Scores] => [name.replaceAll('_', ' '), report.baselines[name]]),
  ];
  const table = [
    ['', ...detectors.map(([name]) => name)],
    ...ROWS.map(([name, read]) => [name, ...detectors.map(([, scores]) => read(scores))]),
  ];
  return [
    headline(report),
    '',
    align(table),
    '',
    ...ownFigures(report),
    ...causes(report),
    ...report.missing.map((line) => `missing: ${line}`),
  ].join('\n');
}

function headline({ level, algorithm, sensitivity, incidents, ...of }: Report): string {
  const truth = incidents.derived ? 'derived from the levels' : 'from incidents.csv';
  return [
    `level ${level}, algorithm ${algorithm}${sensitivity === null ? '' : `, sensitivity ${sensitivity}`}: ${of.units} units of ${of.warehouses} warehouses, ${of.from} to ${of.to}`,
    `${incidents.count} incidents of ${incidents.families} causes, ${truth}${incidents.out_of_range > 0 ? ` (${incidents.out_of_range} more out of range)` : ''}; incident share ${share(of.bufferwatch.incident_share)}`,
    `${of.unit_cycles} unit-cycles in ${of.duration_s.toFixed(1)} s, ${Math.round(of.unit_cycles_per_s)} a second`,
  ].join('\n');
}

function ownFigures({ bufferwatch: own }: Report): string[] {
  const { all, new_rows: newRows } = own.calibration;
  const lines = [
    `healthy while blind: ${own.healthy_while_blind} of ${own.blind_unit_cycles} unit-cycles without a level`,
    `untrue CLEARED: ${own.untrue_cleared}; alerts by severity: ${Object.entries(own.severities)
      .map(([severity, count]) => `${severity} ${count}`)
      .join(', ')}`,
    `visible data to NEW beyond persistence: p50 ${digits(own.data_to_new_p50_min, 1)}, p95 ${digits(own.data_to_new_p95_min, 1)} min`,
    `NEW ${own.new}, ONGOING ${own.ongoing}, CLEARED ${own.cleared}; episodes about data: ${own.data_episodes}`,
    `told by another unit's alert: ${own.subsumed.incidents} incidents, ${share(own.subsumed.recall_lead_10_min)} with >= 10 min lead`,
  ];
  if (own.actions_judged > 0)
    lines.push(
      `action right: ${share(own.action_right)} of ${own.actions_judged}; quantity within 25 %: ${share(own.quantity_within_25_percent)} of ${own.quantities_judged}`,
    );
  lines.push(
    `said and come differ by up to ${digits(all.worst_gap, 2)} in tenths with 100 rows; at the limit ${digits(saidAtLimit(own), 2)} was said and ${digits(own.calibration.at_limit.base_rate, 2)} came (${own.calibration.at_limit.count})`,
    `Brier score over ${all.count} probabilities ${digits(all.brier, 4)} (base rate alone ${digits(all.brier_of_base_rate, 4)}); over ${newRows.count} NEW rows ${digits(newRows.brier, 4)} (${digits(newRows.brier_of_base_rate, 4)})`,
  );
  const negatives = Object.entries(own.negatives);
  if (negatives.length > 0)
    lines.push(
      `alarmed in: ${negatives.map(([kind, { count, alarmed }]) => `${kind} ${alarmed} of ${count}`).join(', ')}`,
    );
  const bins = newRows.reliability.filter(({ count }) => count > 0);
  if (bins.length > 0)
    lines.push(
      `NEW rows, said -> came: ${bins.map((bin) => `${digits(bin.mean_probability, 2)} -> ${digits(bin.observed, 2)} (${bin.count})`).join(', ')}`,
    );
  return lines;
}

/** Mean of what was said of units that were judged full. */
function saidAtLimit({ calibration: { at_limit: limit } }: OurScores): number | null {
  const sum = limit.reliability.reduce((all, bin) => all + (bin.mean_probability ?? 0) * bin.count, 0);
  return limit.count > 0 ? sum / limit.count : null;
}

function causes({ bufferwatch }: Report): string[] {
  const rows: [string, RecallScores][] = Object.entries(bufferwatch.by_cause);
  if (bufferwatch.foreseeable) rows.push(['cause >= 30 min before onset', bufferwatch.foreseeable]);
  if (rows.length === 0) return [];
  return [
    '',
    align([
      ['cause', 'incidents', 'by onset', 'within 5 min', '>= 10 min lead', 'fresh', 'lead p50'],
      ...rows.map(([name, s]) => [
        name,
        String(s.incidents),
        share(s.recall_by_onset),
        share(s.recall_within_5_min),
        share(s.recall_lead_10_min),
        share(s.recall_fresh_10),
        whole(s.lead_p50_min),
      ]),
    ]),
    '',
  ];
}

function align(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function share(value: number | null): string {
  return digits(value, 3);
}

function whole(value: number | null): string {
  return digits(value, 0);
}

function digits(value: number | null, places: number): string {
  return value === null ? '-' : value.toFixed(places);
}
