/** Counts what must never be: a unit called healthy, or recovered, while nobody sees its level. */
import type { CycleOutcome } from '../../domain/decide-cycle.ts';
import { seenLevels } from '../../domain/series.ts';

/** Twice the slowest sampling: whatever is carried or bridged, nobody sees the level any more. */
const BLIND_MS = 30 * 60_000;
const HEALTHY: ReadonlySet<string> = new Set(['OK', 'NOT_SCHEDULED', 'WATCH_LOW', 'WATCH_HIGH']);

export class Blindness {
  unitCycles = 0;
  /** Unit-cycles called healthy, and recoveries announced, without a level. */
  healthyWhileBlind = 0;

  observe(cycleMs: number, { series, evaluation, result }: CycleOutcome): void {
    const blind = new Set<string>();
    for (const one of series.units) {
      const newest = seenLevels(one).at(-1)?.ts ?? -Infinity;
      if (cycleMs - newest > BLIND_MS) blind.add(one.unit.unitId);
    }
    if (blind.size === 0) return;
    this.unitCycles += blind.size;
    for (const { unitId, state } of evaluation.units)
      if (blind.has(unitId) && HEALTHY.has(state)) this.healthyWhileBlind += 1;
    for (const { unitId, direction, label, reason } of result.labels)
      if (blind.has(unitId) && direction !== '' && label === 'CLEARED' && reason === 'recovered')
        this.healthyWhileBlind += 1;
  }
}
