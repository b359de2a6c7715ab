import type { Command } from 'commander';

export function addStart(program: Command): void {
  program
    .command('start')
    .description(
      'Run it for real on one machine: a Postgres and a Temporal server of its own unless DATABASE_URL or TEMPORAL_ADDRESS is set.',
    )
    .option('--data <dir>', 'where they keep their data', './.bufferwatch/data')
    .action(async ({ data }: { data: string }) => {
      const { runStart } = await import('../start.ts');
      await runStart({ dataDir: data });
    });
}
