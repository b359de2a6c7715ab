/** Slack's limits, written down a second time on purpose: what renders must not also say what is allowed. */
import { asText, isRecord, type Json } from './json.ts';
import { Refusal } from './refusal.ts';
import type { StoredMessage } from './workspace.ts';

const MAX_BLOCKS = 50;
const MAX_ALL_BLOCKS = 11_000;
const MAX_POST_TEXT = 40_000;
const MAX_UPDATE_TEXT = 4_000;

export function checkText(method: 'chat.postMessage' | 'chat.update', text: string): void {
  const max = method === 'chat.update' ? MAX_UPDATE_TEXT : MAX_POST_TEXT;
  if (text.length > max)
    throw new Refusal('msg_too_long', `[ERROR] text is ${text.length} of ${max} characters`);
}

/** @throws Refusal `invalid_blocks`, `msg_blocks_too_long`, naming the JSON pointer as Slack does. */
export function checkBlocks(value: unknown): Json[] {
  if (!Array.isArray(value)) throw new Refusal('invalid_blocks_format');
  const blocks: unknown[] = value;
  if (blocks.length > MAX_BLOCKS) throw invalid('/blocks', `no more than ${MAX_BLOCKS} items allowed`);
  const checked = blocks.map((block, index) => checkBlock(block, `/blocks/${index}`));
  if (JSON.stringify(checked).length > MAX_ALL_BLOCKS) throw new Refusal('msg_blocks_too_long');
  return checked;
}

function checkBlock(value: unknown, at: string): Json {
  const block = asObject(value, at);
  switch (block['type']) {
    case 'header':
      checkTextObject(block['text'], `${at}/text`, 150, ['plain_text']);
      break;
    case 'section': {
      if (block['text'] === undefined && block['fields'] === undefined)
        throw invalid(at, 'text or fields expected');
      if (block['text'] !== undefined)
        checkTextObject(block['text'], `${at}/text`, 3_000, ['mrkdwn', 'plain_text']);
      if (block['fields'] !== undefined) checkItems(block['fields'], `${at}/fields`, 2_000);
      break;
    }
    case 'context':
      checkItems(block['elements'], `${at}/elements`, 3_000);
      break;
    case 'divider':
      break;
    case 'actions':
      checkActions(block['elements'], `${at}/elements`);
      break;
    default:
      throw invalid(at, `unsupported type: ${asText(block['type'])}`);
  }
  return block;
}

function checkItems(value: unknown, at: string, max: number): void {
  if (!Array.isArray(value) || value.length === 0) throw invalid(at, 'must provide at least 1 item');
  if (value.length > 10) throw invalid(at, 'no more than 10 items allowed');
  value.forEach((item, index) => checkTextObject(item, `${at}/${index}`, max, ['mrkdwn', 'plain_text']));
}

function checkActions(value: unknown, at: string): void {
  if (!Array.isArray(value) || value.length === 0) throw invalid(at, 'must provide at least 1 item');
  if (value.length > 25) throw invalid(at, 'no more than 25 items allowed');
  value.forEach((item, index) => {
    const element = asObject(item, `${at}/${index}`);
    if (element['type'] !== 'button') return;
    checkTextObject(element['text'], `${at}/${index}/text`, 75, ['plain_text']);
    checkLength(element['value'], `${at}/${index}/value`, 2_000);
    checkLength(element['url'], `${at}/${index}/url`, 3_000);
  });
}

function checkTextObject(value: unknown, at: string, max: number, types: string[]): void {
  const object = asObject(value, at);
  if (!types.includes(asText(object['type']))) throw invalid(`${at}/type`, `must be ${types.join(' or ')}`);
  if (typeof object['text'] !== 'string' || object['text'] === '')
    throw invalid(`${at}/text`, 'must be more than 0 characters');
  checkLength(object['text'], `${at}/text`, max);
}

function checkLength(value: unknown, at: string, max: number): void {
  if (typeof value === 'string' && value.length > max)
    throw invalid(at, `must be less than ${max + 1} characters`);
}

/** An event_type with a dot (or another sign) in it loses the metadata, and Slack says nothing. */
export function acceptMetadata(value: unknown): StoredMessage['metadata'] {
  if (!isRecord(value)) return null;
  const { event_type: type, event_payload: payload } = value;
  if (typeof type !== 'string' || !/^[A-Za-z0-9_]+$/.test(type)) return null;
  if (!isRecord(payload)) return null;
  return { event_type: type, event_payload: payload };
}

function asObject(value: unknown, at: string): Json {
  if (!isRecord(value)) throw invalid(at, 'must be an object');
  return value;
}

function invalid(pointer: string, problem: string): Refusal {
  return new Refusal('invalid_blocks', `[ERROR] ${problem} [json-pointer:${pointer}]`);
}
