/**
 * One line from picking to packing, ten seconds on: over-dispersed arrivals, blocking after service, a sorter that
 * recirculates what it can't drop. Whole units only; nothing is lost and nothing appears.
 */
import type { LineHabits, Response } from './habits.ts';
import type { LineMinute } from './line-minute.ts';
import { behindSorter, fillOf, type Buffer, type LineState } from './line-state.ts';
import type { Process } from './layout.ts';
import { drawOverdispersedCount, drawWeighted, type Random } from './random.ts';

export const STEP_SEC = 10;
export const STEP_MS = STEP_SEC * 1000;
const STEP_MIN = STEP_SEC / 60;

/** Advances `state` by one step, downstream first, so that room made is room used. */
export function stepLine(state: LineState, minute: LineMinute, random: Random): void {
  // The first draws of a step are those that matter most: a world run again otherwise meets the same arrivals.
  const arriving = drawArrivals(state, minute, random);
  const { habits } = minute.layout;
  moveStaff(state.lanes, habits);
  moveStaff(state.walls, habits);
  if (minute.conditions.divertUpm.size > 0) allowDiverting(state, minute);
  pack(state, minute);
  rebin(state, minute, random);
  sort(state, minute, random);
  induct(state, minute, random);
  accept(state, minute, arriving, random);
}

/** So many units may be led past a path in this step; what was not needed is not saved up. */
function allowDiverting(state: LineState, minute: LineMinute): void {
  for (const group of [state.inducts, state.walls, state.lanes]) {
    for (const buffer of group) {
      const upm = minute.conditions.divertUpm.get(buffer.layout.path) ?? 0;
      // Truncation keeps the sign: units may be led to a path as well as past it.
      buffer.divertCarry = (buffer.divertCarry % 1) + upm * STEP_MIN;
    }
  }
}

function drawArrivals(state: LineState, minute: LineMinute, random: Random): number {
  const { conditions, layout } = minute;
  const { releaseResponse, seenLateMin, arrivalDispersion } = layout.habits;
  const fill = fillOfLine(state);
  state.seenFill = seenLateMin <= STEP_MIN ? fill : seenLater(state.seenFill, fill, seenLateMin);
  const room = conditions.releaseControlled
    ? respond(releaseResponse, state.seenFill - minute.targetFill)
    : 1;
  const upm = Math.min(minute.releaseUpm * room, minute.pickLimitUpm) * shareOfFreePickers(state, minute);
  return drawOverdispersedCount(random, upm * STEP_MIN, arrivalDispersion);
}

function seenLater(seen: number, fill: number, lateMin: number): number {
  return seen + ((fill - seen) * STEP_MIN) / lateMin;
}

/** Who stands before a full induct, a tote in hand, picks nothing. */
function shareOfFreePickers({ inducts }: LineState, minute: LineMinute): number {
  let waiting = 0;
  for (const each of inducts) waiting += each.waiting;
  return waiting === 0
    ? 1
    : Math.max(0, 1 - waiting / (Math.max(1, minute.hc.PICK) * minute.layout.unitsPerTote));
}

function fillOfLine({ inducts, sorter, walls, lanes }: LineState): number {
  let units = sorter.units;
  let capacity = sorter.layout.capacityUnits;
  for (const group of [inducts, walls, lanes]) {
    for (const buffer of group) {
      units += buffer.units;
      capacity += buffer.layout.capacityUnits;
    }
  }
  return units / capacity;
}

function moveStaff(group: readonly Buffer[], { staffPreference, staffLagMin }: LineHabits): void {
  if (group.length === 0) return;
  const mean = meanFill(group);
  let sum = 0;
  for (const buffer of group) {
    const wanted = buffer.layout.share * (1 + staffPreference * (fillOf(buffer) - mean));
    buffer.staffShare += ((wanted - buffer.staffShare) * STEP_MIN) / staffLagMin;
    sum += buffer.staffShare;
  }
  for (const buffer of group) buffer.staffShare /= sum;
}

/** Persons of a process who stand at one of its paths; who comes on top goes where most lies. */
function staffAt(buffer: Buffer, group: readonly Buffer[], minute: LineMinute, process: Process): number {
  const extra = minute.conditions.extraHc[process];
  let persons = (minute.hc[process] - extra) * buffer.staffShare;
  if (extra > 0) {
    let units = 0;
    for (const each of group) units += each.units;
    persons += units > 0 ? (extra * buffer.units) / units : extra * buffer.staffShare;
  }
  return buffer.layout.maxStations === null ? persons : Math.min(persons, buffer.layout.maxStations);
}

/** Works on what lies in a buffer; what is finished waits there for room behind. */
function serve(buffer: Buffer, rateUpm: number, persons: number): void {
  const work = rateUpm * STEP_MIN;
  buffer.carry += work;
  const whole = Math.floor(buffer.carry);
  buffer.carry -= whole;
  const waiting = buffer.units - buffer.finished;
  // Each station holds one finished unit, then it is blocked.
  const room = Math.max(0, Math.ceil(persons) + whole - buffer.finished);
  const done = Math.min(whole, waiting, room);
  buffer.finished += done;
  buffer.possible = whole;
  buffer.starved = waiting < whole && waiting < room ? whole - waiting : 0;
  buffer.possibleTotal += buffer.possible;
  buffer.starvedTotal += buffer.starved;
}

/** Of what its people or devices do as a rule. */
function speedOf({ layout }: Buffer, { conditions }: LineMinute): number {
  return conditions.slowed.get(layout.path) ?? 1;
}

function standStill(buffer: Buffer): void {
  buffer.possible = 0;
  buffer.starved = 0;
}

function pack(state: LineState, minute: LineMinute): void {
  for (const lane of state.lanes) {
    if (minute.conditions.jammed.has(lane.layout.path)) {
      standStill(lane);
      continue;
    }
    const persons = staffAt(lane, state.lanes, minute, 'PACK');
    const pace = respond(minute.layout.habits.packResponse, fillOf(lane) - minute.targetFill);
    serve(lane, persons * minute.upmPerPerson.PACK * pace * speedOf(lane, minute), persons);
    state.packedTotal += lane.finished;
    leave(lane, lane.finished);
  }
}

function rebin(state: LineState, minute: LineMinute, random: Random): void {
  if (state.walls.length === 0) return;
  for (const lane of state.lanes) lane.feederBlocked = false;
  const weights = preferences(state.lanes, minute.laneShares, minute);
  for (const wall of state.walls) {
    if (minute.conditions.jammed.has(wall.layout.path)) {
      standStill(wall);
      continue;
    }
    const persons = staffAt(wall, state.walls, minute, 'REBIN');
    const pace = respond(minute.layout.habits.rebinResponse, fillOf(wall) - minute.targetFill);
    serve(wall, persons * minute.upmPerPerson.REBIN * pace * speedOf(wall, minute), persons);
    for (let unit = wall.finished; unit > 0; unit--) {
      const lane = ledPast(state.lanes, drawWeighted(random, weights), weights, minute, random);
      if (!lane) break;
      if (lane.units >= lane.layout.capacityUnits) {
        lane.feederBlocked = true;
        continue;
      }
      leave(wall, 1);
      enter(lane, 1);
    }
  }
}

function sort(state: LineState, minute: LineMinute, random: Random): void {
  const { sorter } = state;
  const behind = behindSorter(state);
  const stands = minute.conditions.jammed.has(sorter.layout.path);
  for (const target of behind) {
    target.feederBlocked = false;
    if (stands) continue;
    target.boundCarry += (target.bound * STEP_MIN) / minute.layout.transitMin;
    const passing = Math.min(Math.floor(target.boundCarry), target.bound);
    target.boundCarry -= Math.floor(target.boundCarry);
    for (let unit = 0; unit < passing; unit++) {
      if (random.next() < minute.conditions.misreadShare) {
        state.recircTotal += 1;
      } else if (target.units >= target.layout.capacityUnits) {
        state.recircTotal += 1;
        target.feederBlocked = true;
      } else {
        target.bound -= 1;
        leave(sorter, 1);
        enter(target, 1);
      }
    }
  }
}

function induct(state: LineState, minute: LineMinute, random: Random): void {
  const { inducts, sorter } = state;
  const behind = behindSorter(state);
  const shares = state.walls.length > 0 ? minute.wallShares : minute.laneShares;
  const weights = preferences(behind, shares, minute);
  let running = 0;
  for (const each of inducts)
    if (!minute.conditions.jammed.has(each.layout.path)) running += each.layout.share;
  for (const each of inducts) {
    if (minute.conditions.jammed.has(each.layout.path)) {
      standStill(each);
      continue;
    }
    const persons = (minute.hc.INDUCT * each.layout.share) / Math.max(running, 0.5);
    const pace = respond(minute.layout.habits.inductResponse, fillOf(each) - minute.targetFill);
    const limit = minute.layout.flowUpm * each.layout.share * minute.layout.habits.equipmentHeadroom;
    const rate = Math.min(persons * minute.upmPerPerson.INDUCT * pace, limit);
    serve(each, rate * speedOf(each, minute), persons);
    const moved = Math.min(each.finished, sorter.layout.capacityUnits - sorter.units);
    for (let unit = 0; unit < moved; unit++) {
      const target = ledPast(behind, drawWeighted(random, weights), weights, minute, random);
      if (target) target.bound += 1;
    }
    leave(each, moved);
    enter(sorter, moved);
  }
}

function accept(state: LineState, minute: LineMinute, arriving: number, random: Random): void {
  const { inducts } = state;
  const { conditions } = minute;
  if (minute.waveUnits > state.backlogUnits && minute.ts !== state.lastWaveTs) {
    state.releasedTotal += minute.waveUnits - state.backlogUnits;
    state.backlogUnits = minute.waveUnits;
    state.lastWaveTs = minute.ts;
  }
  const weights = preferences(inducts, minute.inductShares, minute);
  let held = 0;
  for (const each of inducts) {
    const entering = Math.min(each.waiting, each.layout.capacityUnits - each.units);
    each.waiting -= entering;
    held += each.waiting;
    handOver(state, each, entering);
  }
  const units = Math.min(arriving, state.backlogUnits - held);
  for (let unit = 0; unit < units; unit++) {
    const target = ledPast(inducts, drawWeighted(random, weights), weights, minute, random);
    if (!target) break;
    if (isHeldBack(target, conditions)) continue;
    if (target.units >= target.layout.capacityUnits) target.waiting += 1;
    else handOver(state, target, 1);
  }
  for (const each of inducts) each.feederBlocked = each.waiting > 0;
}

function handOver(state: LineState, target: Buffer, units: number): void {
  enter(target, units);
  state.backlogUnits -= units;
  state.pickedTotal += units;
}

/** Every so many-th unit; without a draw, so that who throttles changes nobody's luck. */
function isHeldBack(target: Buffer, { throttle }: LineMinute['conditions']): boolean {
  const passes = throttle.get(target.layout.path);
  if (passes === undefined) return false;
  target.heldCarry += 1 - passes;
  if (target.heldCarry < 1) return false;
  target.heldCarry -= 1;
  return true;
}

/** Weights of the paths of a group: their share of the goods, the emptier rather than the fuller, in their order. */
function preferences(group: readonly Buffer[], shares: readonly number[], minute: LineMinute): number[] {
  const mean = meanFill(group);
  const { preference } = minute.layout.habits;
  return group.map((buffer, index) => {
    const share = shares[index] ?? 0;
    if (minute.conditions.share.has(buffer.layout.path)) return share;
    return share * Math.exp(preference * (mean - fillOf(buffer))) * orderWeight(buffer, index, group, minute);
  });
}

function orderWeight(buffer: Buffer, index: number, group: readonly Buffer[], minute: LineMinute): number {
  const { balance, orderStep, fillFirstAbove } = minute.layout.habits;
  if (balance === 'PRIORITY') return orderStep ** index;
  if (balance !== 'FILL_FIRST') return 1;
  // Filled as far as it is to be, a path stands behind all others.
  return orderStep ** (fillOf(buffer) < minute.targetFill + fillFirstAbove ? index : group.length);
}

/** The path drawn, or another one where units are led past it or to that other one. */
function ledPast(
  group: readonly Buffer[],
  index: number,
  weights: readonly number[],
  minute: LineMinute,
  random: Random,
): Buffer | undefined {
  const target = group[index];
  if (!target || minute.conditions.divertUpm.size === 0) return target;
  const wanting = group.find(({ divertCarry }) => divertCarry <= -1);
  if (wanting && wanting !== target) {
    wanting.divertCarry += 1;
    return wanting;
  }
  if (target.divertCarry < 1) return target;
  target.divertCarry -= 1;
  const others = weights.map((weight, each) => (each === index ? 0 : weight));
  return group[drawWeighted(random, others)] ?? target;
}

function meanFill(group: readonly Buffer[]): number {
  let sum = 0;
  for (const buffer of group) sum += fillOf(buffer);
  return sum / group.length;
}

/** Factor on a rate. @param above fill above the target; negative below it */
function respond({ gain, above: most, below }: Response, above: number): number {
  const bound = above > 0 ? most : below;
  return 1 + Math.max(-bound, Math.min(bound, gain * above));
}

function leave(buffer: Buffer, units: number): void {
  buffer.units -= units;
  buffer.finished = Math.max(0, buffer.finished - units);
  buffer.outTotal += units;
}

function enter(buffer: Buffer, units: number): void {
  buffer.units += units;
  buffer.inTotal += units;
}
