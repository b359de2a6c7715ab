import type { Command } from 'commander';
import { readConfig } from '../context.ts';
import { onSignal } from '../signals.ts';

export function addInteract(program: Command): void {
  program
    .command('interact')
    .description('Take what people answer in Slack (buttons, feedback links) until SIGTERM or Ctrl-C.')
    .action(async () => {
      const config = await readConfig();
      const { runInteract } = await import('../../interact/server.ts');
      const { pino } = await import('pino');
      const log = pino({ level: config.logLevel, base: { environment: config.environment } });
      const running = await runInteract(config, log);
      await new Promise<void>((resolve) => onSignal(() => resolve()));
      await running.close();
    });
}
