/** Brings public records of levels into the backtest's format: tools/README.md. */
import { Command } from 'commander';
import { dayArgument } from '../instant.ts';
import { convertBicycles } from './bicycles.ts';
import { convertParking } from './parking.ts';

const program = new Command('convert').description("Public records of levels in the backtest's format.");

program
  .command('parking')
  .description('car parks of defgsus/parking-data')
  .argument('<repository>', 'a clone of it')
  .requiredOption('--from <day>', 'first day, 2025-05-05', dayArgument)
  .requiredOption('--to <day>', 'last day', dayArgument)
  .requiredOption('--out <dir>', 'gets units.csv and series.csv')
  .action(async (repository: string, options: { from: number; to: number; out: string }) => {
    const { from: fromMs, to: toMs, out } = options;
    const done = await convertParking({ repository, fromMs, toMs, out });
    process.stdout.write(`${JSON.stringify(done)}\n`);
  });

program
  .command('bicycles')
  .description('stations of cgettings/boston-bikeshare-station-status')
  .argument('<files...>', 'months, unpacked')
  .requiredOption('--out <dir>', 'gets units.csv and series.csv')
  .option('--every <n>', 'every so many stations', '4')
  .option('--from <n>', 'from which one on, 0 the first', '0')
  .action(async (files: string[], options: { out: string; every: string; from: string }) => {
    const { every, from } = options;
    const done = await convertBicycles({ ...options, files, every: Number(every), from: Number(from) });
    process.stdout.write(`${JSON.stringify(done)}\n`);
  });

await program.parseAsync();
