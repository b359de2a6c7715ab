/** What a forecast rests on, each figure in words: how full, how fast, how it went on earlier days, and what flows. */
import type { DayCount, Forecast, HorizonForecast } from '../forecast.ts';
import type { OverflowByFlows } from '../overflow-by-flows.ts';
import type { Starvation } from '../starvation.ts';
import { number, percent } from './text.ts';

export function forecastText(forecast: Forecast): string {
  const { room, pacePerMin, volatility, recentlyFull, near, hour } = forecast;
  return [
    room <= 0 ? 'no room left' : `${percent(room)} of the capacity is left`,
    `pace of the last hour ${pacePerMin === null ? 'not known' : `${percent(pacePerMin)} a minute`}, ${percent(volatility)} up or down in 5 minutes${recentlyFull ? ', full within the last hour' : ''}`,
    horizonText(near),
    horizonText(hour),
  ].join('; ');
}

export function byFlowsText({ stuckShare, slopeReach, near, hour }: OverflowByFlows): string {
  return `${percent(stuckShare)} of what came in lately did not leave; in half an hour the slope takes ${percent(slopeReach)} of the room that is left; with this, full within 30 min ${percent(near)}, within 60 min ${percent(hour)}`;
}

export function starvationText(starvation: Starvation): string {
  const { coverMin, lineShortfall, ownShortfall, attended, near, hour } = starvation;
  if (!attended) return 'nobody works behind it, or no picking is planned: nobody waits for it';
  return `the stock lasts ${number(coverMin)} min; ${percent(lineShortfall)} of the inflow that may be expected was missing in the line lately, ${percent(ownShortfall)} here in the last half hour; stations starve within 30 min ${percent(near)}, within 60 min ${percent(hour)}`;
}

function horizonText({
  horizonMin,
  roseEnough,
  roseEnoughSameKind,
  gotFull,
  ...of
}: HorizonForecast): string {
  const past =
    roseEnough.of === 0
      ? 'no earlier day to compare with'
      : `from this time of day it rose by as much on ${days(roseEnough)}, on ${days(roseEnoughSameKind)} of the same kind, and got full on ${days(gotFull)}`;
  return `within ${horizonMin} min ${percent(of.probability)}: ${past}; the room is ${number(of.roomSteps)} usual movements, the pace ${number(of.paceSteps)}`;
}

/** Parts of a day, because each day is looked at from several marks. */
function days({ days: count, of }: DayCount): string {
  return `${number(count)} of ${number(of)} days`;
}
