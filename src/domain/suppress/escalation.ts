/** An alert that is critical and that nobody acknowledges goes to further routes, later ones after more time. */
import type { AlertRoute } from '../registry.ts';
import { escalationSteps } from '../route.ts';
import { severityRank } from '../vocabulary.ts';
import type { CycleId } from '../vocabulary.ts';
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

/** Channels that are due and do not have the episode yet. */
export function dueEscalation(
  episode: Episode,
  { warehouse, routes, cycleId }: { warehouse: string; routes: AlertRoute[]; cycleId: CycleId },
): string[] {
  if (!episode.criticalSince) return [];
  const { workpool, unitType, latest, criticalSince } = episode;
  const minutes = minutesBetween(criticalSince, cycleId);
  const steps = escalationSteps(routes, { warehouse, workpool, unitType }, latest.severity);
  const due = [...new Set(steps.filter(({ afterMin }) => afterMin <= minutes).map(({ channel }) => channel))];
  const known = [...episode.channels, ...(episode.escalations ?? []).flatMap(({ channels }) => channels)];
  return due.filter((channel) => !known.includes(channel));
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
