/**
 * What happens on a line beyond the ordinary: causes of incidents, and what only looks like one. Each changes the
 * conditions of its line from `startTs` to `endTs`; what becomes of it, the line shows.
 */
import type { Conditions } from './conditions.ts';
import type { LineLayout, Process } from './layout.ts';
import { drawLognormal, drawUniform, pick, type Random } from './random.ts';

const MINUTE = 60_000;

export const CAUSES = [
  'SLOW_DRIFT',
  'JAM',
  'UPSTREAM_STOP',
  'UNDERSTAFFED_AFTER_BREAK',
  'RATE_FALL',
  'SURGE',
  'LANE_SKEW',
  'GRIDLOCK',
  'SLOW_PATH',
  'PATH_LEFT',
  'STAFF_LENT',
  'LATE_SHIFT',
  'BIG_WAVE',
] as const;
export type Cause = (typeof CAUSES)[number];

export const DECOYS = [
  'HIGH_STABLE',
  'SPIKE',
  'FALLING_FROM_HIGH',
  'MIX_CHANGE',
  'NO_DEMAND',
  'SHORT_JAM',
] as const;
export type Decoy = (typeof DECOYS)[number];

export interface Happening {
  /** Unique within the warehouse. */
  id: string;
  kind: Cause | Decoy;
  line: LineLayout;
  /** The path it happens to; null where it is the whole line. */
  path: string | null;
  /** The process whose people or pace it concerns; null where none. */
  process: Process | null;
  /** How strong: a factor or a share, by kind. */
  strength: number;
  /** Epoch ms, whole minutes. */
  startTs: number;
  endTs: number;
}

interface Draft {
  process?: Process;
  path?: string;
  strength: number;
  minutes: number;
}

/** Strengths and durations lie about the point where a line of ordinary build just holds, mostly beyond it. */
const DRAFTS: Readonly<Record<Cause | Decoy, (random: Random, line: LineLayout) => Draft>> = {
  // growing all the while: up to so much more than planned is released, or pickers lose so much of their pace
  SLOW_DRIFT: (random) => ({
    strength: random.next() < 0.7 ? drawUniform(random, 0.25, 0.45) : -drawUniform(random, 0.45, 0.6),
    minutes: drawUniform(random, 110, 200),
  }),
  JAM: (random, line) => ({
    path: pick(random, random.next() < 0.5 ? line.inducts : line.lanes).path,
    strength: 1,
    minutes: Math.max(10, drawLognormal(random, 25, 0.6)),
  }),
  UPSTREAM_STOP: (random) => ({ strength: 1, minutes: drawUniform(random, 18, 50) }),
  // share of the group that is missing
  UNDERSTAFFED_AFTER_BREAK: (random) => {
    const process = pick(random, ['PACK', 'PACK', 'PICK', 'INDUCT'] as const);
    return { process, strength: drawUniform(random, 0.25, 0.45), minutes: drawUniform(random, 60, 180) };
  },
  // share of the pace that is lost
  RATE_FALL: (random) => {
    const process = pick(random, ['PACK', 'PACK', 'PICK', 'INDUCT'] as const);
    return { process, strength: drawUniform(random, 0.28, 0.45), minutes: drawUniform(random, 60, 200) };
  },
  // share above the plan
  SURGE: (random) => ({ strength: drawUniform(random, 0.25, 0.55), minutes: drawUniform(random, 50, 150) }),
  // factor on one lane's share
  LANE_SKEW: (random, line) => ({
    path: pick(random, line.lanes).path,
    strength: drawUniform(random, 2, 3),
    minutes: drawUniform(random, 75, 170),
  }),
  // share of labels that can't be read
  GRIDLOCK: (random) => ({ strength: drawUniform(random, 0.7, 0.85), minutes: drawUniform(random, 30, 70) }),
  // share of its speed that a path's devices lose, without a standstill that anybody reports
  SLOW_PATH: (random, line) => ({
    path: pick(random, random.next() < 0.4 ? line.inducts : line.lanes).path,
    strength: drawUniform(random, 0.45, 0.7),
    minutes: drawUniform(random, 50, 150),
  }),
  // share of the people of one path who go, and nobody takes their place
  PATH_LEFT: (random, line) => ({
    path: pick(random, line.lanes).path,
    strength: drawUniform(random, 0.6, 1),
    minutes: drawUniform(random, 25, 90),
  }),
  // share of a process's people who help elsewhere
  STAFF_LENT: (random) => {
    const process = pick(random, ['PACK', 'PACK', 'PICK', 'INDUCT'] as const);
    return { process, strength: drawUniform(random, 0.25, 0.5), minutes: drawUniform(random, 40, 120) };
  },
  // share of a process's people who come late, or not at all
  LATE_SHIFT: (random) => {
    const process = pick(random, ['PACK', 'PICK'] as const);
    return { process, strength: drawUniform(random, 0.3, 0.5), minutes: drawUniform(random, 40, 150) };
  },
  // share above the plan, at once
  BIG_WAVE: (random) => ({ strength: drawUniform(random, 0.7, 1.3), minutes: drawUniform(random, 18, 45) }),
  // fill above the usual
  HIGH_STABLE: (random) => ({
    strength: drawUniform(random, 0.2, 0.3),
    minutes: drawUniform(random, 90, 180),
  }),
  SPIKE: (random) => ({ strength: drawUniform(random, 0.45, 0.7), minutes: drawUniform(random, 5, 9) }),
  FALLING_FROM_HIGH: (random) => ({
    strength: drawUniform(random, 0.2, 0.25),
    minutes: drawUniform(random, 90, 120),
  }),
  // factor on one lane's share, of the order that balancing takes up
  MIX_CHANGE: (random, line) => ({
    path: pick(random, line.lanes).path,
    strength: random.next() < 0.5 ? drawUniform(random, 1.2, 1.35) : drawUniform(random, 0.7, 0.85),
    minutes: drawUniform(random, 60, 150),
  }),
  NO_DEMAND: (random) => ({ strength: 1, minutes: drawUniform(random, 100, 180) }),
  SHORT_JAM: (random, line) => ({
    path: pick(random, random.next() < 0.5 ? line.inducts : line.lanes).path,
    strength: 1,
    minutes: Math.min(4, Math.max(1, drawLognormal(random, 2, 0.4))),
  }),
};

/** @param startTs epoch ms, a whole minute */
export function drawHappening(
  random: Random,
  kind: Cause | Decoy,
  line: LineLayout,
  id: string,
  startTs: number,
): Happening {
  const { strength, minutes, process = null, path = null } = DRAFTS[kind](random, line);
  return { id, kind, line, path, process, strength, startTs, endTs: startTs + Math.round(minutes) * MINUTE };
}

/** Of what is planned, while a high level is worked off. */
const FALLING_RELEASE = 0.9;

type Effect = (conditions: Conditions, happening: Happening, ts: number) => void;

const standStill: Effect = ({ jammed }, { path }) => {
  if (path !== null) jammed.add(path);
};

const slowDown: Effect = ({ slowed }, { path, strength }) => {
  if (path !== null) slowed.set(path, 1 - strength);
};

const goAway: Effect = ({ headcount }, { process, strength }) => {
  if (process !== null) headcount[process] *= 1 - strength;
};

const releaseMore: Effect = (conditions, { strength }) => {
  conditions.releaseControlled = false;
  conditions.release *= 1 + strength;
  conditions.headcount.PICK *= 1 + strength;
};

/** Part of the happening that is over, 0..1. */
function progress({ startTs, endTs }: Happening, ts: number): number {
  return (ts - startTs) / (endTs - startTs);
}

const EFFECTS: Readonly<Record<Cause | Decoy, Effect>> = {
  SLOW_DRIFT: (conditions, happening, ts) => {
    // Nobody notices, so nobody corrects; it has grown to its full extent by two thirds.
    const grown = Math.min(1, progress(happening, ts) * 1.5);
    if (happening.strength < 0) {
      conditions.pace.PICK *= 1 + happening.strength * grown;
      return;
    }
    conditions.releaseControlled = false;
    conditions.release *= 1 + happening.strength * grown;
    conditions.headcount.PICK *= 1 + happening.strength * grown;
  },
  JAM: standStill,
  SHORT_JAM: standStill,
  UPSTREAM_STOP: (conditions) => {
    conditions.release = 0;
  },
  UNDERSTAFFED_AFTER_BREAK: goAway,
  RATE_FALL: ({ pace }, happening, ts) => {
    const { process, strength } = happening;
    // New people, harder goods: within a quarter of an hour.
    const grown = Math.min(1, (ts - happening.startTs) / (15 * MINUTE));
    if (process !== null) pace[process] *= 1 - strength * grown;
  },
  SURGE: releaseMore,
  SPIKE: releaseMore,
  LANE_SKEW: ({ share }, { path, strength }) => {
    if (path !== null) share.set(path, strength);
  },
  GRIDLOCK: (conditions, { strength }) => {
    conditions.misreadShare = strength;
  },
  SLOW_PATH: slowDown,
  PATH_LEFT: slowDown,
  STAFF_LENT: goAway,
  LATE_SHIFT: goAway,
  BIG_WAVE: releaseMore,
  HIGH_STABLE: (conditions, { strength }) => {
    conditions.targetFill += strength;
  },
  FALLING_FROM_HIGH: (conditions, happening, ts) => {
    // Up in the first part, then down again.
    const part = progress(happening, ts);
    if (part < 0.6) conditions.targetFill += happening.strength;
    else conditions.release *= FALLING_RELEASE;
  },
  MIX_CHANGE: ({ mix }, { path, strength }) => {
    if (path !== null) mix.set(path, strength);
  },
  NO_DEMAND: (conditions) => {
    conditions.demand = false;
  },
};

/** Applies what is going on at `ts` to the conditions of its line. */
export function applyHappenings(conditions: Conditions, happenings: readonly Happening[], ts: number): void {
  for (const happening of happenings) {
    if (ts >= happening.startTs && ts < happening.endTs) EFFECTS[happening.kind](conditions, happening, ts);
  }
}

export function isCause(kind: Cause | Decoy): kind is Cause {
  return (CAUSES as readonly string[]).includes(kind);
}
