/** What is not as planned on a line; whatever happens there, and whatever people do about it, is said in these words. */
import type { ByProcess, Process } from './layout.ts';

export interface Conditions {
  /** Factors on the headcount that is there. */
  headcount: ByProcess<number>;
  /** Persons on top. */
  extraHc: ByProcess<number>;
  /** Factors on the pace of work. */
  pace: ByProcess<number>;
  /** Factor on what is released to the pickers. */
  release: number;
  /** Does whoever releases look at what the buffers hold? */
  releaseControlled: boolean;
  /** Is new work put into the backlog? */
  demand: boolean;
  /** Added to the fill at which the level is held. */
  targetFill: number;
  /** Share of labels that the scanner before the lanes can't read. */
  misreadShare: number;
  /** Paths whose devices stand still. */
  jammed: Set<string>;
  /** Factor on the work that is done at a path. */
  slowed: Map<string, number>;
  /** Factor on a path's share of the flow; such a path is fed however full it is. */
  share: Map<string, number>;
  /** Factor on a path's share of the flow that balancing still works against. */
  mix: Map<string, number>;
  /** Factor on what comes to an induct; the rest is held back with the pickers. */
  throttle: Map<string, number>;
  /** Units per minute that are led past a path to those beside it; negative: from those beside it to the path. */
  divertUpm: Map<string, number>;
}

/** @param misreadShare labels that can't be read on an ordinary day */
export function quietConditions(misreadShare: number): Conditions {
  return {
    headcount: ones(),
    extraHc: { PICK: 0, INDUCT: 0, REBIN: 0, PACK: 0 },
    pace: ones(),
    release: 1,
    releaseControlled: true,
    demand: true,
    targetFill: 0,
    misreadShare,
    jammed: new Set(),
    slowed: new Map(),
    share: new Map(),
    mix: new Map(),
    throttle: new Map(),
    divertUpm: new Map(),
  };
}

function ones(): Record<Process, number> {
  return { PICK: 1, INDUCT: 1, REBIN: 1, PACK: 1 };
}
