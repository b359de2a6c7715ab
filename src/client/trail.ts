/** The recorded trail of one decision, from its label back to the sources. */
import type { Pool } from 'pg';
import type { TraceBody } from '../activities/interpret.ts';
import type { SuppressBody } from '../activities/suppress.ts';
import type { explain } from '../domain/explain/explain.ts';
import { ownFacts } from '../domain/explain/own.ts';
import type { EvaluateResult } from '../domain/recommendation.ts';
import type { WarehouseSeries } from '../domain/series.ts';
import type { WarehouseExtract } from '../domain/source-rows.ts';
import type { CycleId } from '../domain/vocabulary.ts';
import { sourceOf } from '../domain/units.ts';
import { getArtifact, readNewest } from '../store/artifact.ts';
import { readRegistry } from '../store/registry.ts';
import { FAILURE } from '../failures/failures.ts';

/** Everything that `explain` puts into words. */
export type Trail = Parameters<typeof explain>[0];

/** Nothing (any more) to explain, or no such unit. */
export class TrailMissing extends Error {
  override name = FAILURE.TrailMissing;
  readonly what: 'unit' | 'record';
  /** What to do about it. */
  readonly mend: string;
  constructor(what: 'unit' | 'record', message: string, mend: string) {
    super(message);
    this.what = what;
    this.mend = mend;
  }
}

/** @throws TrailMissing */
export async function readTrail(
  pool: Pool,
  { prefix, unitId, code, cycleId }: { prefix: string; unitId: string; code: string; cycleId: CycleId },
): Promise<Trail> {
  const { warehouses } = await readRegistry(pool);
  const warehouse = warehouses.find((each) => each.code === code);
  if (!warehouse)
    throw new TrailMissing(
      'unit',
      `${unitId} belongs to no known warehouse`,
      `known: ${warehouses.map((each) => each.code).join(', ') || 'none'}`,
    );
  const of = { prefix, cycleId, warehouse: code };
  const decided = await readNewest<SuppressBody>(pool, { ...of, kind: 'suppress' });
  if (!decided)
    throw new TrailMissing(
      'record',
      `nothing is recorded of ${code} in cycle ${cycleId}`,
      `it may be no cycle, or older than what is kept; see: bufferwatch artifact list --warehouse ${code}`,
    );
  const trace = await getArtifact<TraceBody>(pool, decided.traceId);
  const [evaluation, series, extract] = await Promise.all([
    getArtifact<EvaluateResult>(pool, trace.evaluateId),
    getArtifact<WarehouseSeries>(pool, trace.preprocessId),
    readNewest<WarehouseExtract>(pool, { ...of, kind: 'extract' }),
  ]);
  const evaluated = evaluation.units.find((each) => each.unitId === unitId);
  const source = sourceOf(unitId);
  const isOwn = unitId === code || source !== null;
  if (!evaluated && !isOwn)
    throw new TrailMissing(
      'unit',
      `${unitId} was not among the units of ${code} in cycle ${cycleId}`,
      `there were: ${evaluation.units.map((each) => each.unitId).join(', ')}`,
    );
  if (!extract)
    throw new TrailMissing('record', `the extract of ${code} in cycle ${cycleId} is gone`, 'it has expired');
  const unitSeries = series.units.find((each) => each.unit.unitId === unitId);
  return {
    unitId,
    ...(unitSeries ? { series: unitSeries } : {}),
    ...(isOwn ? { own: ownFacts(series, source) } : {}),
    evaluation: evaluated,
    resolved: trace.recommendations,
    labels: decided.labels.filter((each) => each.unitId === unitId),
    timezone: warehouse.timezone,
    cycleId,
    algorithm: trace.algorithm,
    sources: extract.sources,
  };
}
