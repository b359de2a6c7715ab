/**
 * How likely the stations behind a unit starve, from three figures that a person can check: how long its stock lasts,
 * how far the inflow of its line fell short of what may be expected in the last minutes, and its own in the last half
 * hour. What may be expected is what the stations draw, or what was planned to come in where that was less: a buffer
 * that empties by plan, around breaks, shift changes and the last picks, is no starvation.
 * Source of the weights: docs/evidence.md.
 */
import { probabilityOf } from '../statistics.ts';
import type { AlgorithmParameters } from '../algorithm/schema.ts';
import type { UnitSeries } from '../series.ts';
import { minutesOfCover, recentMean, type Signals } from './signals.ts';

export interface Starvation {
  /** How long the stock lasts at what the stations draw; two hours where it is longer. */
  coverMin: number;
  /** Part of the expected inflow that did not come, 0..1; below 0 more came than expected. */
  lineShortfall: number;
  ownShortfall: number;
  /** Somebody works behind it and picking is planned; where not, nobody waits for it. */
  attended: boolean;
  /** 0..1, of the stations behind it starving within 30 and 60 minutes; of a total with lanes, by its lanes. */
  near: number;
  hour: number;
}

interface Observed {
  series: UnitSeries;
  signals: Signals;
}

/**
 * Null where cover or inflow are not known.
 * @param line of the workpool's total; null where it has none: then the unit is its own line
 * @param agoMin as it stood so many minutes before the snapshot
 */
export function starvationOf(
  own: Observed,
  line: Observed | null,
  parameters: AlgorithmParameters,
  agoMin = 0,
): Starvation | null {
  const { series, signals } = own;
  const p = parameters.forecast.starvation;
  const cover = minutesOfCover(series.wip.values.at(-1 - agoMin) ?? null, signals.drawUpm);
  const shortfall = (windowMin: number, of: Observed | null, otherwise: Observed | null): number | null =>
    (of && shortfallOf(of, windowMin, agoMin, parameters)) ??
    (otherwise && shortfallOf(otherwise, windowMin, agoMin, parameters));
  const lineShortfall = shortfall(p.lineWindowMin, line, own);
  const ownShortfall = shortfall(p.ownWindowMin, own, line);
  if (cover === null || lineShortfall === null || ownShortfall === null) return null;
  const coverMin = Math.min(p.longestCoverMin, cover);
  const attended = (series.staffing?.hcActive ?? 1) > 0 && (series.picking?.hcPlan ?? 1) > 0;
  const figures = { coverMin, lineShortfall, ownShortfall, attended };
  return { ...figures, near: weigh(figures, p.near), hour: weigh(figures, p.hour) };
}

/** A total starves where its lanes do that have at least `share` of its outflow: as likely as the least likely of them. */
export function starvationByLanes(
  total: Starvation,
  lanes: readonly { starvation: Starvation | null; outflowUpm: number }[],
  share: number,
): Starvation {
  const whole = lanes.reduce((sum, { outflowUpm }) => sum + outflowUpm, 0);
  const likelihood = (of: 'near' | 'hour'): number => {
    let sum = 0;
    const falling = lanes
      .map(({ starvation, outflowUpm }) => ({ outflowUpm, probability: starvation?.[of] ?? 0 }))
      .toSorted((a, b) => b.probability - a.probability);
    for (const { outflowUpm, probability } of falling) {
      sum += outflowUpm;
      if (sum >= share * whole) return probability;
    }
    return 0;
  };
  return { ...total, near: likelihood('near'), hour: likelihood('hour') };
}

function weigh(
  { coverMin, lineShortfall, ownShortfall, attended }: Omit<Starvation, 'near' | 'hour'>,
  of: AlgorithmParameters['forecast']['starvation']['near'],
): number {
  if (!attended) return 0;
  const logOdds =
    of.constant +
    of.cover * Math.log1p(coverMin) +
    of.lineShortfall * lineShortfall +
    of.ownShortfall * ownShortfall;
  return probabilityOf(logOdds);
}

/** The least that was planned to come in lately, none while nothing was released: what pickers send takes its time. */
function leastPlannedInflow({
  picking,
  plannedInflowUpm,
  leastRecentBacklogUnits,
}: UnitSeries): number | null {
  if (leastRecentBacklogUnits === 0) return 0;
  const { hcPlan = null, leastRecentPlan = null } = picking ?? {};
  if (plannedInflowUpm === null || hcPlan === null || hcPlan <= 0) return plannedInflowUpm;
  return plannedInflowUpm * Math.min(1, (leastRecentPlan ?? hcPlan) / hcPlan);
}

function shortfallOf(
  { series, signals: { drawUpm } }: Observed,
  windowMin: number,
  agoMin: number,
  { forecast, signals }: AlgorithmParameters,
): number | null {
  const inflow = recentMean(series.flowIn, windowMin, signals, agoMin);
  if (inflow === null || drawUpm === null) return null;
  const expected = Math.min(drawUpm, leastPlannedInflow(series) ?? Infinity);
  return expected > 0 ? Math.max(forecast.starvation.leastShortfall, 1 - inflow / expected) : 0;
}
