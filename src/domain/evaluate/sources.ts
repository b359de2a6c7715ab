/** What is to be said of a source as a whole: it is denied at many places at once. */
import type { Recommendation } from '../recommendation.ts';
import type { Defect, SourceHealth, UnitSeries, WarehouseSeries } from '../series.ts';
import { startTrace } from '../trace.ts';
import { sourceUnitId } from '../units.ts';
import { counted, span } from '../words/amounts.ts';
import { andMore } from '../words/names.ts';
import { shortName } from '../words/places.ts';
import { writeOwn } from './own.ts';

/** Substep 1 for each source of the warehouse, under an id of its own. */
export function evaluateSources(series: WarehouseSeries, algorithm: string): Recommendation[] {
  return series.health.flatMap((health) =>
    health.deniedSince === undefined
      ? []
      : [check(series, algorithm, { ...health, deniedSince: health.deniedSince })],
  );
}

/** What the unit tells of its own readings is all of this one cause. */
export function isOfSource(
  { defects }: Pick<UnitSeries, 'defects'>,
  { source, deniedSince }: Pick<SourceHealth, 'source' | 'deniedSince'>,
): boolean {
  const told = defects.filter(({ tell }) => tell);
  return (
    deniedSince !== undefined &&
    told.length > 0 &&
    told.every((defect) => defect.source === source && (defect.since ?? Infinity) >= deniedSince)
  );
}

function check(
  { warehouse, snapshotTs, units }: WarehouseSeries,
  algorithm: string,
  health: SourceHealth & { deniedSince: number },
): Recommendation {
  const { source, deniedSince } = health;
  const denied = units.filter((unit) => isOfSource(unit, health));
  const paths = denied.filter(({ unit }) => unit.unitType !== 'TOTAL');
  const shown = paths.length > 0 ? paths : denied;
  const lasted = (snapshotTs - deniedSince) / 60_000;
  const trace = startTrace();
  trace.ask(`places at which ${source} is denied since then`, shown.length, '>', 0);
  return writeOwn(sourceUnitId(warehouse, source), algorithm, {
    direction: '',
    state: 'OK',
    cause: 'UNKNOWN',
    action: 'CHECK_DATA',
    severity: 'WARNING',
    alarm: null,
    branch: 'SOURCE.denied',
    tests: trace.tests,
    minutesActionable: Math.floor(lasted),
    because: [
      `at ${counted(shown.length, 'place')} for ${span(lasted)}: ${andMore(
        shown.map(({ unit }) => shortName(unit.unitId)),
        ', ',
      )}`,
      `e.g. ${exampleOf(shown, source)}`,
    ].join('; '),
  });
}

function exampleOf(units: readonly UnitSeries[], source: Defect['source']): string {
  const told = units.flatMap(({ defects }) => defects.filter((each) => each.tell && each.source === source));
  return told.toSorted((a, b) => (a.since ?? Infinity) - (b.since ?? Infinity))[0]?.detail ?? '';
}
