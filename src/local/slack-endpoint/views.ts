/** Windows (modals): each needs the trigger of a click, which is good for 3 s and for one window. */
import { asRecords, asText, isRecord, type Json } from './json.ts';
import { Refusal } from './refusal.ts';
import { checkBlocks, type BlockRules } from './validate.ts';

export interface OpenView {
  id: string;
  title: string;
  submit: string;
  callbackId: string;
  privateMetadata: string;
  blocks: Json[];
  /** Whose click opened it. */
  userId: string;
}

/** A click's right to open a window. */
export interface Trigger {
  userId: string;
  issuedMs: number;
}

export interface Views {
  issueTrigger(userId: string, nowMs: number): string;
  /** @throws Refusal with Slack's error code */
  open(triggerId: string, view: unknown, nowMs: number): OpenView;
  list(): OpenView[];
  close(id: string): void;
}

const TRIGGER_VALID_MS = 3_000;

export function createViews(rules: BlockRules): Views {
  const triggers = new Map<string, Trigger>();
  const views: OpenView[] = [];
  let count = 0;
  return {
    issueTrigger(userId, nowMs) {
      count += 1;
      const id = `${nowMs}.${count}.trigger`;
      triggers.set(id, { userId, issuedMs: nowMs });
      return id;
    },
    open(triggerId, value, nowMs) {
      const trigger = triggers.get(triggerId);
      if (!trigger)
        throw new Refusal(/\.trigger$/.test(triggerId) ? 'exchanged_trigger_id' : 'invalid_trigger_id');
      if (nowMs - trigger.issuedMs > TRIGGER_VALID_MS) throw new Refusal('expired_trigger_id');
      count += 1;
      const view = {
        ...checkView(value, rules),
        id: `V${String(count).padStart(8, '0')}`,
        userId: trigger.userId,
      };
      triggers.delete(triggerId);
      views.push(view);
      return view;
    },
    list: () => [...views],
    close(id) {
      const at = views.findIndex((view) => view.id === id);
      if (at >= 0) views.splice(at, 1);
    },
  };
}

function checkView(value: unknown, rules: BlockRules): Omit<OpenView, 'id' | 'userId'> {
  if (!isRecord(value) || value['type'] !== 'modal') throw refuse('/view/type', 'must be modal');
  const plain = (name: string, max: number, required: boolean) => {
    const given = value[name];
    if (given === undefined && !required) return '';
    const text = isRecord(given) ? asText(given['text']) : '';
    if (text === '' || !isRecord(given) || given['type'] !== 'plain_text')
      throw refuse(`/view/${name}`, 'must be a plain_text');
    if (text.length > max) throw refuse(`/view/${name}/text`, `must be less than ${max + 1} characters`);
    return text;
  };
  const limited = (name: string, max: number) => {
    const text = asText(value[name]);
    if (text.length > max) throw refuse(`/view/${name}`, `must be less than ${max + 1} characters`);
    return text;
  };
  const blocks = checkBlocks(value['blocks'], { ...rules, view: true });
  const submit = plain('submit', 24, false);
  if (submit === '' && asRecords(value['blocks']).some(({ type }) => type === 'input'))
    throw refuse('/view/submit', 'is required where there are input blocks');
  plain('close', 24, false);
  return {
    title: plain('title', 24, true),
    submit,
    callbackId: limited('callback_id', 255),
    privateMetadata: limited('private_metadata', 3_000),
    blocks,
  };
}

function refuse(pointer: string, problem: string): Refusal {
  return new Refusal('invalid_arguments', `[ERROR] ${problem} [json-pointer:${pointer}]`);
}
