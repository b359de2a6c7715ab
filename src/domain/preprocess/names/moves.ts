/**
 * Where each path of the stock source is by its newest reading. One that is reported under another workpool has left
 * the first; one that fell silent in the same reading in which another like it appeared has a new name. Its older rows
 * and what is remembered of it go with it, so that its level goes on.
 */
import { groupBy } from '../../group-by.ts';
import { compare } from '../../compare.ts';
import type { KnownPath, Moved, Renamed } from '../../series.ts';
import type { StockRow } from '../../source-rows.ts';
import { median } from '../../statistics.ts';
import { sanitizeName } from '../../units.ts';
import {
  MINUTE_MS,
  MOVE_MISSED_READINGS,
  MOVE_NEXT_READING,
  RENAME_LEVEL_SHARE,
  RENAMES_MIN,
  STOCK_REFRESH_MIN,
} from '../limits.ts';
import { samplingOf } from '../sampling.ts';
import { floorToHour, readingTs } from './path-list.ts';

interface Moves {
  /** Each under the workpool and path that it has now. */
  rows: readonly StockRow[];
  knownPaths: readonly KnownPath[];
  /** Places that nothing is any more. */
  left: { workpool: string; path: string }[];
  renamed: Renamed[];
  moved: Moved[];
  /** What is said of a place, of the one that it is now. */
  follow: <Of extends { workpool: string; path: string }>(of: Of) => Of;
}

/** A path under one workpool, with its rows, oldest first. */
interface Place {
  workpool: string;
  path: string;
  rows: StockRow[];
  known: KnownPath | null;
}

interface Reported extends Place {
  firstTs: number;
  lastTs: number;
  newest: StockRow;
  oldest: StockRow;
}

function placeOf({ workpool, path }: { workpool: string; path: string }): string {
  return `${workpool}\n${path}`;
}

function isReported(place: Place | Reported): place is Reported {
  return 'newest' in place;
}

function listPlaces(
  rows: readonly StockRow[],
  knownPaths: readonly KnownPath[],
): Map<string, Place | Reported> {
  const known = new Map(knownPaths.map((each) => [placeOf(each), each]));
  const places = new Map<string, Place | Reported>(
    knownPaths.map((each) => [
      placeOf(each),
      { workpool: each.workpool, path: each.path, rows: [], known: each },
    ]),
  );
  for (const [key, own] of groupBy(rows, placeOf)) {
    const [oldest, newest] = [own[0], own.at(-1)];
    if (!oldest || !newest) continue;
    const instants = own.map(readingTs);
    places.set(key, {
      workpool: newest.workpool,
      path: newest.path,
      rows: own,
      known: known.get(key) ?? null,
      firstTs: Math.min(...instants),
      lastTs: Math.max(...instants),
      newest,
      oldest,
    });
  }
  return places;
}

/** What it is now, of each place that it is no more. */
type Successors = Map<string, { to: Reported; renamed: boolean }>;

/** The newest reading says where a path is, once the other place has missed one. */
function findMoved(places: readonly (Place | Reported)[], successors: Successors): void {
  const usualMin =
    median(places.flatMap((each) => samplingOf(each.rows.map(readingTs)) ?? [])) ?? STOCK_REFRESH_MIN;
  for (const same of groupBy(places, ({ path }) => sanitizeName(path)).values()) {
    if (same.length === 1) continue;
    const reported = same.filter(isReported);
    const lastTs = Math.max(...reported.map((each) => each.lastTs));
    const [now, ...rivals] = reported.filter((each) => each.lastTs === lastTs);
    if (!now || rivals.length > 0) continue;
    for (const place of same)
      if (place !== now && place.workpool !== now.workpool && hasLeft(place, now, usualMin))
        successors.set(placeOf(place), { to: now, renamed: false });
  }
}

/** Two that are both remembered are two paths, unless they are told by turns: then it is one, and its place flickers. */
function hasLeft(place: Place | Reported, now: Reported, usualMin: number): boolean {
  if (isReported(place) && tellByTurns(place, now, usualMin))
    return now.lastTs - place.lastTs >= MOVE_NEXT_READING * usualMin * MINUTE_MS;
  if (place.known !== null && now.known !== null) return false;
  if (!isReported(place)) return place.known !== null && place.known.lastSeenHour <= now.firstTs;
  const isApart = place.lastTs < now.firstTs;
  const samplingMin = samplingOf(place.rows.map(readingTs)) ?? STOCK_REFRESH_MIN;
  const missed = (now.lastTs - place.lastTs) / (samplingMin * MINUTE_MS);
  return missed >= (isApart ? MOVE_NEXT_READING : MOVE_MISSED_READINGS);
}

/** Each is told while the other is, and never in the same reading: of two paths each reading tells both. */
function tellByTurns(one: Reported, other: Reported, usualMin: number): boolean {
  if (one.firstTs >= other.lastTs || other.firstTs >= one.lastTs) return false;
  const nearMs = (usualMin / 2) * MINUTE_MS;
  const instants = other.rows.map(readingTs);
  return one.rows.every((row) => instants.every((ts) => Math.abs(ts - readingTs(row)) > nearMs));
}

/** Paths of one workpool that are alike in all but their name. */
function kindOf({ workpool, newest, known }: Reported): string {
  const capacity = newest.capacityUnits ?? known?.capacityUnits ?? null;
  return [workpool, newest.stage, newest.bufferKind, capacity].join('\n');
}

/** The numbers in a name, `17` of `LANE-017`. */
function numbersOf(path: string): string {
  return (path.match(/\d+/g) ?? []).map(Number).join(' ');
}

/** As one level: the last that was read under the old name, and the first under the new one. */
function goesOn(before: Reported, after: Reported): boolean {
  const [was, is] = [before.newest.wipUnits, after.oldest.wipUnits];
  const capacity = after.newest.capacityUnits ?? before.newest.capacityUnits;
  if (was === null || is === null || capacity === null) return false;
  return Math.abs(is - was) <= RENAME_LEVEL_SHARE * capacity;
}

/** Each old name with the one new name that fits it; null where a single one of them is not sure. */
function pairUp(olds: readonly Reported[], news: readonly Reported[]): [Reported, Reported][] | null {
  if (olds.length !== news.length) return null;
  const byNumber = new Map(news.map((each) => [numbersOf(each.path), each]));
  const numbered = olds.flatMap((old): [Reported, Reported][] => {
    const fit = byNumber.get(numbersOf(old.path));
    return fit && goesOn(old, fit) ? [[old, fit]] : [];
  });
  const isDistinct = new Set(numbered.map(([, to]) => to)).size === olds.length;
  if (numbered.length === olds.length && isDistinct) return numbered;
  // Without its number one level alone may be chance.
  if (olds.length < RENAMES_MIN) return null;
  const byLevel = olds.flatMap((old): [Reported, Reported][] => {
    const [fit, ...others] = news.filter((each) => goesOn(old, each));
    return fit && others.length === 0 ? [[old, fit]] : [];
  });
  return byLevel.length === olds.length && new Set(byLevel.map(([, to]) => to)).size === olds.length
    ? byLevel
    : null;
}

/** As many fell silent in the reading in which as many others like them appeared. */
function findRenamed(places: readonly (Place | Reported)[], successors: Successors): void {
  const reported = places.filter(isReported).filter((each) => !successors.has(placeOf(each)));
  for (const alike of groupBy(reported, kindOf).values()) {
    const fresh = alike.filter((each) => isNew(each) && each.known?.formerly === undefined);
    const bornTs = Math.max(...fresh.map(({ firstTs }) => firstTs));
    const begun = fresh.filter(({ firstTs }) => bornTs - firstTs < STOCK_REFRESH_MIN * MINUTE_MS);
    const startTs = Math.min(...begun.map(({ firstTs }) => firstTs));
    const silent = alike.filter((each) => !begun.includes(each) && fellSilentAt(each, startTs));
    for (const [old, to] of (silent.length > 0 && pairUp(silent, begun)) || [])
      successors.set(placeOf(old), { to, renamed: true });
  }
}

function isNew({ known }: Place): boolean {
  return known === null || known.newSince !== undefined;
}

/** The reading that began at `ts` is the first that it is missing from. */
function fellSilentAt({ rows, lastTs }: Reported, ts: number): boolean {
  const samplingMin = samplingOf(rows.map(readingTs)) ?? STOCK_REFRESH_MIN;
  return lastTs < ts && ts - lastTs <= MOVE_MISSED_READINGS * samplingMin * MINUTE_MS;
}

/** Rows under a name that is remembered as the one before. */
function findFormer(places: ReadonlyMap<string, Place | Reported>, successors: Successors): void {
  for (const place of places.values()) {
    const path = place.known?.formerly;
    if (path === undefined || !isReported(place)) continue;
    const former = places.get(placeOf({ workpool: place.workpool, path }));
    if (former && isReported(former) && former.known === null && former.lastTs < place.firstTs)
      successors.set(placeOf(former), { to: place, renamed: true });
  }
}

/** A path that the newest reading calls picking has no buffer any more. */
function findPicking(places: ReadonlyMap<string, Place | Reported>): Reported[] {
  return [...places.values()].filter(
    (place): place is Reported => isReported(place) && place.newest.stage === 'PICK',
  );
}

/**
 * @param rows of one warehouse in the order of time, each name spelt in one way
 * @param knownPaths as the last cycle left them
 */
export function followMoves(
  rows: readonly StockRow[],
  knownPaths: readonly KnownPath[],
  snapshotTs: number,
): Moves {
  const places = listPlaces(rows, knownPaths);
  const picking = findPicking(places);
  const buffers = [...places.values()].filter((place) => !picking.some((each) => each === place));
  const successors: Successors = new Map();
  findFormer(places, successors);
  findMoved(
    buffers.filter((place) => !successors.has(placeOf(place))),
    successors,
  );
  findRenamed(buffers, successors);

  const known = new Map(knownPaths.map((each) => [placeOf(each), each]));
  const left: Place[] = picking.filter((place) => known.delete(placeOf(place)));
  const renamed: Renamed[] = [];
  const moved: Moved[] = [];
  for (const place of [...places.values()].filter((each) => successors.has(placeOf(each)))) {
    const found = successors.get(placeOf(place));
    if (!found) continue;
    const { to } = found;
    left.push(place);
    known.delete(placeOf(place));
    const before = known.get(placeOf(to)) ?? place.known;
    known.set(placeOf(to), {
      workpool: to.workpool,
      path: to.path,
      stage: to.newest.stage,
      bufferKind: to.newest.bufferKind,
      capacityUnits: before?.capacityUnits ?? null,
      lastSeenHour: floorToHour(Math.min(to.lastTs, snapshotTs)),
      ...(before?.sources ? { sources: before.sources } : {}),
      ...(found.renamed ? { formerly: place.path } : before?.formerly ? { formerly: before.formerly } : {}),
    });
    if (found.renamed) renamed.push({ workpool: to.workpool, from: place.path, to: to.path });
    else moved.push({ path: to.path, from: place.workpool, to: to.workpool });
  }
  const isPicking = new Set(picking.map(placeOf));
  return {
    rows:
      left.length === 0 && isPicking.size === 0
        ? rows
        : rows.flatMap((row) => {
            const key = placeOf(row);
            if (isPicking.has(key) && row.stage !== 'PICK') return [];
            const to = successors.get(key)?.to;
            return to ? [{ ...row, workpool: to.workpool, path: to.path }] : [row];
          }),
    knownPaths: [...known.values()],
    left: left.map(({ workpool, path }) => ({ workpool, path })),
    follow: (of) => {
      const to = successors.get(placeOf(of))?.to;
      return to ? { ...of, workpool: to.workpool, path: to.path } : of;
    },
    moved: moved.toSorted((a, b) => compare(a.path, b.path) || compare(a.from, b.from)),
    renamed: renamed.toSorted((a, b) =>
      placeOf({ workpool: a.workpool, path: a.from }) < placeOf({ workpool: b.workpool, path: b.from })
        ? -1
        : 1,
    ),
  };
}
