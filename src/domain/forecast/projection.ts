/** Where the level goes within the hour if nobody acts and everybody works as scheduled. */
import type { AlgorithmParameters } from '../algorithm/schema.ts';
import type { Staffing, UnitSeries } from '../series.ts';
import type { Signals } from './signals.ts';

export interface ProjectedLevel {
  /** Minutes after the snapshot. */
  inMin: number;
  wipUnits: number;
}

/**
 * The level in 5-minute steps from now to 60 minutes: present growth, with inflow and outflow following the
 * scheduled headcount, so that breaks and shift changes are seen ahead. Empty where level, capacity or growth
 * is unknown.
 */
export function project(
  series: UnitSeries,
  signals: Signals,
  parameters: AlgorithmParameters,
): ProjectedLevel[] {
  const { stepMin, horizonMin } = parameters.projection;
  const { wipUnits, capacityUnits, growthUpm, inflowUpm, outflowUpm } = signals;
  const shares = series.shares ?? { inflow: 1, outflow: 1 };
  if (wipUnits === null || capacityUnits === null || growthUpm === null) return [];

  const levels: ProjectedLevel[] = [{ inMin: 0, wipUnits }];
  let level = wipUnits;
  for (let inMin = stepMin; inMin <= horizonMin; inMin += stepMin) {
    // Staff at the beginning of a step works through it.
    const at = inMin - stepMin;
    const inflowChange = flowChange(
      series.picking,
      { share: shares.inflow, flowUpm: inflowUpm, uph: null },
      at,
    );
    const outflowChange = flowChange(
      series.staffing,
      { share: shares.outflow, flowUpm: outflowUpm, uph: signals.uph },
      at,
    );
    level += (growthUpm + inflowChange - outflowChange) * stepMin;
    level = Math.min(Math.max(level, 0), Math.max(capacityUnits, wipUnits));
    levels.push({ inMin, wipUnits: level });
  }
  return levels;
}

/** By how much a flow differs from now when the scheduled headcount works, units per minute. */
function flowChange(
  staffing: Staffing | null,
  { flowUpm, uph, share }: { flowUpm: number | null; uph: number | null; share: number },
  inMin: number,
): number {
  if (!staffing || flowUpm === null) return 0;
  const now = staffing.ahead.find((step) => step.inMin === 0)?.hcPlan ?? staffing.hcPlan;
  const then = staffing.ahead.findLast((step) => step.inMin <= inMin)?.hcPlan ?? null;
  if (now === null || then === null || now === then) return 0;
  if (now > 0) return flowUpm * (then / now) - flowUpm;
  // Nobody works now: what the returning staff will pass is known from their rate alone.
  const rate = uph ?? staffing.uphPlan ?? staffing.uphActual;
  return rate === null ? 0 : Math.max(0, (then * rate * share) / 60 - flowUpm);
}
