// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** What an operational unit is called, which kind it is, and whose work empties it. */
import { SOURCES, type BufferKind, type SourceName, type Stage, type UnitType } from './vocabulary.ts';

/** Reserved: the path part of a workpool's total. */
export const TOTAL = 'TOTAL';

/** A source's workpool or path as it stands in a unit id: what is not `[A-Za-z0-9-]` becomes `-`. */
export function sanitizeName(name: string): string {
  return name.replace(/[^A-Za-z0-9-]/gu, '-');
}

/** `{Warehouse}_{Workpool}_{PathOrTotal}`; workpool and path as the source spells them. */
export function unitIdOf(warehouse: string, workpool: string, path: string): string {
  return `${warehouse}_${sanitizeName(workpool)}_${sanitizeName(path)}`;
}

/** The parts of a unit id; null where it is none. */
export function parseUnitId(unitId: string): { warehouse: string; workpool: string; path: string } | null {
  const match = /^([A-Za-z0-9-]+)_([A-Za-z0-9-]+)_([A-Za-z0-9-]+)$/u.exec(unitId);
  const [, warehouse, workpool, path] = match ?? [];
  return warehouse && workpool && path ? { warehouse, workpool, path } : null;
}

/** What is wrong with a source as a whole is told under an id of two parts, which no unit has: `FRA1_wes-stock`. */
export function sourceUnitId(warehouse: string, source: SourceName): string {
  return `${warehouse}_${sanitizeName(source)}`;
}

/** The source that an id of two parts names; null where it names none. */
export function sourceOf(unitId: string): SourceName | null {
  const [, name, ...more] = unitId.split('_');
  return more.length > 0 ? null : (SOURCES.find((source) => sanitizeName(source) === name) ?? null);
}

/** The warehouse that an id names; of a warehouse-wide alert, whose unit id is the code itself, that code. */
export function warehouseOf(unitId: string): string {
  return unitId.split('_', 1)[0] ?? '';
}

/** Buffers before PACK that staff works from one by one. */
const LANE_KINDS: readonly BufferKind[] = ['LANE', 'CHUTE', 'PUTWALL'];

/** The unit that a path is on its own; TOTAL where it counts in its workpool's total alone. */
export function unitTypeOfPath(stage: Stage, bufferKind: BufferKind): UnitType {
  if (stage === 'INDUCT') return 'INDUCT';
  if ((stage === 'REBIN' || stage === 'PACK') && LANE_KINDS.includes(bufferKind)) return 'LANE';
  return TOTAL;
}

/** LMS spells processes in its own case. */
export function normalizeProcess(process: string): string {
  return process.trim().toUpperCase();
}

/**
 * The LMS process whose staff empties a unit, where no override names one: inducts are emptied by INDUCT,
 * put walls by REBIN where the workpool has such staff, everything else by PACK.
 */
export function defaultProcess(
  unitType: UnitType,
  stage: Stage | null,
  processes: ReadonlySet<string>,
): string {
  if (unitType === 'INDUCT') return 'INDUCT';
  if (unitType === 'LANE' && stage === 'REBIN' && processes.has('REBIN')) return 'REBIN';
  return 'PACK';
}
