/** One warehouse in time: its lines, each running by itself, minute by minute. */
import { createCalendar, type Calendar, type Liveliness } from './calendar.ts';
import type { Happening } from './happenings.ts';
import { drawLayout, type WarehouseLayout } from './layout.ts';
import { createLineRules } from './line-minute.ts';
import { createLineState } from './line-state.ts';
import { STEP_MS } from './line-step.ts';
import { runLine, type Line, type LineRun } from './line.ts';
import { createLocalClock } from './local-clock.ts';
import { createShiftPlan, type ShiftPlan } from './shift-plan.ts';

export interface WarehouseOptions {
  code: string;
  /** IANA name; an unknown one throws a RangeError that names it. */
  timezone: string;
  seed: number;
  /** Epoch ms, a whole minute. */
  startTs: number;
  /** Somebody is at work at any hour. */
  roundTheClock?: boolean;
  /** Every line holds minutes only. */
  tight?: boolean;
  /** Absent: drawn. */
  layout?: WarehouseLayout;
  /** Epoch ms; nothing happens of itself before. */
  quietUntil?: number;
  /** null: nothing happens of itself. */
  liveliness: Liveliness | null;
}

export interface Warehouse {
  readonly code: string;
  readonly timezone: string;
  readonly layout: WarehouseLayout;
  readonly plan: ShiftPlan;
  readonly runs: readonly LineRun[];
  now(): number;
  /**
   * Advances to `ts` (epoch ms).
   *
   * @param onStep told of each line after each of its steps
   * @param onMinute told when all lines stand at a whole minute
   */
  advance(ts: number, onStep?: (run: LineRun) => void, onMinute?: (ts: number) => void): void;
}

const MINUTE = 60_000;

const NOTHING: Calendar = { between: () => [] };

export function createWarehouse(options: WarehouseOptions): Warehouse {
  const { code, timezone, seed, startTs, roundTheClock = false, tight = false } = options;
  const layout = options.layout ?? drawLayout({ seed, code, roundTheClock, tight });
  const plan = createShiftPlan(layout, createLocalClock(timezone), seed);
  const { liveliness } = options;
  const runs = layout.lines.map((line) => {
    const since = options.quietUntil ?? startTs;
    const calendar = liveliness ? createCalendar({ seed, line, plan, since, liveliness }) : NOTHING;
    const scripted: Happening[] = [];
    const described: Line = { rules: createLineRules(line, plan, seed), calendar, scripted };
    const backlog = Math.round(line.flowUpm * line.habits.backlogMin);
    return runLine(described, createLineState(line, line.targetFill, backlog), startTs);
  });
  let now = startTs;
  return {
    code,
    timezone,
    layout,
    plan,
    runs,
    now: () => now,
    advance: (ts, onStep, onMinute) => {
      while (now < ts) {
        // A whole minute of each line at a time, unless `ts` comes first: lines touch each other nowhere.
        const until = Math.min(ts, (Math.floor(now / MINUTE) + 1) * MINUTE);
        let reached = now;
        for (const run of runs) {
          while (run.now() + STEP_MS <= until) {
            run.step();
            onStep?.(run);
          }
          reached = run.now();
        }
        if (reached === now) return;
        now = reached;
        if (now % MINUTE === 0) onMinute?.(now);
      }
    },
  };
}
