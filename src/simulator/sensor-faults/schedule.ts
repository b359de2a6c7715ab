/**
 * When which sensor is struck. Half of the faults wait for a path that is nearly full: there a wrong level does most
 * harm. What strikes depends on the floor, never the floor on what strikes.
 */
import { watchedPathsOf, type LineLayout, type PathLayout } from '../layout.ts';
import { buffersOf, fillOf } from '../line-state.ts';
import { createRandom, drawExponential, drawUniform, pick, type Random } from '../random.ts';
import type { Warehouse } from '../warehouse.ts';
import { SHAPES, type FaultSeverity, type SensorFaultKind } from './kinds.ts';

const MINUTE = 60_000;
/** Whoever watches sees a floor without faults first. */
const FIRST_AFTER_MS = 120 * MINUTE;
/** Mean time between two that strike one path, and between two of whole feeds. */
const GAP_MEAN_MIN = 60;
const FEED_GAP_MEAN_MIN = 90;
/** The same sensor, or a feed, is sound for so long before it is struck again; a line has one wrong sensor at a time. */
const SOUND_MS = 90 * MINUTE;
const LINE_SOUND_MS = 20 * MINUTE;
const AT_FULL_SHARE = 0.5;
const NEARLY_FULL = [0.85, Infinity] as const;
/** Whoever waits for a path that is nearly full takes any after this time. */
const PATIENCE_MS = 180 * MINUTE;
/** Of those that show some time after the first reading. */
const FROM_START = 3;

export interface Strike {
  kind: SensorFaultKind;
  /** Epoch ms, whole minutes. */
  startTs: number;
  endTs: number;
  line: LineLayout;
  /** Any of the line where it is not one path that is struck. */
  path: PathLayout;
}

export interface Schedule {
  /** What begins at a whole minute, asked for once a minute. */
  at(ts: number): Strike[];
}

interface Waiting {
  kind: SensorFaultKind;
  fill: readonly [number, number] | null;
  /** Epoch ms; then any path will do. */
  until: number;
}

interface Place {
  line: LineLayout;
  path: PathLayout;
  fill: number;
}

export function createSchedule(options: {
  warehouse: Warehouse;
  seed: number;
  kinds: readonly SensorFaultKind[];
  severity: FaultSeverity;
}): Schedule {
  const { warehouse, seed, severity } = options;
  const since = warehouse.now();
  const randomOf = (stream: string): Random =>
    createRandom(seed, `${warehouse.code}/sensor-faults/${severity}/${options.kinds.join()}/${stream}`);
  /** By path and by workpool. */
  const busyUntil = new Map<string, number>();
  const isFree = (name: string, ts: number) => (busyUntil.get(name) ?? -Infinity) <= ts;
  const strikeAt = (random: Random, kind: SensorFaultKind, ts: number, { line, path }: Place): Strike => {
    const minutes = Math.round(drawUniform(random, ...SHAPES[kind].minutes[severity]));
    return { kind, startTs: ts, endTs: ts + minutes * MINUTE, line, path };
  };
  const strike = (random: Random, kind: SensorFaultKind, ts: number, place: Place): Strike => {
    const struck = strikeAt(random, kind, ts, place);
    const { line, path, endTs } = struck;
    const { fromStart: lasts } = SHAPES[kind];
    busyUntil.set(path.path, lasts ? Infinity : endTs + SOUND_MS);
    if (!lasts) busyUntil.set(line.workpool, endTs + LINE_SOUND_MS);
    return struck;
  };
  const places = (kind: SensorFaultKind, ts: number): Place[] =>
    placesOf(warehouse).filter(
      ({ line, path }) =>
        (SHAPES[kind].of !== 'counted path' || path.devices.length > 0) &&
        isFree(path.path, ts) &&
        isFree(line.workpool, ts),
    );

  const random = { paths: randomOf('paths'), feeds: randomOf('feeds') };
  const ofFeed = (kind: SensorFaultKind) => ['warehouse', 'workpool'].includes(SHAPES[kind].of);
  const feeds = inTurns(random.feeds, options.kinds.filter(ofFeed));
  const paths = inTurns(
    random.paths,
    options.kinds.filter((kind) => !ofFeed(kind) && !SHAPES[kind].fromStart),
  );
  const fromStart = options.kinds.filter((kind) => SHAPES[kind].fromStart);
  const gap = (of: Random, mean: number) => Math.round(drawExponential(of, mean)) * MINUTE;
  let nextPath = since + FIRST_AFTER_MS + gap(random.paths, GAP_MEAN_MIN);
  let nextFeed = since + FIRST_AFTER_MS + gap(random.feeds, FEED_GAP_MEAN_MIN);
  let waiting: Waiting[] = [];
  let begun = false;

  const atStart = (ts: number): Strike[] => {
    if (begun) return [];
    begun = true;
    return fromStart.flatMap((kind) =>
      Array.from({ length: FROM_START }, () => places(kind, ts))
        .filter((free) => free.length > 0)
        .map(() => strike(random.paths, kind, ts, pick(random.paths, places(kind, ts)))),
    );
  };
  const ofFeeds = (ts: number): Strike[] => {
    const kind = ts < nextFeed ? null : feeds();
    if (kind === null) return [];
    const all = placesOf(warehouse);
    const struck = strikeAt(random.feeds, kind, ts, pick(random.feeds, all));
    nextFeed = struck.endTs + SOUND_MS + gap(random.feeds, FEED_GAP_MEAN_MIN);
    return [struck];
  };
  const ofPaths = (ts: number): Strike[] => {
    const kind = ts < nextPath ? null : paths();
    if (kind !== null) {
      nextPath = ts + gap(random.paths, GAP_MEAN_MIN);
      waiting.push(waitFor(random.paths, kind, ts));
    }
    const strikes: Strike[] = [];
    waiting = waiting.filter((each) => {
      const { kind: due, fill, until } = each;
      const free = places(due, ts);
      const fitting = fill === null || ts >= until ? free : free.filter((place) => lies(place.fill, fill));
      if (fitting.length === 0) return true;
      strikes.push(strike(random.paths, due, ts, pick(random.paths, fitting)));
      return false;
    });
    return strikes;
  };
  return { at: (ts) => [...atStart(ts), ...ofFeeds(ts), ...ofPaths(ts)] };
}

function waitFor(random: Random, kind: SensorFaultKind, ts: number): Waiting {
  const atFull = random.next() < AT_FULL_SHARE;
  const { fill } = SHAPES[kind];
  if (fill !== undefined) return { kind, fill, until: Infinity };
  return { kind, fill: atFull ? NEARLY_FULL : null, until: ts + PATIENCE_MS };
}

function lies(fill: number, [least, most]: readonly [number, number]): boolean {
  return fill >= least && fill <= most;
}

function placesOf({ runs }: Warehouse): Place[] {
  return runs.flatMap(({ state, line }) => {
    const { layout } = line.rules;
    const watched = new Set(watchedPathsOf(layout));
    return buffersOf(state)
      .filter((buffer) => watched.has(buffer.layout))
      .map((buffer) => ({ line: layout, path: buffer.layout, fill: fillOf(buffer) }));
  });
}

/** Every kind comes before one comes again; null where there is none. */
function inTurns(random: Random, kinds: readonly SensorFaultKind[]): () => SensorFaultKind | null {
  let left: SensorFaultKind[] = [];
  return () => {
    if (left.length === 0) left = [...kinds];
    if (left.length === 0) return null;
    const kind = pick(random, left);
    left = left.filter((each) => each !== kind);
    return kind;
  };
}
