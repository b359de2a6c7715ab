/** How far a unit's series can be believed, 0-100. */
import { type Defect, GRID_POINTS, GRID_STEP_MIN, type Quality, type Track } from '../../series.ts';
import type { LevelReading } from '../levels/estimate.ts';
import type { FlowSums } from '../flows/flow-sums.ts';
import {
  CONSERVATION_SHARE,
  CONSERVATION_WINDOW_MARGIN_MIN,
  CONSERVATION_WINDOW_MIN,
  CONTESTED_QUALITY,
  DERIVED_FLOW_SCORE,
  ESTIMATED_QUALITY,
  FLOW_QUALITY_WINDOW_MIN,
  HARD_FAULT_QUALITY,
  MINUTE_MS,
  QUALITY_WEIGHTS,
} from '../limits.ts';

/** Change of level minus sum(in - out) between the newest reading and the one nearest to 30 minutes before. */
export function conserve(input: {
  readings: readonly LevelReading[];
  flows: FlowSums;
  capacityUnits: number | null;
}): { residualUnits: number; shareOfCapacity: number } | null {
  const { readings, flows, capacityUnits } = input;
  const newest = readings.at(-1);
  if (!newest || capacityUnits === null || capacityUnits <= 0) return null;
  let start: LevelReading | null = null;
  let least = CONSERVATION_WINDOW_MARGIN_MIN;
  for (const reading of readings) {
    const off = Math.abs((newest.ts - reading.ts) / MINUTE_MS - CONSERVATION_WINDOW_MIN);
    if (off > least) continue;
    start = reading;
    least = off;
  }
  if (!start) return null;
  const flowed = flows.known(start.ts, newest.ts);
  if (flowed === null) return null;
  const residualUnits = newest.wipUnits - start.wipUnits - flowed.net;
  return { residualUnits, shareOfCapacity: Math.abs(residualUnits) / capacityUnits };
}

/** 0..1: the share of the last minutes in which both flows are known. */
export function scoreFlows(flowIn: Track, flowOut: Track): number {
  const points = FLOW_QUALITY_WINDOW_MIN / GRID_STEP_MIN;
  let score = 0;
  for (const track of [flowIn, flowOut])
    for (let index = GRID_POINTS - points; index < GRID_POINTS; index++) {
      if ((track.values[index] ?? null) === null) continue;
      score += track.provenance[index] === 'derived' ? DERIVED_FLOW_SCORE : 1;
    }
  return score / (2 * points);
}

/**
 * 100 * sum(weight * score) / sum(weight) over the parts that exist, times coverage; a hard fault, too
 * little coverage among them, caps it below 50, where the unit is UNKNOWN; an estimated or contested level below 70, where
 * nothing has recovered.
 */
export function scoreQuality(input: {
  parts: Quality['parts'];
  coverage: number;
  hardFault: boolean;
  isEstimated: boolean;
  isContested: boolean;
}): Quality {
  const { parts, coverage } = input;
  let [weighted, weights] = [0, 0];
  for (const part of ['level', 'flow', 'headcount', 'conservation'] as const) {
    const score = parts[part];
    if (score === null) continue;
    weighted += QUALITY_WEIGHTS[part] * score;
    weights += QUALITY_WEIGHTS[part];
  }
  const score = weights > 0 ? (100 * weighted * coverage) / weights : 0;
  return {
    score: Math.min(
      score,
      input.hardFault ? HARD_FAULT_QUALITY : Infinity,
      input.isEstimated ? ESTIMATED_QUALITY : Infinity,
      input.isContested ? CONTESTED_QUALITY : Infinity,
    ),
    parts,
    coverage,
    flowScore: 100 * (parts.flow ?? 0),
  };
}

/** What entered and left and what lies there do not add up, and nobody knows which of them is off. */
export function conservationDefects(
  conservation: { residualUnits: number; shareOfCapacity: number } | null,
): Defect[] {
  if (conservation === null || conservation.shareOfCapacity <= CONSERVATION_SHARE) return [];
  const { residualUnits, shareOfCapacity } = conservation;
  const detail =
    `over ${CONSERVATION_WINDOW_MIN} min the level changed by ${Math.round(residualUnits)} units more than in - out, ` +
    `${(100 * shareOfCapacity).toFixed(1)} % of capacity`;
  return [{ name: 'CONSERVATION', source: null, detail, hard: false }];
}

export function scoreConservation(conservation: { shareOfCapacity: number } | null): number | null {
  return conservation && (conservation.shareOfCapacity <= CONSERVATION_SHARE ? 1 : 0);
}
