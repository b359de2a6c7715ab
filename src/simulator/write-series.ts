/** Level A: one timeseries of every unit, as somebody with good sensors would see it. */
import { join } from 'node:path';
import { createCsvFile, type Cell, type CsvFile } from './csv-file.ts';
import { watchedPathsOf, type LineLayout, type Process } from './layout.ts';
import { buffersOf, type Buffer } from './line-state.ts';
import type { LineRun } from './line.ts';
import { createRandom, drawNormal, type Random } from './random.ts';
import type { FileWriter } from './write-sources.ts';

const MINUTE = 60_000;
/** Samples that are lost. */
const LOST_SHARE = 0.004;

export interface SeriesOptions {
  samplingMin: number;
  /** Nothing but ts, unit_id and wip_units. */
  levelsOnly: boolean;
}

/** Totals at the last sample. */
interface Before {
  in: number;
  out: number;
  recirc: number;
}

/** Of one unit at one instant. */
interface Reading extends Before {
  unitId: string;
  units: number;
  capacityUnits: number;
  hcActive: number;
  backlogUnits: number | null;
  recircs: boolean;
}

export function writeSeries(
  dir: string,
  seed: number,
  { samplingMin, levelsOnly }: SeriesOptions,
): FileWriter {
  const flowColumns = [
    'flow_in_upm',
    'flow_out_upm',
    'hc_active',
    'uph_actual',
    'backlog_units',
    'recirc_upm',
  ];
  const series: CsvFile = createCsvFile(join(dir, 'series.csv'), [
    'ts',
    'unit_id',
    'wip_units',
    ...(levelsOnly ? [] : flowColumns),
  ]);
  const random = createRandom(seed, 'series');
  const before = new Map<string, Before>();
  let pending: Cell[][] = [];

  const sample = (reading: Reading, ts: number, levelNoise: number): void => {
    const last = before.get(reading.unitId);
    before.set(reading.unitId, { in: reading.in, out: reading.out, recirc: reading.recirc });
    if (random.next() < LOST_SHARE) return;
    const row: Cell[] = [new Date(ts), reading.unitId, noisyLevel(reading, levelNoise, random)];
    if (!levelsOnly) {
      const rate = (now: number, then: number | undefined) =>
        then === undefined ? null : Math.round(((now - then) / samplingMin) * 10) / 10;
      const out = rate(reading.out, last?.out);
      const { hcActive } = reading;
      row.push(
        rate(reading.in, last?.in),
        out,
        Math.round(hcActive * 10) / 10,
        out === null || hcActive < 0.1 ? null : Math.round((out * 600) / hcActive) / 10,
        reading.backlogUnits,
        reading.recircs ? rate(reading.recirc, last?.recirc) : null,
      );
    }
    pending.push(row);
  };

  return {
    read: ({ warehouse }, ts) => {
      if (ts % (samplingMin * MINUTE) !== 0) return;
      const { levelNoise } = warehouse.layout.sensing;
      for (const run of warehouse.runs)
        for (const reading of readingsOf(run)) sample(reading, ts, levelNoise);
    },
    flush: async () => {
      // Warehouses take turns minute by minute, but each brings several minutes at once.
      pending.sort((a, b) => instantOf(a) - instantOf(b));
      const rows = pending;
      pending = [];
      await series.append(rows);
    },
    close: () => series.close(),
    written: () => [['series.csv', series.rows()]],
  };
}

function instantOf([ts]: readonly Cell[]): number {
  return ts instanceof Date ? ts.getTime() : 0;
}

function noisyLevel({ units, capacityUnits }: Reading, levelNoise: number, random: Random): number {
  const noise = Math.round(drawNormal(random) * levelNoise * capacityUnits);
  return Math.max(0, Math.min(capacityUnits, units + noise));
}

/** Of a line's total and of each of its watched paths, as they really are. */
export function readingsOf(run: LineRun): Reading[] {
  const { state } = run;
  const { layout } = run.line.rules;
  const buffers = buffersOf(state);
  const total: Reading = {
    unitId: layout.unitId,
    units: buffers.reduce((sum, { units }) => sum + units, 0),
    capacityUnits: capacityOf(layout),
    in: state.pickedTotal,
    out: state.packedTotal,
    recirc: state.recircTotal,
    hcActive: run.minute().hc.PACK,
    backlogUnits: state.backlogUnits,
    recircs: true,
  };
  const watched = new Set(watchedPathsOf(layout));
  return [
    total,
    ...buffers.filter(({ layout: path }) => watched.has(path)).map((buffer) => readBuffer(run, buffer)),
  ];
}

function readBuffer(run: LineRun, buffer: Buffer): Reading {
  const { path, process } = { path: buffer.layout, process: processOf(buffer) };
  return {
    unitId: path.unitId,
    units: buffer.units,
    capacityUnits: path.capacityUnits,
    in: buffer.inTotal,
    out: buffer.outTotal,
    recirc: 0,
    hcActive: run.minute().hc[process] * (process === 'INDUCT' ? path.share : buffer.staffShare),
    backlogUnits: process === 'INDUCT' ? Math.round(run.state.backlogUnits * path.share) : null,
    recircs: false,
  };
}

function processOf({ layout: { stage } }: Buffer): Process {
  return stage === 'SORT' ? 'PACK' : stage;
}

export function capacityOf(layout: LineLayout): number {
  return [layout.sorter, ...watchedPathsOf(layout)].reduce(
    (sum, { capacityUnits }) => sum + capacityUnits,
    0,
  );
}
