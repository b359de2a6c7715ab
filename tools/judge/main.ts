/** Judges the program beside its rivals on recorded data: tools/README.md. */
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { algorithm, DEFAULT_ALGORITHM } from '../../src/domain/algorithm/algorithm.ts';
import type { Report } from '../../src/backtest/report.ts';
import { instantArgument } from '../instant.ts';
import { table } from '../table.ts';
import { at, compare, pointOf, type Point } from './compare.ts';
import { judgeRivals } from './rivals.ts';
import { sweep } from './sweep.ts';

const SENSITIVITIES = '0.5,0.6,0.7,0.8,0.85,0.9,0.93,0.96';
const RECALLS = [0.97, 0.94, 0.9, 0.86, 0.8, 0.7];

interface Options {
  out?: string;
  level?: 'A' | 'B';
  algorithm: string;
  sensitivities: string;
  from?: number;
  to?: number;
}

const judge = new Command('judge')
  .description(
    'Recall with 10 minutes of lead against precision, at every sensitivity and beside every rival.',
  )
  .argument('<dir>', "a folder of the backtest's format")
  .option('--out <dir>', 'gets a report of each sensitivity; default: judge/ in the folder')
  .option('--sensitivities <list>', 'beside the default', SENSITIVITIES)
  .option('--algorithm <version>', 'that decides', DEFAULT_ALGORITHM)
  .addOption(new Option('--level <level>', 'where the folder holds both kinds of data').choices(['A', 'B']))
  .option('--from <iso>', 'first cycle', instantArgument)
  .option('--to <iso>', 'last cycle', instantArgument)
  .action(async (folder: string, { out, level, sensitivities, from, to, ...rest }: Options) => {
    const version = algorithm(rest.algorithm);
    const given = {
      folder,
      algorithm: rest.algorithm,
      ...(level === undefined ? {} : { level }),
      ...(from === undefined ? {} : { fromMs: from }),
      ...(to === undefined ? {} : { toMs: to }),
    };
    const reports = await sweep({
      ...given,
      out: out ?? join(folder, 'judge'),
      sensitivities: sensitivities.split(',').map(Number),
      onJudged: ({ sensitivity, duration_s }) =>
        process.stderr.write(`${sensitivity ?? 'default'}: ${duration_s.toFixed(0)} s\n`),
    });
    const rivals = await judgeRivals(given);
    print(reports, 1 - version.zones.overflowRiskProbability);
    process.stdout.write(
      `\n${table([
        ['detector', 'recall', 'precision', 'fresh', 'ours there', 'fresh'],
        ...compare(reports, rivals).map(({ name, rival, ours }) => [
          ...[name, ...figures(rival)],
          ...(ours ? figures(ours).slice(1) : ['-', '-']),
        ]),
      ]).join('\n')}\n`,
    );
  });

await judge.parseAsync();

function print(reports: readonly Report[], usual: number): void {
  const [first] = reports;
  if (!first) return;
  const { count, overflow, derived } = first.incidents;
  const points = reports.map(({ bufferwatch }) => pointOf(bufferwatch));
  const lines = [
    `${first.units} units, ${first.unit_days.toFixed(0)} unit-days, ${count} incidents (${overflow} overflows${derived ? ', found in the levels' : ''}), algorithm ${first.algorithm}`,
    '',
    ...table([
      ['sensitivity', 'recall', 'precision', 'fresh', 'false/unit-day', 'open share'],
      ...reports
        .toSorted((a, b) => (a.sensitivity ?? usual) - (b.sensitivity ?? usual))
        .map(({ sensitivity, bufferwatch: ours }) => [
          sensitivity === null ? `${usual} (default)` : String(sensitivity),
          ...figures(pointOf(ours)),
          (ours.false_episodes_per_unit_day ?? 0).toFixed(3),
          (ours.open_share ?? 0).toFixed(3),
        ]),
    ]),
    '',
    ...table([
      ['at a recall of', ...RECALLS.map((recall) => recall.toFixed(2))],
      ['precision / fresh', ...RECALLS.map((recall) => pair(at(recall, points)))],
    ]),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function figures({ recall, precision, fresh }: Point): string[] {
  return [recall, precision, fresh].map((each) => each.toFixed(3));
}

function pair(point: Point | null): string {
  return point === null ? '-' : `${point.precision.toFixed(3)} / ${point.fresh.toFixed(3)}`;
}
