// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/**
 * An alert goes to further routes: to those that ask for the severity that it has reached now, and, where it is critical
 * and nobody acknowledges it, to those for that case, later ones after more time.
 */
import type { AlertRoute } from '../registry.ts';
import { channelsFor, escalationSteps } from '../route.ts';
import { severityRank } from '../vocabulary.ts';
import type { CycleId, Severity } from '../vocabulary.ts';
import type { Episode } from './memory.ts';
import { minutesBetween } from './slots.ts';

/** Called in each cycle in which nothing withholds the alert: the clock runs while it is critical without a break. */
export function runEscalationClock(episode: Episode, cycleId: CycleId): void {
  episode.criticalSince = isCritical(episode) ? (episode.criticalSince ?? cycleId) : null;
}

/** An acknowledgement, a mute or a broader alert is an answer: afterwards the clock starts anew. */
export function stopEscalationClock(episode: Episode): void {
  if (episode.criticalSince) episode.criticalSince = null;
}

export interface Routing {
  warehouse: string;
  routes: AlertRoute[];
  cycleId: CycleId;
}

/**
 * Channels that ask for the severity reached now and not for what was told so far. Both by the routes of now: one that
 * was added meanwhile for any severity is left out, for it concerns the next episode.
 */
export function dueByRise(episode: Episode, { warehouse, routes }: Routing): string[] {
  const { workpool, unitType, latest, highestSeverity } = episode;
  const asked = (severity: Severity) =>
    channelsFor(routes, { warehouse, workpool, unitType }, severity).channels;
  const before = asked(highestSeverity);
  return asked(latest.severity).filter((channel) => !before.includes(channel));
}

/** Channels that are due for want of an acknowledgement and do not have the episode yet. */
export function dueEscalation(episode: Episode, { warehouse, routes, cycleId }: Routing): string[] {
  if (!episode.criticalSince) return [];
  const { workpool, unitType, latest, criticalSince } = episode;
  const minutes = minutesBetween(criticalSince, cycleId);
  const steps = escalationSteps(routes, { warehouse, workpool, unitType }, latest.severity);
  const due = [...new Set(steps.filter(({ afterMin }) => afterMin <= minutes).map(({ channel }) => channel))];
  return unheard(episode, due);
}

/** Adds channels to the episode's last transition and to what follows. */
export function addChannels(episode: Episode, channels: string[]): void {
  const added = unheard(episode, channels);
  if (added.length === 0) return;
  episode.escalations = [...(episode.escalations ?? []), { sequence: episode.sequence, channels: added }];
}

function unheard(episode: Episode, channels: string[]): string[] {
  const known = [...episode.channels, ...(episode.escalations ?? []).flatMap((each) => each.channels)];
  return channels.filter((channel) => !known.includes(channel));
}

/** Where one transition has to go: an escalation adds its channels to itself and to what follows. */
export function channelsOf(episode: Episode, sequence: number): string[] {
  const added = (episode.escalations ?? []).filter((escalation) => escalation.sequence <= sequence);
  return [...new Set([...episode.channels, ...added.flatMap(({ channels }) => channels)])];
}

/** The channels that one transition adds. */
export function addedBy(episode: Episode, sequence: number): string[] {
  return (episode.escalations ?? [])
    .filter((escalation) => escalation.sequence === sequence)
    .flatMap(({ channels }) => channels);
}

function isCritical({ latest }: Episode): boolean {
  return severityRank(latest.severity) >= severityRank('CRITICAL');
}
