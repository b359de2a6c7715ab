import type { Command } from 'commander';
import { startCycle } from '../../client/cycle.ts';
import type { MonitoringCycleResult } from '../../workflows/monitoring-cycle.ts';
import { readConfig, withTemporal } from '../context.ts';
import { CommandFailure, EXIT } from '../failure.ts';
import { parseInstant } from '../instant.ts';
import { print } from '../output.ts';

interface Options {
  snapshot?: string;
  warehouse?: string[];
  deliver?: boolean;
  json?: boolean;
}

export function addRun(program: Command): void {
  program
    .command('run')
    .description(
      'Run one cycle now and wait for it; with --snapshot a replay of the past, which changes nothing.',
    )
    .option('--snapshot <instant>', 'a past instant, ISO 8601, e.g. 2026-03-01T10:05:00Z')
    .option('--warehouse <code...>', 'only these; default: every active one')
    .option('--deliver', 'post to Slack; the default of a live cycle, marked as a replay otherwise')
    .option('--no-deliver', 'post nothing')
    .option('--json', 'print as JSON')
    .action(async ({ snapshot, warehouse, deliver, json }: Options) => {
      if (snapshot !== undefined) parseInstant('--snapshot', snapshot);
      const config = await readConfig();
      const result = await withTemporal(config, async (client) => {
        const handle = await startCycle(
          client,
          {
            ...(snapshot === undefined ? {} : { snapshot }),
            ...(warehouse === undefined ? {} : { warehouses: warehouse }),
            ...(deliver === undefined ? {} : { deliver }),
          },
          `monitoring-cycle/by-hand/${new Date().toISOString()}`,
        );
        return handle.result();
      });
      print(json, result, () => render(result));
      if (result.failed.length > 0)
        throw new CommandFailure(
          EXIT.failure,
          `${result.failed.length} of ${result.warehouses} warehouses failed`,
        );
    });
}

function render(result: MonitoringCycleResult): string {
  return [
    `${result.mode} cycle ${result.cycleId}: ${result.status}`,
    `${result.warehouses} warehouses, ${result.units} units, ${result.delivered} messages delivered`,
    ...result.absent.map((text) => `source absent: ${text}`),
    ...result.undelivered.map((text) => `not delivered: ${text}`),
    ...result.failed.map(({ warehouse, error }) => `failed: ${warehouse}: ${error}`),
    ...result.notes.map((note) => `note: ${note}`),
  ].join('\n');
}
