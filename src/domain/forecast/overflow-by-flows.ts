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

type FlowParameters = AlgorithmParameters['forecast']['flows'];

export interface OverflowByFlows {
  /** Part of the inflow of the last minutes that did not leave; 0 where nothing came in, -1 where twice as much left. */
  stuckShare: number;
  /** Rise within half an hour at the slope of the last one, in rooms that are left; 0 without a slope. */
  slopeReach: number;
  /** 0..1, of being at the limit within 30 and 60 minutes; 1 where it is there already. */
  near: number;
  hour: number;
}

/** null without flows of its own. */
export function overflowByFlows(
  series: UnitSeries,
  signals: Signals,
  forecast: Forecast,
  { forecast: { flows: p }, signals: s }: AlgorithmParameters,
): OverflowByFlows | null {
  const { capacityUnits, slopeUpm } = signals;
  if (capacityUnits === null || !hasOwnFlows(series)) return null;
  const inflow = recentMean(series.flowIn, p.windowMin, s);
  const outflow = recentMean(series.flowOut, p.windowMin, s);
  if (inflow === null || outflow === null) return null;
  const stuckShare = inflow > 0 ? Math.max(p.leastStuckShare, 1 - outflow / inflow) : 0;
  const room = Math.max(p.leastRoom, forecast.room);
  const rise = ((slopeUpm ?? 0) * p.slopeAheadMin) / capacityUnits;
  const slopeReach = Math.min(p.mostReach, Math.max(p.leastReach, rise / room));
  const weigh = (byLevel: number, of: FlowParameters['near']): number =>
    forecast.room <= 0
      ? 1
      : probabilityOf(
          of.constant +
            of.level * levelLogOdds(byLevel, p) +
            of.stuckShare * stuckShare +
            of.slopeReach * slopeReach,
        );
  return {
    stuckShare,
    slopeReach,
    near: weigh(forecast.near.probability, p.near),
    hour: weigh(forecast.hour.probability, p.hour),
  };
}

/** What the forecast from the level says, as the flows' weight takes it. */
export function levelLogOdds(probability: number, { leastProbability: least }: FlowParameters): number {
  return logOddsOf(Math.min(Math.max(probability, least), 1 - least));
}
