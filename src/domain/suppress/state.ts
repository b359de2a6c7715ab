// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** Answers of the queries on `warehouse/{code}`. */
import type { AlertState, AlertStateUnit, AwaitedUndo, InterpretMemory } from './contract.ts';
import { unpackRows } from './history.ts';
import { sourceOf } from '../units.ts';
import { confirmedInForce } from './in-force.ts';
import { openEpisodes } from './memory.ts';
import type { Episode, LabelRow, WarehouseMemory } from './memory.ts';

export { alertHistory } from './history.ts';

/**
 * Every unit as the last cycle left it, sorted by id; with `unit` that one alone. The warehouse's own alert (a
 * source that is blind for half of it) stands under its code, and that of a source under an id of its own.
 */
export function alertState(memory: WarehouseMemory, { unit }: { unit?: string } = {}): AlertState {
  const last = memory.cycles.at(-1);
  const rows = new Map<string, LabelRow[]>();
  for (const row of last ? unpackRows(last.labels) : []) {
    rows.set(row.unitId, [...(rows.get(row.unitId) ?? []), row]);
  }
  const ids = [
    ...new Set([
      ...Object.keys(memory.units),
      ...[...rows.keys()].filter((unitId) => unitId === memory.warehouse || sourceOf(unitId) !== null),
    ]),
  ];
  return {
    warehouse: memory.warehouse,
    revision: memory.revision,
    lastCycle: memory.lastCycle,
    worstState: memory.worstState,
    openEpisodes: openEpisodes(memory).length,
    undelivered: memory.episodes.reduce((count, { pending }) => count + pending.length, 0),
    units: ids
      .filter((unitId) => unit === undefined || unitId === unit)
      .toSorted()
      .map((unitId) => describeUnit(memory, unitId, rows.get(unitId) ?? [])),
    mutes: memory.mutes.map((mute) => ({ ...mute })),
    undo: memory.episodes.filter(({ unitId }) => unit === undefined || unitId === unit).flatMap(describeUndo),
  };
}

function describeUndo({ episodeId, unitId, closedAt, undo, undoneBy, messages }: Episode): AwaitedUndo[] {
  if (closedAt === null || undo === undefined) return [];
  const doneBy = undoneBy ?? null;
  return [{ episodeId, unitId, endedAt: closedAt, instructions: undo, doneBy, messages }];
}

function describeUnit(memory: WarehouseMemory, unitId: string, rows: LabelRow[]): AlertStateUnit {
  const known = memory.units[unitId];
  return {
    unitId,
    state: known?.state ?? rows[0]?.state ?? 'UNKNOWN',
    quality: known?.quality ?? rows[0]?.quality ?? 0,
    fill: known?.fill ?? null,
    alerts: rows.map((row) => {
      const episode = memory.episodes.find(
        ({ episodeId, closedAt }) => episodeId === row.episodeId && closedAt === null,
      );
      return {
        direction: row.direction,
        label: row.label,
        reason: row.reason,
        action: row.action,
        cause: row.cause,
        actionUnitId: row.actionUnitId,
        severity: row.severity,
        quantity: row.quantity,
        quantityUnit: row.quantityUnit,
        ...(row.process === undefined ? {} : { process: row.process }),
        ...(row.fromProcess === undefined ? {} : { fromProcess: row.fromProcess }),
        winner: row.winner,
        episode: episode ? describeEpisode(episode) : null,
      };
    }),
  };
}

function describeEpisode(episode: Episode): NonNullable<AlertStateUnit['alerts'][number]['episode']> {
  return {
    episodeId: episode.episodeId,
    startedAt: episode.startedAt,
    notifications: episode.notifications,
    lastNotifiedAt: episode.lastNotifiedAt,
    highestSeverity: episode.highestSeverity,
    acknowledgedBy: episode.acknowledged?.by ?? null,
    acknowledgedUntil: episode.acknowledged?.until ?? null,
    messages: episode.messages.map((message) => ({ ...message })),
  };
}

/** What interpret gets as an argument. */
export function interpretMemory(memory: WarehouseMemory): InterpretMemory {
  const open = new Set(openEpisodes(memory).map(({ episodeId }) => episodeId));
  const units = Object.entries(memory.units);
  return {
    revision: memory.revision,
    lastCycle: memory.lastCycle,
    zones: Object.fromEntries(units.map(([unitId, { high, low }]) => [unitId, { high, low }])),
    paths: memory.paths,
    doubts: memory.doubts ?? [],
    units: Object.fromEntries(
      units.map(([unitId, { unitType, workpool }]) => [unitId, { unitType, workpool }]),
    ),
    inForce: confirmedInForce(memory).map(({ actionUnitId, percent, isStop }) => ({
      ...{ actionUnitId, percent },
      ...(isStop ? { isStop } : {}),
    })),
    notified: memory.notified.map(({ episodeId, fromProcess: _fromProcess, ...decision }) => ({
      ...decision,
      episodeOpen: open.has(episodeId),
    })),
  };
}
