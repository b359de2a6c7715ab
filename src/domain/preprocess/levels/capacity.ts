/**
 * How much a path holds, where it is told to hold another amount than before. More room ends an overflow as well as a level
 * that falls, so it is not believed while that is all that speaks for it: until the level is low by either capacity, or
 * higher than the old one. Less room ends a starvation in the same way, and less than what lies there is none. A little
 * more or less is believed and not remembered meanwhile, so that no capacity creeps.
 */
import type { Defect } from '../../series.ts';
import type { StockRow } from '../../source-rows.ts';
import {
  CAPACITY_CHANGE_FACTOR,
  CAPACITY_FREE_FILL,
  CAPACITY_HELD_FACTOR,
  DOUBT_TOLD_MIN,
  MINUTE_MS,
} from '../limits.ts';
import type { OpenAlarm } from './open-alarm.ts';
import { type ListedPath, readingTs } from '../names/path-list.ts';

export function believedCapacity(
  listed: ListedPath,
  alarm: OpenAlarm,
): { path: ListedPath; denied: Defect | null } {
  const { knownCapacityUnits: known, reportedCapacityUnits: told, rows } = listed;
  const newest = rows.at(-1);
  const lies = newest?.wipUnits ?? null;
  if (known === null || told === null || known <= 0 || told <= 0 || !newest || lies === null)
    return { path: listed, denied: null };
  const creeps = told === known ? null : { ...listed, reportedCapacityUnits: known };
  const isTold = ({ capacityUnits }: StockRow): boolean => capacityUnits === told;
  const before = rows.findLastIndex((row) => row.capacityUnits !== null && !isTold(row));
  // What was told before, and is told again, was right.
  const isBack = rows.slice(0, Math.max(0, before)).some(isTold);
  if (isBack || !isDenied(known, told, lies, alarm))
    return { path: creeps && isHeld(known, told, lies, alarm) ? creeps : listed, denied: null };
  const since = readingTs(rows[before + 1] ?? newest);
  const defect: Defect = {
    name: 'CAPACITY_DENIED',
    source: 'wes_stock',
    detail:
      `path ${listed.path}: capacity_units ${told} instead of ${known} while ${Math.round(lies)} units lie there; ` +
      `gone by ${known} until that is beyond doubt, or unit_override says otherwise`,
    hard: false,
    since,
  };
  const lasts = readingTs(newest) - since >= DOUBT_TOLD_MIN * MINUTE_MS;
  return {
    path: {
      ...listed,
      capacityUnits: listed.override?.capacityUnits ?? known,
      reportedCapacityUnits: known,
      rows: rows.map((row) => (isTold(row) ? { ...row, capacityUnits: null } : row)),
    },
    denied: lasts && listed.override?.capacityUnits == null ? { ...defect, tell: true } : defect,
  };
}

function isDenied(known: number, told: number, lies: number, alarm: OpenAlarm): boolean {
  if (told > CAPACITY_CHANGE_FACTOR * known) return isHeld(known, told, lies, alarm);
  if (CAPACITY_CHANGE_FACTOR * told < known && isHeld(known, told, lies, alarm)) return true;
  return lies > CAPACITY_HELD_FACTOR * told && lies <= CAPACITY_HELD_FACTOR * known;
}

/** What lies there is an overflow, or a starvation that people know of, that would end by another capacity. */
function isHeld(known: number, told: number, lies: number, { low }: OpenAlarm): boolean {
  return told > known
    ? lies >= CAPACITY_FREE_FILL * known && lies <= CAPACITY_HELD_FACTOR * known
    : low && lies <= (1 - CAPACITY_FREE_FILL) * known;
}
