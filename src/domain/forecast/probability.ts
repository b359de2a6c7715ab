/**
 * Of starving within the hour where no inflow is measured to forecast it by: a plain estimate, not a calibrated one. The
 * fall that empties the buffer within the hour is held against the present one with its robust spread, taken as normal.
 */
import type { AlgorithmParameters } from '../algorithm/schema.ts';
import { normalBelow } from '../statistics.ts';
import type { Signals } from './signals.ts';
import type { Starvation } from './starvation.ts';

/**
 * 0..1; 1 where it is empty, null where the level is unknown.
 * @param wanted as for the low zone: what nobody needs does not starve anybody
 */
export function starvationProbability(
  signals: Signals,
  starvation: Starvation | null,
  wanted: boolean | null,
  parameters: AlgorithmParameters,
): number | null {
  const { wipUnits, capacityUnits, fill, growthLowUpm, slopeSpreadUpm } = signals;
  if (wipUnits === null || capacityUnits === null || fill === null || wanted === null) return null;
  if (!wanted) return 0;
  if (starvation !== null) return starvation.hour;
  const { emptyFill } = parameters.signals;
  if (fill <= emptyFill) return 1;
  const { horizonMin, spreadFloor, spreadUnknown } = parameters.probability;
  const spread =
    growthLowUpm === null || slopeSpreadUpm === null
      ? spreadUnknown * capacityUnits
      : Math.max(slopeSpreadUpm, spreadFloor * capacityUnits);
  const fall = growthLowUpm === null ? 0 : -growthLowUpm;
  return normalBelow((fall - (wipUnits - emptyFill * capacityUnits) / horizonMin) / spread);
}
