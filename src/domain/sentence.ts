// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** One sentence that a floor lead understands in ten seconds: what to do, where, and how long there is. */
import type { Unit } from './series.ts';
import type { Action, Cause, Direction, QuantityUnit } from './vocabulary.ts';

export interface SentenceFacts {
  unit: Unit;
  actionUnit: Unit;
  action: Action;
  direction: Direction;
  cause: Cause;
  quantity: number | null;
  quantityUnit: QuantityUnit | null;
  process: string | null;
  /** 0..1+ */
  fill: number | null;
  ttoMin: number | null;
  ttsMin: number | null;
  coverMin: number | null;
  /** What makes it an emergency although there may be time, e.g. `WCS shows a stop flag`; else empty. */
  alarm: string;
  /** Why this and nothing else, e.g. `staff would come too late`; empty where the action says it all. */
  because: string;
}

export function sentence(facts: SentenceFacts): string {
  const because = facts.because === '' ? '' : ` (${facts.because})`;
  // The worst first: nobody stops a line for "full in 36 min".
  const alarm = facts.alarm === '' ? '' : `${facts.alarm}, `;
  return `${instruction(facts)}: ${alarm}${outlook(facts)}${because}.`;
}

/** `SINGLES` for a total, `SINGLES INDUCT-2` for a path. */
function placeName(unit: Unit): string {
  return unit.unitType === 'TOTAL' ? unit.sourceWorkpool : `${unit.sourceWorkpool} ${unit.path}`;
}

function instruction(facts: SentenceFacts): string {
  const place = placeName(facts.unit);
  const where = placeName(facts.actionUnit);
  const elsewhere = facts.actionUnit.unitId !== facts.unit.unitId;
  switch (facts.action) {
    case 'ADD_STAFF':
      return `Add ${people(facts)} to ${where} now`;
    case 'REMOVE_STAFF':
      return `${capitalized(people(facts))} can leave ${where}`;
    case 'MOVE_STAFF':
      return `Move ${people({ ...facts, process: null })} to ${facts.process ?? 'where work waits'} at ${where} now`;
    case 'THROTTLE_INDUCT':
      return `${facts.cause === 'JAM' ? `Divert ${where}, clear its jam and throttle it` : `Throttle ${where}`}${amount(facts, ' by ')} now`;
    case 'THROTTLE_PICKING_ALL':
      return `Throttle all picking for ${where}${amount(facts, ' by ')} now${elsewhere ? ` to relieve ${place}` : ''}`;
    case 'RELEASE_INDUCT':
      return `Open ${where} again${amount(facts, ' by ')}`;
    case 'RELEASE_PICKING_ALL':
      return `Open picking for ${where} again${amount(facts, ' by ')}`;
    case 'REBALANCE_CAPACITY': {
      const [from, to] = facts.direction === 'HIGH' ? [place, where] : [where, place];
      return `Send ${facts.quantityUnit === 'upm' && facts.quantity !== null ? `${number(facts.quantity)} units a minute` : 'part of the flow'} from ${from} to ${to}${facts.quantityUnit === 'stations' ? ` and open${amount(facts, ' ')} there` : ''}`;
    }
    case 'EMERGENCY_STOP':
      return `STOP ${where} now`;
    case 'CHECK_DATA':
      return `Check the data of ${where}`;
    default:
      if (facts.cause === 'UPSTREAM_STOP')
        return facts.actionUnit.unitType === 'TOTAL'
          ? `Find out what stops picking for ${where}${elsewhere ? `, ${place} waits for it` : ''}`
          : `Clear ${where} first, ${place} waits for it`;
      return elsewhere ? `Leave ${place} to ${where}` : `Nothing to do at ${place} yet`;
  }
}

function outlook(facts: SentenceFacts): string {
  const fill = facts.fill === null ? null : `${Math.round(facts.fill * 100)} % full`;
  if (facts.direction === '') return 'what is going on there is unknown';
  if (facts.direction === 'HIGH') {
    if (facts.fill !== null && facts.ttoMin === 0) return 'it is full';
    const soon = within(facts.ttoMin);
    return soon === null ? (fill ?? 'its level is unknown') : `full in ${soon}`;
  }
  if (facts.cause === 'NO_DEMAND') return `no work is waiting, ${fill ?? 'its level is unknown'}`;
  const soon = within(facts.ttsMin);
  if (soon !== null) return facts.ttsMin === 0 ? 'it is empty' : `empty in ${soon}`;
  const cover = within(facts.coverMin);
  return cover === null ? (fill ?? 'its level is unknown') : `work for ${cover} is left`;
}

/** A forecast beyond this is no reason to hurry, and not worth a number. */
export const LONGEST_FORECAST_MIN = 120;

function within(minutes: number | null): string | null {
  if (minutes === null || minutes > LONGEST_FORECAST_MIN) return null;
  return minutes < 1 ? 'less than a minute' : `${Math.floor(minutes)} min`;
}

function people(facts: SentenceFacts): string {
  const one = ROLES[facts.process ?? ''];
  const noun = (count: number) => {
    if (one) return count === 1 ? one : `${one}s`;
    return `${count === 1 ? 'person' : 'people'}${facts.process === null ? '' : ` for ${facts.process}`}`;
  };
  return facts.quantity === null ? noun(2) : `${facts.quantity} ${noun(facts.quantity)}`;
}

const ROLES: Readonly<Record<string, string>> = {
  PICK: 'picker',
  PACK: 'packer',
  REBIN: 'rebinner',
  INDUCT: 'inductor',
  SORT: 'sorter operator',
};

function amount(facts: SentenceFacts, before: string): string {
  if (facts.quantity === null) return '';
  const value = number(facts.quantity);
  switch (facts.quantityUnit) {
    case 'percent':
      return `${before}${value} %`;
    case 'stations':
      return `${before}${value} ${facts.quantity === 1 ? 'station' : 'stations'}`;
    case 'upm':
      return `${before}${value} units a minute`;
    default:
      return `${before}${value}`;
  }
}

function number(value: number): string {
  return String(value >= 10 ? Math.round(value) : Number(value.toPrecision(2)));
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
