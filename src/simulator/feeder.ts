/**
 * The upstream world, live: advances simulated warehouses up to the clock and writes what their three systems
 * would record, when they would record it.
 */
import type { Happening } from './happenings.ts';
import { createLiveWarehouse, FIRST_TROUBLES, type LiveWarehouse } from './live-warehouse.ts';
import { REALISTIC_TIMING, type FeedTiming } from './sensing.ts';
import {
  createUpstreamTables,
  deleteWarehouseRecords,
  insertRecords,
  purgeRecords,
  TABLE_NAMES,
  type TableName,
  type Upstream,
  type UpstreamRecords,
} from './upstream-tables.ts';
import { messageOf } from '../failures/errors.ts';

/** Records fall due at any second; waiting longer would add to their lateness. */
const TICK_MS = 1000;
/** The systems keep six hours. */
const KEEP_MS = 6 * 3_600_000;
const PURGE_EVERY_MS = 10 * 60_000;

export type FeederEvent =
  | { type: 'warehouse_added'; warehouse: string; timezone: string; ts: number }
  /** `table` is null where purging failed. */
  | { type: 'write_failed'; table: TableName | null; error: string; ts: number };

export interface FeederOptions extends Upstream, Partial<FeedTiming> {
  seed: number;
  /** Epoch ms. */
  clock: () => number;
  log?: (event: FeederEvent) => void;
}

export interface NewWarehouse {
  /** Upper case, `[A-Z0-9-]+`. */
  code: string;
  /** IANA name; UTC where left out. */
  timezone?: string;
  /** `soon`: something is wrong as the live feed starts, another kind in each warehouse; else not for a while. */
  problems?: 'soon' | 'normal';
}

export interface FedWarehouse {
  code: string;
  timezone: string;
  /** Causes of incidents that are under way. */
  problems: Happening[];
}

export interface Feeder {
  /**
   * Adds a warehouse with two hours of history; what the systems held of it before is removed.
   * Rejects a malformed or known code and an unknown time zone, or with the database's error.
   */
  addWarehouse(warehouse: NewWarehouse): Promise<void>;
  /** Advances the warehouses to the clock and writes what has fallen due; `start` does so every second. */
  advance(): Promise<void>;
  start(): void;
  /** Resolves when the last write is done; the pools stay open. */
  stop(): Promise<void>;
  warehouses(): FedWarehouse[];
}

export function createFeeder(options: FeederOptions): Feeder {
  const { wes, wcs, lms, seed, clock, log } = options;
  const upstream: Upstream = { wes, wcs, lms };
  const timing: FeedTiming = {
    wesPeriodSec: options.wesPeriodSec ?? REALISTIC_TIMING.wesPeriodSec,
    wcsPeriodSec: options.wcsPeriodSec ?? REALISTIC_TIMING.wcsPeriodSec,
    wesDelaySec: options.wesDelaySec ?? REALISTIC_TIMING.wesDelaySec,
    wcsDelaySec: options.wcsDelaySec ?? REALISTIC_TIMING.wcsDelaySec,
    lmsDelaySec: options.lmsDelaySec ?? REALISTIC_TIMING.lmsDelaySec,
  };

  const worlds = new Map<string, LiveWarehouse>();
  let tablesReady = false;
  let soonCount = 0;
  let purgedAt = clock();
  let timer: NodeJS.Timeout | undefined;

  /** One at a time: a tick never meets a warehouse half added. */
  let queue: Promise<unknown> = Promise.resolve();
  const enqueue = <T>(work: () => Promise<T>): Promise<T> => {
    const result = queue.then(work);
    queue = result.catch(() => undefined);
    return result;
  };

  const add = async ({ code, timezone = 'UTC', problems = 'normal' }: NewWarehouse): Promise<void> => {
    if (!/^[A-Z0-9-]+$/.test(code)) {
      throw new RangeError(`warehouse code "${code}": expected upper case letters, digits and hyphens`);
    }
    if (worlds.has(code)) throw new Error(`warehouse ${code} is fed already; choose another code`);
    const liveSince = clock();
    const firstTrouble =
      problems === 'soon' ? (FIRST_TROUBLES[soonCount % FIRST_TROUBLES.length] ?? null) : null;
    const world = createLiveWarehouse({ code, timezone, seed, liveSince, firstTrouble, timing });
    if (!tablesReady) {
      await createUpstreamTables(upstream);
      tablesReady = true;
    }
    await deleteWarehouseRecords(upstream, code);
    for (const table of TABLE_NAMES) await write(upstream, [world], table, liveSince);
    worlds.set(code, world);
    if (firstTrouble) soonCount += 1;
    log?.({ type: 'warehouse_added', warehouse: code, timezone, ts: liveSince });
  };

  const tick = async (): Promise<void> => {
    const now = clock();
    for (const world of worlds.values()) world.advance(now);
    // Each system fails by itself: what it could not take is kept and offered again at the next tick.
    await Promise.all(
      TABLE_NAMES.map(async (table) => {
        try {
          await write(upstream, [...worlds.values()], table, now);
        } catch (error) {
          log?.({ type: 'write_failed', table, error: messageOf(error), ts: now });
        }
      }),
    );
    if (now - purgedAt < PURGE_EVERY_MS) return;
    purgedAt = now;
    try {
      await purgeRecords(upstream, [...worlds.keys()], now - KEEP_MS);
    } catch (error) {
      log?.({ type: 'write_failed', table: null, error: messageOf(error), ts: now });
    }
  };

  const schedule = (): void => {
    const mine = setTimeout(() => {
      void enqueue(tick).finally(() => {
        // Stopped meanwhile, perhaps started anew with a timer of its own.
        if (timer === mine) schedule();
      });
    }, TICK_MS);
    timer = mine;
  };

  return {
    addWarehouse: (warehouse) => enqueue(() => add(warehouse)),
    advance: () => enqueue(tick),
    start: () => {
      if (!timer) schedule();
    },
    stop: async () => {
      clearTimeout(timer);
      timer = undefined;
      await queue;
    },
    warehouses: () =>
      [...worlds.values()].map((world) => ({
        code: world.warehouse.code,
        timezone: world.warehouse.timezone,
        problems: world.troubles(),
      })),
  };
}

async function write(
  upstream: Upstream,
  worlds: readonly LiveWarehouse[],
  table: TableName,
  now: number,
): Promise<void> {
  const records = worlds.flatMap((world): UpstreamRecords[TableName][number][] =>
    world.outboxes[table].due(now),
  );
  await insertRecords(upstream, table, records);
  for (const world of worlds) world.outboxes[table].forget(now);
}
