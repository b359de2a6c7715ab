import type { Command } from 'commander';
import { readTrail, TrailMissing } from '../../client/trail.ts';
import { NotWatched, queryAlertState } from '../../client/warehouse.ts';
import type { Config } from '../../config/config.ts';
import { explain } from '../../domain/explain/explain.ts';
import { explainNotWatched, readConfig, withDatabase, withTemporal } from '../context.ts';
import { badInput, CommandFailure } from '../failure.ts';
import { EXIT } from '../../failures/exit-codes.ts';
import { parseCycleId } from '../instant.ts';
import { print } from '../output.ts';
import { parseUnitId, sourceOf, warehouseOf } from '../../domain/units.ts';

interface Options {
  cycle?: string;
  json?: boolean;
}

const WAREHOUSE_CODE = /^[A-Z0-9-]+$/;

export function addExplain(program: Command): void {
  program
    .command('explain')
    .description('Why one unit was judged as it was: every step of one decision, in words.')
    .argument(
      '<unit>',
      'unit id, e.g. FRA1_SINGLES_TOTAL, a warehouse, e.g. FRA1, or one of its sources, e.g. FRA1_wes-stock',
    )
    .option('--cycle <id>', 'cycle id, e.g. 2026-03-01T10:05:00Z; default: the last one')
    .option('--json', 'print as JSON')
    .action(async (unitId: string, { cycle, json }: Options) => {
      const isOwn = WAREHOUSE_CODE.test(unitId) || sourceOf(unitId) !== null;
      const code = parseUnitId(unitId)?.warehouse ?? (isOwn ? warehouseOf(unitId) : undefined);
      if (code === undefined)
        throw badInput(
          `'${unitId}' is no unit id`,
          'expected e.g. FRA1_SINGLES_TOTAL, FRA1 for what concerns the warehouse as a whole, or FRA1_wes-stock for one of its sources',
        );
      const given = cycle === undefined ? null : parseCycleId('--cycle', cycle);
      const config = await readConfig();
      const cycleId = given ?? (await readLastCycle(config, code));
      const trail = await withDatabase(config, (pool) =>
        readTrail(pool, { prefix: config.artifactPrefix, unitId, code, cycleId }),
      ).catch((error: unknown) => {
        if (!(error instanceof TrailMissing)) throw error;
        throw error.what === 'unit'
          ? badInput(error.message, error.mend)
          : new CommandFailure(EXIT.failure, error.message, error.mend);
      });
      print(json, trail, () => explain(trail));
    });
}

async function readLastCycle(config: Config, code: string): Promise<string> {
  const { lastCycle } = await withTemporal(config, (client) => queryAlertState(client, code)).catch(
    async (error: unknown) => {
      throw error instanceof NotWatched ? await explainNotWatched(config, code, error) : error;
    },
  );
  if (lastCycle === null) throw new CommandFailure(EXIT.failure, `no cycle has decided for ${code} yet`);
  return lastCycle;
}
