/**
 * Of the incident within the hour: from the forecast where the version has one, else a plain estimate, not a
 * calibrated one: the growth needed to reach the limit within the hour against the present
 * growth with its robust spread, taken as normal. 1 at the limit, null where the level is unknown.
 */
import type { AlgorithmParameters } from '../algorithm/schema.ts';
import type { Forecast } from './forecast.ts';
import type { OverflowByFlows } from './overflow-by-flows.ts';
import { probabilityOf } from '../statistics.ts';
import type { Signals } from './signals.ts';
import type { Starvation } from './starvation.ts';

export function overflowProbability(
  signals: Signals,
  forecast: Forecast | null,
  byFlows: OverflowByFlows | null,
  parameters: AlgorithmParameters,
): number | null {
  if (forecast !== null) return byFlows?.hour ?? forecast.hour.probability;
  const { wipUnits, capacityUnits, fill, growthHighUpm } = signals;
  if (wipUnits === null || capacityUnits === null || fill === null) return null;
  const limit = parameters.signals.limitFill;
  if (fill >= limit) return 1;
  return reached(limit * capacityUnits - wipUnits, growthHighUpm, signals, parameters);
}

/** `wanted` as for the low zone: what nobody needs does not starve anybody. */
export function starvationProbability(
  signals: Signals,
  starvation: Starvation | null,
  wanted: boolean | null,
  parameters: AlgorithmParameters,
): number | null {
  const { wipUnits, capacityUnits, fill, growthLowUpm } = signals;
  if (wipUnits === null || capacityUnits === null || fill === null || wanted === null) return null;
  if (!wanted) return 0;
  if (starvation !== null) return starvation.hour;
  const limit = parameters.signals.emptyFill;
  if (fill <= limit) return 1;
  const fall = growthLowUpm === null ? null : -growthLowUpm;
  return reached(wipUnits - limit * capacityUnits, fall, signals, parameters);
}

function reached(
  distanceUnits: number,
  speedUpm: number | null,
  signals: Signals,
  parameters: AlgorithmParameters,
): number {
  const { horizonMin, spreadFloor, spreadUnknown } = parameters.probability;
  const capacity = signals.capacityUnits ?? 1;
  const spread =
    speedUpm === null || signals.slopeSpreadUpm === null
      ? spreadUnknown * capacity
      : Math.max(signals.slopeSpreadUpm, spreadFloor * capacity);
  return normalBelow(((speedUpm ?? 0) - distanceUnits / horizonMin) / spread);
}

/** Logistic approximation of the normal distribution function, off by less than 0.01. */
function normalBelow(z: number): number {
  return probabilityOf(1.702 * z);
}
