/** Rows of the registry that no unit of the warehouse goes by. */
import { groupBy } from '../../group-by.ts';
import { matchNames } from '../../match-settings.ts';
import { looksLike } from '../../names.ts';
import type { UnitOverride, WarehouseSettings } from '../../registry.ts';
import type { LeftOver } from '../../series.ts';
import { parseUnitId } from '../../units.ts';

/** @param known every unit and workpool that the stock source names or named; where it named none, nobody knows */
export function leftOverSettings(
  { warehouse, overrides, routes }: WarehouseSettings,
  known: { unitIds: readonly string[]; workpools: readonly string[] },
): LeftOver[] {
  if (known.unitIds.length === 0) return [];
  const mine = overrides.filter(({ unitId }) => unitId.startsWith(`${warehouse.code}_`));
  const ids = mine.map(({ unitId }) => unitId);
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
    ...leftOverPaths(mine, known.unitIds, matched),
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

/**
 * Paths that overrides name: what comes next is one of the same workpool. A sorter need not be known to WES: one that
 * several units name is where they meet, whatever it is called.
 */
function leftOverPaths(
  overrides: readonly UnitOverride[],
  unitIds: readonly string[],
  matched: ReadonlyMap<string, string>,
): LeftOver[] {
  const paths = unitIds.flatMap((unitId) => parseUnitId(unitId) ?? []);
  const names = (of: typeof paths): string[] => [...new Set(of.map(({ path }) => path))];
  const meets = groupBy(overrides, ({ sorter }) => looksLike(sorter ?? ''));
  const isOneOf = (name: string, of: readonly string[]): boolean =>
    of.some((path) => looksLike(path) === looksLike(name));
  return overrides.flatMap(({ unitId, sorter, downstreamPath }): LeftOver[] => {
    const workpool = parseUnitId(matched.get(unitId) ?? unitId)?.workpool;
    const next = names(paths.filter((each) => each.workpool === workpool));
    const found: [string, string][] = [];
    if (sorter !== null && !isOneOf(sorter, names(paths)) && meets.get(looksLike(sorter))?.length === 1)
      found.push(['sorter', `${sorter}; no source knows such a path, and no other unit names it`]);
    if (downstreamPath !== null && matchNames([downstreamPath], next).size === 0)
      found.push(['downstream_path', `${downstreamPath}; its workpool has no such path`]);
    return found.map(([column, text]) => ({
      source: 'unit_override',
      name: `${unitId} ${column}`,
      detail: `unit_override.${column} of ${unitId} is ${text}`,
      stopped: false,
    }));
  });
}
