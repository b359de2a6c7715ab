import type { Command } from 'commander';
import type { Pool } from 'pg';
import type { TraceBody } from '../../activities/interpret.ts';
import type { SuppressBody } from '../../activities/suppress.ts';
import { queryAlertState } from '../../client/warehouse.ts';
import type { Config } from '../../config.ts';
import { explain } from '../../domain/explain.ts';
import type { EvaluateResult } from '../../domain/recommendation.ts';
import type { WarehouseSeries } from '../../domain/series.ts';
import type { WarehouseExtract } from '../../domain/source-rows.ts';
import { getArtifact } from '../../store/artifact.ts';
import { readRegistry } from '../../store/registry.ts';
import { readConfig, withDatabase, withTemporal } from '../context.ts';
import { badInput, CommandFailure, EXIT } from '../failure.ts';
import { print } from '../output.ts';
import { readNewest } from '../trace.ts';

interface Options {
  cycle?: string;
  json?: boolean;
}

export function addExplain(program: Command): void {
  program
    .command('explain')
    .description('Why one unit was judged as it was: every step of one decision, in words.')
    .argument('<unit>', 'unit id, e.g. FRA1_SINGLES_TOTAL')
    .option('--cycle <id>', 'cycle id, e.g. 2026-03-01T10:05:00Z; default: the last one')
    .option('--json', 'print as JSON')
    .action(async (unitId: string, { cycle, json }: Options) => {
      const [code = '', ...rest] = unitId.split('_');
      if (rest.length !== 2) throw badInput(`'${unitId}' is no unit id`, 'expected e.g. FRA1_SINGLES_TOTAL');
      const config = await readConfig();
      const cycleId = cycle ?? (await readLastCycle(config, code));
      const trail = await withDatabase(config, (pool) => readTrail(pool, config, { unitId, code, cycleId }));
      print(json, trail, () => explain(trail));
    });
}

async function readLastCycle(config: Config, code: string): Promise<string> {
  const { lastCycle } = await withTemporal(config, (client) => queryAlertState(client, code));
  if (lastCycle === null) throw new CommandFailure(EXIT.failure, `no cycle has decided for ${code} yet`);
  return lastCycle;
}

type Trail = Parameters<typeof explain>[0];

async function readTrail(
  pool: Pool,
  config: Config,
  { unitId, code, cycleId }: { unitId: string; code: string; cycleId: string },
): Promise<Trail> {
  const { warehouses } = await readRegistry(pool);
  const warehouse = warehouses.find((each) => each.code === code);
  if (!warehouse)
    throw badInput(
      `${unitId} belongs to no known warehouse`,
      `known: ${warehouses.map((each) => each.code).join(', ') || 'none'}`,
    );
  const of = { prefix: config.artifactPrefix, cycleId, warehouse: code };
  const decided = await readNewest<SuppressBody>(pool, { ...of, kind: 'suppress' });
  if (!decided)
    throw new CommandFailure(
      EXIT.failure,
      `nothing is recorded of ${code} in cycle ${cycleId}`,
      `it may be no cycle, or older than ${config.retentionDays} days; see: bufferwatch artifact list --warehouse ${code}`,
    );
  const trace = await getArtifact<TraceBody>(pool, decided.traceId);
  const [evaluation, series, extract] = await Promise.all([
    getArtifact<EvaluateResult>(pool, trace.evaluateId),
    getArtifact<WarehouseSeries>(pool, trace.preprocessId),
    readNewest<WarehouseExtract>(pool, { ...of, kind: 'extract' }),
  ]);
  const evaluated = evaluation.units.find((each) => each.unitId === unitId);
  if (!evaluated)
    throw badInput(
      `${unitId} was not among the units of ${code} in cycle ${cycleId}`,
      `there were: ${evaluation.units.map((each) => each.unitId).join(', ')}`,
    );
  if (!extract) throw new CommandFailure(EXIT.failure, `the extract of ${code} in cycle ${cycleId} is gone`);
  const unitSeries = series.units.find((each) => each.unit.unitId === unitId);
  return {
    unitId,
    ...(unitSeries ? { series: unitSeries } : {}),
    evaluation: evaluated,
    resolved: trace.recommendations,
    labels: decided.labels.filter((each) => each.unitId === unitId),
    timezone: warehouse.timezone,
    cycleId,
    algorithm: trace.algorithm,
    sources: extract.sources,
  };
}
