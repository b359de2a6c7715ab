/** A stretch of time of a simulated network, written as files: what its systems recorded, and the truth. */
import { mkdir } from 'node:fs/promises';
import { watchedPathsOf } from './layout.ts';
import { createNetwork, type Variety } from './network.ts';
import type { Decoyed, TrueIncident } from './truth.ts';
import { linesOf, writeOverrides, writeUnits, writeWarehouses } from './write-registry.ts';
import { writeSeries, type SeriesOptions } from './write-series.ts';
import { writeSources, type SensorFaultChoice } from './write-sources.ts';
import { writeTruth } from './write-truth.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Warehouses take turns of this length; so much waits in memory to be sorted. */
const TURN_MS = 30 * MINUTE;

export interface SimulateOptions {
  /** Is made where it is missing; files of the same names are replaced. */
  dir: string;
  seed: number;
  warehouses: number;
  days: number;
  /** Epoch ms, a whole hour. */
  startTs: number;
  /** null: level B, the raw sources. */
  series: SeriesOptions | null;
  /** Of the raw sources; absent: a feed with the defects of an ordinary one. */
  sensorFaults?: SensorFaultChoice | undefined;
  /** Of the floors; absent: the usual ones. */
  variety?: Variety | undefined;
  /** Told often, 0..1. */
  onProgress?: (done: number) => void;
}

export interface SimulationSummary {
  units: number;
  unitDays: number;
  /** File names with their numbers of rows. */
  files: [string, number][];
  incidents: TrueIncident[];
  decoys: Decoyed[];
}

/** Rejects with the file system's error where a file can't be written. */
export async function simulate(options: SimulateOptions): Promise<SimulationSummary> {
  const { dir, seed, startTs, days, series, sensorFaults = null, variety = 'usual', onProgress } = options;
  await mkdir(dir, { recursive: true });
  const sites = createNetwork({ ...options, variety });
  await (series ? writeUnits(dir, sites) : writeOverrides(dir, sites));
  if (!series) await writeWarehouses(dir, sites);
  const writer = series
    ? writeSeries(dir, seed, series)
    : writeSources(dir, seed, sites, sensorFaults, variety === 'wide');
  const endTs = startTs + days * DAY;
  for (let ts = startTs; ts < endTs;) {
    ts = Math.min(ts + TURN_MS, endTs);
    for (const [index, site] of sites.entries()) {
      site.warehouse.advance(
        ts,
        (run) => site.truth.observe(run),
        (minute) => writer.read(site, minute),
      );
      onProgress?.((ts - TURN_MS - startTs + (TURN_MS * (index + 1)) / sites.length) / (endTs - startTs));
    }
    await writer.flush(ts);
  }
  await writer.close();
  for (const { truth } of sites) truth.finish();
  const { incidents, decoys } = await writeTruth(dir, sites, startTs, endTs);
  const units = linesOf(sites).reduce((sum, line) => sum + watchedPathsOf(line).length + 1, 0);
  return {
    units,
    unitDays: units * days,
    files: [...writer.written(), ['incidents.csv', incidents.length], ['negatives.csv', decoys.length]],
    incidents,
    decoys,
  };
}
