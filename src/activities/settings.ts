/** One warehouse's part of the snapshot artifact. */
import { FAILURE } from '../failures/failures.ts';
import { applicationFailure } from '../failures/temporal-failures.ts';
import { holidaysOf, type WarehouseSettings } from '../domain/registry.ts';
import type { ArtifactRef } from '../store/artifact.ts';
import type { Registry } from '../store/registry.ts';
import type { GetArtifact } from './dependencies.ts';

export type ReadSettings = (snapshot: ArtifactRef, code: string) => Promise<WarehouseSettings>;

/** Hundreds of children read the same snapshot in the same minute: the newest one is kept parsed. */
export function createReadSettings(getArtifact: GetArtifact): ReadSettings {
  let newest: { id: string; registry: Promise<Registry> } | undefined;
  return async ({ id }, code) => {
    if (newest?.id !== id) newest = { id, registry: getArtifact<Registry>(id) };
    const held = newest;
    const registry = await held.registry.catch((error: unknown) => {
      if (newest === held) newest = undefined;
      throw error;
    });
    const warehouse = registry.warehouses.find((each) => each.code === code);
    if (!warehouse) throw applicationFailure(FAILURE.InvalidInput, `${code} is not in the snapshot ${id}`);
    return {
      warehouse,
      routes: registry.routes.filter((route) => route.warehouse === null || route.warehouse === code),
      overrides: registry.overrides.filter(({ unitId }) => unitId.startsWith(`${code}_`)),
      holidays: holidaysOf(registry.holidays ?? [], code),
    };
  };
}
