import type { UnitOverride } from '../../src/domain/registry.ts';

/** A row of `unit_override` that leaves everything but `change` to the sources. */
export function overrideOf(unitId: string, change: Partial<UnitOverride> = {}): UnitOverride {
  return {
    ...{ unitId, excluded: false, unitType: null, capacityUnits: null, maxStations: null, hcPool: null },
    ...{ minHc: null, process: null, sorter: null, downstreamPath: null, equipmentLimitUpm: null },
    thresholds: {},
    ...change,
  };
}
