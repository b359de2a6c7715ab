/** The level of one operational unit from those of its paths. */
import type { LevelSample, Track, Unit } from '../../series.ts';
import { median } from '../../statistics.ts';
import { type Opening, withoutRest } from '../levels/closed-path.ts';
import { lastValue, STEP_MS, sumTracks } from '../grid.ts';
import { samplingOf } from '../sampling.ts';
import { COVERAGE_MIN } from '../limits.ts';
import type { PathSeries } from './path-series.ts';
import type { LevelReading } from '../levels/estimate.ts';

/** A unit's own. */
export interface UnitLevel {
  wip: Track;
  /** Units, where it is estimated; null where it is not. */
  offBy: number | null;
  samples: LevelSample[];
  /** Those that can be held against the flows. */
  comparable: LevelReading[];
  samplingMin: number | null;
  capacityUnits: number | null;
  closed: Opening['closed'];
  coverage: number;
  missing: string[];
}

/** One path's for INDUCT and LANE, that of all of them for TOTAL. */
export function unitLevel(unit: Unit, paths: readonly PathSeries[]): UnitLevel {
  const [only] = paths;
  return unit.unitType !== 'TOTAL' && only ? singleLevel(only) : totalLevel(unit, paths);
}

/** Level and counters of the unit part, or of much of it. */
export function isContested(paths: readonly PathSeries[]): boolean {
  const weigh = (of: readonly PathSeries[]): number =>
    of.reduce((sum, { listed }) => sum + (listed.capacityUnits ?? 0), 0);
  return isMuch(weigh(paths.filter(({ level }) => level.isContested)), weigh(paths));
}

function isEstimated({ level }: PathSeries): boolean {
  return level.now.provenance === 'estimated';
}

function singleLevel(path: PathSeries): UnitLevel {
  const { capacityUnits } = path.listed;
  const { closed } = path.opening;
  // Whether a level is known of what is closed makes no difference.
  const known =
    closed !== null || (lastValue(path.level.track) !== null && capacityUnits !== null && capacityUnits > 0);
  return {
    wip: path.level.track,
    offBy: isEstimated(path) ? path.level.now.offBy : null,
    samples: path.level.samples,
    comparable: path.level.comparable,
    samplingMin: path.level.samplingMin,
    capacityUnits,
    closed,
    coverage: known ? 1 : 0,
    missing: known ? [] : [path.listed.path],
  };
}

/** Paths are read at slightly different instants: one sample a minute, where all of them have a level. */
function totalSamples(paths: readonly PathSeries[]): LevelSample[] {
  const byMinute = new Map<number, number>();
  for (const { level } of paths)
    for (const { ts } of level.samples) {
      const minute = Math.floor(ts / STEP_MS);
      byMinute.set(minute, Math.max(byMinute.get(minute) ?? 0, ts));
    }
  const instants = [...byMinute.values()].toSorted((a, b) => a - b);
  return instants.flatMap((ts): LevelSample[] => {
    let [sum, estimated, whole] = [0, 0, 0];
    for (const { listed, level } of paths) {
      const { value, provenance } = level.at(ts);
      if (value === null) return [];
      sum += value;
      whole += listed.capacityUnits ?? 0;
      if (provenance === 'estimated') estimated += listed.capacityUnits ?? 0;
    }
    return [{ ts, wipUnits: sum, ...(isMuch(estimated, whole) ? { estimated: true as const } : {}) }];
  });
}

/** Of the capacity: as much as may not be missing from it. */
function isMuch(part: number, whole: number): boolean {
  return part > (1 - COVERAGE_MIN) * whole;
}

/** A missing path's capacity and level are left out together, over the whole grid: the series has no step. */
function totalLevel(unit: Unit, paths: readonly PathSeries[]): UnitLevel {
  const open = paths.filter(({ opening }) => !opening.left);
  const closed = paths.flatMap((path) =>
    path.opening.left && path.level.now.value !== null ? { ...path, level: withoutRest(path.level) } : [],
  );
  const capacityOf = ({ opening }: PathSeries): number | null => opening.countedUnits;
  const capacities = open.flatMap((path) => capacityOf(path) ?? []);
  const usual = capacities.length > 0 ? capacities.reduce((sum, n) => sum + n, 0) / capacities.length : 1;
  const whole = unit.override?.capacityUnits ?? null;
  const included = open.filter(
    (path) => path.level.now.value !== null && (whole !== null || capacityOf(path) !== null),
  );
  const weigh = (of: readonly PathSeries[]): number =>
    of.reduce((sum, path) => sum + (capacityOf(path) ?? usual), 0);
  const allClosed =
    whole === 0 || (paths.length > 0 && paths.every(({ opening }) => opening.closed === 'settled'));
  const coverage = allClosed ? 1 : open.length > 0 ? weigh(included) / weigh(open) : 0;
  const counted = included.length > 0 ? [...included, ...closed] : [];
  const samples = totalSamples(counted);
  const estimated = included.filter(isEstimated);
  return {
    wip: { ...sumTracks(counted.map(({ level }) => level.track)), source: 'wes_stock' },
    offBy: isMuch(weigh(estimated), weigh(included))
      ? estimated.reduce((sum, { level }) => sum + level.now.offBy, 0)
      : null,
    samples,
    comparable: samples.filter((sample) => !sample.estimated),
    samplingMin:
      median(included.flatMap(({ level }) => level.samplingMin ?? [])) ??
      samplingOf(samples.map(({ ts }) => ts)),
    capacityUnits: allClosed
      ? 0
      : included.length === 0
        ? null
        : whole !== null
          ? whole * coverage
          : weigh(included),
    closed: allClosed ? 'settled' : null,
    coverage,
    missing: open.filter((path) => !included.includes(path)).map(({ listed }) => listed.path),
  };
}
