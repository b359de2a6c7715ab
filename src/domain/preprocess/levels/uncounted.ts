/**
 * The level of a path without counters, held against its neighbours': it can't change by more than the fastest of them has
 * passed in as long. A jump beyond that is denied until the level jumps back, or has told a change of its own, large enough
 * to tell, step by step. Nobody knows the level meanwhile: no flow carries it on.
 */
import type { DefectName, Doubt } from '../../series.ts';
import { AGREED_CHANGE_SHARE } from '../limits.ts';
import { covers } from './doubts.ts';
import { type LevelReading, anchorAt } from './estimate.ts';
import { nameOf } from './believed.ts';
import { type Evidence, type ToldLevel, over, stepError } from './inquiry.ts';
import type { Reconciled } from './reconcile.ts';

/** Units by which a level may change between two instants; null where nobody knows. */
export type MostChange = (fromTs: number, toTs: number) => number | null;

/** Doubts that say nothing of the next reading: of silence, and of what no buffer could hold. */
const SAYS_NOTHING: ReadonlySet<DefectName> = new Set(['LATE', 'NEGATIVE', 'OVER_CAPACITY']);

export function boundByNeighbours(evidence: Evidence, most: MostChange): Reconciled {
  const { of, readings, doubts: known, windowTs } = evidence;
  const capacity = evidence.capacityUnits ?? 0;
  const lately = known.filter(({ until }) => (until ?? -Infinity) > windowTs);
  const ended = lately.filter(({ reading }) => reading === 'level');
  const ofCounters = lately.filter(({ reading }) => reading !== 'level');
  const believed: LevelReading[] = [];
  let doubt = known.find((each) => each.reading === 'level' && isOwn(each)) ?? null;
  let suspects: ToldLevel[] = [];

  const stepOf = (from: LevelReading, to: LevelReading): 'possible' | 'jump' | null => {
    const change = most(from.ts, to.ts);
    if (change === null) return null;
    const limit = stepError({ capacity }) + change;
    return Math.abs(to.wipUnits - from.wipUnits) > limit ? 'jump' : 'possible';
  };
  const begin = (name: DefectName, reading: ToldLevel): void => {
    const last = believed.at(-1);
    const estimate = last ? { estimate: anchorAt(last, capacity) } : {};
    doubt = { ...of, reading: 'level', name, since: reading.ts, ...estimate };
    suspects = [reading];
  };
  /** The first of the newest suspects that may be believed again. */
  const restored = ({ estimate, name }: Doubt): ToldLevel | null => {
    const newest = suspects.at(-1);
    if (!newest || newest.fault !== null) return null;
    let first = suspects.length - 1;
    for (; first > 0; first--) {
      const [from, to] = [suspects[first - 1], suspects[first]];
      if (!from || !to || from.fault !== null || stepOf(from, to) !== 'possible') break;
    }
    const run = suspects.slice(first);
    const before = suspects[first - 1];
    const start = run[0] ?? newest;
    const last = estimate && { ts: estimate.ts, wipUnits: estimate.units };
    const isNear = !last || stepOf(last, start) !== 'jump';
    const isBack = before ? isJumpBack(before, start, last) : SAYS_NOTHING.has(name);
    if (isBack && isNear) return start;
    const levels = run.map(({ wipUnits }) => wipUnits);
    return Math.max(...levels) - Math.min(...levels) >= AGREED_CHANGE_SHARE * capacity ? start : null;
  };

  /** From what was wrong, over to the side on which it was right before. */
  const isJumpBack = (wrong: ToldLevel, now: LevelReading, last?: LevelReading): boolean => {
    if (wrong.fault !== null) return true;
    const isSameWay =
      !last || Math.sign(now.wipUnits - wrong.wipUnits) === Math.sign(last.wipUnits - wrong.wipUnits);
    return isSameWay && stepOf(wrong, now) === 'jump';
  };

  for (const reading of readings) {
    if (ended.some((each) => covers(each, reading.ts))) continue;
    if (doubt && reading.ts >= doubt.since) {
      suspects.push(reading);
      const back = restored(doubt);
      if (!back) continue;
      ended.push(over(doubt, back.ts));
      believed.push(...suspects.filter(({ ts, fault }) => ts >= back.ts && fault === null));
      doubt = null;
      suspects = [];
      continue;
    }
    const last = believed.at(-1);
    if (reading.fault !== null) begin(reading.fault, reading);
    else if (last && stepOf(last, reading) === 'jump')
      begin(nameOf(reading.wipUnits, last.wipUnits), reading);
    else believed.push(reading);
  }
  const levels = doubt ? [...ended, doubt] : ended;
  return {
    believed,
    anchor: null,
    denied: (ts) => levels.some((each) => covers(each, ts)),
    flowDenied: null,
    open: { level: doubt, drift: null, flow: null },
    correctedTs: Math.max(0, ...ended.map(({ until }) => until ?? 0)),
    doubts: [...ofCounters, ...levels],
    suspect: suspects.at(-1) ?? null,
  };
}

/** What parts level and counters ends with the counters. */
function isOwn({ name, until }: Doubt): boolean {
  return until === undefined && name !== 'CONSERVATION';
}
