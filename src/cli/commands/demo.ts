import { Option, type Command } from 'commander';
import { parseDuration, parseIntervalMinutes } from '../duration.ts';
import { badInput } from '../failure.ts';

interface Options {
  duration?: string;
  warehouses: string;
  interval: string;
  portBase?: string;
  env?: 'dev' | 'prod';
}

/** One simulated network on one machine; a thousand warehouses are for a real deployment. */
const MAX_WAREHOUSES = 200;

export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('Run everything here, with simulated warehouses and a local Slack; leaves nothing behind.')
    .option('--duration <time>', 'end by itself with a summary, e.g. 120s')
    .option('--warehouses <n>', 'how many', '4')
    .option('--interval <time>', 'between two cycles, whole minutes', '60s')
    .option('--port-base <n>', 'Temporal here, its UI 1000 above; default: 7233, or the next free one')
    .addOption(
      new Option('--env <env>', 'what Slack shows; default: BUFFERWATCH_ENV or prod').choices([
        'dev',
        'prod',
      ]),
    )
    .action(async ({ duration, warehouses, interval, portBase, env }: Options) => {
      const count = Number(warehouses);
      if (!Number.isInteger(count) || count < 1 || count > MAX_WAREHOUSES)
        throw badInput(`--warehouses '${warehouses}'`, `expected a number from 1 to ${MAX_WAREHOUSES}`);
      const port = portBase === undefined ? undefined : Number(portBase);
      if (port !== undefined && !(Number.isInteger(port) && port >= 1024 && port <= 64_000))
        throw badInput(`--port-base '${portBase}'`, 'expected a number from 1024 to 64000');
      const environment = env ?? process.env['BUFFERWATCH_ENV'] ?? 'prod';
      if (environment !== 'dev' && environment !== 'prod')
        throw badInput(`BUFFERWATCH_ENV '${environment}'`, 'expected dev or prod');
      const { runDemo } = await import('../demo/demo.ts');
      await runDemo({
        durationMs: duration === undefined ? null : parseDuration(duration),
        warehouses: count,
        intervalMinutes: parseIntervalMinutes(interval),
        portBase: port ?? null,
        environment,
      });
    });
}
