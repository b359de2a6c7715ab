/**
 * How well each source serves a warehouse now, as figures: how old its newest reading is, how many of the units that need
 * it have it, and how many of those readings are doubted, with why. Everyone who speaks of a source reads it here.
 */
import type {
  DefectName,
  Doubt,
  LeftOver,
  SourceDefect,
  SourceHealth,
  UnitSeries,
  WarehouseSeries,
} from '../../series.ts';
import { groupBy } from '../../group-by.ts';
import type { SourceName } from '../../vocabulary.ts';
import { MINUTE_MS } from '../limits.ts';
import { deniedSince } from './denied-source.ts';

/** One source, and what it is to each unit. */
export interface SourceView {
  source: SourceName;
  /** Epoch ms of its newest reading that could be used; null: there is none. */
  newestTs: number | null;
  refreshMin: number;
  /** Anything of it can be used now. */
  usable: boolean;
  /** The unit is worse off without it. */
  needs(series: UnitSeries): boolean;
  /** The unit has a reading of it that can be used now. */
  serves(series: UnitSeries): boolean;
}

/** Everything that the figures are taken from. */
export interface HealthScene {
  snapshotTs: number;
  units: readonly UnitSeries[];
  doubts: readonly Doubt[];
  leftOver: readonly LeftOver[];
}

/** A reading stands there, and is not to be taken as it stands. The other defects say that there is none. */
const DOUBTED: ReadonlySet<DefectName> = new Set([
  'CLOCK_SKEW',
  'NEGATIVE',
  'OVER_CAPACITY',
  'STUCK_SENSOR',
  'WRONG_UNIT',
  'LEVEL_DENIED',
  'FLOW_DENIED',
  'CAPACITY_DENIED',
  'HEADCOUNT_DENIED',
]);

const READ_FROM: Record<Doubt['reading'], SourceName | null> = {
  alarm: null,
  level: 'wes_stock',
  flow: 'wcs_counters',
  headcount: 'lms_actuals',
  // Each source has one of its own.
  clock: null,
};

/** Of the sources that somebody needs, or of which there is something to say; in the order of the views. */
export function sourceHealth(views: readonly SourceView[], scene: HealthScene): SourceHealth[] {
  return views
    .map((view) => healthOf(view, scene))
    .filter(
      // Where no unit is known it is not known either which source is needed.
      ({ units, defects, usable }) => units > 0 || defects.length > 0 || usable || scene.units.length === 0,
    );
}

function healthOf(view: SourceView, scene: HealthScene): SourceHealth {
  const { source, newestTs, refreshMin, usable } = view;
  const { snapshotTs, units } = scene;
  const needing = units.filter((series) => view.needs(series));
  const serving = needing.filter((series) => view.serves(series));
  const isDoubted = ({ defects }: UnitSeries): boolean =>
    defects.some((defect) => defect.source === source && DOUBTED.has(defect.name));
  return {
    source,
    ageMin: newestTs === null ? null : Math.max(0, Math.floor((snapshotTs - newestTs) / MINUTE_MS)),
    refreshMin,
    usable,
    units: needing.length,
    served: serving.length,
    doubted: needing.filter(isDoubted).length,
    defects: [...unitDefects(source, scene), ...withoutPartner(source, scene)],
    ...deniedSince(view, { snapshotTs, units, places: needing.length }),
  };
}

/** By name, the widest first. */
function unitDefects(source: SourceName, { units, doubts, leftOver }: HealthScene): SourceDefect[] {
  const isNamed = leftOver.some((each) => each.source === source);
  const found = units.flatMap(({ defects }) => {
    // What finds no partner is counted by its names below, where they are known.
    const own = defects.filter(
      ({ name, source: of }) => of === source && !(name === 'NO_PARTNER' && isNamed),
    );
    // A unit that has one several times is one unit.
    return [...new Map(own.map((defect) => [defect.name, defect])).values()];
  });
  return [...groupBy(found, ({ name }) => name).values()]
    .flatMap((all): SourceDefect[] => {
      const [first] = all;
      if (!first) return [];
      const { name, detail } = first;
      return [{ name, count: all.length, since: sinceOf(name, source, doubts), detail }];
    })
    .toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}

function sinceOf(name: DefectName, source: SourceName, doubts: readonly Doubt[]): number | null {
  const own = doubts.filter(
    ({ reading, shift, until, ...doubt }) =>
      doubt.name === name && until === undefined && (shift?.source ?? READ_FROM[reading]) === source,
  );
  return own.length > 0 ? Math.min(...own.map(({ since }) => since)) : null;
}

/** Names are counted rather than units: they belong to none. */
function withoutPartner(source: SourceName, { leftOver }: HealthScene): SourceDefect[] {
  const own = leftOver.filter((each) => each.source === source);
  const [first] = own;
  if (!first) return [];
  const detail = own.length === 1 ? first.detail : own.map(({ name }) => name).join(', ');
  return [{ name: 'NO_PARTNER', count: own.length, since: null, detail }];
}

/** Sources of which nothing can be used now, each with the share of the units that need it. */
export function blindOf(health: readonly SourceHealth[], units: number): WarehouseSeries['blind'] {
  return health
    .filter(({ usable }) => !usable)
    .flatMap(({ source, units: needing }) => {
      // Without a stock report nobody knows which units there are.
      const share = units > 0 ? needing / units : source === 'wes_stock' ? 1 : 0;
      return share > 0 ? [{ source, share }] : [];
    });
}
