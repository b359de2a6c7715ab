/** Rows of the registry that no unit of the warehouse goes by. */
import { matchNames } from '../../match-settings.ts';
import type { WarehouseSettings } from '../../registry.ts';
import type { LeftOver } from '../../series.ts';

/** @param known every unit and workpool that the stock source names or named; where it named none, nobody knows */
export function leftOverSettings(
  { warehouse, overrides, routes }: WarehouseSettings,
  known: { unitIds: readonly string[]; workpools: readonly string[] },
): LeftOver[] {
  if (known.unitIds.length === 0) return [];
  const ids = overrides
    .map(({ unitId }) => unitId)
    .filter((unitId) => unitId.startsWith(`${warehouse.code}_`));
  const matched = matchNames(ids, known.unitIds);
  const scopes = routes.flatMap(({ warehouse: code, workpool }) =>
    code === warehouse.code && workpool !== null ? [workpool] : [],
  );
  const served = matchNames(scopes, known.workpools);
  return [
    ...ids
      .filter((unitId) => !matched.has(unitId))
      .map((unitId): LeftOver => ({
        source: 'unit_override',
        name: unitId,
        detail: `unit_override has a row for ${unitId}; no source knows such a unit`,
        stopped: false,
      })),
    ...[...new Set(scopes)]
      .filter((workpool) => !served.has(workpool))
      .map((workpool): LeftOver => ({
        source: 'alert_route',
        name: workpool,
        detail: `alert_route has a route for workpool ${workpool} of ${warehouse.code}; WES knows no such workpool`,
        stopped: false,
      })),
  ];
}
