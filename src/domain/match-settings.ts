/** What people wrote into the registry under the names of the sources, by the one rule of names. */
import { groupBy } from './group-by.ts';
import { joinNames } from './names.ts';
import type { AlertRoute, UnitOverride } from './registry.ts';

/** Each name as the sources have it; one that fits none, or several, is not in it. */
export function matchNames(written: readonly string[], names: readonly string[]): Map<string, string> {
  const partners = joinNames(
    [...new Set(names)].map((name) => ({ name, spellings: [name] })),
    [...new Set(written)].map((name) => ({ name, spellings: [name] })),
  );
  return new Map([...partners].map(([{ name }, partner]) => [name, partner.name]));
}

/** Under the id of the unit that is meant; those that fit none stay as they are. */
export function matchOverrides(
  overrides: readonly UnitOverride[],
  unitIds: readonly string[],
): UnitOverride[] {
  const matched = matchNames(
    overrides.map(({ unitId }) => unitId),
    unitIds,
  );
  return overrides.map((override) => {
    const unitId = matched.get(override.unitId) ?? override.unitId;
    return unitId === override.unitId ? override : { ...override, unitId };
  });
}

/** @param workpools as unit ids spell them */
export function matchRoutes(routes: readonly AlertRoute[], workpools: readonly string[]): AlertRoute[] {
  const written = [...groupBy(routes, ({ workpool }) => workpool ?? '').keys()].filter((name) => name !== '');
  const matched = matchNames(written, workpools);
  return routes.map((route) => {
    const workpool = route.workpool === null ? null : (matched.get(route.workpool) ?? route.workpool);
    return workpool === route.workpool ? route : { ...route, workpool };
  });
}
