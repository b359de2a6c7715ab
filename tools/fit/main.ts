/** Makes rows of recorded data, and weights of rows: tools/README.md. */
import { Command, Option } from 'commander';
import { algorithm, DEFAULT_ALGORITHM } from '../../src/domain/algorithm/algorithm.ts';
import { HORIZONS, MODELS } from './figures.ts';
import { fitLogistic } from './logistic.ts';
import { printFit } from './print-fit.ts';
import { readRows, refuseEmpty } from './read-rows.ts';
import { writeRows } from './rows.ts';

const program = new Command('fit').description('Fit the weights of the forecasts to recorded data.');

program
  .command('rows')
  .description('the figures of each unit-cycle, by the program itself, and what came of it')
  .argument('<dir>', "a folder of the backtest's format")
  .requiredOption('--source <name>', 'what kind of data it is: every source counts the same')
  .requiredOption('--out <dir>', 'gets level.csv, flows.csv and starvation.csv')
  .option('--every <n>', 'looks at every so many cycles', '1')
  .option('--algorithm <version>', 'whose rules the figures follow', DEFAULT_ALGORITHM)
  .addOption(new Option('--level <level>', 'where the folder holds both kinds of data').choices(['A', 'B']))
  .action(
    async (
      folder: string,
      options: { source: string; out: string; every: string; algorithm: string; level?: 'A' | 'B' },
    ) => {
      const written = await writeRows({ ...options, folder, every: Number(options.every) });
      process.stdout.write(`${JSON.stringify(written)}\n`);
    },
  );

program
  .command('weights')
  .description('the weights that fit the rows best, beside those of the version')
  .argument('<rows...>', 'folders that `rows` has written')
  .option('--algorithm <version>', 'to compare with', DEFAULT_ALGORITHM)
  .action(async (folders: string[], options: { algorithm: string }) => {
    await refuseEmpty(folders);
    const { forecast } = algorithm(options.algorithm);
    for (const model of MODELS)
      for (const horizon of HORIZONS) {
        const sample = await readRows(folders, model, horizon);
        if (sample.came.length === 0) continue;
        const fitted = fitLogistic(sample);
        process.stdout.write(`${printFit({ model, horizon, sample, fitted }, forecast)}\n\n`);
      }
  });

await program.parseAsync();
