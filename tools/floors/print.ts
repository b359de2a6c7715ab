/** The floors' figures as tables in Markdown. */
import type { CalibrationScores } from '../../src/backtest/score/calibration.ts';
import type { IncidentKind } from '../../src/backtest/score/incident.ts';
import type { Counted } from '../../src/backtest/score/statistics.ts';
import { FALSE_KINDS } from './false-alerts.ts';
import type { FeedQuality, JudgedFloor } from './one-floor.ts';
import { countOf, DETECTORS, pool, scoresOf, type DetectorName, type Pooled } from './pool.ts';

/** What alarm management wants (ISA-18.2): shares of WARNING, CRITICAL, EMERGENCY. */
const WANTED_SEVERITIES = { WARNING: 0.8, CRITICAL: 0.15, EMERGENCY: 0.05 };
const ENOUGH_ROWS = 100;

type Count = (floor: JudgedFloor, detector: DetectorName) => Counted;

const FIGURES: readonly [string, Count][] = [
  ['recall within 5 min after onset', recall('recall_within_5_min')],
  ['  of overflows', recall('recall_within_5_min', 'OVERFLOW')],
  ['  of starvations', recall('recall_within_5_min', 'STARVATION')],
  ['R10: 10 min before it', recall('recall_lead_10_min')],
  ['  of overflows', recall('recall_lead_10_min', 'OVERFLOW')],
  ['  of starvations', recall('recall_lead_10_min', 'STARVATION')],
  ['precision by unit', byUnit(({ right }) => right)],
  ['fresh precision by unit', byUnit(({ fresh }) => fresh)],
  [
    'fresh precision, own NEWs',
    (floor, by) => countOf(of(floor, by).precision_fresh, of(floor, by).episodes),
  ],
  [
    'false alerts per unit-day, by unit',
    (floor, by) => ({ part: of(floor, by).by_unit.false_alerts, whole: floor.report.unit_days }),
  ],
  [
    'false alerts per unit-day, own NEWs',
    (floor, by) => ({ part: of(floor, by).false_episodes, whole: floor.report.unit_days }),
  ],
  [
    'notifications per incident',
    (floor, by) => ({ part: of(floor, by).notifications, whole: of(floor, by).incidents }),
  ],
];

const OWN_FIGURES: readonly [string, (floor: JudgedFloor) => number][] = [
  ['untrue CLEARED', ({ report }) => report.bufferwatch.untrue_cleared],
  ['wrong direction', ({ report }) => report.bufferwatch.wrong_direction],
  ['healthy while blind', ({ report }) => report.bufferwatch.healthy_while_blind],
];

function of(floor: JudgedFloor, detector: DetectorName) {
  return scoresOf(floor, detector);
}

function recall(figure: 'recall_within_5_min' | 'recall_lead_10_min', kind?: IncidentKind): Count {
  return (floor, detector) => {
    const scores = of(floor, detector);
    const part = kind === undefined ? scores : scores.by_kind[kind];
    return countOf(part?.[figure] ?? null, part?.incidents ?? 0);
  };
}

function byUnit(part: (scores: { right: number; fresh: number }) => number): Count {
  return (floor, detector) => {
    const { by_unit: scores } = of(floor, detector);
    return { part: part(scores), whole: scores.alerts };
  };
}

export function markdown(floors: readonly JudgedFloor[], feed: FeedQuality): string {
  const first = floors[0];
  if (!first) return '';
  const incidents = floors.reduce((sum, { report }) => sum + report.incidents.count, 0);
  const unitDays = floors.reduce((sum, { report }) => sum + report.unit_days, 0);
  return [
    `## ${feed === 'sound' ? 'Sound sources' : 'With the defects of an ordinary feed'}`,
    `${floors.length} floors (seeds ${floors.map(({ seed }) => seed).join(', ')}), ${unitDays.toFixed(0)} unit-days, ${incidents} incidents; algorithm ${first.report.algorithm}.`,
    rows([
      ['all floors together [95 % over seeds]; one by one: median (least to most)', ...DETECTORS],
      ...FIGURES.map(([name, count]) => [
        name,
        ...DETECTORS.map((detector) => full(pool(floors, (floor) => count(floor, detector)))),
      ]),
      ...OWN_FIGURES.map(([name, read]) => [
        name,
        String(floors.reduce((sum, floor) => sum + read(floor), 0)),
        ...DETECTORS.slice(1).map(() => '-'),
      ]),
    ]),
    '### By cause',
    byCause(floors),
    '### What was said, and what came',
    calibration(floors, ({ report }) => report.bufferwatch.calibration.all, 'all unit-cycles'),
    calibration(floors, ({ report }) => report.bufferwatch.calibration.at_limit, 'judged full'),
    '### False alerts',
    falseAlerts(floors),
    '### Floor by floor',
    floorByFloor(floors),
  ].join('\n\n');
}

function byCause(floors: readonly JudgedFloor[]): string {
  const causes = new Set(floors.flatMap(({ report }) => Object.keys(report.bufferwatch.by_cause)));
  return rows([
    ['cause', 'incidents', 'seeds', 'within 5 min', 'R10'],
    ...[...causes].toSorted().map((cause) => {
      const having = floors.filter(({ report }) => report.bufferwatch.by_cause[cause]);
      const share = (figure: 'recall_within_5_min' | 'recall_lead_10_min') =>
        interval(
          pool(having, ({ report }) => {
            const scores = report.bufferwatch.by_cause[cause];
            return countOf(scores?.[figure] ?? null, scores?.incidents ?? 0);
          }),
        );
      const count = having.reduce(
        (sum, { report }) => sum + (report.bufferwatch.by_cause[cause]?.incidents ?? 0),
        0,
      );
      return [
        cause,
        String(count),
        String(having.length),
        share('recall_within_5_min'),
        share('recall_lead_10_min'),
      ];
    }),
  ]);
}

function calibration(
  floors: readonly JudgedFloor[],
  read: (floor: JudgedFloor) => CalibrationScores,
  name: string,
): string {
  const scores = floors.map(read);
  const bins = (scores[0]?.reliability ?? []).flatMap(({ from, to }, index) => {
    let [count, said, came] = [0, 0, 0];
    for (const { reliability } of scores) {
      const bin = reliability[index];
      count += bin?.count ?? 0;
      said += (bin?.mean_probability ?? 0) * (bin?.count ?? 0);
      came += (bin?.observed ?? 0) * (bin?.count ?? 0);
    }
    return count < ENOUGH_ROWS
      ? []
      : [[`${from} to ${to}`, String(count), two(said / count), two(came / count)]];
  });
  return rows([[`${name}, tenths with ${ENOUGH_ROWS} rows`, 'rows', 'said', 'came'], ...bins]);
}

function falseAlerts(floors: readonly JudgedFloor[]): string {
  const alerts = floors.flatMap((floor) => floor.falseAlerts);
  return rows([
    [`of ${alerts.length}`, 'count', 'said on average'],
    ...FALSE_KINDS.flatMap((kind) => {
      const alike = alerts.filter((alert) => alert.kind === kind);
      const said = alike.flatMap((alert) => (alert.said === null ? [] : [alert.said]));
      if (alike.length === 0) return [];
      const mean = said.length > 0 ? two(said.reduce((sum, each) => sum + each, 0) / said.length) : '-';
      return [[kind, String(alike.length), mean]];
    }),
  ]);
}

function floorByFloor(floors: readonly JudgedFloor[]): string {
  const severities = Object.entries(WANTED_SEVERITIES);
  return rows([
    [
      'seed',
      ...['units', 'incidents a day', 'within 5 min', 'R10', 'fresh by unit', 'false per unit-day'],
      ...severities.map(([name, wanted]) => `${name} (ISA-18.2: ${wanted})`),
      'alerts a day',
    ],
    ...floors.map(({ seed, report }) => {
      const { bufferwatch: ours, units, warehouse_hours: hours } = report;
      const told = Object.values(ours.severities).reduce((sum, count) => sum + count, 0);
      const aDay = (count: number) => ((count * 24) / hours).toFixed(0);
      return [
        ...[String(seed), String(units), aDay(ours.incidents)],
        ...[ours.recall_within_5_min, ours.recall_lead_10_min, ours.by_unit.precision_fresh].map(two),
        two(ours.by_unit.false_alerts_per_unit_day),
        ...severities.map(([name]) => two(told > 0 ? (ours.severities[name] ?? 0) / told : null)),
        aDay(told),
      ];
    }),
  ]);
}

function full(pooled: Pooled): string {
  const { median, least, most } = pooled;
  return `${interval(pooled)}; ${two(median)} (${two(least)} to ${two(most)})`;
}

function interval({ all, interval: ends }: Pooled): string {
  return ends ? `${two(all)} [${two(ends[0])}, ${two(ends[1])}]` : two(all);
}

function two(value: number | null): string {
  return value === null ? '-' : value.toFixed(2).replace(/^(-?)0\./, '$1.');
}

function rows(cells: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |`;
  const [head = [], ...rest] = cells;
  return [line(head), line(head.map(() => '---')), ...rest.map(line)].join('\n');
}
