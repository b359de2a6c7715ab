/** One note on every message of an episode, in whichever channels it stands. */
import type { AlertState } from '../domain/suppress/contract.ts';
import { safeText } from './limits.ts';
import { showNote, type MessagePlace } from './note.ts';
import type { SlackPort } from './slack-port.ts';
import { localTime, personName } from './words.ts';

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
  const shown = [...openEpisodesOf(state), ...(state.undo ?? [])].flatMap((each) =>
    each.episodeId === episodeId ? each.messages : [],
  );
  const all: MessagePlace[] = [...(also ? [also] : []), ...shown];
  const places = new Map(all.map(({ channelId, ts }) => [`${channelId} ${ts}`, { channelId, ts }]));
  for (const place of places.values()) await showNote(slack, place, episodeId, escaped);
}

export function openEpisodesOf({ units }: AlertState) {
  return units.flatMap(({ alerts }) => alerts.flatMap(({ episode }) => episode ?? []));
}

/** `Acknowledged by *alex* at 11:05 CET until 12:00 CET` */
export function tellAcknowledged(by: string, timezone: string, atMs: number, until?: string): string {
  const end = until === undefined ? '' : ` until ${localTime(until, timezone)}`;
  return `Acknowledged by ${nameInNote(by)} at ${localTime(atMs, timezone)}${end}`;
}

/** `Done by *alex* at 11:05 CET`: what an alert that is over asked to undo. */
export function tellDone(by: string, timezone: string, atMs: number): string {
  return `Done by ${nameInNote(by)} at ${localTime(atMs, timezone)}`;
}

/** `Muted by *alex* from 14:00 CET until 15:00 CET`; without `from`: at once. */
export function tellMuted(
  by: string,
  timezone: string,
  { from, until }: { from?: string; until: string },
): string {
  const start = from === undefined ? '' : ` from ${localTime(from, timezone)}`;
  return `Muted by ${nameInNote(by)}${start} until ${localTime(until, timezone)}`;
}

/** `alex (U012)` -> `*alex*` */
export function nameInNote(by: string): string {
  return `*${safeText(personName(by), 80)}*`;
}
