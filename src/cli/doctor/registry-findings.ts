/** Rows of the registry that do nothing, or not what was meant. Pure. */
import { algorithm, UnknownAlgorithm } from '../../domain/algorithm/algorithm.ts';
import type { AlertRoute, UnitOverride, Warehouse } from '../../domain/registry.ts';
import { leftOverToTell } from '../../domain/left-over.ts';
import { matchNames } from '../../domain/match-settings.ts';
import type { WarehouseSeries } from '../../domain/series.ts';
import type { WarehouseExtract } from '../../domain/source-rows.ts';
import type { WarehouseMemory } from '../../domain/suppress/memory.ts';
import {
  TOTAL,
  parseUnitId,
  sanitizeName,
  unitIdOf,
  unitTypeOfPath,
  warehouseOf,
} from '../../domain/units.ts';
import type { UnitType } from '../../domain/vocabulary.ts';

/** Units by id, as far as a warehouse's memory knows them. */
export type KnownUnits = ReadonlyMap<string, { workpool: string; unitType: UnitType }>;

export function knownUnitsOf({
  warehouse,
  units,
  paths,
}: Pick<WarehouseMemory, 'warehouse' | 'units' | 'paths'>): KnownUnits {
  const listed = paths.flatMap(({ workpool, path, stage, bufferKind }) => [
    [unitIdOf(warehouse, workpool, path), { workpool, unitType: unitTypeOfPath(stage, bufferKind) }] as const,
    [unitIdOf(warehouse, workpool, TOTAL), { workpool, unitType: TOTAL }] as const,
  ]);
  const remembered = Object.entries(units).map(
    ([unitId, { workpool, unitType }]) => [unitId, { workpool, unitType }] as const,
  );
  return new Map(
    [...listed, ...remembered].map(([unitId, unit]) => [
      unitId,
      { ...unit, workpool: sanitizeName(unit.workpool) },
    ]),
  );
}

export function hasKnownAlgorithm({ algorithm: version }: Warehouse): boolean {
  try {
    algorithm(version);
    return true;
  } catch (error) {
    if (error instanceof UnknownAlgorithm) return false;
    throw error;
  }
}

/** Active warehouses whose alerts would reach nobody. */
export function findUnrouted(
  warehouses: readonly Warehouse[],
  routes: readonly AlertRoute[],
): readonly string[] {
  const isRouted = (code: string) =>
    routes.some(
      ({ warehouse, escalateAfterMin }) =>
        escalateAfterMin === undefined && (warehouse === null || warehouse === code),
    );
  return warehouses.filter(({ code, active }) => active && !isRouted(code)).map(({ code }) => code);
}

/** Routes that no unit goes by, each with why; of a warehouse that is off or without known units nothing is said. */
export function findIdleRoutes(
  warehouses: readonly Warehouse[],
  routes: readonly AlertRoute[],
  known: ReadonlyMap<string, KnownUnits>,
): string[] {
  const active = warehouses.filter((each) => each.active).map(({ code }) => code);
  return routes.flatMap(({ channel, warehouse, workpool, unitType }) => {
    if (workpool === null && unitType === null) return [];
    const units = active
      .filter((code) => warehouse === null || code === warehouse)
      .map((code) => known.get(code));
    if (units.length === 0 || units.some((each) => each === undefined || each.size === 0)) return [];
    const matches = units.some((each) => {
      const all = [...(each?.values() ?? [])];
      const meant =
        workpool === null
          ? null
          : meantBy(
              workpool,
              all.map((unit) => unit.workpool),
            );
      return all.some(
        (unit) =>
          (meant === null || unit.workpool === meant) && (unitType === null || unit.unitType === unitType),
      );
    });
    if (matches) return [];
    const what = [
      ...(workpool === null ? [] : [`workpool ${workpool}`]),
      ...(unitType === null ? [] : [`type ${unitType}`]),
    ].join(' and ');
    return [`${channel}: no unit of ${warehouse ?? 'any warehouse'} is of ${what}`];
  });
}

/** The name that decisions take it for; itself where it is none of them. */
export function meantBy(written: string, names: readonly string[]): string {
  return matchNames([written], names).get(written) ?? written;
}

/** Names of one source that no other knows, each in a sentence, and units that miss a name of theirs. */
export function findLeftOver(series: Pick<WarehouseSeries, 'warehouse' | 'leftOver' | 'units'>): string[] {
  // Units and workpools that the registry names are found by its own checks.
  const left = leftOverToTell({ ...series, leftOver: series.leftOver ?? [] })
    .filter(
      ({ source, name }) =>
        source !== 'alert_route' && (source !== 'unit_override' || parseUnitId(name) === null),
    )
    .map(({ detail }) => `${series.warehouse}: ${detail}`);
  const missing = series.units.flatMap(({ unit, defects }) =>
    defects.flatMap(({ name, detail }) => (name === 'NO_PARTNER' ? `${unit.unitId}: ${detail}` : [])),
  );
  return [...new Set([...left, ...missing])];
}

/** What the stock report names, and with it units that are excluded: nothing else remembers those. */
export function reportedUnitsOf({
  warehouse,
  rows,
}: Pick<WarehouseExtract, 'warehouse' | 'rows'>): Set<string> {
  return new Set(
    rows.wes_stock.flatMap(({ workpool, path }) => [
      unitIdOf(warehouse, workpool, path),
      unitIdOf(warehouse, workpool, TOTAL),
    ]),
  );
}

/** Overrides of units that nobody has seen; of a warehouse that is off or without known units nothing is said. */
export function findIdleOverrides(
  overrides: readonly UnitOverride[],
  known: ReadonlyMap<string, KnownUnits>,
): string[] {
  return overrides
    .map(({ unitId }) => unitId)
    .filter((unitId) => {
      const units = known.get(warehouseOf(unitId));
      return units !== undefined && units.size > 0 && !units.has(meantBy(unitId, [...units.keys()]));
    });
}
