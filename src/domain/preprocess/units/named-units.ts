/** Which units the stock source names now or named before, and which of them are seen to be no more. */
import type { UnitSeries } from '../../series.ts';
import type { InterpretMemory } from '../../suppress/contract.ts';
import { sanitizeName, TOTAL, unitIdOf } from '../../units.ts';
import { typeOf } from './context.ts';
import type { followMoves } from '../names/moves.ts';
import type { PathSeries } from './path-series.ts';

/** Every unit that the stock source names now or named before, what it is excluded from included. */
export function unitsNamed(
  warehouse: string,
  { rows, knownPaths }: Pick<ReturnType<typeof followMoves>, 'rows' | 'knownPaths'>,
  { units }: Pick<InterpretMemory, 'units'>,
): { unitIds: string[]; workpools: string[] } {
  const workpools = new Set<string>();
  const unitIds = new Set(Object.keys(units));
  for (const of of [rows, knownPaths])
    for (const { workpool, path } of of) {
      workpools.add(sanitizeName(workpool));
      unitIds.add(unitIdOf(warehouse, workpool, path));
    }
  for (const workpool of workpools) unitIds.add(unitIdOf(warehouse, workpool, TOTAL));
  return { unitIds: [...unitIds], workpools: [...workpools] };
}

/** Remembered units whose path is elsewhere, is called otherwise, or is another kind of buffer, and totals of none. */
export function findGone(
  warehouse: string,
  left: readonly { workpool: string; path: string }[],
  remembered: InterpretMemory['units'],
  paths: readonly PathSeries[],
  units: readonly UnitSeries[],
): string[] {
  const present = new Set(units.map(({ unit }) => unit.unitId));
  const emptied = left.filter(({ workpool }) =>
    paths.every(({ listed }) => listed.workpool !== sanitizeName(workpool)),
  );
  const ids = [
    ...left.map(({ workpool, path }) => unitIdOf(warehouse, workpool, path)),
    ...emptied.map(({ workpool }) => unitIdOf(warehouse, workpool, TOTAL)),
    ...paths.flatMap(({ listed }) => (typeOf(listed) === TOTAL && !listed.clash ? listed.unitId : [])),
  ];
  return [...new Set(ids)].filter((unitId) => unitId in remembered && !present.has(unitId)).toSorted();
}
