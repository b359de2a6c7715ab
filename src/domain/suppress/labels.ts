// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/**
 * The label of one alert key in one cycle, with its named reason. Deciding to tell people (NEW, ONGOING, CLEARED)
 * adds a transition to the episode's outbox.
 */
import type { DecideInput } from './contract.ts';
import { severityRank } from '../vocabulary.ts';
import type { Label } from '../vocabulary.ts';
import { earlierOf } from './earlier.ts';
import { closeEpisode, figuresOf, mayBeShown, tell, withdrawUntold } from './episode.ts';
import {
  addChannels,
  dueByRise,
  dueEscalation,
  runEscalationClock,
  stopEscalationClock,
} from './escalation.ts';
import { isInForceAlready } from './in-force.ts';
import { isAcknowledged, isMuted } from './memory.ts';
import type { Episode, LabelRow, WarehouseMemory } from './memory.ts';
import type { Observation } from './observation.ts';
import type { REASONS, Reason, Withheld } from './reasons.ts';
import { escalates, flapsByShare, followsUp, routesByRise, staysSilentOnInForce } from './rules.ts';
import type { Subsumption } from './subsumption.ts';
import { type Change, findChange, isWindowPassed } from './windows.ts';
import { STALE_MINUTES } from './limits.ts';

type Ongoing = (typeof REASONS)['ONGOING'][number];

interface Verdict {
  label: Label | null;
  reason: Reason;
  winner?: string;
}

/** null: plain healthy, nothing to say. */
export function labelKey(
  memory: WarehouseMemory,
  input: DecideInput,
  observation: Observation,
  subsumption: Subsumption,
): LabelRow | null {
  const { row, episode } = observation;
  const verdict = judge(memory, input, observation, subsumption);
  if (verdict === null) return null;
  const {
    ttoMin,
    ttsMin,
    alarm: _alarm,
    about: _about,
    ...figures
  } = figuresOf(observation, episode?.latest);
  return {
    unitId: observation.unitId,
    direction: observation.direction,
    ...figures,
    ttoMin,
    ttsMin,
    quality: observation.quality,
    label: verdict.label,
    reason: verdict.reason,
    episodeId: episode?.episodeId ?? null,
    winner:
      verdict.winner ?? (observation.actionable ? foreignWinner(row?.winner, observation.unitId) : null),
  };
}

function foreignWinner(winner: string | null | undefined, unitId: string): string | null {
  return winner === unitId ? null : (winner ?? null);
}

function judge(
  memory: WarehouseMemory,
  input: DecideInput,
  observation: Observation,
  subsumption: Subsumption,
): Verdict | null {
  const { episode, actionable, row } = observation;
  if (episode === null) {
    if (actionable) return { label: 'SUPPRESSED', reason: 'persistence' };
    return row !== null && severityRank(row.severity) >= severityRank('WATCH')
      ? { label: null, reason: 'watch' }
      : null;
  }
  if (observation.ends !== null) return judgeEnd(input, observation, episode, observation.ends);
  if (actionable) return judgeActionable(memory, input, observation, episode, subsumption);
  return judgeQuiet(memory, input, observation, episode, subsumption);
}

function judgeEnd(
  input: DecideInput,
  observation: Observation,
  episode: Episode,
  reason: 'recovered' | 'removed' | 'expired',
): Verdict {
  const shown = mayBeShown(episode);
  if (shown) tell(episode, 'CLEARED', reason, figuresOf(observation, episode.latest), input);
  closeEpisode(episode, input.cycleId);
  return shown ? { label: 'CLEARED', reason } : { label: 'SUPPRESSED', reason: 'clearing' };
}

function judgeActionable(
  memory: WarehouseMemory,
  input: DecideInput,
  observation: Observation,
  episode: Episode,
  subsumption: Subsumption,
): Verdict {
  episode.latest = figuresOf(observation);
  episode.staleNotice = false;
  if (!observation.flapping) episode.flappingNotice = false;

  const winner = subsumption.winnerOf(observation);
  const reason = winner === null ? findReasonToWithhold(memory, input, observation, episode) : 'subsumed';
  if (reason !== null) {
    stopEscalationClock(episode);
    withdrawUntold(episode);
    if (winner === null) return { label: 'SUPPRESSED', reason };
    episode.subsumedBy = winner;
    return { label: 'SUPPRESSED', reason, winner };
  }
  runEscalationClock(episode, input.cycleId);
  return episode.notifications === 0
    ? judgeUnconfirmed(memory, input, observation, episode)
    : judgeConfirmed(memory, input, observation, episode, subsumption);
}

function findReasonToWithhold(
  memory: WarehouseMemory,
  input: DecideInput,
  observation: Observation,
  episode: Episode,
): Withheld | null {
  if (observation.row?.held) return 'held';
  const { severity } = episode.latest;
  if (severity !== 'EMERGENCY' && isMuted(memory, observation.unitId, input.cycleId)) return 'muted';
  if (isAcknowledged(episode, severity, input.cycleId)) return 'acknowledged';
  episode.acknowledged = null;
  return null;
}

/** Nobody is known to have read of it: it stays NEW, and what got worse since follows the first message. */
function judgeUnconfirmed(
  memory: WarehouseMemory,
  input: DecideInput,
  { flapping }: Observation,
  episode: Episode,
): Verdict {
  const reason = flapping ? 'flapping' : 'persistent';
  episode.flappingNotice = flapping;
  if (!episode.attempted) {
    tell(episode, 'NEW', reason, episode.latest, input);
  } else {
    const change = changeOf(memory, input, episode);
    if (change !== null) tellMore(memory, input, episode, change);
  }
  return { label: 'NEW', reason };
}

function changeOf(memory: WarehouseMemory, input: DecideInput, episode: Episode): Change | null {
  const change = findChange(episode, episode.latest);
  const isOld = change === 'action' && staysSilentOnInForce(input) && isInForceAlready(memory, episode);
  return isOld ? null : change;
}

function tellMore(memory: WarehouseMemory, input: DecideInput, episode: Episode, reason: Ongoing): void {
  const risen = routesByRise(input) ? dueByRise(episode, { ...input, warehouse: memory.warehouse }) : [];
  const earlier = followsUp(input) ? earlierOf(memory, episode, episode.latest) : undefined;
  tell(episode, 'ONGOING', reason, episode.latest, { ...input, ...(earlier ? { earlier } : {}) });
  addChannels(episode, risen);
}

function judgeConfirmed(
  memory: WarehouseMemory,
  input: DecideInput,
  { flapping, isDoubt }: Observation,
  episode: Episode,
  subsumption: Subsumption,
): Verdict {
  const change = changeOf(memory, input, episode);
  const emergency = change === 'severity' && episode.latest.severity === 'EMERGENCY';
  const escalated = escalates(input) ? dueEscalation(episode, { ...input, warehouse: memory.warehouse }) : [];
  if (escalated.length > 0) {
    const verdict = tellOngoing('escalated');
    addChannels(episode, escalated);
    return verdict;
  }
  if (flapping && !emergency) {
    if (!episode.flappingNotice) {
      episode.flappingNotice = true;
      return tellOngoing('flapping');
    }
    // It may be so for an hour and more: what is worse than anything that was said is said, once.
    const isWorse = flapsByShare(input) && change === 'severity';
    if (!isWorse) return { label: 'SUPPRESSED', reason: 'flapping' };
  }
  if (change !== null) return tellOngoing(change);
  if (episode.withdrawn) return tellOngoing('acknowledgement_withdrawn');
  if (episode.subsumedBy !== null && !subsumption.isOpen(episode.subsumedBy)) {
    return tellOngoing('winner_cleared');
  }
  const unconfirmed = episode.pending.find(
    ({ confirmed, reason }) => confirmed.length === 0 && reason !== 'stale',
  );
  if (unconfirmed) return { label: 'ONGOING', reason: unconfirmed.reason };
  if (!isWindowPassed(episode, input.cycleId, isDoubt)) return { label: 'SUPPRESSED', reason: 'window' };
  return tellOngoing('window');

  function tellOngoing(reason: Ongoing): Verdict {
    episode.repeats = change === null ? episode.repeats + 1 : 0;
    tellMore(memory, input, episode, reason);
    return { label: 'ONGOING', reason };
  }
}

/** An open episode whose row asks for nothing now. */
function judgeQuiet(
  memory: WarehouseMemory,
  input: DecideInput,
  observation: Observation,
  episode: Episode,
  subsumption: Subsumption,
): Verdict {
  withdrawUntold(episode);
  if (observation.vote !== 'U') {
    episode.staleNotice = false;
    if (observation.state === 'NOT_SCHEDULED') return { label: 'SUPPRESSED', reason: 'not_scheduled' };
    const flaps = flapsByShare(input) && observation.flapping;
    return { label: 'SUPPRESSED', reason: flaps ? 'flapping' : 'clearing' };
  }
  const due = observation.blindMinutes >= STALE_MINUTES && episode.notifications > 0 && !episode.staleNotice;
  if (!due) return { label: 'SUPPRESSED', reason: 'no_data' };
  const winner = subsumption.blindWinner();
  if (winner !== null) return { label: 'SUPPRESSED', reason: 'subsumed', winner };
  if (isMuted(memory, observation.unitId, input.cycleId)) return { label: 'SUPPRESSED', reason: 'muted' };
  if (isAcknowledged(episode, 'WARNING', input.cycleId))
    return { label: 'SUPPRESSED', reason: 'acknowledged' };
  episode.staleNotice = true;
  tell(episode, 'ONGOING', 'stale', { ...episode.latest, state: 'UNKNOWN', quantity: null }, input);
  return { label: 'ONGOING', reason: 'stale' };
}
