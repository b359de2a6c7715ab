/** Levels that can't be true although each reading looks like one: told by what the counters saw meanwhile. */
import { integrate } from './grid.ts';
import { median } from '../statistics.ts';
import {
  STUCK_EMPTY_SHARE,
  STUCK_FLOW_SHARE,
  STUCK_FULL_SHARE,
  STUCK_READINGS,
  TOTE_CORRELATION,
  TOTE_EXPLAINED_SHARE,
  TOTE_FLOW_SHARE,
  TOTE_INTERVALS_MIN,
  TOTE_LEVEL_SHARE,
  TOTE_UNITS_MAX,
  TOTE_UNITS_MIN,
} from './limits.ts';

export interface LevelReading {
  ts: number;
  wipUnits: number;
}

/** What is wrong where the newest readings stood still although units flowed; null where nothing is. */
export function findStuckSensor(
  readings: readonly LevelReading[],
  net: readonly (number | null)[],
  capacityUnits: number | null,
  snapshotTs: number,
): string | null {
  const newest = readings.at(-1);
  if (!newest || capacityUnits === null || capacityUnits <= 0) return null;
  const fill = newest.wipUnits / capacityUnits;
  if (fill <= STUCK_EMPTY_SHARE || fill >= STUCK_FULL_SHARE) return null;
  const changed = readings.findLastIndex(({ wipUnits }) => wipUnits !== newest.wipUnits);
  const still = readings.slice(changed + 1);
  for (let first = 0; first + STUCK_READINGS <= still.length; first++)
    for (let last = first + STUCK_READINGS - 1; last < still.length; last++) {
      const [from, to] = [still[first], still[last]];
      if (!from || !to) continue;
      const flowed = integrate(net, snapshotTs, from.ts, to.ts);
      if (flowed !== null && Math.abs(flowed) > STUCK_FLOW_SHARE * capacityUnits)
        return `level ${newest.wipUnits} unchanged over ${last - first + 1} readings while in - out was ${Math.round(flowed)} units`;
    }
  return null;
}

export interface WrongUnit {
  detail: string;
  /** Instants of the readings that count totes. */
  suspect: Set<number>;
  /** The newest reading is one of them. */
  now: boolean;
}

interface Step {
  from: LevelReading;
  to: LevelReading;
  change: number;
  /** in - out in between; null where unknown. */
  flowed: number | null;
}

/** Totes reported as units: a jump by a tote's content that no flow explains, or changes at a fraction of the flow. */
export function findWrongUnit(
  readings: readonly LevelReading[],
  net: readonly (number | null)[],
  capacityUnits: number | null,
  snapshotTs: number,
): WrongUnit | null {
  if (capacityUnits === null || capacityUnits <= 0) return null;
  const steps = readings.slice(1).flatMap((to, index): Step[] => {
    const from = readings[index];
    if (!from) return [];
    return [
      { from, to, change: to.wipUnits - from.wipUnits, flowed: integrate(net, snapshotTs, from.ts, to.ts) },
    ];
  });
  return findJump(readings, steps, capacityUnits) ?? findScale(readings, steps, capacityUnits);
}

function jumpFactor({ from, to, change, flowed }: Step, capacityUnits: number): number | null {
  const [low, high] = [Math.min(from.wipUnits, to.wipUnits), Math.max(from.wipUnits, to.wipUnits)];
  if (flowed === null || low <= 0 || high < TOTE_LEVEL_SHARE * capacityUnits) return null;
  const factor = high / low;
  if (factor < TOTE_UNITS_MIN || factor > TOTE_UNITS_MAX) return null;
  return Math.abs(change - flowed) > TOTE_EXPLAINED_SHARE * Math.abs(change) ? factor : null;
}

/** Between a jump down and the next jump up the level counts totes, and before a jump up that none preceded. */
function findJump(
  readings: readonly LevelReading[],
  steps: readonly Step[],
  capacityUnits: number,
): WrongUnit | null {
  const suspect = new Set<number>();
  let detail = '';
  let inTotes = false;
  let since = 0;
  for (const [index, step] of steps.entries()) {
    const factor = jumpFactor(step, capacityUnits);
    if (factor === null) continue;
    const down = step.change < 0;
    if (!down && (inTotes || since === 0))
      for (const { ts } of readings.slice(since, index + 1)) suspect.add(ts);
    inTotes = down;
    since = index + 1;
    detail = `level jumps from ${step.from.wipUnits} to ${step.to.wipUnits}, by a factor of ${factor.toFixed(1)}, while in - out was ${Math.round(step.flowed ?? 0)} units: totes for units?`;
  }
  if (inTotes) for (const { ts } of readings.slice(since)) suspect.add(ts);
  return detail === '' ? null : { detail, suspect, now: inTotes };
}

/** The level moves with the flow, but at a tote's fraction of it: all readings count totes. */
function findScale(
  readings: readonly LevelReading[],
  steps: readonly Step[],
  capacityUnits: number,
): WrongUnit | null {
  const known = steps.filter((step): step is Step & { flowed: number } => step.flowed !== null);
  const typical = median(known.map(({ flowed }) => Math.abs(flowed))) ?? 0;
  if (known.length < TOTE_INTERVALS_MIN || typical < TOTE_FLOW_SHARE * capacityUnits) return null;
  let [changeFlow, flowFlow, changeChange] = [0, 0, 0];
  for (const { change, flowed } of known) {
    changeFlow += change * flowed;
    flowFlow += flowed * flowed;
    changeChange += change * change;
  }
  const slope = changeFlow / flowFlow;
  const correlation = changeChange > 0 ? changeFlow / Math.sqrt(flowFlow * changeChange) : 0;
  if (correlation < TOTE_CORRELATION || slope > 1 / TOTE_UNITS_MIN || slope < 1 / TOTE_UNITS_MAX) return null;
  return {
    detail: `level changes at 1/${(1 / slope).toFixed(1)} of in - out over ${known.length} intervals: totes for units?`,
    suspect: new Set(readings.map(({ ts }) => ts)),
    now: true,
  };
}
