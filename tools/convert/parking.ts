/**
 * Car parks of the archive `defgsus/parking-data`: free places by lot, one file a day, a cell only where a count has
 * changed. A level is the capacity less the free places.
 */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse';
import { parse as parseAll } from 'csv-parse/sync';
import { parseRecordedInstant } from '../../src/domain/instant.ts';
import { LevelFolder, type Store } from './level-folder.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A lot is silent while nothing changes; one whose whole operator is silent for longer is not seen. */
const LONGEST_SILENCE_MS = 3 * HOUR_MS;

interface Lot {
  capacity: number;
  /** Who publishes it: where no lot of theirs speaks, it is their server that is silent. */
  operator: string;
}

interface Reading {
  ts: number;
  /** By lot: free places, of those that say something. */
  free: ReadonlyMap<string, number>;
}

export interface ParkingOptions {
  /** A clone of the archive. */
  repository: string;
  /** First and last day, epoch ms of its start. */
  fromMs: number;
  toMs: number;
  out: string;
}

/** Which lots were taken, and how many rows were written. */
export async function convertParking(options: ParkingOptions): Promise<{ lots: number; rows: number }> {
  const lots = await readLots(join(options.repository, 'meta-data.csv'));
  const stores = await choose(lots, options);
  const folder = await LevelFolder.create(options.out, 'PARKING', stores);
  const last = new Map<string, number>();
  const spoke = new Map<string, number>();
  for await (const { ts, free } of readingsOf(options)) {
    for (const [name, places] of free) {
      last.set(name, places);
      spoke.set(lots.get(name)?.operator ?? '', ts);
    }
    for (const { name, capacity } of stores) {
      const places = last.get(name);
      const silentMs = ts - (spoke.get(lots.get(name)?.operator ?? '') ?? -Infinity);
      if (places === undefined || silentMs > LONGEST_SILENCE_MS) continue;
      await folder.add(ts, name, Math.max(0, capacity - places));
    }
  }
  await folder.end();
  return { lots: stores.length, rows: folder.rows };
}

/** With a stated capacity. */
async function readLots(path: string): Promise<ReadonlyMap<string, Lot>> {
  const rows: Record<string, string>[] = parseAll(await readFile(path), {
    columns: true,
    relax_column_count: true,
    skip_records_with_empty_values: true,
  });
  const lots = new Map<string, Lot>();
  for (const { place_id: name = '', num_all, source_id: operator = '' } of rows)
    if (Number(num_all) > 0) lots.set(name, { capacity: Number(num_all), operator });
  return lots;
}

async function* readingsOf({ repository, fromMs, toMs }: ParkingOptions): AsyncGenerator<Reading> {
  for (let dayMs = fromMs; dayMs <= toMs; dayMs += DAY_MS) {
    const day = new Date(dayMs).toISOString().slice(0, 10);
    const path = join(repository, 'csv', day.slice(0, 4), day.slice(0, 7), `${day}.csv`);
    let header: readonly string[] | null = null;
    const rows = createReadStream(path).pipe(parse({ relax_column_count: true }));
    for await (const row of rows as AsyncIterable<string[]>) {
      if (header === null) {
        header = row;
        continue;
      }
      const free = new Map<string, number>();
      for (const [index, name] of header.entries()) {
        const cell = row[index] ?? '';
        if (index > 0 && cell !== '' && Number.isFinite(Number(cell))) free.set(name, Number(cell));
      }
      const ts = parseRecordedInstant(row[0] ?? '');
      if (ts === null) throw new Error(`${path}: ${JSON.stringify(row[0])} is no instant`);
      yield { ts, free };
    }
  }
}

/** Free places reach from nearly none to at least half of the stated capacity, and never beyond it. */
const LEAST_HIGHEST = 0.5;
const MOST_HIGHEST = 1.02;
/** A count that falls to 0 from this much at once is a display that has been shut. */
const FALL = 0.15;
const MOST_FALLS_A_WEEK = 0.5;
/** Of the days, how many a lot has to tell of. */
const LEAST_DAYS = 0.9;

/** Lots whose counts can be believed. */
async function choose(lots: ReadonlyMap<string, Lot>, options: ParkingOptions): Promise<Store[]> {
  const seen = new Map<string, { highest: number; last: number; falls: number; days: Set<number> }>();
  for await (const { ts, free } of readingsOf(options))
    for (const [name, places] of free) {
      const capacity = lots.get(name)?.capacity;
      if (capacity === undefined) continue;
      const lot = seen.get(name) ?? { highest: 0, last: 0, falls: 0, days: new Set() };
      seen.set(name, lot);
      if (places === 0 && lot.last > FALL * capacity) lot.falls += 1;
      lot.last = places;
      lot.highest = Math.max(lot.highest, places);
      lot.days.add(Math.floor(ts / DAY_MS));
    }
  const days = Math.round((options.toMs - options.fromMs) / DAY_MS) + 1;
  const chosen: Store[] = [];
  for (const [name, { highest, falls, days: told }] of seen) {
    const capacity = lots.get(name)?.capacity ?? 0;
    const fits = highest >= LEAST_HIGHEST * capacity && highest <= MOST_HIGHEST * capacity;
    if (fits && falls <= (MOST_FALLS_A_WEEK * days) / 7 && told.size >= LEAST_DAYS * days)
      chosen.push({ name, capacity });
  }
  return chosen.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
