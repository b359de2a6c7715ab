/** Which sources exist, which are missed, and what is to be remembered so that they are. */
import type { Defect, KnownPath } from '../../series.ts';
import type { SourceRows, WarehouseExtract } from '../../source-rows.ts';
import { SOURCES, type SourceName } from '../../vocabulary.ts';
import { type Context, processOf, typeOf } from './context.ts';
import { LAST_SEEN_FLOOR_MS, PATH_GONE_AFTER_MS } from '../limits.ts';
import { type ListedPath, floorToHour } from '../names/path-list.ts';
import type { PathSeries } from './path-series.ts';
import type { MissedSources } from './unit-series.ts';

/** A source that failed, or of which no row fits, exists all the same; so does one that served a path today. */
export function findMissed(extract: WarehouseExtract, rows: SourceRows): MissedSources {
  const broken = new Set(
    SOURCES.filter((source) => {
      const { status, rejected } = extract.sources[source];
      return status === 'absent' || (rejected > 0 && rows[source].length === 0);
    }),
  );
  return (source, paths) =>
    broken.has(source) || paths.some(({ listed }) => isRemembered(listed, source, extract.snapshotTs));
}

function isRemembered(listed: ListedPath, source: SourceName, snapshotTs: number): boolean {
  const hour = listed.remembered[source];
  return hour !== undefined && snapshotTs - hour < PATH_GONE_AFTER_MS + LAST_SEEN_FLOOR_MS;
}

export function sourceDefects(extract: WarehouseExtract): Defect[] {
  return SOURCES.flatMap((source): Defect[] => {
    const { status, error, rejected, problems } = extract.sources[source];
    const defects: Defect[] = [];
    if (status === 'absent')
      defects.push({
        name: 'SOURCE_ABSENT',
        source,
        detail: `${source} could not be read: ${error}`,
        hard: false,
      });
    if (rejected > 0)
      defects.push({
        name: 'ROWS_REJECTED',
        source,
        detail: `${rejected} rows of ${source} do not fit: ${problems.join('; ')}`,
        hard: false,
      });
    return defects;
  });
}

/** What to remember of a path: when each source spoke of it last, as long as it is not a day ago. */
export function remember(context: Context, { listed, flow }: PathSeries): KnownPath {
  const { snapshotTs, plan } = context;
  const staff = context.staffingOf(
    listed.workpool,
    processOf(context, typeOf(listed), listed.workpool, listed, listed.override),
  );
  const heard: Partial<Record<SourceName, number | null>> = {
    wcs_counters: flow.devices.length > 0 ? Math.max(...flow.devices.map(({ lastTs }) => lastTs)) : null,
    lms_actuals: staff?.heardTs ?? null,
    lms_plan: staff?.planned ? plan.issuedTs : null,
  };
  const sources: Partial<Record<SourceName, number>> = {};
  for (const source of SOURCES) {
    const ts = heard[source] ?? null;
    const hour = Math.max(ts === null ? -Infinity : floorToHour(ts), listed.remembered[source] ?? -Infinity);
    if (snapshotTs - hour < PATH_GONE_AFTER_MS + LAST_SEEN_FLOOR_MS) sources[source] = hour;
  }
  return {
    workpool: listed.sourceWorkpool,
    path: listed.sourcePath,
    stage: listed.stage,
    bufferKind: listed.bufferKind,
    capacityUnits: listed.reportedCapacityUnits,
    lastSeenHour: listed.lastSeenHour,
    ...(Object.keys(sources).length > 0 ? { sources } : {}),
    ...(listed.formerly === undefined ? {} : { formerly: listed.formerly }),
    ...(listed.newSince === undefined ? {} : { newSince: listed.newSince }),
  };
}
