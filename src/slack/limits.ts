/** Slack's limits, and how a text is made to respect them. Lengths are UTF-16 code units. */
import type { KnownBlock } from '@slack/web-api';

/** Published limits of the Web API and of Block Kit. */
export const SLACK_LIMITS = {
  blocks: 50,
  header: 150,
  sectionText: 3_000,
  fieldText: 2_000,
  /** chat.update refuses above it; chat.postMessage alone would take more. */
  text: 4_000,
  contextElements: 10,
} as const;

/** Blocks above about 11,000 characters in all are refused (`msg_blocks_too_long`): a tenth is kept free. */
export const MESSAGE_BUDGET = 10_000;

/** Room for the block that says how many lines were left out. */
const MORE_LINE_ROOM = 200;

/** Line breaks and tabs of all kinds. */
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
/** Other control characters, and those that turn the direction of writing: what follows would read as something else. */
const CONTROLS = /[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** A text from outside as one line that looks like what it is; not escaped. */
export function plainLine(text: string): string {
  return text.replace(BREAKS, ' ').replace(CONTROLS, '');
}

/** Nothing that came from a table may become a link, a mention, a broadcast or a line of its own. */
export function escapeText(text: string): string {
  return plainLine(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Cuts an escaped text, never within an entity or a surrogate pair. */
export function clipText(escaped: string, max: number): string {
  if (escaped.length <= max) return escaped;
  const cut = escaped
    .slice(0, max - 1)
    .replace(/&[a-z]{0,3}$/, '')
    .replace(/[\uD800-\uDBFF]$/, '');
  return `${cut}…`;
}

/** Escapes and cuts one text from outside. */
export function safeText(text: string, max: number): string {
  return clipText(escapeText(text), max);
}

export function header(escaped: string): KnownBlock {
  return {
    type: 'header',
    text: { type: 'plain_text', text: clipText(escaped, SLACK_LIMITS.header), emoji: true },
  };
}

export function section(escaped: string): KnownBlock {
  return { type: 'section', text: { type: 'mrkdwn', text: clipText(escaped, SLACK_LIMITS.sectionText) } };
}

export function context(...escaped: string[]): KnownBlock {
  return {
    type: 'context',
    elements: escaped
      .filter((text) => text !== '')
      .slice(0, SLACK_LIMITS.contextElements)
      .map((text) => ({ type: 'mrkdwn', text: clipText(text, SLACK_LIMITS.fieldText) })),
  };
}

/** What a message costs of `MESSAGE_BUDGET`: as it travels, JSON and all. */
export function messageSize(text: string, blocks: readonly KnownBlock[]): number {
  return text.length + JSON.stringify(blocks).length;
}

/**
 * Packs lines into as few sections as they need. What no longer fits, by characters or by number of blocks,
 * is counted in a last line, "N more" with `more` saying where to find them.
 */
export function listLines(
  escapedLines: readonly string[],
  room: { characters: number; blocks: number; more: string },
): KnownBlock[] {
  const sections: string[] = [];
  let left = room.characters - MORE_LINE_ROOM;
  let shown = 0;
  for (const line of escapedLines) {
    const clipped = clipText(line, SLACK_LIMITS.sectionText);
    const last = sections.at(-1);
    const joins = last !== undefined && last.length + 1 + clipped.length <= SLACK_LIMITS.sectionText;
    const cost = joins ? JSON.stringify(clipped).length : messageSize('', [section(clipped)]);
    if (cost > left || (!joins && sections.length >= room.blocks - 1)) break;
    if (joins) sections[sections.length - 1] = `${last}\n${clipped}`;
    else sections.push(clipped);
    left -= cost;
    shown += 1;
  }
  const blocks = sections.map(section);
  const hidden = escapedLines.length - shown;
  if (hidden > 0) blocks.push(context(`${hidden} more: ${room.more}`));
  return blocks;
}
