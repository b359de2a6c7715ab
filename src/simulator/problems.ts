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
  /** Packers who did not come back from their break; 0 unless UNDERSTAFFED. */
  missing: number;
  /** Epoch ms; the line is worked off after `end`. */
  start: number;
  end: number;
}

/**
 * Minutes before the live feed at which a first problem starts, so that the buffers are past the point where
 * people must act: a surge and a lane with 1.5 times its share fill theirs by 3 % a minute; an induct that stands
 * still is full in 6 minutes, one that gets nothing is empty in 5, a sorter is full in one.
 */
const LEAD_MIN: Readonly<Record<Exclude<ProblemKind, 'UNDERSTAFFED'>, number>> = {
  JAM: 8,
  SURGE: 14,
  SKEW: 15,
  UPSTREAM_STOP: 6,
  SORTER_JAM: 5,
};
/** Of the labour system's last quarter that is surely recorded by then (5 minutes late), people are missing for 12. */
const QUARTER_MIN = 15;
const ACTUALS_LATE_MIN = 5;
const MISSED_OF_QUARTER_MIN = 12;
/** That is 17 to 32 minutes ago: four missing fill the lanes by 2.2 % a minute, three by 1.4 %. */
const MANY_MISSING = 4;
const FEW_MISSING = 3;
const FEW_FROM_MIN = 23;
/** Live minutes that a first problem lasts: long enough to be seen, short enough to be seen cleared. */
const FIRST_LIVE_MIN = [4, 6] as const;

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
  const liveMin = Math.floor(liveSince / MINUTE);
  const quarterEndMin = Math.floor((liveMin - ACTUALS_LATE_MIN) / QUARTER_MIN) * QUARTER_MIN;
  // Whole minutes, as breaks end at whole minutes.
  const startMin = kind === 'UNDERSTAFFED' ? quarterEndMin - MISSED_OF_QUARTER_MIN : liveMin - LEAD_MIN[kind];
  const missing = liveMin - startMin < FEW_FROM_MIN ? MANY_MISSING : FEW_MISSING;
  return {
    kind,
    workpool: layout.workpool,
    path: drawPath(random, kind, layout),
    missing: kind === 'UNDERSTAFFED' ? missing : 0,
    start: startMin * MINUTE,
    end: liveSince + Math.round(drawUniform(random, ...FIRST_LIVE_MIN) * MINUTE),
  };
}

export function drawProblem(random: Random, kind: ProblemKind, layout: LineLayout, start: number): Problem {
  return {
    kind,
    workpool: layout.workpool,
    path: drawPath(random, kind, layout),
    missing: kind === 'UNDERSTAFFED' ? MANY_MISSING : 0,
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
    ? EFFECTS[problem.kind](conditions, problem, line.layout)
    : recovering(problem, line, conditions);
}

type Effect = (quiet: LineConditions, problem: Problem, layout: LineLayout) => LineConditions;

const standStill: Effect = (quiet, { path }) => ({
  ...quiet,
  jammed: new Set(path === null ? [] : [path]),
});

const EFFECTS: Readonly<Record<ProblemKind, Effect>> = {
  UNDERSTAFFED: (quiet, { missing }, { headcount }) => ({
    ...quiet,
    headcount: { ...quiet.headcount, PACK: 1 - missing / headcount.PACK },
  }),
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
