/** One line in time: its rules, what happens on it, and its state; it may be run again from a copy of the state. */
import { type Calendar } from './calendar.ts';
import { quietConditions, type Conditions } from './conditions.ts';
import { applyHappenings, type Happening } from './happenings.ts';
import { lineMinute, type LineMinute, type LineRules } from './line-minute.ts';
import type { LineState } from './line-state.ts';
import { STEP_MS, stepLine } from './line-step.ts';
import { createInstantRandom, type InstantRandom } from './random.ts';

const MINUTE = 60_000;

/** What people do: changes the conditions of the minute at `ts` (epoch ms). */
export type Intervention = (conditions: Conditions, ts: number) => void;

export interface Line {
  readonly rules: LineRules;
  readonly calendar: Calendar;
  /** Happenings put there by hand, beside those of the calendar. */
  readonly scripted: Happening[];
}

export interface LineRun {
  readonly line: Line;
  readonly state: LineState;
  /** Of the step last taken. */
  minute(): LineMinute;
  /** Epoch ms up to which it has run. */
  now(): number;
  step(): void;
}

/** @param ts epoch ms, a whole minute: where `state` stands; the run changes it. */
export function runLine(line: Line, state: LineState, ts: number, intervention?: Intervention): LineRun {
  const random: InstantRandom = createInstantRandom();
  let now = ts;
  const look = (): LineMinute => {
    const conditions = quietConditions(line.rules.layout.habits.misreadShare);
    applyHappenings(conditions, line.calendar.between(now, now + MINUTE), now);
    applyHappenings(conditions, line.scripted, now);
    intervention?.(conditions, now);
    return lineMinute(line.rules, now, conditions);
  };
  let minute = look();
  return {
    line,
    state,
    minute: () => minute,
    now: () => now,
    step: () => {
      if (now % MINUTE === 0 && minute.ts !== now) minute = look();
      random.seek(line.rules.stepStream, now / STEP_MS);
      stepLine(state, minute, random);
      now += STEP_MS;
    },
  };
}
