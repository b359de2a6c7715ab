/** What we have asked for and not yet taken back. Nobody tells us whether it was done: notified counts as done. */
import type { InterpretMemory } from '../suppress/contract.ts';
import type { AlgorithmParameters } from '../algorithm/schema.ts';
import { byCycle } from '../compare.ts';
import { isRelease, isThrottle, WHOLE_PERCENT } from '../vocabulary.ts';

export interface ActionInForce {
  /** A stop that no release has followed. */
  stopped: boolean;
  /** Percent held back by our throttle, releases since then taken off; 0 where none is on. */
  throttlePercent: number;
}

/** The last throttle or stop notified for acting on this unit, of an open episode or at most an hour old. */
export function actionInForce(
  memory: InterpretMemory,
  unitId: string,
  cycleId: string,
  parameters: AlgorithmParameters,
): ActionInForce {
  const since = Date.parse(cycleId) - parameters.release.memoryMin * 60_000;
  let stopped = false;
  let throttlePercent = 0;
  for (const past of memory.notified.toSorted(byCycle)) {
    if (past.actionUnitId !== unitId || past.cycleId >= cycleId) continue;
    if (!past.episodeOpen && Date.parse(past.cycleId) < since) continue;
    if (past.action === 'EMERGENCY_STOP') {
      stopped = true;
      throttlePercent = WHOLE_PERCENT;
    } else if (isThrottle(past.action)) {
      stopped = false;
      throttlePercent = past.quantity ?? WHOLE_PERCENT;
    } else if (isRelease(past.action)) {
      stopped = false;
      throttlePercent = Math.max(0, throttlePercent - (past.quantity ?? parameters.release.step));
    }
  }
  return { stopped, throttlePercent };
}
