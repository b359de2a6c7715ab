import type { Command } from 'commander';
import { explainTemporalError, readConfig } from '../context.ts';
import { reachDatabases } from '../databases.ts';
import { onSignal } from '../signals.ts';

export function addWorker(program: Command): void {
  program
    .command('worker')
    .description('Run a worker until SIGTERM or Ctrl-C; run several for throughput and safety.')
    .action(async () => {
      const config = await readConfig();
      const { runWorker } = await import('../../workers/worker.ts');
      await reachDatabases(config);
      const worker = await runWorker(config).catch((error: unknown) => {
        throw explainTemporalError(error, config);
      });
      const release = onSignal(() => void worker.shutdown());
      try {
        await worker.done;
      } finally {
        release();
      }
    });
}
