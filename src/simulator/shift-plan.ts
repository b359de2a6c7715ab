/**
 * Who is to be at work when: shifts in the warehouse's own time, each in groups with one staggered break. Before
 * some departures all pickers rest at once: a planned drain.
 */
import { PROCESSES, type ByProcess, type LineLayout, type Process, type WarehouseLayout } from './layout.ts';
import type { LocalClock } from './local-clock.ts';
import { hashUniform, streamOf } from './random.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The drain begins so long before the departure. */
const DRAIN_BEFORE_MIN = 40;
const DRAIN_MIN = 15;
/** Neither right after the start of a shift nor near its end. */
const DRAIN_CLEARANCE_MS = 2 * HOUR;
/** Before a closed night picking ends early, so that the line runs empty. */
const LAST_PICK_BEFORE_CLOSE_MS = 30 * MINUTE;
/** No more than half may rest, or a line is at a planned standstill. */
const STANDSTILL_SHARE = 0.5;
/** After a standstill the line fills again. */
const REFILL_MS = 40 * MINUTE;

export interface Shift {
  start: number;
  end: number;
  /** Place in the day's order of shifts, from 0. */
  index: number;
  /** Nobody works before it, or after it. */
  opens: boolean;
  closes: boolean;
}

/** One group of staff with its one break. */
export interface StaffGroup {
  process: Process;
  start: number;
  end: number;
  breakStart: number;
  breakEnd: number;
  hc: number;
}

export interface Presence {
  /** Persons planned to be at work now, those on a break left out. */
  planned: ByProcess<number>;
  /** Persons really there; nobody is ill. */
  present: ByProcess<number>;
  /** Persons on a planned break. */
  onBreak: ByProcess<number>;
}

export interface ShiftPlan {
  shiftsBetween(from: number, to: number): Shift[];
  shiftAt(ts: number): Shift | null;
  groupsOf(line: LineLayout, shift: Shift): readonly StaffGroup[];
  presence(line: LineLayout, ts: number): Presence;
  /** Is it planned that the stations of `process` may wait for work (break, drain, closed, just begun)? */
  isStandstill(line: LineLayout, process: Process, ts: number): boolean;
  isDrainShift(line: LineLayout, shift: Shift): boolean;
  /** The first departure after `ts`. */
  nextDeparture(ts: number): number;
  /** Part of the way from the last departure to the next one, 0..1. */
  departurePhase(ts: number): number;
}

export function createShiftPlan(
  layout: WarehouseLayout,
  { wallClock, instantOf }: LocalClock,
  seed: number,
): ShiftPlan {
  const habits = layout.shiftHabits;
  const shiftsBetween = (from: number, to: number): Shift[] => {
    const shifts: Shift[] = [];
    const firstDay = Math.floor(wallClock(from) / DAY) * DAY - DAY;
    const hours = layout.shiftHours;
    for (let day = firstDay; day <= wallClock(to); day += DAY) {
      for (const [index, hour] of hours.entries()) {
        const last = index === hours.length - 1;
        const endHour = last ? (layout.closesHour ?? (hours[0] ?? 0) + 24) : (hours[index + 1] ?? 24);
        const [start, end] = [instantOf(day + hour * HOUR), instantOf(day + endHour * HOUR)];
        if (start >= to || end <= from) continue;
        const closed = layout.closesHour !== null;
        shifts.push({ start, end, index, opens: closed && index === 0, closes: closed && last });
      }
    }
    return shifts;
  };

  // Reading a local clock is slow, and every minute asks: shifts are kept by the day, the last few of them.
  const days = new Map<number, Shift[]>();
  const shiftAt = (ts: number): Shift | null => {
    const day = Math.floor(ts / DAY);
    let shifts = days.get(day);
    if (!shifts) {
      shifts = shiftsBetween(day * DAY, (day + 1) * DAY);
      for (const old of days.keys()) if (Math.abs(old - day) > 2) days.delete(old);
      days.set(day, shifts);
    }
    return shifts.find(({ start, end }) => ts >= start && ts < end) ?? null;
  };

  const period = layout.departureEveryHours * HOUR;
  const offset = layout.departureMinute * MINUTE;
  const findDeparture = (ts: number): number => {
    const wall = wallClock(ts) - offset;
    const departure = instantOf((Math.floor(wall / period) + 1) * period + offset);
    // The clock was set back in between: the same reading comes twice.
    return departure > ts ? departure : departure + period;
  };
  /** The one found last, and since when it has been the next one. */
  let known = { since: 0, departure: 0 };
  const nextDeparture = (ts: number): number => {
    if (ts < known.since || ts >= known.departure) known = { since: ts, departure: findDeparture(ts) };
    return known.departure;
  };
  const departurePhase = (ts: number): number => Math.max(0, 1 - (nextDeparture(ts) - ts) / period);

  const drainOf = (line: LineLayout, shift: Shift): number | null => {
    if (hashUniform(streamOf(seed, `${line.unitId}/drain`), shift.start / HOUR) >= habits.drainShare)
      return null;
    const leaves = findDeparture(shift.start + DRAIN_CLEARANCE_MS);
    return leaves < shift.end - DRAIN_CLEARANCE_MS / 2 ? leaves - DRAIN_BEFORE_MIN * MINUTE : null;
  };

  const buildGroups = (line: LineLayout, shift: Shift): StaffGroup[] => {
    const weekday = (Math.floor(wallClock(shift.start) / DAY) + 3) % 7;
    const factor = (layout.shiftFactors[shift.index] ?? 1) * (layout.weekdayFactors[weekday] ?? 1);
    const drainStart = drainOf(line, shift);
    const groups: StaffGroup[] = [];
    for (const process of PROCESSES) {
      const total = Math.round(line.headcount[process] * factor);
      if (total === 0) continue;
      for (let group = 0; group < layout.breakGroups; group++) {
        const minutes = layout.firstBreakMin + group * layout.staggerMin;
        const late = process === 'PICK' || process === 'INDUCT' ? 0 : layout.packLagMin;
        const staggered = shift.start + (minutes + late) * MINUTE;
        const together = process === 'PICK' && drainStart !== null;
        const breakStart = together ? drainStart : staggered;
        groups.push({
          process,
          start: shift.start,
          end: shift.closes && process === 'PICK' ? shift.end - LAST_PICK_BEFORE_CLOSE_MS : shift.end,
          breakStart,
          breakEnd: breakStart + (together ? DRAIN_MIN : layout.breakMin) * MINUTE,
          hc: Math.floor((total + group) / layout.breakGroups),
        });
      }
    }
    return groups;
  };

  const groupsKnown = new Map<LineLayout, Map<number, StaffGroup[]>>();
  const groupsOf = (line: LineLayout, shift: Shift): readonly StaffGroup[] => {
    const shifts = groupsKnown.get(line) ?? new Map<number, StaffGroup[]>();
    groupsKnown.set(line, shifts);
    const groups = shifts.get(shift.start) ?? buildGroups(line, shift);
    if (!shifts.has(shift.start)) {
      // A day of shifts is enough: nobody looks further back than to a checkpoint.
      for (const start of shifts.keys()) if (start < shift.start - 2 * DAY) shifts.delete(start);
      shifts.set(shift.start, groups);
    }
    return groups;
  };

  const nobody = (): ByProcess<number> => ({ PICK: 0, INDUCT: 0, REBIN: 0, PACK: 0 });
  const presence = (line: LineLayout, ts: number): Presence => {
    const answer: Presence = { planned: nobody(), present: nobody(), onBreak: nobody() };
    const shift = shiftAt(ts);
    if (!shift) return answer;
    const latecomers = streamOf(seed, line.unitId);
    const begun = shift.opens
      ? 1
      : ts - shift.start < habits.handoverMin * MINUTE
        ? habits.handoverPresence
        : 1;
    for (const [index, group] of groupsOf(line, shift).entries()) {
      if (ts >= group.end) continue;
      const resting = ts >= group.breakStart && ts < group.breakEnd;
      if (resting) {
        answer.onBreak[group.process] += group.hc;
        continue;
      }
      answer.planned[group.process] += group.hc;
      const lateMs = hashUniform(latecomers, shift.start / HOUR + index * 7919) * habits.lateBackMin * MINUTE;
      if (ts >= group.breakEnd && ts < group.breakEnd + lateMs) continue;
      answer.present[group.process] += group.hc * begun;
    }
    return answer;
  };

  const standsAt = (line: LineLayout, process: Process, ts: number): boolean => {
    const { planned, onBreak } = presence(line, ts);
    const rests = (each: Process) =>
      planned[each] === 0 || onBreak[each] / (planned[each] + onBreak[each]) > STANDSTILL_SHARE;
    return rests('PICK') || rests(process);
  };

  return {
    shiftsBetween,
    shiftAt,
    groupsOf,
    presence,
    isStandstill: (line, process, ts) =>
      standsAt(line, process, ts) ||
      // A standstill is longer than half of this, so none falls through.
      [0.25, 0.5, 0.75, 1].some((part) => standsAt(line, process, ts - part * REFILL_MS)),
    isDrainShift: (line, shift) => drainOf(line, shift) !== null,
    nextDeparture,
    departurePhase,
  };
}
