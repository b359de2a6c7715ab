/** What wrong sensors did to the decisions, beside the same floor with sound ones. */
import type { TrueLevels } from '../../src/backtest/input/true-levels-file.ts';
import { toldTs, type Episode } from '../../src/backtest/score/episode.ts';
import { matchEpisodes, type Matching } from '../../src/backtest/score/match.ts';
import { isUntrue } from '../../src/backtest/score/untrue-cleared.ts';
import { CYCLE_MIN, type Named, type Observed, type Told } from './observe.ts';
import { concerns, type SensorFault } from './truth.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const CYCLE_MS = CYCLE_MIN * MINUTE_MS;
/** A fault is to be found within this time, and a doubt may last so long beyond its end. */
const WITHIN_MS = 15 * MINUTE_MS;
/** An alert of one run is the other's too where it lies so near. */
const SAME_WITHIN_MS = 15 * MINUTE_MS;
/** A doubt that comes back within this time is the same. */
const SAME_DOUBT_MS = 2 * CYCLE_MS;
const MISLED_BY = 0.15;
/** Doubts of a source's word; others tell that it is late, missing, or was repeated. */
const DOUBTS = new Set([
  'LEVEL_DENIED',
  'STUCK_SENSOR',
  'WRONG_UNIT',
  'FLOW_DENIED',
  'CAPACITY_DENIED',
  'CLOCK_SKEW',
  'NO_PARTNER',
  'HEADCOUNT_DENIED',
  'OVER_CAPACITY',
]);

/** Counts alone, so that folders can be added up. */
export interface Figures {
  /** Those of which 15 minutes were seen. */
  faults: number;
  /** Of `faults`: a defect is named within 15 minutes that the sound floor does not have then. */
  found: number;
  /** Of `faults`: by 15 minutes after its end. */
  everFound: number;
  /** Of `faults`: within 15 minutes the unit is doubted as a whole, or people are told. */
  doubted: number;
  /** Of wrong levels: those that are off by a tenth of the capacity at a time. */
  off: number;
  /** Of `off`: a defect is named within 15 minutes of the first such reading's coming. */
  foundOff: number;
  /** Unit-cycles that were judged by a fill that is off by .15 or more, and not on the sound floor. */
  misled: number;
  /** Doubts that begin where nothing is wrong, nor was 15 minutes before. */
  falseDoubts: number;
  /** Of the sound floor, all of them. */
  falseDoubtsSound: number;
  unitDays: number;
  incidents: number;
  told: number;
  toldSound: number;
  /** Incidents that are told of where the sensors are sound, and not here. */
  lost: number;
  /** Alerts that no incident explains and the sound floor does not have. */
  made: number;
  episodes: number;
  right: number;
  episodesSound: number;
  rightSound: number;
  /** CLEAREDs at a level of .9 or more, or in the incident, that the sound floor does not have. */
  untrueCleared: number;
  /** Messages about data. */
  aboutData: number;
  aboutDataSound: number;
  healthyWhileBlind: number;
}

export interface Findings {
  figures: Figures;
  /** In words, for whoever mends them. */
  notes: string[];
}

export interface Run {
  faults: readonly SensorFault[];
  levels: TrueLevels;
  sound: Observed;
  faulty: Observed;
}

export function findingsOf({ faults, levels, sound, faulty }: Run): Findings {
  const notes: string[] = [];
  const { fromMs, toMs, unitMs } = faulty.exposure;
  const soundNamed = new Set(sound.named.map(keyOf));
  const own = faulty.named.filter((each) => !soundNamed.has(keyOf(each)));
  const seen = faults.filter(({ startTs }) => startTs >= fromMs && startTs + WITHIN_MS <= toMs);
  let [found, everFound, doubted, off, foundOff] = [0, 0, 0, 0, 0];
  for (const fault of seen) {
    const by = own.filter(
      (each) =>
        each.cycleMs >= fault.startTs && each.cycleMs <= fault.endTs + WITHIN_MS && concerns(fault, each),
    );
    const inTime = by.filter(({ cycleMs }) => cycleMs <= fault.startTs + WITHIN_MS);
    if (inTime.length > 0) found += 1;
    if (by.length > 0) everFound += 1;
    if (inTime.some(({ tells }) => tells)) doubted += 1;
    const { offTs } = fault;
    if (offTs !== null && offTs + WITHIN_MS <= toMs) {
      off += 1;
      if (by.some(({ cycleMs }) => cycleMs <= offTs + WITHIN_MS)) foundOff += 1;
      else notes.push(`off from ${at(offTs)}, not found in time: ${nameOf(fault)}`);
    }
    if (inTime.length === 0) notes.push(`${by.length > 0 ? 'late' : 'never found'}: ${nameOf(fault)}`);
  }
  const falseOnes = doubtsOf(faulty.named).filter(
    (doubt) =>
      !faults.some(
        (fault) =>
          doubt.cycleMs >= fault.startTs &&
          doubt.cycleMs <= fault.endTs + WITHIN_MS &&
          concerns(fault, doubt),
      ),
  );
  for (const { unitId, name, cycleMs } of falseOnes)
    notes.push(`false doubt: ${name} of ${unitId} at ${at(cycleMs)}`);

  const ours = underOwnNames(faulty.episodes, faults);
  const matched = {
    sound: matchEpisodes(sound.incidents, sound.episodes),
    faulty: matchEpisodes(faulty.incidents, ours),
  };
  const toldOf = ({ incidents }: Matching) =>
    new Set(incidents.flatMap(({ incident, told }) => (told === null ? [] : [incident.incidentId])));
  const told = { sound: toldOf(matched.sound), faulty: toldOf(matched.faulty) };
  const lost = faulty.incidents.filter(
    ({ incidentId }) => told.sound.has(incidentId) && !told.faulty.has(incidentId),
  );
  for (const { unitId, kind, onsetTs } of lost)
    notes.push(`lost: ${kind} of ${unitId}, onset ${at(onsetTs)}`);
  const made = falseEpisodes(matched.faulty).filter(
    (episode) => !sound.episodes.some((other) => sameEpisode(episode, other)),
  );
  for (const { unitId, direction, newTs } of made)
    notes.push(`made: ${direction} of ${unitId}, told ${at(newTs ?? 0)}`);
  const untrue = faulty.told.filter(
    (each) => isUntrueEnd(each, faulty, levels) && !sound.told.some((other) => sameWord(each, other)),
  );
  for (const { unitId, direction, reason, cycleMs } of untrue)
    notes.push(`untrue CLEARED (${reason}): ${direction} of ${unitId} at ${at(cycleMs)}`);
  const right = ({ episodes: all }: Matching) => all.filter(({ incidents }) => incidents.length > 0).length;
  return {
    notes,
    figures: {
      faults: seen.length,
      ...{ found, everFound, doubted, off, foundOff },
      misled: misledOf(faulty, sound, levels),
      falseDoubts: falseOnes.length,
      falseDoubtsSound: doubtsOf(sound.named).length,
      unitDays: unitMs / DAY_MS,
      incidents: faulty.incidents.length,
      told: told.faulty.size,
      toldSound: told.sound.size,
      lost: lost.length,
      made: made.length,
      episodes: matched.faulty.episodes.length,
      right: right(matched.faulty),
      episodesSound: matched.sound.episodes.length,
      rightSound: right(matched.sound),
      untrueCleared: untrue.length,
      aboutData: aboutData(faulty),
      aboutDataSound: aboutData(sound),
      healthyWhileBlind: faulty.healthyWhileBlind,
    },
  };
}

export function sum(all: readonly Figures[]): Figures {
  const [first, ...rest] = all;
  if (!first) throw new RangeError('expected at least one');
  const total = { ...first };
  for (const each of rest)
    for (const name of Object.keys(total) as (keyof Figures)[]) total[name] += each[name];
  return total;
}

function keyOf({ cycleMs, unitId, name }: Named): string {
  return `${cycleMs} ${unitId} ${name}`;
}

/** The first cycle of each doubt that says that a source is not to be believed. */
function doubtsOf(named: readonly Named[]): Named[] {
  const lastMs = new Map<string, number>();
  const begun: Named[] = [];
  for (const each of named) {
    if (!each.tells || !DOUBTS.has(each.name.split(' ')[0] ?? '')) continue;
    const key = `${each.unitId} ${each.name}`;
    if (each.cycleMs - (lastMs.get(key) ?? -Infinity) > SAME_DOUBT_MS) begun.push(each);
    lastMs.set(key, each.cycleMs);
  }
  return begun;
}

function misledOf(faulty: Observed, sound: Observed, levels: TrueLevels): number {
  const isOff = ({ cycleMs, unitId, fill }: { cycleMs: number; unitId: string; fill: number }): boolean => {
    const units = levels.at(unitId, cycleMs);
    const capacity = sound.capacities.get(unitId);
    return units !== null && capacity !== undefined && Math.abs(fill - units / capacity) >= MISLED_BY;
  };
  let count = 0;
  for (const [key, each] of faulty.fills) {
    const other = sound.fills.get(key);
    if (isOff(each) && !(other && isOff(other))) count += 1;
  }
  return count;
}

/** Whatever a path is called meanwhile, its alert is about it. */
function underOwnNames(episodes: readonly Episode[], faults: readonly SensorFault[]): Episode[] {
  return episodes.map((episode) => {
    const fault = faults.find(
      ({ toldUnitId, startTs, endTs }) =>
        toldUnitId === episode.unitId && episode.openTs >= startTs && episode.openTs <= endTs + WITHIN_MS,
    );
    return fault?.unitId == null ? episode : { ...episode, unitId: fault.unitId };
  });
}

function falseEpisodes({ episodes }: Matching): Episode[] {
  return episodes.filter(({ incidents }) => incidents.length === 0).map(({ episode }) => episode);
}

/** Open at one time, give or take what a late reading makes. */
function sameEpisode(a: Episode, b: Episode): boolean {
  return (
    a.unitId === b.unitId &&
    a.direction === b.direction &&
    toldTs(b) !== null &&
    a.openTs <= (b.endTs ?? Infinity) + SAME_WITHIN_MS &&
    b.openTs <= (a.endTs ?? Infinity) + SAME_WITHIN_MS
  );
}

function sameWord(a: Told, b: Told): boolean {
  return (
    a.unitId === b.unitId &&
    a.direction === b.direction &&
    a.label === b.label &&
    Math.abs(a.cycleMs - b.cycleMs) <= SAME_WITHIN_MS
  );
}

function isUntrueEnd({ unitId, direction, label, cycleMs }: Told, faulty: Observed, levels: TrueLevels) {
  if (label !== 'CLEARED' || direction === '') return false;
  const capacityUnits = faulty.capacities.get(unitId) ?? null;
  const cleared = { ts: cycleMs, unitId, direction, capacityUnits };
  return isUntrue(cleared, faulty.incidents, (unit, ts) => levels.at(unit, ts));
}

function aboutData({ told }: Observed): number {
  return told.filter(({ direction }) => direction === '').length;
}

function nameOf({ kind, severity, warehouse, unitId, workpool, startTs, endTs }: SensorFault): string {
  return `${kind} ${severity} of ${unitId ?? workpool ?? warehouse}, ${at(startTs)} to ${at(endTs)}`;
}

function at(ts: number): string {
  return new Date(ts).toISOString().slice(0, 16).replace('T', ' ');
}
