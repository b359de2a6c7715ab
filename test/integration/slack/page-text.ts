/** What a channel shows, as lines of text: whatever a picture of it says. */
import type { PostedMessage } from '../../../src/local/slack-endpoint/slack-endpoint.ts';

type Block = Record<string, unknown>;

/** Messages from the oldest on, each with its thread; times of day are left out. */
export function textOf(messages: readonly PostedMessage[]): string {
  const shown = messages.filter(
    ({ threadTs, ts, broadcast }) => threadTs === null || threadTs === ts || broadcast,
  );
  return shown.map((message) => withThread(message, messages)).join('\n\n');
}

function withThread(message: PostedMessage, all: readonly PostedMessage[]): string {
  const replies = all.filter(
    ({ channelId, threadTs, ts }) =>
      channelId === message.channelId && threadTs === message.ts && ts !== message.ts,
  );
  const edited = message.edits === 0 ? [] : ['(edited)'];
  return [
    ...linesOf(message),
    ...edited,
    ...replies.flatMap((reply) => ['', ...linesOf(reply).map((line) => `  | ${line}`)]),
  ].join('\n');
}

function linesOf({ text, blocks }: PostedMessage): string[] {
  return (blocks.length === 0 ? [text] : blocks.flatMap(blockLines)).flatMap((line) => line.split('\n'));
}

function blockLines(block: Block): string[] {
  switch (block['type']) {
    case 'section':
      return [...plain(block['text']), ...list(block['fields']).flatMap(plain)];
    case 'context':
      return list(block['elements']).flatMap(plain);
    case 'actions':
      return [
        list(block['elements'])
          .flatMap((element) => [...plain(element['text']), ...plain(element['placeholder'])])
          .map((label) => `[${label}]`)
          .join(' '),
      ];
    case 'image':
      return [`(picture: ${String(block['alt_text'])})`];
    default:
      return plain(block['text']);
  }
}

/** Of a text object, or of an element that is one. */
function plain(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return isBlock(value) && 'text' in value ? plain(value['text']) : [];
}

function list(value: unknown): Block[] {
  return Array.isArray(value) ? value.filter(isBlock) : [];
}

function isBlock(value: unknown): value is Block {
  return typeof value === 'object' && value !== null;
}
