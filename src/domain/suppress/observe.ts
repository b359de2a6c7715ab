// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** One cycle's evidence for each alert key: how it votes, whether its episode opens or ends. */
import type { DecideInput, DirectionDecision, UnitDecision } from './contract.ts';
import { sourceUnitId } from '../units.ts';
import { isActionable, SOURCES } from '../vocabulary.ts';
import type { CycleId, Direction, SourceName } from '../vocabulary.ts';
import { openEpisode } from './episode.ts';
import type { Observation } from './observation.ts';
import { keyOf } from './memory.ts';
import type { Episode, UnitMemory, Vote, WarehouseMemory } from './memory.ts';
import {
  castVote,
  castVoteByHour,
  isFlapping,
  isPersistent,
  isRecovered,
  isRecoveredByHour,
} from './persistence.ts';
import { flapsByShare, recoversInSight, speaksForItself, tellsOfDoubts, tellsOfSources } from './rules.ts';
import { minuteOf, minutesBetween } from './slots.ts';
import { checkData, hasExpired, isWithoutData } from './units.ts';
import type { SeenUnit } from './units.ts';
import { STALE_MINUTES, GOOD_QUALITY, BLIND_SHARE, DOUBTED_QUALITY } from './limits.ts';

/** Where a cycle's evidence is gathered. */
export interface Scene {
  /** Evidence and new episodes go into it. */
  memory: WarehouseMemory;
  input: DecideInput;
  /** Episodes that were open before this cycle, by alert key. */
  open: ReadonlyMap<string, Episode>;
}

/** The unit's keys, open ones first and the oldest of them first: the old direction's rows precede the new one's. */
export function observeUnit(scene: Scene, seen: SeenUnit): Observation[] {
  const { unit } = seen;
  const blind = isWithoutData(unit, scene.input);
  const high = observeKey(scene, seen, 'HIGH', unit.high ?? null, voteHigh(unit, blind));
  const low = observeKey(scene, seen, 'LOW', unit.low ?? null, voteLow(unit, blind));
  // An episode that people were told of, or will be now, speaks for the unit's lack of data too.
  const speaks = [high, low].some(
    ({ episode, ends, actionable }) =>
      episode !== null && ends === null && (episode.sequence > 0 || actionable),
  );
  // What one of its paths tells of its own reading, a total need not tell again.
  const toldByPart = tellsOfDoubts(scene.input) && unit.data?.winner != null;
  const row = unit.data ?? (blind ? checkData(unit.unitId) : null);
  const data = observeKey(scene, seen, '', row, voteData(unit, blind), speaks || toldByPart);
  return [high, low, data].toSorted((a, b) => startOrder(a, b));
}

/**
 * The warehouse itself as a unit, its code as the id: one alert for a source that blinds half of it, else one notice of
 * names that fit nothing, and the stop of a device that belongs to no unit.
 */
export function observeWarehouse(scene: Scene): Observation[] {
  const { memory, input } = scene;
  const own = input.closing || !speaksForItself(input) ? {} : (input.own ?? {});
  const blind = !input.closing && input.blind.some(({ share }) => share >= BLIND_SHARE);
  const row = blind ? checkData(memory.warehouse) : (own.data ?? null);
  const seen = seeOwn(scene, memory.warehouse, {
    state: blind ? 'UNKNOWN' : 'OK',
    quality: blind ? 0 : own.data || own.high ? DOUBTED_QUALITY : 100,
  });
  const data = observeKey(scene, seen, '', row, row === null ? 'G' : 'A');
  if (!speaksForItself(input)) return [data];
  // Where nothing is heard of the devices, no flag is seen to be gone.
  const unheard = isUnheard(input, 'wcs_counters');
  const vote = own.high ? 'A' : unheard ? 'U' : 'G';
  return [observeKey(scene, seen, 'HIGH', own.high ?? null, vote), data];
}

/** A source that is denied at many places at once, each under an id of its own: one alert, with the places in it. */
export function observeSources(scene: Scene): Observation[] {
  const { memory, input } = scene;
  if (!tellsOfSources(input)) return [];
  return SOURCES.map((source) => {
    const row = input.own?.sources?.find((each) => each.source === source)?.data ?? null;
    const seen = seeOwn(scene, sourceUnitId(memory.warehouse, source), {
      state: 'OK',
      quality: row === null ? 100 : DOUBTED_QUALITY,
    });
    // What is not heard of is not seen to be right again.
    const vote = row === null ? (isUnheard(input, source) ? 'U' : 'G') : 'A';
    return observeKey(scene, seen, '', row, vote);
  });
}

function isUnheard({ blind }: DecideInput, source: SourceName): boolean {
  return blind.some((each) => each.source === source);
}

/** The warehouse or one of its sources, as if it were a unit. */
function seeOwn(
  { input }: Scene,
  unitId: string,
  { state, quality }: Pick<UnitDecision, 'state' | 'quality'>,
): SeenUnit {
  const unit: UnitDecision = {
    unitId,
    unitType: 'TOTAL',
    workpool: '',
    state,
    highZone: 'OK',
    lowZone: 'OK',
    quality,
    fill: null,
  };
  const remembered: UnitMemory = {
    unitType: unit.unitType,
    workpool: unit.workpool,
    state: unit.state,
    quality: unit.quality,
    fill: null,
    high: 'OK',
    low: 'OK',
    knownAt: input.cycleId,
    unknownSince: null,
  };
  return { unit, memory: remembered, gone: input.closing ? 'removed' : null };
}

function voteHigh(unit: UnitDecision, blind: boolean): Vote | null {
  if (unit.high && isActionable(unit.high.severity)) return 'A';
  if (blind) return 'U';
  if (unit.state === 'NOT_SCHEDULED') return null;
  const below = unit.highZone === 'OK' || unit.highZone === 'WATCH_HIGH';
  return below && unit.quality >= GOOD_QUALITY ? 'G' : null;
}

function voteLow(unit: UnitDecision, blind: boolean): Vote | null {
  if (unit.low && isActionable(unit.low.severity)) return 'A';
  if (blind) return 'U';
  if (unit.state === 'NOT_SCHEDULED') return 'G';
  const above = unit.lowZone === 'OK' || unit.lowZone === 'WATCH_LOW';
  return above && unit.quality >= GOOD_QUALITY ? 'G' : null;
}

function voteData(unit: UnitDecision, blind: boolean): Vote | null {
  if (blind || unit.data) return 'A';
  return unit.quality >= GOOD_QUALITY ? 'G' : null;
}

function observeKey(
  { memory, input, open: openByKey }: Scene,
  seen: SeenUnit,
  direction: Direction,
  proposed: DirectionDecision | null,
  vote: Vote | null,
  speaks = false,
): Observation {
  const { unit } = seen;
  const { cycleId, intervalMinutes } = input;
  const key = keyOf(unit.unitId, direction);
  const minute = minuteOf(cycleId);
  const row = seen.gone === null ? proposed : null;
  const actionable = row !== null && isActionable(row.severity);
  const byShare = flapsByShare(input);
  const cast = byShare ? castVote : castVoteByHour;
  const evidence = cast(memory.keys[key], vote, minute, intervalMinutes);
  memory.keys[key] = evidence;
  const blindMinutes =
    seen.memory.unknownSince === null ? 0 : minutesBetween(seen.memory.unknownSince, cycleId);

  const open = openByKey.get(key) ?? null;
  // A named doubt has lasted, and is told beside what the unit's other alerts say; a mere lack of data may still come.
  const isDoubt = direction === '' && tellsOfDoubts(input) && row?.minutesActionable != null;
  const ofUnitData = direction === '' && unit.unitId !== memory.warehouse && !isDoubt;
  const persistent =
    actionable &&
    (ofUnitData
      ? blindMinutes >= STALE_MINUTES && !speaks
      : isPersistent(evidence, row, minute, intervalMinutes));
  const observation = {
    unitId: unit.unitId,
    unitType: unit.unitType,
    workpool: unit.workpool,
    direction,
    key,
    state: row?.state ?? unit.state,
    quality: unit.quality,
    row,
    actionable,
    vote,
    isDoubt,
    flapping: isFlapping(evidence),
    blindMinutes,
    wasOpen: open !== null,
  };
  if (open === null) {
    return {
      ...observation,
      episode: persistent ? openEpisode(memory, observation, cycleId) : null,
      ends: null,
    };
  }
  return { ...observation, episode: open, ends: findEnd() };

  function findEnd(): Observation['ends'] {
    const expired = direction !== '' && hasExpired(seen.memory, cycleId);
    if (seen.gone !== null) return expired ? 'expired' : 'removed';
    if (actionable) return null;
    if (expired) return 'expired';
    // The slot has voted before: what is not good in this run is no recovery by that vote.
    if (vote !== 'G' && recoversInSight(input)) return null;
    const recovered = byShare ? isRecovered : isRecoveredByHour;
    return recovered(evidence, minute, intervalMinutes) ? 'recovered' : null;
  }
}

function startOrder(a: Observation, b: Observation): number {
  const start = ({ wasOpen, episode }: Observation): CycleId =>
    wasOpen && episode !== null ? episode.startedAt : '~';
  const [first, second] = [start(a), start(b)];
  if (first === second) return 0;
  return first < second ? -1 : 1;
}
