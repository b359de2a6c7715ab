/** What goes wrong on a line, what that does to it, and how the floor works it off afterwards. */
import type { LineLayout } from './layout.ts';
import { fillOf, quietConditions, TARGET_FILL, type LineConditions, type LineState } from './line-physics.ts';
import { drawInteger, drawLognormal, drawUniform, pick, type Random } from './random.ts';

const MINUTE = 60_000;

export const PROBLEM_KINDS = ['UNDERSTAFFED', 'JAM', 'SURGE', 'SKEW', 'UPSTREAM_STOP', 'SORTER_JAM'] as const;
export type ProblemKind = (typeof PROBLEM_KINDS)[number];

export interface Problem {
  kind: ProblemKind;
  workpool: string;
  /** The path it happens to; null where it is the whole line. */
  path: string | null;
  /** Epoch ms; the line is worked off after `end`. */
  start: number;
  end: number;
}

/**
 * Minutes before the live feed at which a first problem starts, so that the buffers have taken 8 minutes
 * or more of it and are past the point where people must act: a third of the packers missing fills the lanes by
 * about 2 % a minute, a lane with 1.5 times its share and a surge by 3 %; an induct that stands still is full in 5
 * minutes, one that gets nothing is empty in 5.
 */
const LEAD_MIN: Readonly<Record<ProblemKind, number>> = {
  UNDERSTAFFED: 19,
  JAM: 8,
  SURGE: 14,
  SKEW: 15,
  UPSTREAM_STOP: 6,
  SORTER_JAM: 5,
};
/** Live minutes that a first problem lasts: long enough to be seen, short enough to be seen cleared. */
const FIRST_LIVE_MIN = [4, 6] as const;

/** 8 of 12 packers come back from their break. */
const UNDERSTAFFED_SHARE = 2 / 3;
const SURGE_FACTOR = 1.42;
/** Of four lanes. */
const SKEW_SHARE = 0.38;
/** Longer than this and the floor sends everybody home. */
const RECOVERY_MAX_MIN = 20;
/** From here on the inducts have enough to fill the lanes from. */
const LOW_INDUCTS = 0.35;
/** Back to normal within this distance from the target fill. */
const RECOVERED_WITHIN = 0.04;

/** A problem that has been under way for a while at `liveSince`. */
export function drawFirstProblem(
  random: Random,
  kind: ProblemKind,
  layout: LineLayout,
  liveSince: number,
): Problem {
  return {
    kind,
    workpool: layout.workpool,
    path: drawPath(random, kind, layout),
    // Breaks end at whole minutes.
    start: Math.floor(liveSince / MINUTE - LEAD_MIN[kind]) * MINUTE,
    end: liveSince + Math.round(drawUniform(random, ...FIRST_LIVE_MIN) * MINUTE),
  };
}

export function drawProblem(random: Random, kind: ProblemKind, layout: LineLayout, start: number): Problem {
  return {
    kind,
    workpool: layout.workpool,
    path: drawPath(random, kind, layout),
    start,
    end: start + Math.round(DRAW_DURATION[kind](random) * MINUTE),
  };
}

function drawPath(random: Random, kind: ProblemKind, layout: LineLayout): string | null {
  if (kind === 'JAM') return pick(random, layout.inducts).path;
  if (kind === 'SKEW') return pick(random, layout.lanes).path;
  if (kind === 'SORTER_JAM') return layout.sorter.path;
  return null;
}

/** Minutes. Repair times are lognormal: most are short, a few need the technician. */
const DRAW_DURATION: Readonly<Record<ProblemKind, (random: Random) => number>> = {
  UNDERSTAFFED: (random) => drawInteger(random, 20, 28),
  JAM: (random) => drawLognormal(random, 9, 0.4),
  SURGE: (random) => drawInteger(random, 15, 22),
  SKEW: (random) => drawInteger(random, 15, 22),
  UPSTREAM_STOP: (random) => drawInteger(random, 7, 11),
  SORTER_JAM: (random) => drawLognormal(random, 6, 0.4),
};

/** Is the problem over and its trace worked off? */
export function isOver(problem: Problem, line: LineState, ts: number): boolean {
  if (ts < problem.end) return false;
  if (ts >= problem.end + RECOVERY_MAX_MIN * MINUTE) return true;
  const buffers = [...line.inducts, ...line.lanes];
  return buffers.every((buffer) => Math.abs(fillOf(buffer) - TARGET_FILL) <= 0.1) && !needsHelp(line);
}

function needsHelp(line: LineState): boolean {
  return [line.inducts, line.lanes].some(
    (group) => Math.abs(meanFill(group) - TARGET_FILL) > RECOVERED_WITHIN,
  );
}

function meanFill(buffers: LineState['lanes']): number {
  return buffers.reduce((sum, buffer) => sum + fillOf(buffer), 0) / buffers.length;
}

export function conditionsAt(problem: Problem | null, line: LineState, ts: number): LineConditions {
  const conditions = quietConditions(line.lanes.length);
  if (!problem || ts < problem.start) return conditions;
  return ts < problem.end
    ? EFFECTS[problem.kind](conditions, problem)
    : recovering(problem, line, conditions);
}

type Effect = (quiet: LineConditions, problem: Problem) => LineConditions;

const standStill: Effect = (quiet, { path }) => ({
  ...quiet,
  jammed: new Set(path === null ? [] : [path]),
});

const EFFECTS: Readonly<Record<ProblemKind, Effect>> = {
  UNDERSTAFFED: (quiet) => ({ ...quiet, headcount: { ...quiet.headcount, PACK: UNDERSTAFFED_SHARE } }),
  JAM: standStill,
  SORTER_JAM: standStill,
  SURGE: (quiet) => ({
    ...quiet,
    headcount: { ...quiet.headcount, PICK: SURGE_FACTOR },
    releaseUncontrolled: true,
  }),
  SKEW: (quiet, { path }) => ({
    ...quiet,
    forcedLane: path === null ? null : { path, share: SKEW_SHARE },
  }),
  UPSTREAM_STOP: (quiet) => ({ ...quiet, pace: { ...quiet.pace, PICK: 0 } }),
};

/**
 * The floor's answer: too much before the packers - help from other areas, the line held back; too much before
 * the inducts - picking held back; too little - picking pulled forward, packing paused until the lanes hold work.
 */
function recovering(problem: Problem, line: LineState, quiet: LineConditions): LineConditions {
  const inducts = meanFill(line.inducts);
  const lanes = meanFill(line.lanes);
  const low = TARGET_FILL - RECOVERED_WITHIN;
  const high = TARGET_FILL + RECOVERED_WITHIN;
  const conditions = { ...quiet, headcount: { ...quiet.headcount }, pace: { ...quiet.pace } };
  if (lanes > high) {
    conditions.headcount.PACK = 1.25;
    conditions.pace.INDUCT = 0.4;
    conditions.pace.PICK = inducts > high ? 0.1 : 0.4;
  } else if (inducts > high) {
    conditions.pace.INDUCT = 1.1;
    conditions.pace.PICK = 0.15;
  } else if (inducts < low) {
    conditions.headcount.PICK = 1.5;
    conditions.pace.PICK = 1.4;
  }
  if (lanes < low) {
    conditions.pace.PACK = 0.25;
    if (inducts >= LOW_INDUCTS) conditions.pace.INDUCT = 1.3;
  }
  if (problem.kind === 'SKEW') {
    const lane = line.lanes.find((buffer) => buffer.layout.path === problem.path);
    if (lane && fillOf(lane) > high) {
      conditions.forcedLane = { path: lane.layout.path, share: 0 };
      conditions.laneStaff = line.lanes.map((buffer) => (buffer === lane ? 1.4 : 1));
    }
  }
  return conditions;
}
