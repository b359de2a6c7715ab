/** One simulated warehouse: its floor, what goes wrong on it, and what its systems have yet to record. */
import { buildLines, type LineLayout } from './layout.ts';
import { buffersOf, createLine, plannedFlowUpm, STEP_MS, stepLine, type LineState } from './line-physics.ts';
import {
  conditionsAt,
  drawFirstProblem,
  drawProblem,
  isOver,
  PROBLEM_KINDS,
  type Problem,
  type ProblemKind,
} from './problems.ts';
import { createOutbox, type Outboxes } from './outbox.ts';
import { createRandom, drawExponential, drawUniform, pick, type Random } from './random.ts';
import {
  ACTUALS_INTERVAL_MS,
  addWork,
  COUNTER_PERIOD_MS,
  drawDeviceTraits,
  emptyTally,
  issuePlan,
  PLAN_PERIOD_MS,
  readActuals,
  readCounters,
  readStock,
  type FeedTiming,
} from './sensors.ts';
import { createLocalClock, createShiftPlan, hasBreakWithin, type ShiftPlan } from './shift-plan.ts';

const MINUTE = 60_000;
/** Two hours: every window that a decision looks back on, with room for the latest source. */
export const BACK_HISTORY_MS = 120 * MINUTE;
/** Waves are released on the half hour, each filling the backlog up to some 45 minutes of work. */
const WAVE_PERIOD_MS = 30 * MINUTE;
const WAVE_WORK_MIN = [40, 50] as const;
/** Work that a surge brings at once. */
const SURGE_WORK_MIN = 25;
/** A quarter of an hour of peace, then something goes wrong about every 40 minutes. */
const QUIET_MIN = 15;
const BETWEEN_PROBLEMS_MEAN_MIN = 40;
/** Who will miss people after a break looks no further ahead for it. */
const MAX_WAIT_FOR_BREAK_MS = 60 * MINUTE;
/** Breaks stay this far from a first problem, so that only one thing happens at a time. */
const BREAK_CLEARANCE_MS = 30 * MINUTE;

export type WorldEvent = {
  type: 'problem_started' | 'problem_ended' | 'problem_recovered';
  warehouse: string;
  problem: Problem;
  ts: number;
};

export interface WorldOptions {
  code: string;
  /** IANA name. */
  timezone: string;
  seed: number;
  /** Epoch ms; the back history ends here. */
  liveSince: number;
  /** A problem of this kind is under way at `liveSince`; null for a floor that starts in peace. */
  firstProblem: ProblemKind | null;
  timing: FeedTiming;
  onEvent?: ((event: WorldEvent) => void) | undefined;
}

export interface World {
  readonly code: string;
  readonly timezone: string;
  readonly lines: readonly LineState[];
  /** The problem under way or being worked off. */
  readonly problem: () => Problem | null;
  /** Simulates up to `ts` (epoch ms) and takes the readings that fall due. */
  advance(ts: number): void;
  readonly outboxes: Outboxes;
}

export function createWorld(options: WorldOptions): World {
  const { code, timezone, liveSince, timing } = options;
  const random = createRandom(options.seed, code);
  const layouts = buildLines();
  let problem = options.firstProblem
    ? drawFirstProblem(random, options.firstProblem, pick(random, layouts), liveSince)
    : null;
  const plan = choosePlan(timezone, problem, liveSince, random);
  const lines = layouts.map((layout) =>
    createLine(layout, Math.round(plannedFlowUpm(layout, 'PICK') * drawUniform(random, ...WAVE_WORK_MIN))),
  );
  const traits = new Map(
    lines.flatMap(buffersOf).map((buffer) => [buffer, drawDeviceTraits(random, buffer.layout)]),
  );
  let tallies = lines.map(emptyTally);
  let phase: 'ahead' | 'underway' | 'recovering' = 'ahead';
  let nextProblemAt = liveSince + QUIET_MIN * MINUTE + drawGapMs(random);

  // On the labour system's quarter, so that its first interval is a whole one.
  const start = Math.floor((liveSince - BACK_HISTORY_MS) / ACTUALS_INTERVAL_MS) * ACTUALS_INTERVAL_MS;
  let now = start;
  const outboxes: Outboxes = {
    wes_stock: createOutbox(),
    wcs_counters: createOutbox(),
    lms_actuals: createOutbox(),
    lms_plan: createOutbox(),
  };
  outboxes.lms_plan.push(issuePlan(code, lines, plan, start, random));

  const follow = (): void => {
    if (!problem) {
      if (now < nextProblemAt) return;
      problem = planProblem(random, layouts, plan, now);
      phase = 'ahead';
    }
    const line = lines.find(({ layout }) => layout.workpool === problem?.workpool);
    if (!line) return;
    const told = problem;
    const tell = (type: WorldEvent['type']) =>
      options.onEvent?.({ type, warehouse: code, problem: told, ts: now });
    if (phase === 'ahead' && now >= problem.start) {
      phase = 'underway';
      if (problem.kind === 'SURGE') {
        line.backlogUnits += Math.round(plannedFlowUpm(line.layout, 'PICK') * SURGE_WORK_MIN);
      }
      tell('problem_started');
    }
    if (phase === 'underway' && now >= problem.end) {
      phase = 'recovering';
      tell('problem_ended');
    }
    if (phase === 'recovering' && isOver(problem, line, now)) {
      tell('problem_recovered');
      problem = null;
      nextProblemAt = now + QUIET_MIN * MINUTE + drawGapMs(random);
    }
  };

  const takeReadings = (): void => {
    if (now % (timing.wesPeriodSec * 1000) === 0) {
      outboxes.wes_stock.push(readStock(code, lines, plan, now, timing, random));
    }
    if (now % COUNTER_PERIOD_MS === 0) {
      for (const line of lines) {
        const { jammed } = conditionsAt(ofLine(problem, line), line, now);
        for (const buffer of buffersOf(line)) {
          outboxes.wcs_counters.push(
            readCounters(
              code,
              buffer,
              traits.get(buffer) ?? new Map(),
              jammed.has(buffer.layout.path),
              now,
              random,
            ),
          );
        }
      }
    }
    if (now % ACTUALS_INTERVAL_MS === 0) {
      outboxes.lms_actuals.push(readActuals(code, lines, tallies, now, random));
      tallies = lines.map(emptyTally);
    }
    if (now % PLAN_PERIOD_MS === 0) outboxes.lms_plan.push(issuePlan(code, lines, plan, now, random));
  };

  const step = (): void => {
    follow();
    const presence = plan.presence(now);
    for (const [index, line] of lines.entries()) {
      if (now % WAVE_PERIOD_MS === 0) releaseWave(line, random);
      const conditions = conditionsAt(ofLine(problem, line), line, now);
      const work = stepLine(line, conditions, presence, random);
      const tally = tallies[index];
      if (tally) addWork(tally, work, line, presence);
    }
    now += STEP_MS;
    takeReadings();
  };

  return {
    code,
    timezone,
    lines,
    problem: () => (phase === 'ahead' ? null : problem),
    advance: (ts) => {
      const steps = Math.floor((ts - now) / STEP_MS);
      for (let taken = 0; taken < steps; taken++) step();
    },
    outboxes,
  };
}

function ofLine(problem: Problem | null, line: LineState): Problem | null {
  return problem?.workpool === line.layout.workpool ? problem : null;
}

function drawGapMs(random: Random): number {
  return drawExponential(random, BETWEEN_PROBLEMS_MEAN_MIN) * MINUTE;
}

function releaseWave(line: LineState, random: Random): void {
  const target = plannedFlowUpm(line.layout, 'PICK') * drawUniform(random, ...WAVE_WORK_MIN);
  line.backlogUnits = Math.max(line.backlogUnits, Math.round(target));
}

/** People fail to come back from a break; everything else happens at any time. */
function planProblem(random: Random, layouts: readonly LineLayout[], plan: ShiftPlan, now: number): Problem {
  const returns = plan
    .shiftsBetween(now, now + MAX_WAIT_FOR_BREAK_MS)
    .flatMap((shift) => shift.breaks.map((pause) => pause.end))
    .filter((end) => end >= now && end < now + MAX_WAIT_FOR_BREAK_MS);
  const kind = pick(
    random,
    PROBLEM_KINDS.filter((candidate) => candidate !== 'UNDERSTAFFED' || returns.length > 0),
  );
  const start = kind === 'UNDERSTAFFED' ? Math.min(...returns) : now;
  return drawProblem(random, kind, pick(random, layouts), start);
}

/** Break times of the day: one ends as packers go missing, or none comes near the first problem. */
function choosePlan(timezone: string, problem: Problem | null, liveSince: number, random: Random): ShiftPlan {
  const clock = createLocalClock(timezone);
  const usual = createShiftPlan(clock, Math.round(drawUniform(random, 24, 36)) * 5);
  if (!problem) return usual;
  // Minutes after a shift's start; the last group is back half an hour before the shift's end.
  const candidates = Array.from({ length: 310 }, (_, index) => createShiftPlan(clock, 30 + index));
  const from = problem.start - BREAK_CLEARANCE_MS;
  const quiet = candidates.filter((plan) => !hasBreakWithin(plan, from, liveSince + BREAK_CLEARANCE_MS));
  if (problem.kind !== 'UNDERSTAFFED') return quiet[0] ?? usual;
  const lastGroupReturns = candidates.find(
    (plan) =>
      !hasBreakWithin(plan, problem.start, liveSince + BREAK_CLEARANCE_MS) &&
      plan.shiftAt(problem.start).breaks.some((pause) => Math.abs(pause.end - problem.start) < MINUTE),
  );
  return lastGroupReturns ?? quiet[0] ?? usual;
}
