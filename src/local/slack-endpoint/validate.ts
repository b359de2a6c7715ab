/** Slack's limits, written down a second time on purpose: what renders must not also say what is allowed. */
import { asText, isRecord, type Json } from './json.ts';
import { Refusal } from './refusal.ts';
import type { StoredMessage } from './workspace.ts';

const MAX_BLOCKS = 50;
const MAX_VIEW_BLOCKS = 100;
const MAX_ALL_BLOCKS = 11_000;
const MAX_POST_TEXT = 40_000;
const MAX_UPDATE_TEXT = 4_000;
const MAX_ID = 255;

export interface BlockRules {
  /** Whether an image block may show this file. */
  isImage(fileId: string): boolean;
  /** In a window: more blocks, and inputs. */
  view?: boolean;
}

export function checkText(
  method: 'chat.postMessage' | 'chat.update' | 'chat.postEphemeral',
  text: string,
): void {
  const max = method === 'chat.update' ? MAX_UPDATE_TEXT : MAX_POST_TEXT;
  if (text.length > max)
    throw new Refusal('msg_too_long', `[ERROR] text is ${text.length} of ${max} characters`);
}

/** @throws Refusal `invalid_blocks`, `msg_blocks_too_long`, naming the JSON pointer as Slack does. */
export function checkBlocks(value: unknown, rules: BlockRules): Json[] {
  if (!Array.isArray(value)) throw new Refusal('invalid_blocks_format');
  const blocks: unknown[] = value;
  const most = rules.view ? MAX_VIEW_BLOCKS : MAX_BLOCKS;
  if (blocks.length > most) throw invalid('/blocks', `no more than ${most} items allowed`);
  const checked = blocks.map((block, index) => checkBlock(block, `/blocks/${index}`, rules));
  const ids = checked.map((block) => asText(block['block_id'])).filter((id) => id !== '');
  if (new Set(ids).size < ids.length) throw invalid('/blocks', 'block_id must be unique');
  if (!rules.view && JSON.stringify(checked).length > MAX_ALL_BLOCKS)
    throw new Refusal('msg_blocks_too_long');
  return checked;
}

function checkBlock(value: unknown, at: string, rules: BlockRules): Json {
  const block = asObject(value, at);
  checkLength(block['block_id'], `${at}/block_id`, MAX_ID);
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
    case 'image':
      checkImage(block, at, rules);
      break;
    case 'actions':
      checkActions(block['elements'], `${at}/elements`);
      break;
    case 'input':
      if (!rules.view) throw invalid(at, 'input blocks are for views');
      checkInput(block, at);
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

function checkImage(block: Json, at: string, rules: BlockRules): void {
  const alt = block['alt_text'];
  if (typeof alt !== 'string' || alt === '')
    throw invalid(`${at}/alt_text`, 'must be more than 0 characters');
  checkLength(alt, `${at}/alt_text`, 2_000);
  const file = block['slack_file'];
  if (file === undefined) return checkLength(block['image_url'], `${at}/image_url`, 3_000);
  if (!rules.isImage(asText(asObject(file, `${at}/slack_file`)['id'])))
    throw invalid(`${at}/slack_file`, 'invalid slack file');
}

function checkActions(value: unknown, at: string): void {
  if (!Array.isArray(value) || value.length === 0) throw invalid(at, 'must provide at least 1 item');
  if (value.length > 25) throw invalid(at, 'no more than 25 items allowed');
  const elements = value.map((item, index) => asObject(item, `${at}/${index}`));
  elements.forEach((element, index) => checkElement(element, `${at}/${index}`));
  const ids = elements.map((element) => asText(element['action_id']));
  if (new Set(ids).size < ids.length) throw invalid(at, 'action_id must be unique within a block');
}

function checkElement(element: Json, at: string): void {
  checkLength(element['action_id'], `${at}/action_id`, MAX_ID);
  if (element['type'] === 'button') {
    checkTextObject(element['text'], `${at}/text`, 75, ['plain_text']);
    checkLength(element['value'], `${at}/value`, 2_000);
    checkLength(element['url'], `${at}/url`, 3_000);
    if (element['style'] !== undefined && !['primary', 'danger'].includes(asText(element['style'])))
      throw invalid(`${at}/style`, 'must be primary or danger');
    return;
  }
  if (element['type'] !== 'static_select') throw invalid(at, `unsupported type: ${asText(element['type'])}`);
  if (element['placeholder'] !== undefined)
    checkTextObject(element['placeholder'], `${at}/placeholder`, 150, ['plain_text']);
  const { options } = element;
  if (!Array.isArray(options) || options.length === 0)
    throw invalid(`${at}/options`, 'must provide at least 1 item');
  if (options.length > 100) throw invalid(`${at}/options`, 'no more than 100 items allowed');
  options.forEach((option: unknown, index) => {
    const { text, value } = asObject(option, `${at}/options/${index}`);
    checkTextObject(text, `${at}/options/${index}/text`, 75, ['plain_text', 'mrkdwn']);
    if (typeof value !== 'string' || value === '')
      throw invalid(`${at}/options/${index}/value`, 'is required');
    checkLength(value, `${at}/options/${index}/value`, 150);
  });
}

function checkInput(block: Json, at: string): void {
  checkTextObject(block['label'], `${at}/label`, 2_000, ['plain_text']);
  const element = asObject(block['element'], `${at}/element`);
  if (element['type'] !== 'plain_text_input')
    throw invalid(`${at}/element`, `unsupported type: ${asText(element['type'])}`);
  if (Number(element['max_length'] ?? 1) > 3_000)
    throw invalid(`${at}/element/max_length`, 'must be at most 3000');
  if (element['placeholder'] !== undefined)
    checkTextObject(element['placeholder'], `${at}/element/placeholder`, 150, ['plain_text']);
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
