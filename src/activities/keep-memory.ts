/** Stores what `warehouse/{code}` remembers, so that its next run can begin with it if this one is lost. */
import type { WarehouseMemory } from '../domain/suppress/memory.ts';

export interface KeepMemoryDependencies {
  /** What the running workflow remembers now; null: none runs. */
  askMemory(warehouse: string): Promise<WarehouseMemory | null>;
  /** Keeps the newest. */
  storeMemory(memory: WarehouseMemory): Promise<void>;
}

export function createKeepMemory(deps: KeepMemoryDependencies) {
  return {
    async keepMemory({ warehouse }: { warehouse: string }): Promise<void> {
      const memory = await deps.askMemory(warehouse);
      if (memory !== null) await deps.storeMemory(memory);
    },
  };
}
