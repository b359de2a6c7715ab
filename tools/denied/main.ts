/** Counts what wrong sensors do to the decisions: tools/README.md. */
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Command } from 'commander';
import { DEFAULT_ALGORITHM } from '../../src/domain/algorithm/algorithm.ts';
import { TrueLevels } from '../../src/backtest/input/true-levels-file.ts';
import { instantArgument } from '../instant.ts';
import { findingsOf, sum, type Findings } from './figures.ts';
import { observe } from './observe.ts';
import { markdown } from './print.ts';
import { readFaults } from './truth.ts';

interface Options {
  sound: string;
  out: string;
  algorithm: string;
  to?: number;
}

const denied = new Command('denied')
  .description('What wrong sensors do to the decisions, beside the same floor with sound ones.')
  .argument('<dirs...>', 'folders of simulate --faults KIND, of one seed and span')
  .requiredOption('--sound <dir>', 'the same seed and span with --faults none')
  .requiredOption('--out <dir>', 'gets figures.json, table.md and notes.txt')
  .option('--algorithm <version>', 'that decides', DEFAULT_ALGORITHM)
  .option('--to <iso>', 'last cycle', instantArgument)
  .action(
    async (folders: string[], { sound: soundFolder, out, algorithm, to: lastMs = Infinity }: Options) => {
      const sound = await observe(soundFolder, algorithm, lastMs);
      const levels = await TrueLevels.read(join(soundFolder, 'truth_levels.csv'), (given) => given);
      await mkdir(out, { recursive: true });
      const judged: (Findings & { name: string })[] = [];
      for (const folder of folders) {
        const faulty = await observe(folder, algorithm, lastMs);
        const findings = findingsOf({ faults: await readFaults(folder, levels), levels, sound, faulty });
        judged.push({ name: basename(folder), ...findings });
        process.stderr.write(`${basename(folder)}\n`);
        const rows = [...judged, { name: 'all folders', figures: sum(judged.map(({ figures }) => figures)) }];
        await writeFile(join(out, 'table.md'), markdown(rows));
        await writeFile(
          join(out, 'figures.json'),
          `${JSON.stringify(Object.fromEntries(rows.map(({ name, figures }) => [name, figures])), null, 2)}\n`,
        );
        await writeFile(
          join(out, 'notes.txt'),
          judged.map(({ name, notes }) => `${name}\n${notes.map((note) => `  ${note}\n`).join('')}`).join(''),
        );
      }
      process.stdout.write(
        markdown([{ name: 'all folders', figures: sum(judged.map(({ figures }) => figures)) }]),
      );
    },
  );

await denied.parseAsync();
