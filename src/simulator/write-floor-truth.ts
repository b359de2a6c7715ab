/** The truth about the floor: what the levels really were, and how much of the work behind them waited for units. */
import { join } from 'node:path';
import { createCsvFile, type Cell, type CsvFile } from './csv-file.ts';
import type { Process } from './layout.ts';
import type { Buffer } from './line-state.ts';
import type { LineRun } from './line.ts';
import type { Site } from './network.ts';
import { readingsOf } from './write-series.ts';
import type { FileWriter } from './write-sources.ts';

const EVERY_MS = 5 * 60_000;

type Row = { ts: number; row: Cell[] };

export function writeTrueLevels(dir: string): FileWriter {
  return writeRows(dir, 'truth_levels.csv', ['ts', 'unit_id', 'wip_units'], (run, ts) =>
    readingsOf(run).map(({ unitId, units }) => [new Date(ts), unitId, units]),
  );
}

/** `idle_share`: of the work that its staff could have done in the last five minutes; empty where nobody was there. */
export function writeTrueWork(dir: string): FileWriter {
  const before = new Map<string, { possible: number; starved: number }>();
  return writeRows(dir, 'truth_work.csv', ['ts', 'unit_id', 'idle_share', 'standstill'], (run, ts) => {
    const { layout, plan } = run.line.rules;
    return stationsOf(run).map(({ unitId, process, buffers }): Cell[] => {
      let [possible, starved] = [0, 0];
      for (const { possibleTotal, starvedTotal } of buffers) {
        possible += possibleTotal;
        starved += starvedTotal;
      }
      const last = before.get(unitId) ?? { possible: 0, starved: 0 };
      before.set(unitId, { possible, starved });
      const work = possible - last.possible;
      const idle = work > 0 ? Math.round(((starved - last.starved) / work) * 1000) / 1000 : null;
      return [new Date(ts), unitId, idle, plan.isStandstill(layout, process, ts) ? 1 : 0];
    });
  });
}

/** Of each unit: whose work it feeds, as an incident of starvation counts it. */
function stationsOf({
  state,
  line,
}: LineRun): { unitId: string; process: Process; buffers: readonly Buffer[] }[] {
  const groups: [readonly Buffer[], Process][] = [
    [state.inducts, 'INDUCT'],
    [state.walls, 'REBIN'],
    [state.lanes, 'PACK'],
  ];
  return [
    { unitId: line.rules.layout.unitId, process: 'PACK', buffers: state.lanes },
    ...groups.flatMap(([buffers, process]) =>
      buffers.map((buffer) => ({ unitId: buffer.layout.unitId, process, buffers: [buffer] })),
    ),
  ];
}

function writeRows(
  dir: string,
  name: string,
  columns: readonly string[],
  rowsOf: (run: LineRun, ts: number) => Cell[][],
): FileWriter {
  const file: CsvFile = createCsvFile(join(dir, name), columns);
  let pending: Row[] = [];
  return {
    read: ({ warehouse }: Site, ts) => {
      if (ts % EVERY_MS !== 0) return;
      for (const run of warehouse.runs) for (const row of rowsOf(run, ts)) pending.push({ ts, row });
    },
    flush: async () => {
      const rows = pending.toSorted((a, b) => a.ts - b.ts);
      pending = [];
      await file.append(rows.map(({ row }) => row));
    },
    close: () => file.close(),
    written: () => [[name, file.rows()]],
  };
}
