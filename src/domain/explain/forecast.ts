/** What a forecast rests on, each figure in words: how full, how fast, how it went on earlier days, and what flows. */
import type { DayCount, Forecast, HorizonForecast, MomentCount } from '../forecast/forecast.ts';
import type { OverflowByFlows } from '../forecast/overflow-by-flows.ts';
import type { Starvation } from '../forecast/starvation.ts';
import { number, percent } from './text.ts';

export function forecastText(forecast: Forecast): string {
  const { room, pacePerMin, fastPacePerMin, volatility, recentlyFull, near, hour } = forecast;
  return [
    room <= 0 ? 'no room left' : `${percent(room)} of the capacity is left`,
    `pace of the last hour ${paceText(pacePerMin)}, of its last quarter ${paceText(fastPacePerMin)}, ${percent(volatility)} up or down in 5 minutes${recentlyFull ? ', full within the last hour' : ''}`,
    horizonText(near),
    horizonText(hour),
  ].join('; ');
}

function paceText(perMin: number | null): string {
  return perMin === null ? 'not known' : `${percent(perMin)} a minute`;
}

/** @param nearMin the nearer horizon of the forecast */
export function byFlowsText(byFlows: OverflowByFlows, nearMin: number): string {
  const { stuckShare, slopeReach, near, hour } = byFlows;
  return `${percent(stuckShare)} of what came in lately did not leave; in half an hour the slope takes ${percent(slopeReach)} of the room that is left; with this, full within ${nearMin} min ${percent(near)}, within 60 min ${percent(hour)}`;
}

export function starvationText(starvation: Starvation): string {
  const { coverMin, lineShortfall, ownShortfall, attended, near, hour } = starvation;
  if (!attended) return 'nobody works behind it, or no picking is planned: nobody waits for it';
  return `the stock lasts ${number(coverMin)} min; ${percent(lineShortfall)} of the inflow that may be expected was missing in the line lately, ${percent(ownShortfall)} here in the last half hour; stations starve within 30 min ${percent(near)}, within 60 min ${percent(hour)}`;
}

function horizonText(horizon: HorizonForecast): string {
  const { horizonMin, probability, alikeGotFull, roseEnough, stepsBeyond, fill } = horizon;
  const figures = [
    alikeText(alikeGotFull),
    roseText(roseEnough),
    beyondText(stepsBeyond),
    `the level counts as ${percent(fill)}`,
  ];
  return `within ${horizonMin} min ${percent(probability)}: ${figures.join(', ')}`;
}

function alikeText({ moments, of, otherKindShare }: MomentCount): string {
  if (of === 0) return 'no earlier moment was like this one';
  return `of ${number(of)} moments like this one (time of day and level; on another kind of day one counts ${number(otherKindShare)}) ${number(moments)} ended full`;
}

/** Parts of a day, because each day is looked at from several marks. */
function roseText({ days, of }: DayCount): string {
  return of === 0
    ? 'no earlier day to compare with'
    : `from this time of day it rose by as much on ${number(days)} of ${number(of)} days of this kind`;
}

function beyondText(steps: number): string {
  const distance = `${number(Math.abs(steps))} usual movements`;
  return steps < 0
    ? `the pace ends ${distance} short of the limit`
    : `the pace leads ${distance} beyond the limit`;
}
