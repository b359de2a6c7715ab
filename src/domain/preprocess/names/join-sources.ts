/**
 * Which device stands on which path, and which people work in which workpool: the other sources' rows under the names
 * of the stock source, and what is left over on either side.
 */
import { groupBy } from '../../group-by.ts';
import { joinNames, type Named } from '../../names.ts';
import type { LeftOver } from '../../series.ts';
import type { ActualsRow, CounterRow, PlanRow, SourceRows } from '../../source-rows.ts';
import { normalizeProcess, sanitizeName } from '../../units.ts';
import { STAGES } from '../../vocabulary.ts';
import { DEVICE_STATE_CARRY_MIN, MINUTE_MS } from '../limits.ts';
import type { ListedPath, PathList } from './path-list.ts';
import { namesIn, respell, spellingsOf } from './spellings.ts';

export type StaffSource = 'lms_actuals' | 'lms_plan';

export interface Joined {
  /** Each row that has a partner, under the partner's name. */
  counters: readonly CounterRow[];
  actuals: readonly ActualsRow[];
  plan: readonly PlanRow[];
  /** Sorted by source and name. */
  leftOver: LeftOver[];
  /** Unit ids of paths without a device, while a device without a path may be theirs. */
  withoutDevice: ReadonlySet<string>;
  /** Workpools (sanitized) without a row of a source that has rows of a workpool that nobody else knows. */
  withoutStaff: Readonly<Record<StaffSource, ReadonlySet<string>>>;
  /** Of a workpool (sanitized): processes of LMS that no unit is emptied by. */
  unknownProcesses: ReadonlyMap<string, readonly string[]>;
}

/** @param wanted processes that units of the warehouse are emptied by, beside the stages' own */
export function joinSources(input: {
  list: PathList;
  rows: SourceRows;
  wanted: readonly string[];
  snapshotTs: number;
}): Joined {
  const { list, rows, snapshotTs } = input;
  const devices = joinDevices(list, rows.wcs_counters, snapshotTs);
  const staff = joinStaff(list.paths, rows, input.wanted);
  return {
    ...devices,
    ...staff,
    leftOver: [...devices.leftOver, ...staff.leftOver].toSorted(compareLeftOver),
  };
}

export function compareLeftOver(a: LeftOver, b: LeftOver): number {
  const [first, second] = [`${a.source}\n${a.name}`, `${b.source}\n${b.name}`];
  return first === second ? 0 : first < second ? -1 : 1;
}

// --- Paths and devices --------------------------------------------------------------------------------------

interface NamedPath extends Named {
  /** null: WES names it, but it is no path of ours. */
  listed: ListedPath | null;
}

function joinDevices(
  { paths, unlisted }: PathList,
  rows: readonly CounterRow[],
  snapshotTs: number,
): Pick<Joined, 'counters' | 'leftOver' | 'withoutDevice'> {
  const current = new Set(paths.map(({ sourcePath }) => sourcePath));
  const mine: NamedPath[] = [
    ...paths.map((listed) => {
      const { sourcePath, formerly } = listed;
      const former = formerly === undefined || current.has(formerly) ? [] : [formerly];
      return { listed, spellings: [sourcePath, ...former] };
    }),
    ...unlisted.filter((name) => !current.has(name)).map((name) => ({ listed: null, spellings: [name] })),
  ];
  const byPath = groupBy(rows, ({ path }) => path);
  const theirs = namesIn(spellingsOf(byPath, ({ recordedAt }) => recordedAt));
  const partners = joinNames(mine, theirs);
  const names = new Map<string, string>();
  const alone: Named[] = [];
  const served = new Set<ListedPath>();
  for (const name of theirs) {
    const partner = partners.get(name);
    if (!partner) alone.push(name);
    else if (partner.listed) {
      served.add(partner.listed);
      for (const spelling of name.spellings) names.set(spelling, partner.listed.sourcePath);
    }
  }
  const isWhole = names.size === byPath.size;
  return {
    counters: respell(
      isWhole ? rows : rows.filter(({ path }) => names.has(path)),
      ({ path }) => path,
      names,
      (row, path) => ({ ...row, path }),
    ),
    leftOver: alone.flatMap((name) => {
      const found = describeDevices(name, byPath, mine, snapshotTs);
      // While the stock source has never named a path, every device is without one: only a stop is told.
      return paths.length > 0 || found.stopped ? [found] : [];
    }),
    withoutDevice: new Set(
      paths
        .filter((listed) => !served.has(listed) && alone.some((name) => mayStandOn(name, listed, paths)))
        .map(({ unitId }) => unitId),
    ),
  };
}

function describeDevices(
  { spellings }: Named,
  byPath: ReadonlyMap<string, readonly CounterRow[]>,
  mine: readonly NamedPath[],
  snapshotTs: number,
): LeftOver {
  const own = spellings.flatMap((spelling) => byPath.get(spelling) ?? []);
  const newest = [...groupBy(own, ({ device }) => device).values()].flatMap(
    (rows) => rows.reduce((last, row) => (row.recordedAt >= last.recordedAt ? row : last)) ?? [],
  );
  const stopped = newest.filter(
    ({ state, recordedAt }) =>
      state === 'ESTOP' && snapshotTs - recordedAt <= DEVICE_STATE_CARRY_MIN * MINUTE_MS,
  );
  const shown = (stopped.length > 0 ? stopped : newest).map(({ device }) => device).toSorted();
  const name = spellings.toSorted().at(0) ?? '';
  const same = mine.filter((each) => each.spellings.includes(name)).length;
  const why = same > 1 ? `WES has ${same} paths of that name` : `WES knows no path ${name}`;
  return {
    source: 'wcs_counters',
    name,
    detail: `WCS ${stopped.length > 0 ? 'shows' : 'counts'} ${shown.join(', ')} of path ${name}${stopped.length > 0 ? ' stopped' : ''}; ${why}`,
    stopped: stopped.length > 0,
  };
}

/** `LANE` of `Lane 07`. */
function kindOf(name: string): string {
  return (/^[^\d]*/.exec(name)?.[0] ?? '').replaceAll(/[^A-Za-z]/g, '').toUpperCase();
}

/** A device of a lane is not looked for on an induct, and one of picking nowhere. */
function mayStandOn({ spellings }: Named, listed: ListedPath, paths: readonly ListedPath[]): boolean {
  const kinds = spellings.map(kindOf);
  if (kinds.some((kind) => kind.startsWith('PICK'))) return false;
  const known = new Set(paths.map(({ sourcePath }) => kindOf(sourcePath)));
  return kinds.includes(kindOf(listed.sourcePath)) || !kinds.some((kind) => known.has(kind));
}

// --- Workpools and people -----------------------------------------------------------------------------------

interface NamedWorkpool extends Named {
  /** Sanitized. */
  workpool: string;
}

function joinStaff(
  paths: readonly ListedPath[],
  rows: SourceRows,
  wanted: readonly string[],
): Pick<Joined, 'actuals' | 'plan' | 'leftOver' | 'withoutStaff' | 'unknownProcesses'> {
  const mine: NamedWorkpool[] = [...groupBy(paths, ({ workpool }) => workpool)].map(([workpool, own]) => ({
    workpool,
    spellings: [...new Set(own.map(({ sourceWorkpool }) => sourceWorkpool))],
  }));
  const processes = [...new Set([...STAGES, ...wanted])].map((process) => ({ spellings: [process] }));
  const unknownProcesses = new Map<string, string[]>();
  const leftOver: LeftOver[] = [];
  const join = <Row extends ActualsRow | PlanRow>(
    source: StaffSource,
    given: readonly Row[],
    tsOf: (row: Row) => number,
  ): { rows: readonly Row[]; without: Set<string> } => {
    const theirs = namesIn(
      spellingsOf(
        groupBy(given, ({ workpool }) => workpool),
        tsOf,
      ),
    );
    const partners = joinNames(mine, theirs);
    const names = new Map<string, string>();
    const alone = theirs.filter((name) => !partners.has(name));
    for (const [name, partner] of partners)
      for (const spelling of name.spellings)
        names.set(spelling, sanitizeName(spelling) === partner.workpool ? spelling : partner.workpool);
    const served = new Set([...partners.values()].map(({ workpool }) => workpool));
    if (paths.length > 0)
      for (const { spellings } of alone) {
        const name = spellings.toSorted().join(', ');
        leftOver.push({
          source,
          name,
          detail: `LMS has people of workpool ${name}; WES knows no such workpool`,
          stopped: false,
        });
      }
    const matched = names.size === theirs.flatMap(({ spellings }) => spellings).length;
    const own = respell(
      matched ? given : given.filter(({ workpool }) => names.has(workpool)),
      ({ workpool }) => workpool,
      names,
      (row, workpool) => ({ ...row, workpool }),
    );
    return {
      rows: joinProcesses(own, processes, unknownProcesses),
      without: new Set(
        alone.length === 0 ? [] : mine.flatMap(({ workpool }) => (served.has(workpool) ? [] : [workpool])),
      ),
    };
  };
  const actuals = join('lms_actuals', rows.lms_actuals, ({ intervalEnd }) => intervalEnd);
  const issuedTs = rows.lms_plan.reduce((newest, { recordedAt }) => Math.max(newest, recordedAt), -Infinity);
  // Only the newest issue counts, and it counts whole.
  const issue = rows.lms_plan.filter(({ recordedAt }) => recordedAt === issuedTs);
  const plan = join('lms_plan', issue, ({ recordedAt }) => recordedAt);
  return {
    actuals: actuals.rows,
    plan: plan.rows,
    leftOver,
    withoutStaff: { lms_actuals: actuals.without, lms_plan: plan.without },
    unknownProcesses,
  };
}

/** Under the name that a unit asks for; who is of none keeps his own, and is listed. */
function joinProcesses<Row extends ActualsRow | PlanRow>(
  rows: readonly Row[],
  processes: readonly Named[],
  unknown: Map<string, string[]>,
): readonly Row[] {
  const asked = new Set(processes.flatMap(({ spellings }) => spellings));
  const others = [...new Set(rows.map(({ process }) => process))].filter(
    (process) => !asked.has(normalizeProcess(process)),
  );
  if (others.length === 0) return rows;
  const taken = new Set(rows.map(({ process }) => normalizeProcess(process)));
  const free = processes.filter(({ spellings }) => !spellings.some((each) => taken.has(each)));
  const partners = joinNames(
    free,
    others.map((process) => ({ spellings: [process] })),
  );
  const names = new Map(
    [...partners].flatMap(([{ spellings }, partner]) =>
      spellings.map((spelling): [string, string] => [spelling, partner.spellings[0] ?? spelling]),
    ),
  );
  for (const { workpool, process } of rows) {
    if (names.has(process) || !others.includes(process)) continue;
    const known = unknown.get(workpool) ?? [];
    if (!known.includes(process)) unknown.set(workpool, [...known, process]);
  }
  return respell(
    rows,
    ({ process }) => process,
    names,
    (row, process) => ({ ...row, process }),
  );
}
