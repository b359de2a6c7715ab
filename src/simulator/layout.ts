/** What a simulated warehouse is built of; another seed is another building with other people. */
import { USUAL_HABITS, type LineHabits } from './habits.ts';
import { USUAL_RANGES, type LayoutRanges } from './layout-ranges.ts';
import { createRandom, drawInteger, drawUniform, pick, type Random } from './random.ts';
import { USUAL_SENSING, type Sensing } from './sensing.ts';
import { USUAL_SHIFT_HABITS, type ShiftHabits } from './shift-habits.ts';

export type BufferStage = 'INDUCT' | 'SORT' | 'REBIN' | 'PACK';
export type Process = 'PICK' | 'INDUCT' | 'REBIN' | 'PACK';
export type ByProcess<T> = Record<Process, T>;

export const PROCESSES: readonly Process[] = ['PICK', 'INDUCT', 'REBIN', 'PACK'];

export interface PathLayout {
  /** As its systems spell it; unique within the warehouse, as the counter system knows no workpool. */
  path: string;
  /** `{Warehouse}_{Workpool}_{Path}`, whether or not the path is watched as a unit of its own. */
  unitId: string;
  stage: BufferStage;
  bufferKind: 'CONVEYOR' | 'LANE' | 'CHUTE' | 'PUTWALL';
  capacityUnits: number;
  /** Of the flow through its group, 0..1; the shares of a group add up to 1. */
  share: number;
  /** Side by side; the counts of a path are spread over them. Empty where the counter system does not see it. */
  devices: readonly string[];
  /** Stations that there are; null before the sorter. */
  maxStations: number | null;
}

export interface LineLayout {
  workpool: string;
  /** Of the workpool's total. */
  unitId: string;
  /** Units per minute with everybody at work on the busiest day. */
  flowUpm: number;
  inducts: readonly PathLayout[];
  sorter: PathLayout;
  /** Empty where the sorter feeds the packers straight. */
  walls: readonly PathLayout[];
  lanes: readonly PathLayout[];
  /** Persons on the busiest day; 0 where the line has no such process. */
  headcount: ByProcess<number>;
  /** Units per hour and person. */
  uph: ByProcess<number>;
  /** People of the standby pool who can pack here on top of the plan. */
  standby: number;
  /** Minutes once round the sorter. */
  transitMin: number;
  /** About where the level is held, 0..1. */
  targetFill: number;
  /** Fill by which the level swings with the departures. */
  waveFill: number;
  /** A tote's content, for systems that count totes. */
  unitsPerTote: number;
  habits: LineHabits;
}

export interface WarehouseLayout {
  code: string;
  lines: readonly LineLayout[];
  /** Hours of the local day at which shifts begin; the last one before a closed night ends at `closesHour`. */
  shiftHours: readonly number[];
  /** null: round the clock. */
  closesHour: number | null;
  breakGroups: number;
  breakMin: number;
  /** Minutes from a shift's start to its first break, and between two groups' breaks. */
  firstBreakMin: number;
  staggerMin: number;
  /** Packers leave so many minutes after the pickers of their group. */
  packLagMin: number;
  departureEveryHours: number;
  departureMinute: number;
  /** Share of the busiest day: per shift of the day, and from Monday to Sunday. */
  shiftFactors: readonly number[];
  weekdayFactors: readonly number[];
  shiftHabits: ShiftHabits;
  sensing: Sensing;
}

const WORKPOOLS = ['SINGLES', 'MULTIS', 'APPAREL', 'GIFT WRAP'] as const;
const PREFIXES = ['LANE', 'CHUTE', 'PACK', 'GW'] as const;

export interface LayoutOptions {
  seed: number;
  code: string;
  /** Somebody is at work at any hour: a demonstration may start at night. */
  roundTheClock?: boolean;
  /** Every line holds minutes only: there is something to see soon. */
  tight?: boolean;
  ranges?: LayoutRanges;
  /** Which draw of the seed; absent: the first. */
  attempt?: number;
}

export function drawLayout({
  seed,
  code,
  roundTheClock = false,
  tight = false,
  ranges = USUAL_RANGES,
  attempt = 1,
}: LayoutOptions): WarehouseLayout {
  const random = createRandom(seed, `${code}/layout${attempt === 1 ? '' : `/${attempt}`}`);
  const closed = !roundTheClock && random.next() < ranges.closedShare;
  const shifts = pickOf(random, closed ? ranges.closedShifts : ranges.openShifts);
  const breakGroups = drawInteger(random, ...ranges.breakGroups);
  const count = drawInteger(random, ...ranges.lines);
  const lines: LineLayout[] = [];
  let firstInduct = 1;
  for (let index = 0; index < count; index++) {
    const line = drawLine(random, {
      code,
      index,
      firstInduct,
      ranges,
      mostRoom: tight ? 1 : ranges.mostRoom,
    });
    firstInduct += line.inducts.length;
    lines.push(line);
  }
  return {
    code,
    lines,
    shiftHours: shifts.hours,
    closesHour: shifts.closesHour,
    breakGroups,
    breakMin: pick(random, ranges.breakMin),
    firstBreakMin: drawInteger(random, ...ranges.firstBreak) * 5,
    staggerMin: pick(random, ranges.staggerMin),
    packLagMin: drawInteger(random, 0, 2) * 5,
    departureEveryHours: drawInteger(random, ...ranges.departureEveryHours),
    departureMinute: pick(random, [0, 15, 30, 45]),
    shiftFactors: ranges.shiftFactors.map((range) => drawUniform(random, ...range)),
    weekdayFactors: [1, 0.95, 0.9, 0.92, 0.97, drawUniform(random, 0.75, 0.9), drawUniform(random, 0.6, 0.8)],
    shiftHabits: USUAL_SHIFT_HABITS,
    sensing: USUAL_SENSING,
  };
}

export interface LineOptions {
  code: string;
  /** Place of the line in its warehouse. */
  index: number;
  /** Number of its first induct: they are numbered through. */
  firstInduct: number;
  ranges: LayoutRanges;
  mostRoom: number;
}

/** With the usual habits. */
export function drawLine(
  random: Random,
  { code, index, firstInduct, ranges, mostRoom }: LineOptions,
): LineLayout {
  const workpool = WORKPOOLS[index] ?? `POOL ${index + 1}`;
  const prefix = PREFIXES[index] ?? `L${index + 1}`;
  const flowUpm = Math.round(drawUniform(random, ...ranges.flowUpm));
  const inductCount = drawInteger(random, ...ranges.inducts);
  const laneCount = drawInteger(random, ...ranges.lanes);
  const wallShare = ranges.wallShare[index] ?? 0;
  const wallCount = wallShare > 0 && random.next() < wallShare ? drawInteger(random, ...ranges.walls) : 0;
  const pathOf = (
    path: string,
    layout: Pick<PathLayout, 'stage' | 'bufferKind' | 'share'>,
    /** Minutes of the group's flow that it holds. */
    minutes: number,
    devices: readonly string[],
    maxStations: number | null,
  ): PathLayout => ({
    path,
    unitId: unitIdOf(code, workpool, path),
    ...layout,
    capacityUnits: Math.max(ranges.leastCapacity, Math.round((minutes * flowUpm * layout.share) / 5) * 5),
    devices,
    maxStations,
  });
  const teams = drawTeams(random, flowUpm, wallCount > 0, ranges.leastTeam);
  const stationsOf = (process: Process, share: number) =>
    Math.ceil(teams.headcount[process] * share * ranges.stations);
  // Some buildings have room for minutes, some for the best part of an hour.
  const room = Math.exp(drawUniform(random, 0, Math.log(mostRoom)));
  const inductMin = drawUniform(random, ...ranges.inductMin) * Math.sqrt(room);
  const inducts = drawShares(random, inductCount, ranges.weight).map((share, each) => {
    const path = `INDUCT-${firstInduct + each}`;
    const devices = random.next() < 0.5 ? [`${path}-A`, `${path}-B`] : [`${path}-A`];
    return pathOf(path, { stage: 'INDUCT', bufferKind: 'CONVEYOR', share }, inductMin, devices, null);
  });
  const transitMin = drawUniform(random, ...ranges.transitMin);
  const sorterPath = `SORT-${index + 1}`;
  const sorter = pathOf(
    sorterPath,
    { stage: 'SORT', bufferKind: 'CONVEYOR', share: 1 },
    transitMin * drawUniform(random, ...ranges.sorterRoom),
    [`${sorterPath}-LOOP`],
    null,
  );
  const wallMin = drawUniform(random, ...ranges.wallMin) * room;
  const walls = drawShares(random, wallCount, ranges.weight).map((share, each) => {
    const path = `WALL-${each + 1}`;
    return pathOf(
      path,
      { stage: 'REBIN', bufferKind: 'PUTWALL', share },
      wallMin,
      [`${path}-SCAN`],
      stationsOf('REBIN', share),
    );
  });
  const laneKind = prefix === 'CHUTE' ? 'CHUTE' : 'LANE';
  const laneMin = drawUniform(random, ...ranges.laneMin) * room;
  const lanes = drawShares(random, laneCount, ranges.weight).map((share, each) => {
    const path = `${prefix}-${each + 1}`;
    // Not every lane has a photo eye that the counter system knows.
    const devices = random.next() < ranges.eyeShare ? [`${path}-EYE`] : [];
    return pathOf(
      path,
      { stage: 'PACK', bufferKind: laneKind, share },
      laneMin,
      devices,
      stationsOf('PACK', share),
    );
  });
  return {
    workpool,
    unitId: unitIdOf(code, workpool, 'TOTAL'),
    flowUpm,
    inducts,
    sorter,
    walls,
    lanes,
    ...teams,
    standby: Math.max(2, Math.round(teams.headcount.PACK * drawUniform(random, ...ranges.standbyShare))),
    transitMin,
    targetFill: drawUniform(random, ...ranges.targetFill),
    waveFill: drawUniform(random, ...ranges.waveFill),
    unitsPerTote: drawInteger(random, 6, 16),
    habits: USUAL_HABITS,
  };
}

/** Every process passes the same planned flow; people are whole, so the rate per person takes the rest. */
function drawTeams(
  random: Random,
  flowUpm: number,
  hasWalls: boolean,
  leastTeam: number,
): Pick<LineLayout, 'headcount' | 'uph'> {
  const around: ByProcess<number> = {
    PICK: drawUniform(random, 90, 150),
    INDUCT: drawUniform(random, 180, 280),
    REBIN: drawUniform(random, 160, 260),
    PACK: drawUniform(random, 110, 190),
  };
  const headcount: ByProcess<number> = { PICK: 0, INDUCT: 0, REBIN: 0, PACK: 0 };
  const uph: ByProcess<number> = { PICK: 0, INDUCT: 0, REBIN: 0, PACK: 0 };
  for (const process of PROCESSES) {
    if (process === 'REBIN' && !hasWalls) continue;
    headcount[process] = Math.max(leastTeam, Math.round((flowUpm * 60) / around[process]));
    uph[process] = Math.round((flowUpm * 600) / headcount[process]) / 10;
  }
  return { headcount, uph };
}

/** Unequal, adding up to 1. */
function drawShares(random: Random, count: number, range: readonly [number, number]): number[] {
  const weights = Array.from({ length: count }, () => drawUniform(random, ...range));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** Where there is no choice nothing is drawn. */
function pickOf<T>(random: Random, items: readonly T[]): T {
  const [only] = items;
  return items.length === 1 && only !== undefined ? only : pick(random, items);
}

/** What is watched calls a path by its warehouse, workpool and name; characters that ids can't hold become "-". */
export function unitIdOf(code: string, workpool: string, path: string): string {
  const clean = (name: string) => name.replaceAll(/[^A-Za-z0-9-]/g, '-');
  return `${code}_${clean(workpool)}_${clean(path)}`;
}

export function pathsOf(line: LineLayout): PathLayout[] {
  return [...line.inducts, line.sorter, ...line.walls, ...line.lanes];
}

/** Paths that are watched as units of their own. */
export function watchedPathsOf(line: LineLayout): PathLayout[] {
  return [...line.inducts, ...line.walls, ...line.lanes];
}
