/** One note on every message of an episode, in whichever channels it stands. */
import type { AlertState } from '../domain/alerting.ts';
import { safeText } from './limits.ts';
import { showNote, type MessagePlace } from './note.ts';
import type { SlackPort } from './slack-port.ts';

/**
 * @param state of the unit, after what is noted was done
 * @param also a place that the state may not know yet: a click can be faster than a confirmation
 * @throws SlackFinalError and its kin
 */
export async function noteOnEpisode(
  slack: Pick<SlackPort, 'readThread' | 'update'>,
  { state, episodeId, also }: { state: AlertState; episodeId: string; also?: MessagePlace },
  escaped: string,
): Promise<void> {
  const shown = openEpisodesOf(state).flatMap((each) => (each.episodeId === episodeId ? each.messages : []));
  const all: MessagePlace[] = [...(also ? [also] : []), ...shown];
  const places = new Map(all.map(({ channelId, ts }) => [`${channelId} ${ts}`, { channelId, ts }]));
  for (const place of places.values()) await showNote(slack, place, episodeId, escaped);
}

export function openEpisodesOf({ units }: AlertState) {
  return units.flatMap(({ alerts }) => alerts.flatMap(({ episode }) => episode ?? []));
}

/** `alex (U012)` -> `*alex*`: people read names, the history keeps the id beside it. */
export function nameInNote(by: string): string {
  return `*${safeText(by.replace(/ \([^()]*\)$/, ''), 80)}*`;
}
