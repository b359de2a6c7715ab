// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** What people call a place, those who work there, and a person. Plain, unescaped. */
import { parseUnitId, sourceOf, TOTAL } from '../units.ts';
import type { SourceName } from '../vocabulary.ts';

/** `FRA1_SINGLES_INDUCT-2` -> `SINGLES INDUCT-2`, `FRA1_SINGLES_TOTAL` -> `SINGLES`, `FRA1_wes-stock` -> `wes_stock`; another id stays as it is. */
export function shortName(unitId: string): string {
  const parts = parseUnitId(unitId);
  if (parts === null) return sourceOf(unitId) ?? unitId;
  return parts.path === TOTAL ? parts.workpool : `${parts.workpool} ${parts.path}`;
}

const TOLD_BY: Record<SourceName, string> = {
  wes_stock: 'the levels of WES',
  wcs_counters: 'the counts of WCS',
  lms_actuals: 'the headcounts of LMS',
  lms_plan: 'the plan of LMS',
};

/** What a source tells of, by the names that people know. */
export function toldBy(source: SourceName): string {
  return TOLD_BY[source];
}

/** `from LANE-1 to LANE-2 in SINGLES`; each by its whole name where they are not of one workpool. */
export function fromTo(from: string, to: string): string {
  const [a, b] = [parseUnitId(from), parseUnitId(to)];
  return a !== null && b !== null && a.workpool === b.workpool && a.path !== TOTAL && b.path !== TOTAL
    ? `from ${a.path} to ${b.path} in ${a.workpool}`
    : `from ${shortName(from)} to ${shortName(to)}`;
}

/** `INDUCT-2`, where its workpool is named already; of a total the workpool. */
export function pathName(unitId: string): string {
  const parts = parseUnitId(unitId);
  return parts === null || parts.path === TOTAL ? shortName(unitId) : parts.path;
}

export function workpoolOf(unitId: string): string {
  return parseUnitId(unitId)?.workpool ?? unitId;
}

export function isTotal(unitId: string): boolean {
  return parseUnitId(unitId)?.path === TOTAL;
}

/** The alert of the warehouse itself, whose id is its code. */
export function isWarehouse({ unitId }: { unitId: string }): boolean {
  return !unitId.includes('_');
}

/** `alex (U012)` -> `alex`: people read names, the history keeps the id beside it. */
export function personName(by: string): string {
  return by.replace(/ \([^()]*\)$/, '');
}

/** What one who works in a process is called; others are people of that process. */
const ROLES: Readonly<Record<string, string>> = {
  PICK: 'picker',
  PACK: 'packer',
  REBIN: 'rebinner',
  INDUCT: 'inductor',
  SORT: 'sorter operator',
};

/** `packer`; null where that process has no name for its people. */
export function roleOf(process: string | null | undefined): string | null {
  return ROLES[process ?? ''] ?? null;
}
