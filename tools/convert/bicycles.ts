/**
 * Stations of `cgettings/boston-bikeshare-station-status`: bicycles and free docks, a line only where a station has
 * spoken, which it does when something changes. A level is the capacity less the free docks.
 */
import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { LevelFolder, type Store } from './level-folder.ts';

const MINUTE_MS = 60_000;
const MARK_MS = 5 * MINUTE_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A night without a ride; a station that is silent for longer is not seen. */
const LONGEST_SILENCE_MS = 12 * 60 * MINUTE_MS;
/** Stations that are hardly used tell little. */
const LEAST_REPORTS_A_DAY = 40;

interface Report {
  ts: number;
  free: number;
  docks: number;
}

export interface BicycleOptions {
  /** Months, unpacked. */
  files: readonly string[];
  /** Every so many of the stations that are used enough, from the given one on, in the order of their ids. */
  every: number;
  from: number;
  out: string;
}

export async function convertBicycles(options: BicycleOptions): Promise<{ stations: number; rows: number }> {
  const reports = await readReports(options.files);
  const all = [...reports.values()].flat();
  const [firstMs, lastMs] = [earliest(all), latest(all)];
  const days = (lastMs - firstMs) / DAY_MS;
  const chosen = [...reports]
    .filter(([, of]) => of.length >= LEAST_REPORTS_A_DAY * days)
    .toSorted(([a], [b]) => Number(a) - Number(b))
    .filter((_, index) => index % options.every === options.from);
  const stores = chosen.map(([name, of]): Store => ({ name, capacity: usualDocks(of) }));
  const folder = await LevelFolder.create(options.out, 'BICYCLES', stores);
  const next = chosen.map(() => 0);
  for (let mark = Math.ceil(firstMs / MARK_MS) * MARK_MS; mark <= lastMs; mark += MARK_MS)
    for (const [index, [name, of]] of chosen.entries()) {
      while ((of[next[index] ?? 0]?.ts ?? Infinity) <= mark) next[index] = (next[index] ?? 0) + 1;
      const newest = of[(next[index] ?? 0) - 1];
      if (!newest || mark - newest.ts > LONGEST_SILENCE_MS) continue;
      await folder.add(mark, name, Math.max(0, (stores[index]?.capacity ?? 0) - newest.free));
    }
  await folder.end();
  return { stations: stores.length, rows: folder.rows };
}

/** By station, in the order of time. */
async function readReports(files: readonly string[]): Promise<Map<string, Report[]>> {
  const reports = new Map<string, Report[]>();
  for (const file of files) {
    const rows = createReadStream(file).pipe(parse({ columns: true }));
    for await (const row of rows as AsyncIterable<Record<string, string>>) {
      const count = (column: string): number => Number(row[column] ?? Number.NaN);
      const free = count('num_docks_available');
      const docks =
        free + count('num_bikes_available') + count('num_docks_disabled') + count('num_bikes_disabled');
      const ts = count('last_reported') * 1_000;
      const isOpen = row['is_renting'] === '1' && row['is_returning'] === '1' && row['is_installed'] === '1';
      if (!isOpen || !Number.isFinite(docks + ts)) continue;
      const name = row['station_id'] ?? '';
      const of = reports.get(name) ?? [];
      reports.set(name, of);
      of.push({ ts, free, docks });
    }
  }
  for (const of of reports.values()) of.sort((a, b) => a.ts - b.ts);
  return reports;
}

/** Docks are counted in each report; now and then one is missing. */
function usualDocks(reports: readonly Report[]): number {
  const counts = new Map<number, number>();
  for (const { docks } of reports) counts.set(docks, (counts.get(docks) ?? 0) + 1);
  return [...counts].reduce((best, each) => (each[1] > best[1] ? each : best), [0, 0])[0];
}

function earliest(reports: readonly Report[]): number {
  return reports.reduce((least, { ts }) => Math.min(least, ts), Infinity);
}

function latest(reports: readonly Report[]): number {
  return reports.reduce((most, { ts }) => Math.max(most, ts), -Infinity);
}
