// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** The labels of the last cycles, packed by column: each value is stored once per cycle, ids as far as they tell more. */
import type { AlertHistory, UnitLabel } from './contract.ts';
import { episodeIdOf, keyOf } from './memory.ts';
import type { Column, LabelRow, PackedLabels, RememberedCycle, WarehouseMemory } from './memory.ts';
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

/** Whether one of the remembered cycles named this episode. */
export function hasLabelled(memory: WarehouseMemory, episodeId: string): boolean {
  // The start stands in one column of the pack: only a cycle that holds it is worth unpacking.
  return memory.cycles.some(
    ({ labels }) =>
      labels.startedAt.values.some(
        (startedAt) => startedAt !== null && episodeId.endsWith(`:${startedAt}`),
      ) && unpackLabels(labels).some((label) => label.episodeId === episodeId),
  );
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

export function packLabels(labels: LabelRow[]): PackedLabels {
  const pack = <T>(read: (label: LabelRow) => T): Column<T> => {
    const indexes = new Map<T, number>();
    const at = labels.map((label) => {
      const value = read(label);
      const index = indexes.get(value) ?? indexes.size;
      indexes.set(value, index);
      return index;
    });
    return { values: [...indexes.keys()], at: indexes.size > 1 ? at : [] };
  };
  return {
    rows: labels.length,
    unitId: pack(({ unitId }) => unitId),
    direction: pack(({ direction }) => direction),
    state: pack(({ state }) => state),
    severity: pack(({ severity }) => severity),
    action: pack(({ action }) => action),
    otherActionUnitId: pack(({ unitId, actionUnitId }) => (actionUnitId === unitId ? null : actionUnitId)),
    cause: pack(({ cause }) => cause),
    quantity: pack(({ quantity }) => quantity),
    quantityUnit: pack(({ quantityUnit }) => quantityUnit),
    ttoMin: pack(({ ttoMin }) => ttoMin),
    ttsMin: pack(({ ttsMin }) => ttsMin),
    quality: pack(({ quality }) => quality),
    label: pack(({ label }) => label),
    reason: pack(({ reason }) => reason),
    startedAt: pack((label) => label.episodeId?.slice(keyOfLabel(label).length + 1) ?? null),
    winner: pack(({ winner }) => winner),
    ...(labels.some(({ process }) => process !== undefined)
      ? {
          process: pack(({ process }) => process ?? null),
          fromProcess: pack(({ fromProcess }) => fromProcess ?? null),
        }
      : {}),
  };
}

export function unpackLabels(packed: PackedLabels): UnitLabel[] {
  return unpackRows(packed).map(toLabel);
}

/** Without what `decide` does not answer. */
export function toLabel({ process: _process, fromProcess: _fromProcess, ...label }: LabelRow): UnitLabel {
  return label;
}

export function unpackRows(packed: PackedLabels): LabelRow[] {
  return Array.from({ length: packed.rows }, (_, row) => {
    const read = <T>({ values, at }: Column<T>): T => readCell(values, at[row] ?? 0);
    const unitId = read(packed.unitId);
    const direction = read(packed.direction);
    const startedAt = read(packed.startedAt);
    const process = packed.process && read(packed.process);
    const fromProcess = packed.fromProcess && read(packed.fromProcess);
    return {
      unitId,
      direction,
      state: read(packed.state),
      severity: read(packed.severity),
      action: read(packed.action),
      actionUnitId: read(packed.otherActionUnitId) ?? unitId,
      cause: read(packed.cause),
      quantity: read(packed.quantity),
      quantityUnit: read(packed.quantityUnit),
      ttoMin: read(packed.ttoMin),
      ttsMin: read(packed.ttsMin),
      quality: read(packed.quality),
      label: read(packed.label),
      reason: read(packed.reason),
      episodeId: startedAt === null ? null : episodeIdOf(keyOf(unitId, direction), startedAt),
      winner: read(packed.winner),
      ...(process ? { process } : {}),
      ...(fromProcess ? { fromProcess } : {}),
    };
  });
}

function keyOfLabel({ unitId, direction }: UnitLabel): string {
  return keyOf(unitId, direction);
}

function readCell<T>(values: T[], index: number): T {
  const value = values[index];
  if (value === undefined) {
    throw new RangeError(
      `the memory of past labels is damaged: value ${index} of ${values.length} is missing`,
    );
  }
  return value;
}
