/** Runs the program over one folder, decisions and all, and keeps what it doubted and what it told people. */
import { join } from 'node:path';
import { Blindness } from '../../src/backtest/detectors/blindness.ts';
import { OurAlerts } from '../../src/backtest/detectors/our-alerts.ts';
import { openFeed } from '../../src/backtest/input/open-feed.ts';
import { readIncidents } from '../../src/backtest/input/incidents-file.ts';
import type { Episode } from '../../src/backtest/score/episode.ts';
import type { Incident } from '../../src/backtest/score/incident.ts';
import { scorable, type Exposure } from '../../src/backtest/score/score.ts';
import { toCycleId } from '../../src/domain/cycle-time.ts';
import { decideCycle, type CycleOutcome } from '../../src/domain/decide-cycle.ts';
import { daysBefore } from '../../src/domain/forecast/earlier-days.ts';
import { calendarOf } from '../../src/domain/registry.ts';
import { LevelHistory } from '../../src/domain/forecast/past.ts';
import { initialMemory, type WarehouseMemory } from '../../src/domain/suppress/memory.ts';

export const CYCLE_MIN = 5;
const CYCLE_MS = CYCLE_MIN * 60_000;

/** A named defect of one unit, or of the warehouse itself, in one cycle. */
export interface Named {
  cycleMs: number;
  warehouse: string;
  unitId: string;
  name: string;
  /** The unit is not judged by what it has, or people are told. */
  tells: boolean;
}

/** What people were told. */
export interface Told {
  cycleMs: number;
  unitId: string;
  /** '' is about data. */
  direction: 'HIGH' | 'LOW' | '';
  label: 'NEW' | 'ONGOING' | 'CLEARED';
  reason: string;
}

export interface Observed {
  incidents: Incident[];
  exposure: Exposure;
  named: Named[];
  told: Told[];
  episodes: Episode[];
  /** What each unit was judged by, by unit and cycle; unknown is absent. */
  fills: Map<string, { cycleMs: number; unitId: string; fill: number }>;
  capacities: Map<string, number>;
  healthyWhileBlind: number;
}

type Seen = Pick<Observed, 'named' | 'told' | 'fills' | 'capacities'>;

/** @throws BadFile */
export async function observe(folder: string, algorithm: string, lastMs: number): Promise<Observed> {
  const feed = await openFeed(folder, { algorithm }, 'B');
  try {
    const incidents = (await readIncidents(join(folder, 'incidents.csv'), (given) => given)) ?? [];
    const memories = new Map<string, WarehouseMemory>(
      feed.warehouses.map(({ code }) => [code, initialMemory(code)]),
    );
    const history = new LevelHistory();
    const alerts = new OurAlerts(CYCLE_MS);
    const blindness = new Blindness();
    const seen: Seen = { named: [], told: [], fills: new Map(), capacities: new Map() };
    const mark = (ms: number): number => Math.ceil(ms / CYCLE_MS) * CYCLE_MS;
    const [fromMs, toMs] = [mark(feed.firstMs), Math.min(mark(feed.lastMs), lastMs)];
    let [cycles, unitCycles] = [0, 0];
    for (let cycleMs = fromMs; cycleMs <= toMs; cycleMs += CYCLE_MS) {
      await feed.advance(cycleMs);
      cycles += 1;
      for (const { code, settings, seriesAt } of feed.warehouses) {
        const outcome = decideCycle(
          {
            cycleId: toCycleId(cycleMs),
            intervalMinutes: CYCLE_MIN,
            settings,
            memory: memories.get(code) ?? initialMemory(code),
            past: history.readAt(daysBefore(cycleMs, calendarOf(settings))),
          },
          (memory) => seriesAt(cycleMs, memory),
        );
        memories.set(code, outcome.memory);
        history.record(cycleMs, outcome.evaluation.units);
        alerts.observe(cycleMs, outcome);
        blindness.observe(cycleMs, outcome);
        unitCycles += outcome.series.units.length;
        note(seen, cycleMs, code, outcome);
      }
    }
    const exposure: Exposure = {
      fromMs,
      toMs,
      unitMs: unitCycles * CYCLE_MS,
      warehouseHours: (cycles * feed.warehouses.length * CYCLE_MIN) / 60,
    };
    return {
      ...seen,
      incidents: scorable(incidents, exposure),
      exposure,
      episodes: alerts.episodes,
      healthyWhileBlind: blindness.healthyWhileBlind,
    };
  } finally {
    await feed.close();
  }
}

function note(
  { named, told, fills, capacities }: Seen,
  cycleMs: number,
  warehouse: string,
  { series, evaluation, delivered }: CycleOutcome,
): void {
  const at = { cycleMs, warehouse };
  for (const { unit, capacityUnits, defects } of series.units) {
    const { unitId } = unit;
    if (capacityUnits !== null && !capacities.has(unitId)) capacities.set(unitId, capacityUnits);
    for (const { name, hard, tell = false } of defects)
      named.push({ ...at, unitId, name, tells: hard || tell });
  }
  // What belongs to no unit: names without a partner, rows that were refused, a source that is gone.
  const own = { ...at, unitId: warehouse, tells: true };
  for (const { source, name } of series.leftOver)
    named.push({ ...own, name: `NO_PARTNER ${source} ${name}` });
  for (const refused of series.refused) named.push({ ...own, name: `REFUSED ${refused}` });
  for (const { source } of series.blind) named.push({ ...own, name: `BLIND ${source}` });
  for (const { unitId, fill } of evaluation.units)
    if (fill !== null) fills.set(`${unitId} ${cycleMs}`, { cycleMs, unitId, fill });
  for (const { unitId, direction, label, reason } of delivered)
    told.push({ cycleMs, unitId, direction, label, reason });
}
