import { join, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { backtest } from '../../backtest/backtest.ts';
import { renderReport } from '../../backtest/report-table.ts';
import {
  ALGORITHMS,
  algorithm,
  DEFAULT_ALGORITHM,
  withSensitivity,
} from '../../domain/algorithm/algorithm.ts';
import { toCycleId } from '../../domain/cycle-time.ts';
import { counted } from '../../domain/words/amounts.ts';
import { messageOf } from '../../failures/errors.ts';
import { badInput } from '../failure.ts';
import { parseInstant } from '../instant.ts';
import { print } from '../output.ts';
import { progressBar } from '../progress-bar.ts';

interface Options {
  out?: string;
  level?: 'A' | 'B';
  algorithm: string;
  sensitivity?: string;
  from?: string;
  to?: string;
  plots?: string;
  plotFalse?: boolean;
  json?: boolean;
}

const HELP = `
DIR holds either a unified timeseries (units.csv, series.csv) or the raw sources (warehouses.csv, wes_stock.csv,
wcs_counters.csv, lms_actuals.csv, lms_plan.csv), and optionally incidents.csv. OUT gets alerts.csv and report.json.
A file that can't be used ends the run with its name, line and reason (exit code 2); what OUT held before stays.`;

export function addBacktest(program: Command): void {
  program
    .command('backtest')
    .description('Run the same decisions over recorded data and score them, beside simpler detectors.')
    .argument('<dir>', 'folder with the data')
    .option('--out <dir>', 'where alerts.csv and report.json go; default: backtest/ in the data folder')
    .addOption(
      new Option('--level <level>', 'where the folder holds both kinds of data; default: B').choices([
        'A',
        'B',
      ]),
    )
    .option('--algorithm <version>', 'version that decides', DEFAULT_ALGORITHM)
    .option(
      '--sensitivity <n>',
      'how readily to warn, above 0 and below 1: at risk from a probability of 1 - n of being full within 30 min (0.75; 0.93 misses next to nothing, 0.5 is quiet)',
    )
    .option('--from <iso>', 'first cycle, ISO 8601 with Z or offset')
    .option('--to <iso>', 'last cycle, ISO 8601 with Z or offset')
    .option('--plots <dir>', 'one picture per incident, missed ones too (SVG)')
    .option('--plot-false', 'with --plots: one per false alert as well')
    .option('--json', 'print report.json instead of the table')
    .addHelpText('after', HELP)
    .action(async (dir: string, options: Options) => {
      const { algorithm: version, json } = options;
      if (!Object.hasOwn(ALGORITHMS, version))
        throw badInput(`--algorithm '${version}'`, `expected one of ${Object.keys(ALGORITHMS).join(', ')}`);
      const sensitivity = sensitivityOf(options.sensitivity, version);
      const fromMs = options.from === undefined ? undefined : parseInstant('--from', options.from);
      const toMs = options.to === undefined ? undefined : parseInstant('--to', options.to);
      if (options.plotFalse && options.plots === undefined)
        throw badInput('--plot-false needs a folder', 'give it with --plots DIR');
      const folder = resolve(dir);
      const bar = progressBar();
      const report = await backtest({
        folder,
        out: resolve(options.out ?? join(folder, 'backtest')),
        algorithm: version,
        ...(options.level === undefined ? {} : { level: options.level }),
        ...(sensitivity === undefined ? {} : { sensitivity }),
        ...(fromMs === undefined ? {} : { fromMs }),
        ...(toMs === undefined ? {} : { toMs }),
        ...(options.plots === undefined
          ? {}
          : { plots: { folder: resolve(options.plots), falseAlerts: options.plotFalse === true } }),
        onSpan: (span) => {
          bar.end();
          process.stderr.write(`${spellSpan(span)}\n`);
        },
        onProgress: bar.show,
      }).finally(bar.end);
      print(json, report, () => renderReport(report));
    });
}

/** What is about to be run: who sees a year where a day was meant can still end it. */
function spellSpan(span: { fromMs: number; toMs: number; cycles: number; warehouses: number }): string {
  return `${toCycleId(span.fromMs)} to ${toCycleId(span.toMs)}: ${counted(span.cycles, 'cycle')} of ${counted(span.warehouses, 'warehouse')}`;
}

/** @throws CommandFailure where it is none, or the version does not know it */
function sensitivityOf(text: string | undefined, version: string): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? NaN : Number(text);
  try {
    withSensitivity(algorithm(version), value);
  } catch (error) {
    throw badInput(`--sensitivity '${text}'`, messageOf(error));
  }
  return value;
}
