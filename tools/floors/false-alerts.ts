/** What false alerts are: each is held against the true level, and the work that really waited, of its unit. */
import { join } from 'node:path';
import { readAllRows } from '../../src/backtest/csv/read-csv.ts';
import { OurAlerts } from '../../src/backtest/detectors/our-alerts.ts';
import { TrueLevels } from '../../src/backtest/input/true-levels-file.ts';
import type { Incident } from '../../src/backtest/score/incident.ts';
import { matchEpisodes } from '../../src/backtest/score/match.ts';
import type { CycleOutcome } from '../../src/domain/decide-cycle.ts';

const CYCLE_MS = 5 * 60_000;
/** Share of capacity by which a level is read too high. */
const TOO_HIGH = 0.05;
const FULL = 0.98;
/** Below it nothing is near. */
const NEAR_FULL = 0.85;
const SMALL_UNITS = 110;
/** Whoever is idle by less is a matter of counting. */
const IDLE_SHARE = 0.02;
const HOUR_MS = 3_600_000;

export const FALSE_KINDS = [
  'HIGH: said full, level read 5 % too high or more',
  'HIGH: level read 5 % too high or more',
  'HIGH: said full, and it was nearly',
  'HIGH: total below .85, by its inducts',
  'HIGH: below .85',
  'HIGH: near miss, at most 110 units',
  'HIGH: near miss',
  'LOW: without a probability',
  'LOW: idle in a break, drain or start alone',
  'LOW: nobody idle within the hour',
  'LOW: near miss',
] as const;
export type FalseKind = (typeof FALSE_KINDS)[number];

/** What was said of a unit as people were told. */
interface Said {
  fill: number | null;
  probability: number | null;
  capacityUnits: number | null;
  isTotal: boolean;
}

export interface FalseAlert {
  kind: FalseKind;
  ts: number;
  unitId: string;
  said: number | null;
  fill: number | null;
  trueFill: number | null;
}

/** Gathers alerts beside a backtest, cycle by cycle. */
export class FalseAlerts {
  readonly #alerts = new OurAlerts(CYCLE_MS);
  readonly #said = new Map<string, Said>();

  observe(cycleMs: number, outcome: CycleOutcome): void {
    this.#alerts.observe(cycleMs, outcome);
    for (const { label, unitId, direction } of outcome.delivered) {
      const unit = outcome.evaluation.units.find((each) => each.unitId === unitId);
      if (label !== 'NEW' || direction === '' || !unit) continue;
      const series = outcome.series.units.find((each) => each.unit.unitId === unitId);
      const low = unit.recommendations.find((each) => each.direction === direction)?.probability ?? null;
      this.#said.set(`${unitId} ${direction} ${cycleMs}`, {
        fill: unit.fill,
        probability: direction === 'HIGH' ? unit.overflowProbability : low,
        capacityUnits: series?.capacityUnits ?? null,
        isTotal: series?.unit.unitType === 'TOTAL',
      });
    }
  }

  /** Those that no incident explains. */
  async judge(folder: string, incidents: readonly Incident[]): Promise<FalseAlert[]> {
    const levels = await TrueLevels.read(join(folder, 'truth_levels.csv'), (given) => given);
    const work = await TrueWork.read(join(folder, 'truth_work.csv'));
    return matchEpisodes(incidents, this.#alerts.episodes)
      .episodes.filter((each) => each.incidents.length === 0)
      .flatMap(({ episode: { unitId, direction, newTs } }) => {
        const said = this.#said.get(`${unitId} ${direction} ${newTs}`);
        if (newTs === null || !said) return [];
        const units = levels.at(unitId, newTs);
        const trueFill = units === null || said.capacityUnits === null ? null : units / said.capacityUnits;
        const kind = direction === 'HIGH' ? highKind(said, trueFill) : lowKind(said, work, unitId, newTs);
        return { kind, ts: newTs, unitId, said: said.probability, fill: said.fill, trueFill };
      });
  }
}

function highKind({ fill, capacityUnits, isTotal }: Said, trueFill: number | null): FalseKind {
  const full = fill !== null && fill >= FULL;
  if (fill !== null && trueFill !== null && fill - trueFill >= TOO_HIGH)
    return full
      ? 'HIGH: said full, level read 5 % too high or more'
      : 'HIGH: level read 5 % too high or more';
  if (full) return 'HIGH: said full, and it was nearly';
  if (fill !== null && fill < NEAR_FULL)
    return isTotal ? 'HIGH: total below .85, by its inducts' : 'HIGH: below .85';
  const small = !isTotal && capacityUnits !== null && capacityUnits <= SMALL_UNITS;
  return small ? 'HIGH: near miss, at most 110 units' : 'HIGH: near miss';
}

function lowKind({ probability }: Said, work: TrueWork, unitId: string, ts: number): FalseKind {
  if (probability === null) return 'LOW: without a probability';
  const { idle, idleInStandstill } = work.within(unitId, ts, ts + HOUR_MS);
  if (idle >= IDLE_SHARE) return 'LOW: near miss';
  return idleInStandstill >= IDLE_SHARE
    ? 'LOW: idle in a break, drain or start alone'
    : 'LOW: nobody idle within the hour';
}

/** truth_work.csv: shares of the work behind a unit that waited for units. */
class TrueWork {
  readonly #rows = new Map<string, { ts: number; idle: number; standstill: boolean }[]>();

  static async read(path: string): Promise<TrueWork> {
    const work = new TrueWork();
    await readAllRows(path, ['ts', 'unit_id', 'idle_share', 'standstill'], (row) => {
      const unitId = row.text('unit_id');
      const rows = work.#rows.get(unitId) ?? [];
      rows.push({
        ts: row.instant('ts'),
        idle: row.numberOrNull('idle_share') ?? 0,
        standstill: row.numberOrNull('standstill') === 1,
      });
      work.#rows.set(unitId, rows);
    });
    return work;
  }

  /** The largest shares, outside and inside planned standstills. */
  within(unitId: string, fromMs: number, toMs: number): { idle: number; idleInStandstill: number } {
    let [idle, idleInStandstill] = [0, 0];
    for (const row of this.#rows.get(unitId) ?? []) {
      if (row.ts < fromMs || row.ts > toMs) continue;
      if (row.standstill) idleInStandstill = Math.max(idleInStandstill, row.idle);
      else idle = Math.max(idle, row.idle);
    }
    return { idle, idleInStandstill };
  }
}
