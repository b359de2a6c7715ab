/** How shifts begin, rest and hand over in a warehouse. */
import { drawInteger, drawUniform, type Random } from './random.ts';

export interface ShiftHabits {
  /** How often a shift's pickers rest together before a departure. */
  drainShare: number;
  /** People who rest come back up to this late. */
  lateBackMin: number;
  /** Work is handed over: for so long a shift is not yet complete. */
  handoverMin: number;
  handoverPresence: number;
}

export const USUAL_SHIFT_HABITS: ShiftHabits = {
  drainShare: 0.25,
  lateBackMin: 4,
  handoverMin: 8,
  handoverPresence: 0.75,
};

/** From wide ranges. */
export function drawShiftHabits(random: Random): ShiftHabits {
  return {
    drainShare: drawUniform(random, 0, 0.5),
    lateBackMin: drawUniform(random, 0, 9),
    handoverMin: drawInteger(random, 0, 15),
    handoverPresence: drawUniform(random, 0.6, 1),
  };
}
