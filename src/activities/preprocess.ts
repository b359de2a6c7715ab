/** Step 2: the raw rows of one warehouse become one timeseries per operational unit. */
import type { InterpretMemory } from '../domain/suppress/contract.ts';
import { preprocess as makeSeries } from '../domain/preprocess/preprocess.ts';
import type { WarehouseExtract } from '../domain/source-rows.ts';
import { BLIND_SHARE } from '../domain/suppress/limits.ts';
import type { SourceName } from '../domain/vocabulary.ts';
import type { ArtifactRef } from '../store/artifact.ts';
import type { GetArtifact, PutArtifact } from './dependencies.ts';
import type { ReadSettings } from './settings.ts';
import type { CyclePlan, PlannedWarehouse } from './snapshot.ts';

export interface PreprocessInput {
  plan: Omit<CyclePlan, 'warehouses'>;
  warehouse: PlannedWarehouse;
  extract: ArtifactRef;
}

export interface PreprocessReport {
  ref: ArtifactRef;
  units: number;
  /** Sources that are blind for half of the units or more. */
  blind: SourceName[];
}

export interface PreprocessDependencies {
  getArtifact: GetArtifact;
  putArtifact: PutArtifact;
  readSettings: ReadSettings;
  readMemory(warehouse: string, plan: Omit<CyclePlan, 'warehouses'>): Promise<InterpretMemory>;
}

export function createPreprocess(deps: PreprocessDependencies) {
  return {
    async preprocess({ plan, warehouse, extract }: PreprocessInput): Promise<PreprocessReport> {
      const [rows, settings, memory] = await Promise.all([
        deps.getArtifact<WarehouseExtract>(extract.id),
        deps.readSettings(plan.snapshot, warehouse.code),
        deps.readMemory(warehouse.code, plan),
      ]);
      const series = makeSeries({
        extract: rows,
        settings,
        memory,
      });
      const ref = await deps.putArtifact({
        prefix: plan.prefix,
        cycleId: plan.cycleId,
        warehouse: warehouse.code,
        kind: 'preprocess',
        body: { ...series, extractId: extract.id },
        rows: series.units.length,
      });
      const blind = series.blind.filter(({ share }) => share >= BLIND_SHARE).map(({ source }) => source);
      return { ref, units: series.units.length, blind };
    },
  };
}
