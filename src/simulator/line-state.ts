/** What lies where on a line. Everything else in a world is a function of time, so this is all a checkpoint needs. */
import type { LineLayout, PathLayout } from './layout.ts';

export interface Buffer {
  readonly layout: PathLayout;
  units: number;
  /** Of these, worked on and waiting for room behind: blocking after service. */
  finished: number;
  /** Work done but not yet a whole unit. */
  carry: number;
  /** Units on the sorter that are bound for here, and what of their way is done. */
  bound: number;
  boundCarry: number;
  /** Units led past and not yet a whole one. */
  divertCarry: number;
  /** Part of a unit that is held back before here. */
  heldCarry: number;
  /** Units, still backlog, that pickers hold who stand before here for want of room. */
  waiting: number;
  /** Share of the process's staff that stands here; follows the fill with a lag. */
  staffShare: number;
  /** Cumulative. */
  inTotal: number;
  outTotal: number;
  /** What the last step showed: did a unit wait outside for want of room? */
  feederBlocked: boolean;
  /** Work that the staff here could have done in the last step, and what of it was idle for want of units. */
  possible: number;
  starved: number;
  /** The same, cumulative. */
  possibleTotal: number;
  starvedTotal: number;
}

export interface LineState {
  readonly inducts: readonly Buffer[];
  readonly sorter: Buffer;
  readonly walls: readonly Buffer[];
  readonly lanes: readonly Buffer[];
  /** Released, not yet picked. */
  backlogUnits: number;
  releasedTotal: number;
  /** Epoch ms of the last wave: one comes once. */
  lastWaveTs: number;
  pickedTotal: number;
  packedTotal: number;
  recircTotal: number;
  /** Fill of the whole line as far as whoever releases has seen it, 0..1. */
  seenFill: number;
}

/** A line as its people left it: each buffer at `fill` (0..1). */
export function createLineState(layout: LineLayout, fill: number, backlogUnits: number): LineState {
  const buffer = (path: PathLayout): Buffer => ({
    layout: path,
    units: Math.round(path.capacityUnits * fill),
    finished: 0,
    carry: 0,
    bound: 0,
    boundCarry: 0,
    divertCarry: 0,
    heldCarry: 0,
    waiting: 0,
    staffShare: path.share,
    inTotal: 0,
    outTotal: 0,
    feederBlocked: false,
    possible: 0,
    starved: 0,
    possibleTotal: 0,
    starvedTotal: 0,
  });
  const state: LineState = {
    inducts: layout.inducts.map(buffer),
    sorter: buffer(layout.sorter),
    walls: layout.walls.map(buffer),
    lanes: layout.lanes.map(buffer),
    backlogUnits,
    releasedTotal: backlogUnits,
    lastWaveTs: 0,
    pickedTotal: 0,
    packedTotal: 0,
    recircTotal: 0,
    seenFill: fill,
  };
  const behind = behindSorter(state);
  state.sorter.units = 0;
  for (const each of behind) {
    each.bound = Math.floor(layout.sorter.capacityUnits * fill * each.layout.share);
    state.sorter.units += each.bound;
  }
  return state;
}

export function cloneLineState(state: LineState): LineState {
  const copy = (buffer: Buffer): Buffer => ({ ...buffer });
  return {
    ...state,
    inducts: state.inducts.map(copy),
    sorter: copy(state.sorter),
    walls: state.walls.map(copy),
    lanes: state.lanes.map(copy),
  };
}

/** Where the sorter drops. */
export function behindSorter(state: LineState): readonly Buffer[] {
  return state.walls.length > 0 ? state.walls : state.lanes;
}

export function buffersOf(state: LineState): Buffer[] {
  return [...state.inducts, state.sorter, ...state.walls, ...state.lanes];
}

export function fillOf(buffer: Buffer): number {
  return buffer.units / buffer.layout.capacityUnits;
}
