/** What happens at a place, in as few words as possible, and until when something can be done about it. */
import type { Alarm, Cause, CycleId, Direction, State } from '../vocabulary.ts';
import { percent, span } from './amounts.ts';
import { localTime } from './clock.ts';
import { sourceOf } from '../units.ts';
import { isWarehouse } from './places.ts';

/** A forecast beyond this is no reason to hurry, and not worth a number. */
const LONGEST_FORECAST_MIN = 120;

/** A Transition has it all. */
export interface Trouble {
  unitId: string;
  direction: Direction;
  state: State;
  cause: Cause;
  ttoMin: number | null;
  ttsMin: number | null;
  /** Minutes that the stock lasts the stations behind it. */
  coverMin?: number | null;
  alarm?: Alarm | null;
  reason?: string;
}

/** Minutes to the limit in the direction of the alert; null where unknown, or not what the alert is about. */
export function minutesLeft({ direction, ttoMin, ttsMin, alarm, reason }: Trouble): number | null {
  // Without data what was promised no longer counts, a stop flag can't wait for the level, and two hours are no hurry.
  if (reason === 'stale' || alarm) return null;
  const minutes = { HIGH: ttoMin, LOW: ttsMin, '': null }[direction];
  return minutes === null || minutes > LONGEST_FORECAST_MIN ? null : Math.max(0, minutes);
}

/** The moment at which it is too late, epoch ms, to the minute below and a minute at least; null where there is none. */
function limitOf(trouble: Trouble, cycleId: CycleId): number | null {
  const minutes = minutesLeft(trouble);
  if (minutes === null || minutes === 0 || trouble.state === 'OVERFLOW' || trouble.state === 'STARVED')
    return null;
  return Date.parse(cycleId) + Math.max(1, Math.floor(minutes)) * 60_000;
}

/** `11:13 CET`; empty where there is no time to tell, or where it has passed. @param now epoch ms */
export function deadline(
  trouble: Trouble & { cycleId: CycleId },
  { timezone, now }: { timezone: string; now: number },
): string {
  const limit = limitOf(trouble, trouble.cycleId);
  const isAhead = limit !== null && limit > now && (minutesLeft(trouble) ?? 0) >= 1;
  return isAhead ? localTime(limit, timezone) : '';
}

const ALARM_WORDS: Record<Alarm, string> = {
  STOP_FLAG: 'WCS shows a stop flag',
  RECIRCULATION: 'more and more goes round again on the sorter',
};

/** `full in 8 min` as of its cycle. */
export function troubleInWords(trouble: Trouble): string {
  if (trouble.reason === 'stale') return 'no data for 20 min';
  if (trouble.direction === '' && trouble.state !== 'UNKNOWN')
    return isWarehouse(trouble)
      ? 'names in its sources do not fit together'
      : sourceOf(trouble.unitId) === null
        ? 'one of its readings is not believed'
        : 'in many places the other sources say otherwise';
  const level = levelInWords(trouble);
  if (!trouble.alarm) return level;
  const alarm = ALARM_WORDS[trouble.alarm];
  return trouble.state === 'OVERFLOW' ? `${alarm}, ${level}` : alarm;
}

/** The same for who reads it at `now`, epoch ms: a forecast whose time has passed is told as such. */
export function troubleAt(trouble: Trouble & { cycleId: CycleId }, now: number): string {
  const limit = limitOf(trouble, trouble.cycleId);
  if (limit === null || limit > now) return troubleInWords(trouble);
  return trouble.direction === 'HIGH' ? 'expected full by now' : 'expected empty by now';
}

function levelInWords(trouble: Trouble): string {
  const minutes = minutesLeft(trouble);
  switch (trouble.state) {
    case 'OVERFLOW':
      return 'overflowing';
    case 'STARVED':
      return 'out of work';
    case 'OVERFLOW_RISK':
      if (minutes === null) return 'at risk of overflow';
      return minutes === 0 ? 'full' : `full in ${span(minutes)}`;
    case 'STARVE_RISK':
      if (minutes !== null) return minutes === 0 ? 'empty' : `empty in ${span(minutes)}`;
      return coverInWords(trouble) ?? 'at risk of running empty';
    case 'UNKNOWN':
      return isWarehouse(trouble)
        ? 'half of its places or more are out of sight'
        : 'nobody can see its state';
    case 'WATCH_HIGH':
      return 'filling';
    case 'WATCH_LOW':
      return trouble.cause === 'NO_DEMAND' ? 'no work is waiting' : 'emptying';
    case 'NOT_SCHEDULED':
      return 'no work is planned there';
    default:
      return 'back to normal';
  }
}

function coverInWords({ cause, coverMin = null }: Trouble): string | null {
  if (cause === 'NO_DEMAND') return 'no work is waiting';
  return coverMin === null || coverMin > LONGEST_FORECAST_MIN ? null : `work for ${span(coverMin)} is left`;
}

interface Level {
  fill: number | null;
  wipUnits: number | null;
  capacityUnits: number | null;
}

/** `87 % full (261 of 300)`, or that nobody knows. */
export function levelOf({ fill, wipUnits, capacityUnits }: Level): string {
  if (fill === null) return 'level unknown';
  const units =
    wipUnits === null || capacityUnits === null
      ? ''
      : ` (${Math.round(wipUnits)} of ${Math.round(capacityUnits)})`;
  return `${percent(fill)} full${units}`;
}
