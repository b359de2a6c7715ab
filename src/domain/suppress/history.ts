/** The labels of the last cycles, packed by column: each value is stored once per cycle. */
import type { AlertHistory, UnitLabel } from '../alerting.ts';
import type { Column, PackedLabels, RememberedCycle, WarehouseMemory } from './memory.ts';
import { minutesBetween } from './slots.ts';

/** What is asked for, and what a late or repeated asking may still need. */
const MIN_HISTORY_MINUTES = 60;
const MIN_HISTORY_CYCLES = 12;

export function rememberCycle(cycles: RememberedCycle[], cycle: RememberedCycle): RememberedCycle[] {
  const all = [...cycles, cycle];
  const isOld = (at: RememberedCycle): boolean =>
    minutesBetween(at.cycleId, cycle.cycleId) > MIN_HISTORY_MINUTES;
  const excess = all.length - MIN_HISTORY_CYCLES;
  return all.filter((one, index) => index >= excess || !isOld(one));
}

export function findCycle(memory: WarehouseMemory, cycleId: string): RememberedCycle | undefined {
  return memory.cycles.find((cycle) => cycle.cycleId === cycleId);
}

/** Answer of the `alertHistory` query. */
export function alertHistory(memory: WarehouseMemory): AlertHistory {
  return {
    warehouse: memory.warehouse,
    cycles: memory.cycles.map((cycle) => ({
      cycleId: cycle.cycleId,
      algorithm: cycle.algorithm,
      traceId: cycle.traceId,
      labels: unpackLabels(cycle.labels),
    })),
  };
}

export function packLabels(labels: UnitLabel[]): PackedLabels {
  const pack = <F extends keyof UnitLabel>(field: F): Column<UnitLabel[F]> => {
    const indexes = new Map<UnitLabel[F], number>();
    const at = labels.map(({ [field]: value }) => {
      const index = indexes.get(value) ?? indexes.size;
      indexes.set(value, index);
      return index;
    });
    return { values: [...indexes.keys()], at };
  };
  return {
    unitId: pack('unitId'),
    direction: pack('direction'),
    state: pack('state'),
    severity: pack('severity'),
    action: pack('action'),
    actionUnitId: pack('actionUnitId'),
    cause: pack('cause'),
    quantity: pack('quantity'),
    quantityUnit: pack('quantityUnit'),
    ttoMin: pack('ttoMin'),
    ttsMin: pack('ttsMin'),
    quality: pack('quality'),
    label: pack('label'),
    reason: pack('reason'),
    episodeId: pack('episodeId'),
    winner: pack('winner'),
  };
}

export function unpackLabels(packed: PackedLabels): UnitLabel[] {
  return packed.unitId.at.map((_, row) => ({
    unitId: readCell(packed.unitId, row),
    direction: readCell(packed.direction, row),
    state: readCell(packed.state, row),
    severity: readCell(packed.severity, row),
    action: readCell(packed.action, row),
    actionUnitId: readCell(packed.actionUnitId, row),
    cause: readCell(packed.cause, row),
    quantity: readCell(packed.quantity, row),
    quantityUnit: readCell(packed.quantityUnit, row),
    ttoMin: readCell(packed.ttoMin, row),
    ttsMin: readCell(packed.ttsMin, row),
    quality: readCell(packed.quality, row),
    label: readCell(packed.label, row),
    reason: readCell(packed.reason, row),
    episodeId: readCell(packed.episodeId, row),
    winner: readCell(packed.winner, row),
  }));
}

function readCell<T>({ values, at }: Column<T>, row: number): T {
  const value = values[at[row] ?? -1];
  if (value === undefined) {
    throw new RangeError(`the memory of past labels is damaged: row ${row} of ${at.length} has no value`);
  }
  return value;
}
