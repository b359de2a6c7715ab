/** Reads what people wrote: warehouses, routes, overrides, holidays. */
import type { Pool } from 'pg';
import { z } from 'zod';
import { DEFAULT_ALGORITHM } from '../domain/algorithm/algorithm.ts';
import type { AlertRoute, Holiday, UnitOverride, Warehouse } from '../domain/registry.ts';
import { SEVERITIES, UNIT_TYPES } from '../domain/vocabulary.ts';
import { inTransaction } from './transaction.ts';

/** The code as each source spells it; absent: as we do. */
export interface SourceCodes {
  wes?: string;
  wcs?: string;
  lms?: string;
}

export interface RegisteredWarehouse extends Warehouse {
  sourceCodes: SourceCodes;
}

export interface Registry {
  /** Active and inactive ones, by code. */
  warehouses: RegisteredWarehouse[];
  routes: AlertRoute[];
  overrides: UnitOverride[];
  /** Absent in snapshots of older releases. */
  holidays?: Holiday[];
}

const warehouseRow = z
  .object({
    code: z.string(),
    name: z.string(),
    timezone: z.string(),
    active: z.boolean(),
    algorithm: z.string().nullable(),
    source_codes: z.object({
      wes: z.string().optional(),
      wcs: z.string().optional(),
      lms: z.string().optional(),
    }),
  })
  .transform(({ source_codes, algorithm, ...row }): RegisteredWarehouse => ({
    ...row,
    algorithm: algorithm ?? DEFAULT_ALGORITHM,
    sourceCodes: source_codes,
  }));

const routeRow = z
  .object({
    warehouse: z.string().nullable(),
    channel: z.string(),
    workpool: z.string().nullable(),
    unit_type: z.enum(UNIT_TYPES).nullable(),
    min_severity: z.enum(SEVERITIES),
    fallback: z.boolean(),
    escalate_after_min: z.number().nullable(),
  })
  .transform(({ unit_type, min_severity, escalate_after_min, ...row }): AlertRoute => ({
    ...row,
    unitType: unit_type,
    minSeverity: min_severity,
    ...(escalate_after_min === null ? {} : { escalateAfterMin: escalate_after_min }),
  }));

/** JSON in the database has numbers that are too large for ours: one must not hide the whole registry. */
const jsonNumber = z.union([
  z.number(),
  z.literal(Infinity).transform(() => Number.MAX_VALUE),
  z.literal(-Infinity).transform(() => -Number.MAX_VALUE),
]);

const overrideRow = z
  .object({
    unit_id: z.string(),
    excluded: z.boolean(),
    unit_type: z.enum(UNIT_TYPES).nullable(),
    capacity_units: z.number().nullable(),
    max_stations: z.number().nullable(),
    hc_pool: z.number().nullable(),
    min_hc: z.number().nullable(),
    process: z.string().nullable(),
    sorter: z.string().nullable(),
    downstream_path: z.string().nullable(),
    equipment_limit_upm: z.number().nullable(),
    thresholds: z.record(z.string(), jsonNumber),
  })
  .transform((row): UnitOverride => ({
    unitId: row.unit_id,
    excluded: row.excluded,
    unitType: row.unit_type,
    capacityUnits: row.capacity_units,
    maxStations: row.max_stations,
    hcPool: row.hc_pool,
    minHc: row.min_hc,
    process: row.process,
    sorter: row.sorter,
    downstreamPath: row.downstream_path,
    equipmentLimitUpm: row.equipment_limit_upm,
    thresholds: row.thresholds,
  }));

const holidayRow = z.object({ warehouse: z.string().nullable(), day: z.string() });

/** The tables as they were at one instant. */
export function readRegistry(pool: Pool): Promise<Registry> {
  return inTransaction(pool, async (client) => {
    await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    const warehouses = await client.query(
      'SELECT code, name, timezone, active, algorithm, source_codes FROM warehouse ORDER BY code',
    );
    const routes = await client.query(
      `SELECT warehouse, channel, workpool, unit_type, min_severity, fallback, escalate_after_min
       FROM alert_route ORDER BY id`,
    );
    const overrides = await client.query(
      `SELECT unit_id, excluded, unit_type, capacity_units, max_stations, hc_pool, min_hc, process, sorter,
         downstream_path, equipment_limit_upm, thresholds
       FROM unit_override ORDER BY unit_id`,
    );
    // As text: the driver would make an instant of a day, by this machine's zone.
    const holidays = await client.query(
      `SELECT warehouse, to_char(day, 'YYYY-MM-DD') AS day FROM holiday ORDER BY day, warehouse NULLS FIRST`,
    );
    return {
      warehouses: z.array(warehouseRow).parse(warehouses.rows),
      routes: z.array(routeRow).parse(routes.rows),
      overrides: z.array(overrideRow).parse(overrides.rows),
      holidays: z.array(holidayRow).parse(holidays.rows),
    };
  });
}
