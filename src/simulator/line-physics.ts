/**
 * One line from picking to packing in 10-second steps: over-dispersed arrivals, blocking after service,
 * a sorter that recirculates what it can't drop. Whole units only; nothing is lost and nothing appears.
 */
import type { LineLayout, PathLayout, Process } from './layout.ts';
import { drawOverdispersedCount, drawWeighted, type Random } from './random.ts';

export const STEP_SEC = 10;
export const STEP_MS = STEP_SEC * 1000;

/** About half full: room for surprises in both directions. */
export const TARGET_FILL = 0.48;
/** Pickers come back with full totes: bursts, not a stream of single units. */
const ARRIVAL_DISPERSION = 1.4;
/** A released unit reaches the inducts more seldom the fuller they are, within these bounds. */
const RELEASE_GAIN = 2.5;
const RELEASE_BOUND = 0.35;
/** Staff works a little faster before a full buffer and a little slower before an empty one. */
const PACE_GAIN = 3;
const INDUCT_PACE_BOUND = 0.1;
const PACK_PACE_BOUND = 0.12;
/** Once round the sorter. */
const SORT_TRANSIT_MIN = 1;
/** Drives and photo eyes allow this much more than the planned flow. */
const EQUIPMENT_HEADROOM = 1.6;
/** Part of a jammed induct's staff that finds room to work at the others. */
const INDUCT_HELP = 0.4;
/** Labels that the scanner can't read at the first pass. */
const MISREAD_SHARE = 0.02;
/** How strongly feeders and the sorter prefer the emptier induct and the emptier lane. */
const INDUCT_PREFERENCE = 6;
/** Feeders look at small differences alone: an induct that stands still goes on being fed, only less. */
const INDUCT_PREFERENCE_BOUND = 0.1;
const LANE_PREFERENCE = 10;

/** What is not as planned on a line; all factors are 1 on a quiet day. */
export interface LineConditions {
  /** Factors on the scheduled headcount. */
  headcount: Record<Process, number>;
  /** Factors on the pace of work. */
  pace: Record<Process, number>;
  /** A wave that is pushed in regardless of what the inducts hold. */
  releaseUncontrolled: boolean;
  /** Paths whose devices stand still. */
  jammed: ReadonlySet<string>;
  /** Path of a lane that gets `share` of all units however full it is; the rest is spread as usual. */
  forcedLane: { path: string; share: number } | null;
  /** Factor on the staff of each lane. */
  laneStaff: readonly number[];
}

export function quietConditions(lanes: number): LineConditions {
  return {
    headcount: { PICK: 1, INDUCT: 1, PACK: 1 },
    pace: { PICK: 1, INDUCT: 1, PACK: 1 },
    releaseUncontrolled: false,
    jammed: new Set(),
    forcedLane: null,
    laneStaff: Array.from({ length: lanes }, () => 1),
  };
}

export interface Buffer {
  readonly layout: PathLayout;
  units: number;
  /** Cumulative. */
  inTotal: number;
  outTotal: number;
  recircTotal: number;
  /** Work done but not yet a whole unit. */
  carry: number;
}

export interface LineState {
  readonly layout: LineLayout;
  readonly inducts: Buffer[];
  readonly sorter: Buffer;
  readonly lanes: Buffer[];
  /** Released, not yet picked. */
  backlogUnits: number;
  pickedTotal: number;
  packedTotal: number;
}

/** What each process did in one step. */
export type LineWork = Record<Process, { hcActive: number; units: number }>;

export function fillOf(buffer: Buffer): number {
  return buffer.units / buffer.layout.capacityUnits;
}

export function buffersOf(line: LineState): Buffer[] {
  return [...line.inducts, line.sorter, ...line.lanes];
}

/** Units per minute that a process passes with all of its planned staff. */
export function plannedFlowUpm(layout: LineLayout, process: Process): number {
  return (layout.headcount[process] * layout.uph[process]) / 60;
}

export function createLine(layout: LineLayout, backlogUnits: number): LineState {
  const buffer = (path: PathLayout): Buffer => ({
    layout: path,
    units: Math.round(path.capacityUnits * TARGET_FILL),
    inTotal: 0,
    outTotal: 0,
    recircTotal: 0,
    carry: 0,
  });
  return {
    layout,
    inducts: layout.inducts.map(buffer),
    sorter: buffer(layout.sorter),
    lanes: layout.lanes.map(buffer),
    backlogUnits,
    pickedTotal: 0,
    packedTotal: 0,
  };
}

/**
 * Advances the line by one step, downstream first, so that room made is room used.
 *
 * @param presence share of the scheduled staff that is not on a planned break, 0..1
 */
export function stepLine(
  line: LineState,
  conditions: LineConditions,
  presence: number,
  random: Random,
): LineWork {
  const { layout } = line;
  const hc = (process: Process): number =>
    layout.headcount[process] * presence * conditions.headcount[process];
  const upm = (process: Process): number =>
    ((hc(process) * layout.uph[process]) / 60) * conditions.pace[process];

  const packed = pack(line, conditions, upm('PACK'));
  sort(line, conditions, random);
  const inducted = induct(line, conditions, upm('INDUCT'));
  const picked = pickUnits(line, conditions, upm('PICK'), random);
  return {
    PICK: { hcActive: hc('PICK'), units: picked },
    INDUCT: { hcActive: hc('INDUCT'), units: inducted },
    PACK: { hcActive: hc('PACK'), units: packed },
  };
}

function pack(line: LineState, conditions: LineConditions, flowUpm: number): number {
  const staff = conditions.laneStaff.reduce((sum, share) => sum + share, 0);
  let packed = 0;
  for (const [index, lane] of line.lanes.entries()) {
    const share = (conditions.laneStaff[index] ?? 0) / staff;
    const rate = conditions.jammed.has(lane.layout.path)
      ? 0
      : flowUpm * share * paceFor(lane, PACK_PACE_BOUND);
    const served = Math.min(workDone(lane, rate), lane.units);
    release(lane, served);
    packed += served;
  }
  line.packedTotal += packed;
  return packed;
}

function sort(line: LineState, conditions: LineConditions, random: Random): void {
  const { sorter, lanes } = line;
  if (conditions.jammed.has(sorter.layout.path)) return;
  const limit = plannedFlowUpm(line.layout, 'INDUCT') * EQUIPMENT_HEADROOM;
  const passing = Math.min(workDone(sorter, Math.min(sorter.units / SORT_TRANSIT_MIN, limit)), sorter.units);
  for (let unit = 0; unit < passing; unit++) {
    const lane = chooseLane(lanes, conditions.forcedLane, random);
    const misread = random.next() < MISREAD_SHARE;
    if (!lane || misread || lane.units >= lane.layout.capacityUnits) {
      sorter.recircTotal += 1;
      continue;
    }
    release(sorter, 1);
    accept(lane, 1);
  }
}

function chooseLane(
  lanes: readonly Buffer[],
  forced: LineConditions['forcedLane'],
  random: Random,
): Buffer | undefined {
  const others = lanes.filter((lane) => lane.layout.path !== forced?.path);
  if (forced && random.next() < forced.share) return lanes.find((lane) => lane.layout.path === forced.path);
  const weights = others.map((lane) => Math.exp(LANE_PREFERENCE * (TARGET_FILL - fillOf(lane))));
  return others[drawWeighted(random, weights)];
}

function induct(line: LineState, conditions: LineConditions, flowUpm: number): number {
  const { inducts, sorter } = line;
  const limit = (plannedFlowUpm(line.layout, 'INDUCT') / inducts.length) * EQUIPMENT_HEADROOM;
  const running = inducts.filter((buffer) => !conditions.jammed.has(buffer.layout.path));
  const helpers = (INDUCT_HELP * (inducts.length - running.length)) / running.length;
  let inducted = 0;
  for (const buffer of running) {
    const staffed = (flowUpm / inducts.length) * (1 + helpers);
    const rate = Math.min(staffed * paceFor(buffer, INDUCT_PACE_BOUND), limit);
    const room = sorter.layout.capacityUnits - sorter.units;
    const moved = Math.min(workDone(buffer, rate), buffer.units, room);
    release(buffer, moved);
    accept(sorter, moved);
    inducted += moved;
  }
  return inducted;
}

function pickUnits(line: LineState, conditions: LineConditions, flowUpm: number, random: Random): number {
  const { inducts } = line;
  // Whoever releases looks at the inducts that run: they are to have work.
  const running = inducts.filter((buffer) => !conditions.jammed.has(buffer.layout.path));
  const meanFill = running.reduce((sum, buffer) => sum + fillOf(buffer), 0) / running.length;
  const control = conditions.releaseUncontrolled
    ? 1
    : 1 + clamp(RELEASE_GAIN * (TARGET_FILL - meanFill), RELEASE_BOUND);
  const mean = (flowUpm * control * STEP_SEC) / 60;
  const arriving = Math.min(drawOverdispersedCount(random, mean, ARRIVAL_DISPERSION), line.backlogUnits);
  let picked = 0;
  for (let unit = 0; unit < arriving; unit++) {
    const weights = inducts.map((buffer) =>
      buffer.units < buffer.layout.capacityUnits
        ? Math.exp(INDUCT_PREFERENCE * clamp(TARGET_FILL - fillOf(buffer), INDUCT_PREFERENCE_BOUND))
        : 0,
    );
    const target = inducts[drawWeighted(random, weights)];
    // Both full: the picker stands and waits, the unit is still backlog.
    if (!target) break;
    accept(target, 1);
    picked += 1;
  }
  line.backlogUnits -= picked;
  line.pickedTotal += picked;
  return picked;
}

function paceFor(buffer: Buffer, bound: number): number {
  return 1 + clamp(PACE_GAIN * (fillOf(buffer) - TARGET_FILL), bound);
}

function clamp(value: number, bound: number): number {
  return Math.max(-bound, Math.min(bound, value));
}

/** Whole units that one step of work makes; the rest is carried, idle time is not saved up. */
function workDone(buffer: Buffer, rateUpm: number): number {
  const work = buffer.carry + (rateUpm * STEP_SEC) / 60;
  const whole = Math.floor(work);
  buffer.carry = work - whole;
  return whole;
}

function release(buffer: Buffer, units: number): void {
  buffer.units -= units;
  buffer.outTotal += units;
}

function accept(buffer: Buffer, units: number): void {
  buffer.units += units;
  buffer.inTotal += units;
}
