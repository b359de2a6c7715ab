/** What others do with the same levels, on the same visible data: each knows HIGH alone and advises nothing. */
import { carryLimit } from '../../domain/preprocess/sampling.ts';
import { seenLevels, type UnitSeries } from '../../domain/series.ts';
import { openAlarm, type Episode } from '../score/episode.ts';

const MINUTE_MS = 60_000;
/** The level that a dashboard turns red at. */
const THRESHOLD = 0.85;
const EXIT = 0.75;
const FULL = 0.98;
const HORIZON_MIN = 30;
const FIT_WINDOW_MIN = 30;
/** Holt's smoothing of level and trend: the usual middle values for readings every 5 minutes. */
const HOLT_LEVEL = 0.5;
const HOLT_TREND = 0.2;
/** Holt starts afresh after a silence. */
const HOLT_GAP_MIN = 30;

export const BASELINES = [
  'threshold_85_every_cycle',
  'threshold_85_edge',
  'hysteresis_85_75_2_of_3',
  'linear_30_min',
  'holt_30_min',
] as const;
export type BaselineName = (typeof BASELINES)[number];

/** What a baseline sees of a unit in one cycle. */
interface Sight {
  /** Share of capacity; null where no level is known now. */
  fill: number | null;
  series: UnitSeries;
  cycleMs: number;
}

interface Detector {
  name: BaselineName;
  everyCycle: boolean;
  /** Whether it warns; null: it can't tell, and what is on stays on. */
  warns(sight: Sight, state: UnitState): boolean | null;
}

interface UnitState {
  /** By detector: the open episode. */
  open: (Episode | null)[];
  /** The last cycles' fills, newest last. */
  recent: (number | null)[];
  holt: { level: number; trendPerMin: number; ts: number } | null;
}

const DETECTORS: readonly Detector[] = [
  { name: 'threshold_85_every_cycle', everyCycle: true, warns: isOver },
  { name: 'threshold_85_edge', everyCycle: false, warns: isOver },
  { name: 'hysteresis_85_75_2_of_3', everyCycle: false, warns: hysteresis },
  { name: 'linear_30_min', everyCycle: false, warns: linear },
  { name: 'holt_30_min', everyCycle: false, warns: holt },
];

export class Baselines {
  readonly episodes: Record<BaselineName, Episode[]> = {
    threshold_85_every_cycle: [],
    threshold_85_edge: [],
    hysteresis_85_75_2_of_3: [],
    linear_30_min: [],
    holt_30_min: [],
  };
  readonly notifications: Record<BaselineName, number> = {
    threshold_85_every_cycle: 0,
    threshold_85_edge: 0,
    hysteresis_85_75_2_of_3: 0,
    linear_30_min: 0,
    holt_30_min: 0,
  };
  readonly #units = new Map<string, UnitState>();

  observe(cycleMs: number, series: UnitSeries): void {
    const { unitId } = series.unit;
    let state = this.#units.get(unitId);
    if (!state) {
      state = { open: DETECTORS.map(() => null), recent: [], holt: null };
      this.#units.set(unitId, state);
    }
    const sight = { fill: fillOf(series, cycleMs), series, cycleMs };
    state.recent.push(sight.fill);
    if (state.recent.length > 3) state.recent.shift();
    updateHolt(state, sight);
    for (const [index, detector] of DETECTORS.entries()) {
      const warns = detector.warns(sight, state);
      const open = state.open[index] ?? null;
      if (warns === null) continue;
      if (!warns) {
        if (open) open.endTs = cycleMs;
        state.open[index] = null;
        continue;
      }
      if (open && !detector.everyCycle) continue;
      this.notifications[detector.name] += 1;
      if (open) {
        open.notifications += 1;
        continue;
      }
      const episode = openAlarm(unitId, cycleMs);
      state.open[index] = episode;
      this.episodes[detector.name].push(episode);
    }
  }
}

/** The newest level while it may be carried, share of capacity; null where none is known now. */
export function fillOf(series: UnitSeries, cycleMs: number): number | null {
  const { capacityUnits, samplingMin } = series;
  const newest = seenLevels(series).at(-1);
  if (!newest || capacityUnits === null || capacityUnits <= 0) return null;
  return cycleMs - newest.ts <= carryLimit(samplingMin) * MINUTE_MS ? newest.wipUnits / capacityUnits : null;
}

function isOver({ fill }: Sight): boolean | null {
  return fill === null ? null : fill >= THRESHOLD;
}

function hysteresis(_sight: Sight, { open, recent }: UnitState): boolean | null {
  const votes = (is: (fill: number) => boolean): number =>
    recent.filter((fill) => fill !== null && is(fill)).length;
  const isOpen = open[DETECTORS.findIndex(({ name }) => name === 'hysteresis_85_75_2_of_3')] !== null;
  if (isOpen) return votes((fill) => fill < EXIT) < 2;
  return votes((fill) => fill >= THRESHOLD) >= 2;
}

/** Least squares over the last 30 minutes, carried on for 30 more. */
function linear({ fill, series, cycleMs }: Sight): boolean | null {
  if (fill === null) return null;
  if (fill >= FULL) return true;
  const points = seenLevels(series).filter(({ ts }) => ts >= cycleMs - FIT_WINDOW_MIN * MINUTE_MS);
  if (points.length < 3) return false;
  let [sumT, sumB, sumTT, sumTB] = [0, 0, 0, 0];
  for (const { ts, wipUnits } of points) {
    const t = (ts - cycleMs) / MINUTE_MS;
    const level = wipUnits / (series.capacityUnits ?? 1);
    sumT += t;
    sumB += level;
    sumTT += t * t;
    sumTB += t * level;
  }
  const n = points.length;
  const spread = n * sumTT - sumT * sumT;
  if (spread === 0) return false;
  const slope = (n * sumTB - sumT * sumB) / spread;
  return slope > 0 && (sumB - slope * sumT) / n + slope * HORIZON_MIN >= FULL;
}

function updateHolt(state: UnitState, { fill, series }: Sight): void {
  const newest = seenLevels(series).at(-1);
  if (fill === null || !newest || state.holt?.ts === newest.ts) return;
  const before = state.holt;
  const minutes = before ? (newest.ts - before.ts) / MINUTE_MS : Infinity;
  if (!before || minutes <= 0 || minutes > HOLT_GAP_MIN) {
    state.holt = { level: fill, trendPerMin: 0, ts: newest.ts };
    return;
  }
  const level = HOLT_LEVEL * fill + (1 - HOLT_LEVEL) * (before.level + before.trendPerMin * minutes);
  const trendPerMin = HOLT_TREND * ((level - before.level) / minutes) + (1 - HOLT_TREND) * before.trendPerMin;
  state.holt = { level, trendPerMin, ts: newest.ts };
}

function holt({ fill }: Sight, state: UnitState): boolean | null {
  if (fill === null || !state.holt) return null;
  return fill >= FULL || state.holt.level + state.holt.trendPerMin * HORIZON_MIN >= FULL;
}
