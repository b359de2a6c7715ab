/** What a warehouse as a whole has to say: a stop that no unit shows, and names that fit nothing. */
import { leftOverToTell } from '../left-over.ts';
import type { Recommendation } from '../recommendation.ts';
import type { LeftOver, Renamed, WarehouseSeries } from '../series.ts';
import { NOTICE_NAMES } from '../suppress/limits.ts';
import { startTrace } from '../trace.ts';
import { andMore, renamedInWords } from '../words/names.ts';
import { shortName } from '../words/places.ts';
import { writeOwn } from './own.ts';

/** Substep 1 for the warehouse itself, under its code. */
export function evaluateWarehouse(series: WarehouseSeries, algorithm: string): Recommendation[] {
  const told = leftOverToTell(series);
  const stopped = told.filter((one) => one.stopped);
  const renamed = series.renamed ?? [];
  return [
    ...(stopped.length > 0 ? [stop(series.warehouse, algorithm, stopped)] : []),
    ...(told.length + renamed.length > 0 ? [notice(series, algorithm, told, renamed)] : []),
  ];
}

function stop(warehouse: string, algorithm: string, stopped: readonly LeftOver[]): Recommendation {
  const trace = startTrace();
  for (const { name } of stopped)
    trace.ask(`stop flag from WCS of path ${name}, which no unit shows`, true, 'is', true);
  return writeOwn(warehouse, algorithm, {
    direction: 'HIGH',
    state: 'OVERFLOW_RISK',
    cause: 'JAM',
    action: 'EMERGENCY_STOP',
    severity: 'EMERGENCY',
    alarm: 'STOP_FLAG',
    branch: 'WAREHOUSE.high.stop',
    tests: trace.tests,
    because: detailsOf(stopped),
  });
}

function notice(
  series: WarehouseSeries,
  algorithm: string,
  told: readonly LeftOver[],
  renamed: readonly Renamed[],
): Recommendation {
  const trace = startTrace();
  trace.ask('names without a partner', told.length, '>', 0);
  trace.ask('paths under another name than before', renamed.length, '>', 0);
  const unserved = series.units.flatMap(({ unit, defects }) =>
    unit.unitType !== 'TOTAL' &&
    defects.some(({ name, source }) => name === 'NO_PARTNER' && source === 'wcs_counters')
      ? shortName(unit.unitId)
      : [],
  );
  const because = [
    renamedInWords(renamed),
    detailsOf(told),
    unserved.length > 0 ? `without a device: ${andMore(unserved, ', ')}` : '',
  ];
  const about = [
    ...told.map(({ source, name }) => `${source} ${name}`),
    ...renamed.map(({ workpool, from, to }) => `renamed ${workpool} ${from} ${to}`),
  ];
  const more = about.length - NOTICE_NAMES;
  return {
    ...writeOwn(series.warehouse, algorithm, {
      direction: '',
      state: 'OK',
      cause: 'UNKNOWN',
      action: 'CHECK_DATA',
      severity: 'WARNING',
      alarm: null,
      branch: 'WAREHOUSE.names',
      tests: trace.tests,
      because: because.filter((text) => text !== '').join('; '),
    }),
    about: more > 0 ? [...about.slice(0, NOTICE_NAMES), `${more} more`] : about,
  };
}

function detailsOf(leftOver: readonly LeftOver[]): string {
  return andMore([...new Set(leftOver.map(({ detail }) => detail))], '; ');
}
