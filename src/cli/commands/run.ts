import { WorkflowFailedError } from '@temporalio/client';
import { FAILURE } from '../../failures/failures.ts';
import { isFailure } from '../../failures/temporal-failures.ts';
import type { Command } from 'commander';
import { startCycle } from '../../client/cycle.ts';
import type { MonitoringCycleResult } from '../../workflows/monitoring-cycle.ts';
import { noWorker, readConfig, withTemporal } from '../context.ts';
import { describeWorkers } from '../../client/polling-workers.ts';
import { badInput, CommandFailure, failed } from '../failure.ts';
import { EXIT } from '../../failures/exit-codes.ts';
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
      const result = await withTemporal(config, async (client, { connection }) => {
        if ((await describeWorkers(connection, config)).length === 0) throw noWorker(config);
        const handle = await startCycle(
          client,
          {
            ...(snapshot === undefined ? {} : { snapshot }),
            ...(warehouse === undefined ? {} : { warehouses: warehouse }),
            ...(deliver === undefined ? {} : { deliver }),
          },
          `monitoring-cycle/by-hand/${new Date().toISOString()}`,
        );
        return handle.result().catch((error: unknown) => {
          throw explainFailedRun(error, handle.workflowId);
        });
      });
      print(json, result, () => render(result));
      if (result.failed.length > 0)
        throw new CommandFailure(
          EXIT.failure,
          `${result.failed.length} of ${result.warehouses} warehouses failed`,
        );
    });
}

/** The innermost cause names the thing. */
function explainFailedRun(error: unknown, workflowId: string): unknown {
  if (!(error instanceof WorkflowFailedError)) return error;
  let root: Error = error;
  while (root.cause instanceof Error) root = root.cause;
  return isFailure(root, FAILURE.InvalidInput)
    ? badInput(root.message)
    : failed(`the cycle failed: ${root.message}`, `Temporal has its history: ${workflowId}`, {
        cause: error,
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
