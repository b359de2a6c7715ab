/** What people write into the registry tables, as read by a cycle's snapshot. */
import type { Calendar } from './forecast/earlier-days.ts';
import type { Severity, UnitType } from './vocabulary.ts';

export interface Warehouse {
  /** Upper case, `[A-Z0-9-]+`: the first part of every unit id. */
  code: string;
  name: string;
  /** IANA name, e.g. `Europe/Berlin`. */
  timezone: string;
  /** false: the next cycle closes every episode with one message and the long-lived workflow completes. */
  active: boolean;
  /** Version of the algorithm that decides for this warehouse, a key of `ALGORITHMS`. */
  algorithm: string;
}

/** One row of `alert_route`. Empty conditions match everything. */
export interface AlertRoute {
  /** null: every warehouse. */
  warehouse: string | null;
  /** Slack channel name with `#`, or id. */
  channel: string;
  workpool: string | null;
  unitType: UnitType | null;
  minSeverity: Severity;
  /** Used where no other route matches, where a channel refuses for good, and for network-level alerts. */
  fallback: boolean;
  /**
   * Told only when an alert of CRITICAL or worse has stayed unacknowledged for so many minutes; absent: an ordinary
   * route, told at once.
   */
  escalateAfterMin?: number;
}

/** One row of `unit_override` (or of units.csv); null leaves what the sources say. */
export interface UnitOverride {
  unitId: string;
  excluded: boolean;
  unitType: UnitType | null;
  capacityUnits: number | null;
  maxStations: number | null;
  hcPool: number | null;
  minHc: number | null;
  process: string | null;
  sorter: string | null;
  downstreamPath: string | null;
  /** Units per minute that the equipment can pass at most. */
  equipmentLimitUpm: number | null;
  /** Zone limits of this unit alone, by the names of `ZoneThresholds`. */
  thresholds: Record<string, number>;
}

/** One row of `holiday`. */
export interface Holiday {
  /** null: every warehouse. */
  warehouse: string | null;
  /** `2026-12-25`, by the warehouse's own calendar. */
  day: string;
}

/** Of one warehouse: those of everywhere and its own. */
export function holidaysOf(holidays: readonly Holiday[], code: string): string[] {
  return holidays.filter(({ warehouse }) => warehouse === null || warehouse === code).map(({ day }) => day);
}

/** Body of the `snapshot` artifact, narrowed to one warehouse where it is passed on. */
export interface WarehouseSettings {
  warehouse: Warehouse;
  routes: AlertRoute[];
  overrides: UnitOverride[];
  /** Days on which this warehouse works as on a weekend; absent: none, as in snapshots of older releases. */
  holidays?: string[];
}

/** By which a warehouse's days are told apart. */
export function calendarOf({ warehouse, holidays = [] }: WarehouseSettings): Calendar {
  return { timezone: warehouse.timezone, holidays };
}
