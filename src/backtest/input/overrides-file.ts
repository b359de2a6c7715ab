/** units.csv beside the raw sources: what somebody knows better than they do, one row a unit. */
import type { UnitOverride } from '../../domain/registry.ts';
import { UNIT_TYPES } from '../../domain/vocabulary.ts';
import { readAllRows } from '../csv/read-csv.ts';
import { exists } from './exists.ts';
import { warehouseOf } from '../../domain/units.ts';

/**
 * Empty where there is no such file. Columns are those of `unit_override`; an empty cell leaves what the sources
 * say. `thresholds` is a JSON object.
 * @throws BadFile
 */
export async function readOverrides(path: string, codes: ReadonlySet<string>): Promise<UnitOverride[]> {
  if (!(await exists(path))) return [];
  const lines = new Map<string, number>();
  return readAllRows(path, ['unit_id'], (row, line): UnitOverride => {
    const unitId = row.text('unit_id');
    const before = lines.get(unitId);
    if (before !== undefined) throw row.refusal(`unit_id "${unitId}" stands in line ${before} already`);
    lines.set(unitId, line);
    if (!codes.has(warehouseOf(unitId)))
      throw row.refusal(`unit_id "${unitId}" begins with no warehouse of warehouses.csv`);
    return {
      unitId,
      excluded: row.oneOfOrNull('excluded', ['true', 'false']) === 'true',
      unitType: row.oneOfOrNull('unit_type', UNIT_TYPES),
      capacityUnits: row.numberOrNull('capacity_units'),
      maxStations: row.numberOrNull('max_stations'),
      hcPool: row.numberOrNull('hc_pool'),
      minHc: row.numberOrNull('min_hc'),
      process: row.textOrNull('process'),
      sorter: row.textOrNull('sorter'),
      downstreamPath: row.textOrNull('downstream_path'),
      equipmentLimitUpm: row.numberOrNull('equipment_limit_upm'),
      thresholds: readThresholds(row.raw('thresholds'), (problem) => row.refusal(problem)),
    };
  });
}

function readThresholds(cell: string, refusal: (problem: string) => Error): Record<string, number> {
  if (cell === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(cell);
  } catch {
    throw refusal('thresholds is no JSON, expected an object such as {"overflowRiskProbability": 0.15}');
  }
  const isFit =
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((limit) => typeof limit === 'number');
  if (!isFit)
    throw refusal('thresholds is no object of numbers, expected e.g. {"overflowRiskProbability": 0.15}');
  return value as Record<string, number>;
}
