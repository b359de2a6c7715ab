import { Option, type Command } from 'commander';
import { VARIETIES, type Variety } from '../../simulator/network.ts';
import { SENSOR_FAULTS, SEVERITIES, type FaultSeverity } from '../../simulator/sensor-faults/kinds.ts';
import type { SimulationSummary } from '../../simulator/simulate.ts';
import { badInput, CommandFailure } from '../failure.ts';
import { EXIT } from '../../failures/exit-codes.ts';
import { parseInstant } from '../instant.ts';
import { print, renderTable } from '../output.ts';
import { progressBar } from '../progress-bar.ts';

interface Options {
  out: string;
  seed: string;
  warehouses: string;
  days: string;
  start: string;
  level: 'a' | 'b';
  samplingMin?: string;
  levelsOnly?: boolean;
  variety: Variety;
  faults: string;
  severity?: FaultSeverity;
  json?: boolean;
}

const MAX_WAREHOUSES = 1_000;
const MAX_DAYS = 400;
/** Samplings of level A that divide the hour. */
const SAMPLINGS_MIN = [1, 2, 3, 5, 10, 15];

export function addSimulate(program: Command): void {
  program
    .command('simulate')
    .description('Write files of a simulated network and what really happened in it, for the backtest.')
    .requiredOption('--out <dir>', 'where to; made if missing, files of the same names are replaced')
    .option('--seed <n>', 'another seed is other warehouses; the same one gives the same bytes', '1')
    .option('--warehouses <n>', 'how many', '1')
    .option('--days <n>', 'how long', '7')
    .option('--start <iso>', 'first instant, a whole hour', '2026-01-05T00:00:00Z')
    .addOption(
      new Option('--level <level>', 'b: the raw sources with all their defects; a: one timeseries per unit')
        .choices(['a', 'b'])
        .default('b'),
    )
    .option('--sampling-min <n>', `minutes between two samples of level a (${SAMPLINGS_MIN.join(', ')}; 5)`)
    .option('--levels-only', 'level a without flows, headcount and backlog')
    .addOption(
      new Option(
        '--variety <degree>',
        'of the floors. usual: of one kind; wide: layout, people, policies, systems and causes from wide ranges',
      )
        .choices([...VARIETIES])
        .default('usual'),
    )
    .addOption(
      new Option(
        '--faults <kind>',
        'level b: default (some of what is usual), none, all sensor faults, or one kind of them',
      )
        .choices(['default', 'none', 'all', ...SENSOR_FAULTS])
        .default('default'),
    )
    .addOption(new Option('--severity <degree>', 'of sensor faults (medium)').choices([...SEVERITIES]))
    .option('--json', 'the summary as data')
    .addHelpText(
      'after',
      `
Level b writes warehouses.csv, wes_stock.csv, wcs_counters.csv, lms_actuals.csv, lms_plan.csv, units.csv (overrides)
and feed_faults.csv; level a writes units.csv and series.csv. Both write the truth: incidents.csv, with cause and
what would have been enough, and negatives.csv, where an alert would be false. Rows are sorted by recorded_at.
Whatever the faults, the floor of a seed is the same. With --faults none, all or one kind, sensor_faults.csv tells
which sensor was wrong and when, and truth_levels.csv what the levels really were. With --variety wide level b
always writes truth_levels.csv, and truth_work.csv: how much of the work behind each unit waited for units.`,
    )
    .action(async (options: Options) => {
      const startTs = parseStart(options.start);
      const series = parseSeries(options);
      const sensorFaults = parseFaults(options);
      const bar = progressBar();
      const { simulate } = await import('../../simulator/simulate.ts');
      const summary = await simulate({
        dir: options.out,
        seed: parseCount('--seed', options.seed, 0, 2 ** 31 - 1),
        warehouses: parseCount('--warehouses', options.warehouses, 1, MAX_WAREHOUSES),
        days: parseCount('--days', options.days, 1, MAX_DAYS),
        startTs,
        series,
        sensorFaults,
        variety: options.variety,
        onProgress: (done) => bar.show('simulating', done, 1),
      })
        .catch((error: unknown) => {
          throw cannotWrite(options.out, error);
        })
        .finally(() => bar.end());
      print(options.json, summaryData(summary), () => renderSummary(summary, options.out));
    });
}

function parseCount(option: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw badInput(`${option} '${text}'`, `expected a whole number from ${least} to ${most}`);
  return value;
}

function parseStart(text: string): number {
  const ts = parseInstant('--start', text);
  if (ts % 3_600_000 !== 0)
    throw badInput(`--start '${text}'`, 'expected a whole hour, e.g. 2026-01-05T00:00:00Z');
  return ts;
}

function parseSeries({ level, samplingMin, levelsOnly = false }: Options) {
  if (level === 'b') {
    if (samplingMin !== undefined || levelsOnly)
      throw badInput('--sampling-min and --levels-only are of level a', 'add --level a, or leave them out');
    return null;
  }
  const minutes = Number(samplingMin ?? 5);
  if (!SAMPLINGS_MIN.includes(minutes))
    throw badInput(`--sampling-min '${samplingMin}'`, `expected one of ${SAMPLINGS_MIN.join(', ')}`);
  return { samplingMin: minutes, levelsOnly };
}

function parseFaults({ level, faults, severity }: Options) {
  if (level === 'a' && (faults !== 'default' || severity !== undefined))
    throw badInput('--faults and --severity are of level b', 'leave them out, or leave out --level a');
  if (severity !== undefined && (faults === 'default' || faults === 'none'))
    throw badInput(`--severity has no meaning with --faults ${faults}`, 'add --faults all, or one kind');
  if (faults === 'default') return undefined;
  const kinds = SENSOR_FAULTS.filter((kind) => faults === 'all' || faults === kind);
  return { kinds, severity: severity ?? 'medium' };
}

function cannotWrite(dir: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!['EACCES', 'EEXIST', 'ENOTDIR', 'ENOSPC', 'EROFS', 'EISDIR'].includes(code)) return error;
  return new CommandFailure(
    EXIT.failure,
    `--out '${dir}' can't be written: ${error instanceof Error ? error.message : code}`,
    'choose a folder that may be written to and has room',
    { cause: error },
  );
}

function summaryData({ units, unitDays, files, incidents, decoys }: SimulationSummary) {
  return {
    units,
    unitDays,
    files: Object.fromEntries(files),
    incidents: incidents.length,
    incidentsPerUnitDay: incidents.length / unitDays,
    families: new Set(incidents.map(({ familyId }) => familyId)).size,
    byCause: countBy(incidents, ({ cause, kind }) => `${cause} ${kind}`),
    negatives: countBy(decoys, ({ kind }) => kind),
  };
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts;
}

function byName(counts: Record<string, number>): [string, number][] {
  return Object.entries(counts).toSorted(([a], [b]) => a.localeCompare(b, 'en'));
}

function renderSummary(summary: SimulationSummary, dir: string): string {
  const { unitDays, units, families, incidents, byCause, negatives } = summaryData(summary);
  const perUnitDay = (count: number) => (count / unitDays).toFixed(4);
  const row = ([name, count]: [string, number]) => [name, String(count), perUnitDay(count)];
  return [
    `${units} units, ${unitDays} unit-days in ${dir}`,
    '',
    renderTable(
      ['file', 'rows'],
      summary.files.map(([name, rows]) => [name, String(rows)]),
    ),
    '',
    renderTable(
      ['incidents', 'count', 'per unit-day'],
      [...byName(byCause).map(row), row(['all', incidents])],
    ),
    `in ${families} families of one cause each`,
    '',
    renderTable(['negatives', 'count', 'per unit-day'], byName(negatives).map(row)),
  ].join('\n');
}
