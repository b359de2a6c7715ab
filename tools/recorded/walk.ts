/** Walks recorded data as the backtest does, and hands over what the program makes of each unit at each cycle. */
import { openFeed } from '../../src/backtest/input/open-feed.ts';
import { readIncidents } from '../../src/backtest/input/incidents-file.ts';
import type { Feed } from '../../src/backtest/input/feed.ts';
import type { Incident } from '../../src/backtest/score/incident.ts';
import { toCycleId } from '../../src/domain/cycle-time.ts';
import { algorithm } from '../../src/domain/algorithm/algorithm.ts';
import { toDecimals } from '../../src/domain/digits.ts';
import { unitSituationsOf, type UnitSituation } from '../../src/domain/evaluate/unit-situation.ts';
import { daysBefore } from '../../src/domain/forecast/earlier-days.ts';
import { LevelHistory } from '../../src/domain/forecast/past.ts';
import { calendarOf } from '../../src/domain/registry.ts';
import type { UnitSeries } from '../../src/domain/series.ts';
import { initialMemory } from '../../src/domain/suppress/memory.ts';
import { interpretMemory } from '../../src/domain/suppress/state.ts';
import { join } from 'node:path';

export const CYCLE_MS = 5 * 60_000;

export interface WalkOptions {
  folder: string;
  algorithm: string;
  level?: 'A' | 'B';
  /** Interprets every so many cycles; the levels of all of them are remembered. null: none. */
  every: number | null;
}

/** One cycle of one warehouse. */
export interface Sight {
  cycleMs: number;
  series: readonly UnitSeries[];
  /** Empty in a cycle that is not interpreted. */
  situations: readonly UnitSituation[];
}

export interface Walk {
  /** null: nobody has written them down. */
  incidents: Incident[] | null;
  /** First and last cycle, epoch ms. */
  firstMs: number;
  lastMs: number;
  sights: AsyncGenerator<Sight>;
  close: () => Promise<void>;
}

/** @throws BadFile */
export async function walk(options: WalkOptions): Promise<Walk> {
  const feed = await openFeed(options.folder, { algorithm: options.algorithm }, options.level);
  const incidents = await readIncidents(
    join(options.folder, 'incidents.csv'),
    (given) =>
      feed.warehouses
        .map(({ code }) => feed.names.internal(given, code))
        .find((id) => feed.units?.has(id) ?? true) ?? given,
  );
  const [firstMs, lastMs] = [markAfter(feed.firstMs), markAfter(feed.lastMs)];
  const sights = sightsOf(feed, { ...options, firstMs, lastMs });
  return { incidents, firstMs, lastMs, sights, close: () => feed.close() };
}

function markAfter(ms: number): number {
  return Math.ceil(ms / CYCLE_MS) * CYCLE_MS;
}

async function* sightsOf(
  feed: Feed,
  options: WalkOptions & { firstMs: number; lastMs: number },
): AsyncGenerator<Sight> {
  const parameters = algorithm(options.algorithm);
  const history = new LevelHistory();
  const memories = new Map(
    feed.warehouses.map(({ code }) => [code, interpretMemory(initialMemory(code))] as const),
  );
  const { firstMs, lastMs, every } = options;
  for (let cycleMs = firstMs, cycle = 0; cycleMs <= lastMs; cycleMs += CYCLE_MS, cycle += 1) {
    await feed.advance(cycleMs);
    for (const { code, settings, seriesAt } of feed.warehouses) {
      const memory = memories.get(code);
      if (!memory) continue;
      const series = seriesAt(cycleMs, memory);
      memories.set(code, { ...memory, paths: series.paths, doubts: series.doubts });
      const situations =
        every !== null && cycle % every === 0
          ? unitSituationsOf({
              series,
              memory,
              settings,
              cycleId: toCycleId(cycleMs),
              parameters,
              past: history.readAt(daysBefore(cycleMs, calendarOf(settings))),
            })
          : [];
      history.record(cycleMs, series.units.map(levelOf));
      yield { cycleMs, series: series.units, situations };
    }
  }
}

/** As an evaluation tells it. */
export function levelOf({ unit, wip, capacityUnits }: UnitSeries): { unitId: string; fill: number | null } {
  const wipUnits = wip.values.at(-1) ?? null;
  const known = wipUnits !== null && capacityUnits !== null && capacityUnits > 0;
  return { unitId: unit.unitId, fill: known ? toDecimals(wipUnits / capacityUnits, 4) : null };
}
