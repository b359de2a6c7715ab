/** What a backtest runs over: warehouses whose rows become visible as time goes on. */
import type { InterpretMemory } from '../../domain/suppress/contract.ts';
import { holidaysOf, type Holiday, type WarehouseSettings } from '../../domain/registry.ts';
import type { WarehouseSeries } from '../../domain/series.ts';

export interface WarehouseFeed {
  code: string;
  settings: WarehouseSettings;
  /** What preprocess makes of the rows that are visible at the cycle, epoch ms; call `advance` first. */
  seriesAt: (cycleMs: number, memory: InterpretMemory) => WarehouseSeries;
}

export interface Feed {
  level: 'A' | 'B';
  warehouses: WarehouseFeed[];
  /** First and last instant at which a row becomes visible, epoch ms. */
  firstMs: number;
  lastMs: number;
  /** Data rows of all files. */
  rows: number;
  /** The unit ids of the list of units, as they are used inside; null where only the data name them. */
  units: ReadonlySet<string> | null;
  names: UnitNames;
  /** What the data lack, each with the decisions that suffer from it, for people. */
  missing: string[];
  /** Makes rows visible up to the instant, inclusive. */
  advance: (toMs: number) => Promise<void>;
  /** Ends what is still being read. */
  close: () => Promise<void>;
}

export interface FeedOptions {
  algorithm: string;
  /** Of the cycles that are asked for, epoch ms; absent: as far as the data go. */
  fromMs?: number | undefined;
  toMs?: number | undefined;
  /** Called as lines are checked, before anything is decided. */
  onScanned?: (rows: number) => void;
}

/** Where a list of units names one without its warehouse, the decisions need an id that begins with it. */
export class UnitNames {
  readonly #given = new Map<string, string>();

  /** The id that decisions use. */
  adopt(given: string, warehouse: string): string {
    const unitId = this.internal(given, warehouse);
    if (unitId !== given) this.#given.set(unitId, given);
    return unitId;
  }

  internal(given: string, warehouse: string): string {
    return given.startsWith(`${warehouse}_`) ? given : `${warehouse}_${given}`;
  }

  /** As the list of units spells it. */
  given(unitId: string): string {
    return this.#given.get(unitId) ?? unitId;
  }
}

/** Settings of a warehouse that only a backtest knows: one channel takes everything. */
export function backtestSettings(
  warehouse: { code: string; name: string; timezone: string },
  algorithm: string,
  known: { overrides: WarehouseSettings['overrides']; holidays: readonly Holiday[] },
): WarehouseSettings {
  return {
    warehouse: { ...warehouse, active: true, algorithm },
    routes: [
      {
        warehouse: null,
        channel: '#backtest',
        workpool: null,
        unitType: null,
        minSeverity: 'WARNING',
        fallback: false,
      },
    ],
    overrides: known.overrides.filter(({ unitId }) => unitId.startsWith(`${warehouse.code}_`)),
    holidays: holidaysOf(known.holidays, warehouse.code),
  };
}
