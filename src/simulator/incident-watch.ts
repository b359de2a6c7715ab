/**
 * The truth about one line: which units overflow or starve, and from when to when. Overflow: whoever feeds a unit
 * is blocked for 2 minutes within 5. Starvation: 20 % of the work of the staffed stations behind it stays idle for
 * 3 minutes for want of units while there is backlog, outside planned standstills.
 */
import type { LineLayout, Process } from './layout.ts';
import { STEP_MS, STEP_SEC } from './line-step.ts';
import { type Buffer, type LineState } from './line-state.ts';

export type IncidentKind = 'OVERFLOW' | 'STARVATION';

export interface UnitIncident {
  unitId: string;
  kind: IncidentKind;
  /** Epoch ms. */
  onsetTs: number;
  /** Until it is over: the last instant at which the trouble showed. */
  endTs: number;
}

const steps = (minutes: number): number => (minutes * 60) / STEP_SEC;
const BLOCKED_WINDOW = steps(5);
const BLOCKED_STEPS = steps(2);
const IDLE_WINDOW = steps(3);
/** The longer of the two: before, nothing can be told. */
const WARM_UP_MS = BLOCKED_WINDOW * STEP_MS;
const IDLE_SHARE = 0.2;
/** Work that has just been released reaches nobody yet. */
const BACKLOG_MS = 45 * 60_000;
/** Trouble that comes back within this time is the same incident. */
const SAME_WITHIN_MS = 20 * 60_000;
/** A total is blocked where inducts with this share of its flow are. */
const TOTAL_BLOCKED_SHARE = 0.5;

interface Symptom {
  readonly unitId: string;
  readonly kind: IncidentKind;
  /** Takes one step; is the rule fulfilled now? */
  shows(state: LineState): boolean;
  /** Where it shows: how many steps ago the trouble began. */
  stepsSinceBegun(): number;
  /** May an incident begin now? Going on, it is not asked. */
  readonly process: Process | null;
}

/** Counts of the last steps. */
function createWindow(length: number): { push(value: number): number; stepsSinceFirst(): number } {
  const values = new Float64Array(length);
  let at = 0;
  let sum = 0;
  return {
    push: (value) => {
      sum += value - (values[at] ?? 0);
      values[at] = value;
      at = (at + 1) % length;
      return sum;
    },
    /** Age of the oldest value in the window that is not 0. */
    stepsSinceFirst: () => {
      for (let age = length; age > 0; age--) if (values[(at + length - age) % length]) return age;
      return 0;
    },
  };
}

function blockedSymptom(unitId: string, isBlocked: (state: LineState) => boolean): Symptom {
  const window = createWindow(BLOCKED_WINDOW);
  return {
    unitId,
    kind: 'OVERFLOW',
    shows: (state) => window.push(isBlocked(state) ? 1 : 0) >= BLOCKED_STEPS,
    stepsSinceBegun: () => window.stepsSinceFirst(),
    process: null,
  };
}

function idleSymptom(
  unitId: string,
  process: Process,
  stationsOf: (state: LineState) => readonly Buffer[],
): Symptom {
  const possible = createWindow(IDLE_WINDOW);
  const starved = createWindow(IDLE_WINDOW);
  const backlog = createWindow(BACKLOG_MS / STEP_MS);
  return {
    unitId,
    kind: 'STARVATION',
    process,
    stepsSinceBegun: () => IDLE_WINDOW,
    shows: (state) => {
      let [work, idle] = [0, 0];
      for (const buffer of stationsOf(state)) {
        work += buffer.possible;
        idle += buffer.starved;
      }
      const [workSum, idleSum] = [possible.push(work), starved.push(idle)];
      const lacking = backlog.push(state.backlogUnits > 0 ? 0 : 1);
      return lacking === 0 && workSum > 0 && idleSum >= IDLE_SHARE * workSum;
    },
  };
}

function symptomsOf(line: LineLayout): Symptom[] {
  const symptoms: Symptom[] = [];
  const groups: readonly [keyof Pick<LineLayout, 'inducts' | 'walls' | 'lanes'>, Process][] = [
    ['inducts', 'INDUCT'],
    ['walls', 'REBIN'],
    ['lanes', 'PACK'],
  ];
  for (const [group, process] of groups) {
    for (const [index, { unitId }] of line[group].entries()) {
      symptoms.push(blockedSymptom(unitId, (state) => state[group][index]?.feederBlocked ?? false));
      symptoms.push(idleSymptom(unitId, process, (state) => state[group].slice(index, index + 1)));
    }
  }
  symptoms.push(blockedSymptom(line.unitId, isTotalBlocked));
  symptoms.push(idleSymptom(line.unitId, 'PACK', (state) => state.lanes));
  return symptoms;
}

function isTotalBlocked(state: LineState): boolean {
  let share = 0;
  for (const { feederBlocked, layout } of state.inducts) if (feederBlocked) share += layout.share;
  return share >= TOTAL_BLOCKED_SHARE;
}

export interface IncidentWatch {
  /**
   * Takes the state after a step.
   * @param ts epoch ms at which the step ended
   */
  observe(state: LineState, ts: number): void;
  /** Incidents that are over, since last asked. */
  takeClosed(): UnitIncident[];
  /** Ends what is going on. */
  finish(ts: number): void;
}

export interface WatchOptions {
  line: LineLayout;
  /** May stations of this process rightly wait at this time? */
  isStandstill: (process: Process, ts: number) => boolean;
  /** The watch starts on a line that runs: nothing begins before (epoch ms). */
  since: number;
  onOpen?: (incident: UnitIncident) => void;
  /** Watch this one alone. */
  only?: { unitId: string; kind: IncidentKind };
}

export function createIncidentWatch({
  line,
  isStandstill,
  since,
  onOpen,
  only,
}: WatchOptions): IncidentWatch {
  const watched = symptomsOf(line)
    .filter(({ unitId, kind }) => !only || (unitId === only.unitId && kind === only.kind))
    .map((symptom) => ({ symptom, open: null as UnitIncident | null }));
  let closed: UnitIncident[] = [];
  return {
    observe: (state, ts) => {
      for (const each of watched) {
        const { symptom, open } = each;
        const shows = symptom.shows(state);
        if (open) {
          if (shows) open.endTs = ts;
          else if (ts - open.endTs >= SAME_WITHIN_MS) {
            closed.push(open);
            each.open = null;
          }
        } else if (shows && ts >= since + WARM_UP_MS) {
          if (symptom.process !== null && isStandstill(symptom.process, ts)) continue;
          each.open = {
            unitId: symptom.unitId,
            kind: symptom.kind,
            onsetTs: ts - symptom.stepsSinceBegun() * STEP_MS,
            endTs: ts,
          };
          onOpen?.(each.open);
        }
      }
    },
    takeClosed: () => {
      const taken = closed;
      closed = [];
      return taken;
    },
    finish: (ts) => {
      for (const each of watched) {
        if (each.open) closed.push({ ...each.open, endTs: Math.min(each.open.endTs, ts) });
        each.open = null;
      }
    },
  };
}
