/** Makes, decides on and scores floors of many seeds: tools/README.md. */
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_ALGORITHM } from '../../src/domain/algorithm/algorithm.ts';
import { VARIETIES, type Variety } from '../../src/simulator/network.ts';
import { instantArgument } from '../instant.ts';
import { FEEDS, judgeFloor, readFloor, type FeedQuality, type JudgedFloor } from './one-floor.ts';
import { markdown } from './print.ts';

interface Options {
  out: string;
  days: number;
  start: number;
  variety: Variety;
  algorithm: string;
  feed: FeedQuality[];
  jobs: number;
}

interface Task {
  seed: number;
  feed: FeedQuality;
}

const floors = new Command('floors')
  .description('How well it warns on simulated floors of many seeds, each unlike the others.')
  .argument('<seeds>', 'e.g. 9301-9324 or 9301,9307', seedsArgument)
  .requiredOption('--out <dir>', 'gets a folder of each seed; what is judged there is not judged again')
  .option('--days <n>', 'of each floor', count, 2)
  .option('--start <iso>', 'first instant', instantArgument, Date.parse('2026-01-05T00:00:00Z'))
  .addOption(new Option('--variety <degree>', 'of the floors').choices([...VARIETIES]).default('wide'))
  .option('--feed <qualities>', 'sound, defects, or both', feedsArgument, [...FEEDS])
  .option('--algorithm <version>', 'that decides', DEFAULT_ALGORITHM)
  .option('--jobs <n>', 'processes at a time; 0: in this one, and no table', count, 1)
  .action(async (seeds: number[], options: Options) => {
    const tasks = seeds.flatMap((seed) => options.feed.map((feed): Task => ({ seed, feed })));
    const open: Task[] = [];
    for (const task of tasks) if (!(await readFloor({ dir: options.out, ...task }))) open.push(task);
    if (options.jobs === 0) {
      for (const task of open) await judgeFloor(floorOf(task, options));
      return;
    }
    await Promise.all(Array.from({ length: options.jobs }, () => workOff(open, options)));
    const judged: JudgedFloor[] = [];
    for (const task of tasks) {
      const floor = await readFloor({ dir: options.out, ...task });
      if (floor) judged.push(floor);
    }
    const text = options.feed
      .map((feed) =>
        markdown(
          judged.filter((floor) => floor.feed === feed),
          feed,
        ),
      )
      .join('\n\n');
    await writeFile(join(options.out, 'floors.md'), `${text}\n`);
    process.stdout.write(`${text}\n`);
  });

await floors.parseAsync();

function floorOf(task: Task, { out, days, start, variety, algorithm }: Options) {
  return { ...task, dir: out, days, startTs: start, variety, algorithm };
}

/** Takes one task after the other, each in a process of its own: a floor that fails does not end the others. */
async function workOff(open: Task[], options: Options): Promise<void> {
  for (let task = open.shift(); task; task = open.shift()) {
    const startedAt = Date.now();
    const code = await runAlone(task, options);
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(0);
    process.stderr.write(
      `${task.seed} ${task.feed}: ${code === 0 ? 'judged' : `failed (${code})`}, ${seconds} s\n`,
    );
  }
}

function runAlone({ seed, feed }: Task, options: Options): Promise<number | null> {
  const given = [
    ...[String(seed), '--out', options.out, '--feed', feed, '--days', String(options.days)],
    ...['--start', new Date(options.start).toISOString(), '--variety', options.variety],
    ...['--algorithm', options.algorithm, '--jobs', '0'],
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [process.argv[1] ?? '', ...given], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.once('error', reject);
    child.once('exit', resolve);
  });
}

function seedsArgument(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [, from = '', to = from] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
    if (from === '') throw new InvalidArgumentError('expected seeds like 9301-9324 or 9301,9307');
    return Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => Number(from) + index);
  });
}

function feedsArgument(text: string): FeedQuality[] {
  const feeds = FEEDS.filter((feed) => text === 'both' || text === feed);
  if (feeds.length === 0) throw new InvalidArgumentError(`expected ${FEEDS.join(', ')} or both`);
  return feeds;
}

function count(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
}
