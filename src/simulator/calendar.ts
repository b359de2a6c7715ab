/** When something happens on a line: one thing after the other, with exponential times of peace between. */
import {
  CAUSES,
  DECOYS,
  drawHappening,
  isCause,
  type Cause,
  type Decoy,
  type Happening,
} from './happenings.ts';
import type { LineLayout } from './layout.ts';
import {
  createRandom,
  drawExponential,
  drawLognormal,
  drawUniform,
  drawWeighted,
  type Random,
} from './random.ts';
import type { ShiftPlan } from './shift-plan.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** How much happens, and what. */
export interface Liveliness {
  /** After a happening the floor gets this long to work it off. */
  recoveryMin: number;
  /** Mean time of peace after that. */
  peaceMeanMin: number;
  /** The others only look like trouble. */
  causeShare: number;
  /** How often each, relative. */
  causeWeights: Readonly<Record<Cause, number>>;
}

const CAUSE_WEIGHTS: Readonly<Record<Cause, number>> = {
  SLOW_DRIFT: 3,
  JAM: 5,
  UPSTREAM_STOP: 1.5,
  UNDERSTAFFED_AFTER_BREAK: 4,
  RATE_FALL: 4,
  SURGE: 3,
  LANE_SKEW: 5,
  GRIDLOCK: 0.8,
  // Of varied floors alone: recorded data of the usual ones stay as they are.
  SLOW_PATH: 0,
  PATH_LEFT: 0,
  STAFF_LENT: 0,
  LATE_SHIFT: 0,
  BIG_WAVE: 0,
};
const DECOY_WEIGHTS: Readonly<Record<Decoy, number>> = {
  HIGH_STABLE: 2,
  SPIKE: 2,
  FALLING_FROM_HIGH: 1.5,
  MIX_CHANGE: 2,
  NO_DEMAND: 1,
  SHORT_JAM: 3,
};
const USUAL: Pick<Liveliness, 'causeShare' | 'causeWeights'> = {
  causeShare: 0.45,
  causeWeights: CAUSE_WEIGHTS,
};
/** Most days of most units are without an incident. */
export const ORDINARY: Liveliness = { recoveryMin: 120, peaceMeanMin: 6 * 60, ...USUAL };
/** For people who look on for some minutes. */
export const EVENTFUL: Liveliness = { recoveryMin: 25, peaceMeanMin: 20, ...USUAL };

/** A happening lasts so long, on average. */
const HAPPENING_MEAN_MIN = 100;
/** Causes of a warehouse and day; each brings about one to several incidents. */
const CAUSES_A_DAY = [3, 8] as const;
const LEAST_PEACE_MIN = 30;

/** From wide ranges; few lines are as lively together as many. */
export function drawLiveliness(random: Random, lineCount: number): Liveliness {
  const recoveryMin = drawUniform(random, 60, 150);
  const causeShare = drawUniform(random, 0.35, 0.65);
  const happeningsPerLine = drawUniform(random, ...CAUSES_A_DAY) / causeShare / lineCount;
  const busyMin = HAPPENING_MEAN_MIN + recoveryMin;
  return {
    recoveryMin,
    peaceMeanMin: Math.max(LEAST_PEACE_MIN, (24 * 60) / happeningsPerLine - busyMin),
    causeShare,
    causeWeights: Object.fromEntries(
      CAUSES.map((cause) => [cause, (CAUSE_WEIGHTS[cause] || 3) * drawLognormal(random, 1, 0.7)]),
    ) as Record<Cause, number>,
  };
}

/** A floor runs for so long before anything happens on it. */
export const SETTLING_MS = 2 * HOUR;
/** Nothing begins while a line starts up or runs out for the night. */
const OPENING_CLEARANCE_MS = 90 * MINUTE;
const CLOSING_CLEARANCE_MS = 150 * MINUTE;
/** Who will miss people after a break, or in the next shift, looks no further ahead for it. */
const BREAK_AHEAD_MS = 6 * HOUR;

export interface Calendar {
  /** Happenings that touch [from, to), in time order; asked for with `from` never falling by more than two days. */
  between(from: number, to: number): readonly Happening[];
}

export interface CalendarOptions {
  seed: number;
  line: LineLayout;
  plan: ShiftPlan;
  /** Epoch ms; nothing happens before. */
  since: number;
  liveliness: Liveliness;
}

export function createCalendar({ seed, line, plan, since, liveliness }: CalendarOptions): Calendar {
  const { recoveryMin, peaceMeanMin } = liveliness;
  const random = createRandom(seed, `${line.unitId}/calendar`);
  let happenings: Happening[] = [];
  let drawn = 0;
  const gap = () => Math.round(drawExponential(random, peaceMeanMin)) * MINUTE;
  let next = Math.ceil(since / MINUTE) * MINUTE + gap();

  /** Returns when to look again. */
  const drawAt = (ts: number): number => {
    const kind = drawKind(random, liveliness);
    const startTs = placeOf(kind, ts, line, plan);
    if (startTs === null) return ts + HOUR;
    drawn += 1;
    const happening = drawHappening(random, kind, line, `${line.unitId}/${drawn}`, startTs);
    happenings.push(happening);
    return happening.endTs + recoveryMin * MINUTE + gap();
  };

  return {
    between: (from, to) => {
      while (next < to) next = drawAt(next);
      happenings = happenings.filter(({ endTs }) => endTs >= from - 48 * HOUR);
      return happenings.filter(({ startTs, endTs }) => startTs < to && endTs > from);
    },
  };
}

function drawKind(random: Random, { causeShare, causeWeights }: Liveliness): Cause | Decoy {
  if (random.next() < causeShare)
    return (
      CAUSES[
        drawWeighted(
          random,
          CAUSES.map((cause) => causeWeights[cause]),
        )
      ] ?? 'JAM'
    );
  return (
    DECOYS[
      drawWeighted(
        random,
        DECOYS.map((decoy) => DECOY_WEIGHTS[decoy]),
      )
    ] ?? 'SPIKE'
  );
}

/** When it begins, near `ts`; null where the line is not at work. */
function placeOf(kind: Cause | Decoy, ts: number, line: LineLayout, plan: ShiftPlan): number | null {
  const start = startOf(kind, ts, line, plan);
  const shift = start === null ? null : plan.shiftAt(start);
  if (start === null || !shift) return null;
  // Who comes late to the day's first shift is missed from its start.
  if (kind !== 'LATE_SHIFT' && shift.opens && start < shift.start + OPENING_CLEARANCE_MS) return null;
  if (shift.closes && start > shift.end - CLOSING_CLEARANCE_MS) return null;
  // What a planned drain hides or brings about is nobody's incident.
  if (isCause(kind) && plan.isDrainShift(line, shift)) return null;
  return start;
}

function startOf(kind: Cause | Decoy, ts: number, line: LineLayout, plan: ShiftPlan): number | null {
  if (kind === 'UNDERSTAFFED_AFTER_BREAK') return breakEndAfter(ts, line, plan);
  if (kind === 'LATE_SHIFT')
    return plan.shiftsBetween(ts, ts + BREAK_AHEAD_MS).find(({ start }) => start >= ts)?.start ?? null;
  return ts;
}

function breakEndAfter(ts: number, line: LineLayout, plan: ShiftPlan): number | null {
  const ends = plan
    .shiftsBetween(ts, ts + BREAK_AHEAD_MS)
    .flatMap((shift) => plan.groupsOf(line, shift).map(({ breakEnd }) => breakEnd))
    .filter((end) => end >= ts);
  return ends.length === 0 ? null : Math.min(...ends);
}
