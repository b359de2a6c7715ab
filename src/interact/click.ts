/** What a person meant: Slack's payloads of clicks and of submitted windows, read into intents. */
import { z } from 'zod';
import { ACTION_IDS, episodeOfBlock, MUTE_SPANS, type MuteSpan } from '../slack/buttons.ts';
import { REASON_INPUT, WRONG_VIEW } from '../slack/modals.ts';
import type { CycleId } from '../domain/vocabulary.ts';

export interface Click {
  /** One per click, the same whenever Slack sends it again. */
  id: string;
  /** ISO 8601, by Slack's clock. */
  at: string;
  /** Who, as it is kept in the history. */
  by: string;
  userId: string;
  episodeId: string;
  /** Where it was clicked; the thread's first message, or the message itself. */
  place: { channelId: string; ts: string };
  triggerId: string;
  intent: Intent;
}

export type Intent =
  | { kind: 'acknowledge' }
  | { kind: 'done' }
  | { kind: 'mute'; span: MuteSpan }
  | { kind: 'right' }
  | { kind: 'ask_reason' }
  | { kind: 'wrong'; reason: string }
  | { kind: 'why'; cycleId: CycleId };

const user = z.object({
  id: z.string().min(1),
  username: z.string().optional(),
  name: z.string().optional(),
});

const blockActions = z.object({
  type: z.literal('block_actions'),
  user,
  trigger_id: z.string(),
  channel: z.object({ id: z.string() }),
  message: z.object({ ts: z.string(), thread_ts: z.string().optional() }),
  actions: z
    .array(
      z.object({
        action_id: z.string(),
        block_id: z.string().optional(),
        value: z.string().optional(),
        selected_option: z.object({ value: z.string() }).nullish(),
        action_ts: z.string().regex(/^\d+\.\d+$/),
      }),
    )
    .min(1),
});

const viewSubmission = z.object({
  type: z.literal('view_submission'),
  user,
  view: z.object({
    id: z.string().min(1),
    callback_id: z.literal(WRONG_VIEW),
    private_metadata: z.string(),
    state: z.object({
      values: z.object({
        [REASON_INPUT]: z.object({ [REASON_INPUT]: z.object({ value: z.string().nullish() }) }),
      }),
    }),
  }),
});

/** What the window for the reason carries from the click that opened it. */
const carried = z.object({ episodeId: z.string(), channelId: z.string(), ts: z.string(), at: z.string() });

export function carry({ episodeId, place, at }: Click): string {
  return JSON.stringify({ episodeId, ...place, at } satisfies z.input<typeof carried>);
}

/** Not a click of ours, or nothing to do for it: a link was opened, a window closed. */
export type NoClick = 'ignored' | 'malformed';

export function readClick(payload: unknown): Click | NoClick {
  const type = z.object({ type: z.string() }).safeParse(payload).data?.type;
  if (type === 'block_actions') return readButton(payload);
  if (type === 'view_submission') return readSubmission(payload);
  return type === undefined ? 'malformed' : 'ignored';
}

function readButton(payload: unknown): Click | NoClick {
  const { data } = blockActions.safeParse(payload);
  const action = data?.actions[0];
  if (!data || !action) return 'malformed';
  if (action.action_id === ACTION_IDS.console) return 'ignored';
  const told = readAction(action);
  if (!told) return 'malformed';
  return {
    ...told,
    id: `click/${data.user.id}/${action.action_id}/${action.action_ts}`,
    at: new Date(Math.round(Number(action.action_ts) * 1_000)).toISOString(),
    by: nameOf(data.user),
    userId: data.user.id,
    place: { channelId: data.channel.id, ts: data.message.thread_ts ?? data.message.ts },
    triggerId: data.trigger_id,
  };
}

type Action = z.output<typeof blockActions>['actions'][number];

function readAction(action: Action): Pick<Click, 'episodeId' | 'intent'> | null {
  const episodeId = action.value ?? '';
  switch (action.action_id) {
    case ACTION_IDS.acknowledge:
      return episodeId === '' ? null : { episodeId, intent: { kind: 'acknowledge' } };
    case ACTION_IDS.done:
      return episodeId === '' ? null : { episodeId, intent: { kind: 'done' } };
    case ACTION_IDS.right:
      return episodeId === '' ? null : { episodeId, intent: { kind: 'right' } };
    case ACTION_IDS.wrong:
      return episodeId === '' ? null : { episodeId, intent: { kind: 'ask_reason' } };
    case ACTION_IDS.why: {
      const [cycleId = '', ...rest] = episodeId.split(' ');
      return rest.length === 0 ? null : { episodeId: rest.join(' '), intent: { kind: 'why', cycleId } };
    }
    case ACTION_IDS.mute: {
      const span = action.selected_option?.value ?? '';
      const of = episodeOfBlock(action.block_id ?? '');
      return of === '' || !isSpan(span) ? null : { episodeId: of, intent: { kind: 'mute', span } };
    }
    default:
      return null;
  }
}

function readSubmission(payload: unknown): Click | NoClick {
  const { data } = viewSubmission.safeParse(payload);
  if (!data) return 'malformed';
  const { success, data: of } = carried.safeParse(parseJson(data.view.private_metadata));
  if (!success) return 'malformed';
  const reason = data.view.state.values[REASON_INPUT][REASON_INPUT].value?.trim() ?? '';
  if (reason === '') return 'malformed';
  return {
    id: `view/${data.user.id}/${data.view.id}`,
    at: of.at,
    by: nameOf(data.user),
    userId: data.user.id,
    episodeId: of.episodeId,
    place: { channelId: of.channelId, ts: of.ts },
    triggerId: '',
    intent: { kind: 'wrong', reason },
  };
}

function nameOf({ id, username, name }: z.output<typeof user>): string {
  return `${(username ?? name ?? 'someone').slice(0, 80)} (${id})`;
}

function isSpan(value: string): value is MuteSpan {
  return Object.hasOwn(MUTE_SPANS, value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
