/** What all units of one warehouse share in one cycle. */
import type { UnitOverride } from '../../registry.ts';
import type { Defect } from '../../series.ts';
import type { UnitType } from '../../vocabulary.ts';
import { defaultProcess, normalizeProcess, unitTypeOfPath } from '../../units.ts';
import type { Joined } from '../names/join-sources.ts';
import type { MissedSources } from './unit-series.ts';
import type { ListedPath } from '../names/path-list.ts';
import type { StaffPlan } from '../staff/staff-plan.ts';
import type { Actuals, ProcessStaffing } from '../staff/staffing.ts';

/** Everything of the warehouse that its units share. */
export interface Context {
  warehouse: string;
  snapshotTs: number;
  overrides: Map<string, UnitOverride>;
  actuals: Actuals;
  plan: StaffPlan;
  missed: MissedSources;
  defects: Defect[];
  /** How the sources' names fit together. */
  joined: Pick<Joined, 'withoutDevice' | 'withoutStaff' | 'unknownProcesses'>;
  staffingOf: (workpool: string, process: string) => ProcessStaffing | null;
}

export function typeOf({ override, stage, bufferKind }: ListedPath): UnitType {
  return override?.unitType ?? unitTypeOfPath(stage, bufferKind);
}

export function processOf(
  context: Pick<Context, 'actuals' | 'plan'>,
  unitType: UnitType,
  workpool: string,
  listed: ListedPath | null,
  override: UnitOverride | null,
): string {
  if (override?.process) return normalizeProcess(override.process);
  const processes = new Set([
    ...(context.actuals.get(workpool)?.keys() ?? []),
    ...context.plan.processesOf(workpool),
  ]);
  return defaultProcess(unitType, listed?.stage ?? null, processes);
}
