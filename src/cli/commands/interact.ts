import type { Command } from 'commander';
import { takesAnswers } from '../../config/config.ts';
import { readConfig, withDatabase } from '../context.ts';
import { badInput } from '../failure.ts';
import { onSignal } from '../signals.ts';

export function addInteract(program: Command): void {
  program
    .command('interact')
    .description('Take what people answer in Slack (buttons, feedback links) until SIGTERM or Ctrl-C.')
    .action(async () => {
      const config = await readConfig();
      if (config.slack.botToken === null)
        throw badInput(
          'SLACK_BOT_TOKEN is not set',
          'set it to the bot token (xoxb-...) that posts the alerts',
        );
      if (!takesAnswers(config))
        throw badInput(
          'nothing to answer with',
          'set SLACK_SIGNING_SECRET (clicks by HTTP), SLACK_APP_TOKEN (clicks by socket), or BUFFERWATCH_PUBLIC_URL and BUFFERWATCH_LINK_SECRET (feedback links)',
        );
      // What it takes is kept there; Temporal may come later.
      await withDatabase(config, (pool) => pool.query('SELECT 1'));
      const { runInteract } = await import('../../interact/server.ts');
      const { pino } = await import('pino');
      const log = pino({ level: config.logLevel, base: { environment: config.environment } });
      const running = await runInteract(config, log);
      await new Promise<void>((resolve) => onSignal(() => resolve()));
      await running.close();
    });
}
