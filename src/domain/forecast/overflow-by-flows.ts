/**
 * How likely a unit is full within a horizon where its flows are measured: the forecast from the level, corrected by
 * two figures that a person can check. How much of what came in lately did not leave tells a lasting cause from a
 * wave; how far the robust slope of the level would carry it, against the room that is left, tells the pace.
 * Source of the weights: docs/evidence.md.
 */
import { logOddsOf, probabilityOf } from '../statistics.ts';
import type { Forecast } from './forecast.ts';
import type { AlgorithmParameters } from '../algorithm/schema.ts';
import type { UnitSeries } from '../series.ts';
import { hasOwnFlows, recentMean, type Signals } from './signals.ts';

type FlowWeights = NonNullable<AlgorithmParameters['forecast']>['flows'];

export interface OverflowByFlows {
  /** Part of the inflow of the last minutes that did not leave; 0 where nothing came in, -1 where twice as much left. */
  stuckShare: number;
  /** Rise within half an hour at the slope of the last one, in rooms that are left; 0 without a slope. */
  slopeReach: number;
  /** 0..1, of being at the limit within 30 and 60 minutes; 1 where it is there already. */
  near: number;
  hour: number;
}

const SLOPE_AHEAD_MIN = 30;
const LEAST_ROOM = 0.02;
const MOST_REACH = 3;
const LEAST_REACH = -2;
/** Log-odds further out say nothing more. */
const LEAST_PROBABILITY = 0.001;

/** null without flows of its own. */
export function overflowByFlows(
  series: UnitSeries,
  signals: Signals,
  forecast: Forecast,
  w: FlowWeights,
): OverflowByFlows | null {
  const { capacityUnits, slopeUpm } = signals;
  if (capacityUnits === null || !hasOwnFlows(series)) return null;
  const inflow = recentMean(series.flowIn, w.windowMin);
  const outflow = recentMean(series.flowOut, w.windowMin);
  if (inflow === null || outflow === null) return null;
  const stuckShare = inflow > 0 ? Math.max(-1, 1 - outflow / inflow) : 0;
  const room = Math.max(LEAST_ROOM, forecast.room);
  const rise = ((slopeUpm ?? 0) * SLOPE_AHEAD_MIN) / capacityUnits;
  const slopeReach = Math.min(MOST_REACH, Math.max(LEAST_REACH, rise / room));
  const weigh = (byLevel: number, of: FlowWeights['near']): number =>
    forecast.room <= 0
      ? 1
      : probabilityOf(
          of.constant +
            of.level * levelLogOdds(byLevel) +
            of.stuckShare * stuckShare +
            of.slopeReach * slopeReach,
        );
  return {
    stuckShare,
    slopeReach,
    near: weigh(forecast.near.probability, w.near),
    hour: weigh(forecast.hour.probability, w.hour),
  };
}

export function levelLogOdds(probability: number): number {
  return logOddsOf(Math.min(Math.max(probability, LEAST_PROBABILITY), 1 - LEAST_PROBABILITY));
}
