/**
 * What a careful engineer would write first: the robust slope of half an hour carried on, above a floor, latched so
 * that a level that wavers is told once.
 */
import { fillOf } from '../../src/backtest/detectors/baselines.ts';
import type { UnitSeries } from '../../src/domain/series.ts';
import { medianSlope } from '../../src/domain/statistics.ts';
import { openAlarm, type Episode } from '../../src/backtest/score/episode.ts';

const MINUTE_MS = 60_000;
const FULL = 0.98;
/** As that of the hysteresis beside it. */
const EXIT = 0.75;
const WINDOW_MIN = 30;
const LEAST_SAMPLES = 3;
/** Two cycles of three have to say so: one odd sample is no alert. */
const CYCLES = 3;
const LEAST_CYCLES = 2;

export interface TheilSenRule {
  name: string;
  floor: number;
  ttoMin: number;
}

export const THEIL_SEN: readonly TheilSenRule[] = [
  { name: 'Theil-Sen, floor .8, tto <= 30, latched', floor: 0.8, ttoMin: 30 },
  { name: 'Theil-Sen, floor .85, tto <= 20, latched', floor: 0.85, ttoMin: 20 },
];

export class TheilSen {
  readonly episodes: Episode[] = [];
  readonly #rule: TheilSenRule;
  readonly #open = new Map<string, Episode>();
  /** By unit: what the last cycles said. */
  readonly #said = new Map<string, boolean[]>();

  constructor(rule: TheilSenRule) {
    this.#rule = rule;
  }

  observe(cycleMs: number, series: UnitSeries): void {
    const { unitId } = series.unit;
    const fill = fillOf(series, cycleMs);
    if (fill === null) return;
    const open = this.#open.get(unitId);
    if (open && fill < EXIT) {
      open.endTs = cycleMs;
      this.#open.delete(unitId);
    }
    const said = [...(this.#said.get(unitId) ?? []), this.#warns(fill, series, cycleMs)].slice(-CYCLES);
    this.#said.set(unitId, said);
    if (open || said.filter(Boolean).length < LEAST_CYCLES) return;
    const episode = openAlarm(unitId, cycleMs);
    this.#open.set(unitId, episode);
    this.episodes.push(episode);
  }

  #warns(fill: number, { levelSamples, capacityUnits }: UnitSeries, cycleMs: number): boolean {
    if (fill >= FULL) return true;
    if (fill < this.#rule.floor) return false;
    const points = levelSamples
      .filter(({ ts }) => ts >= cycleMs - WINDOW_MIN * MINUTE_MS)
      .map(({ ts, wipUnits }) => ({ ts, value: wipUnits / (capacityUnits ?? 1) }));
    const slope = points.length < LEAST_SAMPLES ? null : medianSlope(points);
    return slope !== null && slope > 0 && (FULL - fill) / slope <= this.#rule.ttoMin;
  }
}
