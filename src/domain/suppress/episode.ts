// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** The life of one episode: opened, told, closed. */
import { severityRank } from '../vocabulary.ts';
import type { CycleId } from '../vocabulary.ts';
import { episodeIdOf } from './memory.ts';
import type { DecideInput, EarlierInstruction } from './contract.ts';
import type { Episode, Figures, PendingTransition, WarehouseMemory } from './memory.ts';
import type { Observation } from './observation.ts';
import type { Reason } from './reasons.ts';
import { tellsOfPlaces } from './rules.ts';

/** Opens it in the cycle in which persistence is met, and adds it to the memory. */
export function openEpisode(
  memory: WarehouseMemory,
  of: Pick<Observation, 'unitId' | 'unitType' | 'workpool' | 'direction' | 'key' | 'state' | 'row'>,
  cycleId: CycleId,
): Episode {
  const episode: Episode = {
    episodeId: episodeIdOf(of.key, cycleId),
    key: of.key,
    unitId: of.unitId,
    unitType: of.unitType,
    workpool: of.workpool,
    direction: of.direction,
    startedAt: cycleId,
    closedAt: null,
    latest: figuresOf(of),
    notified: null,
    highestSeverity: 'NONE',
    sequence: 0,
    notifications: 0,
    lastNotifiedAt: null,
    repeats: 0,
    acknowledged: null,
    withdrawn: false,
    subsumedBy: null,
    staleNotice: false,
    flappingNotice: false,
    channels: [],
    fallback: [],
    attempted: false,
    lease: null,
    messages: [],
    pending: [],
  };
  memory.episodes.push(episode);
  return episode;
}

/** What is observed now; without a recommendation there is nothing to do, and the episode's cause stays. */
export function figuresOf(of: Pick<Observation, 'unitId' | 'state' | 'row'>, latest?: Figures): Figures {
  const { row } = of;
  return {
    state: of.state,
    cause: row?.cause ?? latest?.cause ?? 'UNKNOWN',
    action: row?.action ?? 'NONE',
    actionUnitId: row?.actionUnitId ?? latest?.actionUnitId ?? of.unitId,
    severity: row?.severity ?? 'NONE',
    quantity: row?.quantity ?? null,
    quantityUnit: row?.quantityUnit ?? null,
    ttoMin: row?.ttoMin ?? null,
    ttsMin: row?.ttsMin ?? null,
    ...(row?.process === undefined ? {} : { process: row.process }),
    ...(row?.fromProcess === undefined ? {} : { fromProcess: row.fromProcess }),
    ...(row?.alarm === undefined ? {} : { alarm: row.alarm }),
    ...(row?.about === undefined ? {} : { about: row.about }),
  };
}

/**
 * Decides a transition: adds it to the outbox. One that no sender was handed yet is renewed instead, so that
 * people read the present figures and read them once.
 */
export function tell(
  episode: Episode,
  label: PendingTransition['label'],
  reason: Reason,
  figures: Figures,
  cycle: Pick<DecideInput, 'cycleId' | 'traceId' | 'rules'> & { earlier?: EarlierInstruction },
): void {
  const last = episode.pending.at(-1);
  const renews = last !== undefined && last.attempts === 0 && label !== 'CLEARED';
  const first = renews && last.label === 'NEW' && label !== 'NEW' ? last : null;
  if (renews) episode.pending.pop();
  else episode.sequence += 1;
  episode.pending.push({
    ...figures,
    sequence: episode.sequence,
    label: first?.label ?? label,
    reason: first?.reason ?? reason,
    cycleId: cycle.cycleId,
    traceId: cycle.traceId,
    ...(cycle.earlier ? { earlier: cycle.earlier } : {}),
    ...(label === 'CLEARED' && episode.takenOnBy ? { acknowledgedBy: episode.takenOnBy } : {}),
    confirmed: [],
    attempts: 0,
    firstAttemptAt: null,
    handedAt: null,
  });
  if (label === 'CLEARED' || reason === 'stale') return;
  const { action, actionUnitId, quantity, quantityUnit, about } = figures;
  episode.notified = {
    ...{ action, quantity, quantityUnit },
    ...(tellsOfPlaces(cycle) ? { actionUnitId } : {}),
    ...(about === undefined ? {} : { about }),
  };
  episode.withdrawn = false;
  episode.subsumedBy = null;
  if (severityRank(figures.severity) > severityRank(episode.highestSeverity)) {
    episode.highestSeverity = figures.severity;
  }
}

/** Takes back what no sender was ever handed: a route added later must not post what is withheld or over. */
export function withdrawUntold(episode: Episode): void {
  if (episode.attempted || episode.sequence === 0) return;
  episode.pending = [];
  episode.sequence = 0;
  episode.notified = null;
  episode.highestSeverity = 'NONE';
}

/** Handed to a sender at least once: it may stand in a channel, confirmed or not. */
export function mayBeShown(episode: Episode): boolean {
  return episode.attempted || episode.notifications > 0;
}

/** Ends it. What nobody can have seen is closed in the record alone. */
export function closeEpisode(episode: Episode, cycleId: CycleId): void {
  if (!mayBeShown(episode)) withdrawUntold(episode);
  episode.closedAt = cycleId;
  episode.acknowledged = null;
}
