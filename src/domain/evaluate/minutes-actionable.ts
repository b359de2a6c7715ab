/** In how many of the last ten minutes the unit was in a zone that calls for action, minute by minute. */
import type { AlgorithmParameters } from '../algorithm/schema.ts';
import type { Track, UnitSeries } from '../series.ts';
import { flowMedian, minutesOfCover, minutesToStarvation } from '../forecast/signals.ts';
import type { LowZone } from '../vocabulary.ts';
import { starvationOf } from '../forecast/starvation.ts';
import { isAtLeastLow, lowZone } from './zones.ts';
import type { Case } from './proposals.ts';
import { unrecorded } from '../trace.ts';

interface Minute {
  agoMin: number;
  wip: number | null;
  growth: number | null;
}

/**
 * Minutes at the limit: what a forecast sees coming is not counted by minutes. Null where fewer than eight of the ten
 * have a measured or bridged flow on both sides.
 */
export function minutesHigh({ self: { series, signals, thresholds }, p }: Case): number | null {
  const { capacityUnits } = signals;
  return countMinutes(
    series,
    p,
    ({ wip }) => wip !== null && capacityUnits !== null && wip / capacityUnits >= thresholds.overflowEnter,
  );
}

/** The same for minutes in a low zone that calls for action. */
export function minutesLow({ self, near, p }: Case): number | null {
  const { series, signals, low, thresholds } = self;
  const { capacityUnits, drawUpm } = signals;
  let zone: LowZone = 'OK';
  return countMinutes(series, p, ({ agoMin, wip, growth }) => {
    const starvation = starvationOf(self, near.total, p, agoMin);
    const figures = {
      ...low,
      fill: wip === null || capacityUnits === null ? null : wip / capacityUnits,
      coverMin: minutesOfCover(wip, drawUpm),
      ttsMin: minutesToStarvation(wip, growth),
      probability: starvation?.near ?? null,
    };
    zone = figures.fill === null ? 'OK' : lowZone(figures, zone, thresholds, unrecorded);
    return isAtLeastLow(zone, 'STARVE_RISK');
  });
}

function countMinutes(
  series: UnitSeries,
  parameters: AlgorithmParameters,
  isActionable: (minute: Minute) => boolean,
): number | null {
  const { windowMin, knownMin } = parameters.persistence;
  const { flowWindowMin, flowMinMinutes } = parameters.signals;
  if (Math.min(seenMinutes(series.flowIn, windowMin), seenMinutes(series.flowOut, windowMin)) < knownMin) {
    return null;
  }
  let actionable = 0;
  for (let ago = windowMin - 1; ago >= 0; ago -= 1) {
    const inflow = flowMedian(series.flowIn, flowWindowMin, flowMinMinutes, ago);
    const outflow = flowMedian(series.flowOut, flowWindowMin, flowMinMinutes, ago);
    const wip = series.wip.values.at(-1 - ago) ?? null;
    const growth = inflow === null || outflow === null ? null : inflow - outflow;
    if (isActionable({ agoMin: ago, wip, growth })) actionable += 1;
  }
  return actionable;
}

/** Minutes of the window with a flow that was measured, or bridged between two readings. */
function seenMinutes(track: Track, windowMin: number): number {
  const recent = track.values.map((value, index) => value !== null && seen(track.provenance[index]));
  return recent.slice(-windowMin).filter(Boolean).length;
}

function seen(provenance: Track['provenance'][number] | undefined): boolean {
  return provenance === 'measured' || provenance === 'bridged';
}
