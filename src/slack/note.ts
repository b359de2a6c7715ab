/** Who has taken an alert on, shown on its own message. */
import type { KnownBlock } from '@slack/web-api';
import { SlackFinalError } from './errors.ts';
import { context } from './limits.ts';
import { findOwnMessage } from './poster.ts';
import { asTaken } from './picture/picture-block.ts';
import type { SlackPort } from './slack-port.ts';

const NOTE_BLOCK = 'note';

/** An episode's first message in a channel, or the summary below which it stands. */
export interface MessagePlace {
  channelId: string;
  ts: string;
}

/**
 * Puts one note in place of the last one, above the buttons. Slack has no update on condition: a delivery that
 * renews the very same message within these milliseconds may be undone on screen, until the episode's next update;
 * its thread holds what was said either way.
 * @throws SlackFinalError and its kin, but for a message that is gone
 */
export async function showNote(
  slack: Pick<SlackPort, 'readThread' | 'update'>,
  { channelId, ts }: MessagePlace,
  episodeId: string,
  escaped: string,
): Promise<void> {
  try {
    const own = findOwnMessage(await slack.readThread(channelId, ts), ts, episodeId);
    if (!own || own.episodeId !== episodeId) return;
    const { text, blocks, metadata } = own;
    await slack.update(channelId, own.ts, { text, blocks: withNote(blocks, escaped), metadata });
  } catch (error) {
    if (!(error instanceof SlackFinalError && GONE.has(error.code))) throw error;
  }
}

/** Whoever deleted the message has no use for the note. */
const GONE = new Set(['thread_not_found', 'message_not_found']);

/** A message that is written anew keeps the note that it has. */
export function keepNote(blocks: readonly KnownBlock[], before: readonly KnownBlock[]): KnownBlock[] {
  const note = before.find(({ block_id: id }) => id === NOTE_BLOCK);
  return note ? placeNote(blocks, note) : [...blocks];
}

/** @param escaped empty: takes the note away */
export function withNote(blocks: readonly KnownBlock[], escaped: string): KnownBlock[] {
  const others = blocks.filter(({ block_id: id }) => id !== NOTE_BLOCK).map(asTaken);
  if (escaped === '') return others;
  return placeNote(others, { ...context(escaped), block_id: NOTE_BLOCK });
}

function placeNote(blocks: readonly KnownBlock[], note: KnownBlock): KnownBlock[] {
  const buttons = blocks.findIndex(({ type }) => type === 'actions');
  return buttons < 0 ? [...blocks, note] : [...blocks.slice(0, buttons), note, ...blocks.slice(buttons)];
}
