/** Does what a click means: keeps the answer for its warehouse, or opens a window for whoever clicked. */
import type { ModalView } from '@slack/web-api';
import type { CycleId, Direction } from '../domain/vocabulary.ts';
import type { AnswerPort } from '../slack/answer-port.ts';
import type { MuteSpan } from '../slack/buttons.ts';
import { escapeText } from '../slack/limits.ts';
import { renderWhy, renderWrong } from '../slack/modals.ts';
import { shortName } from '../domain/words/places.ts';
import type { GivenAnswer, NewAnswer } from '../store/answer.ts';
import { carry, type Click } from './click.ts';
import type { Kept } from './keep.ts';
import { outcomeOf, type Outcome } from './metrics.ts';
import { messageOf } from '../failures/errors.ts';
import { warehouseOf } from '../domain/units.ts';

export interface AnswerDependencies {
  keep(answer: NewAnswer): Promise<Kept>;
  /** A decision on one screen, in words. */
  explain(of: EpisodeParts, cycleId: CycleId): Promise<string>;
  answers: AnswerPort;
  /** Told of what went wrong. */
  warn(error: unknown, what: string): void;
}

/** By which Slack told of a click. */
export type ClickWay = 'http' | 'socket';

export interface Reply {
  /** `kept`: what came of it shows when its warehouse has taken it. */
  outcome: Outcome | 'kept';
  /** What is left to do after Slack has been answered; never rejects. */
  afterwards: Promise<void>;
}

const SPAN_MS: Record<Exclude<MuteSpan, 'shift'>, number> = { '30m': 30 * 60_000, '2h': 120 * 60_000 };

const NOTHING_LEFT = Promise.resolve();

/** @returns how a click is answered; never rejects: whoever clicked is told of a failure */
export function createAnswer(deps: AnswerDependencies): (way: ClickWay, click: Click) => Promise<Reply> {
  return async (way, click) => {
    try {
      return await act(way, click);
    } catch (error) {
      deps.warn(error, `${click.intent.kind} of ${click.episodeId}`);
      return { outcome: 'failed', afterwards: whisper(click, `Not done: ${messageOf(error)}`) };
    }
  };

  function act(way: ClickWay, click: Click): Promise<Reply> {
    const { intent } = click;
    switch (intent.kind) {
      case 'ask_reason':
        return show(click, (unit) => renderWrong(unit, carry(click)));
      case 'why':
        return why(click, intent.cycleId);
      default:
        return keep(way, click, givenBy(click, intent));
    }
  }

  async function keep(way: ClickWay, click: Click, answer: GivenAnswer): Promise<Reply> {
    const { id, episodeId, userId, place, at } = click;
    const warehouse = partsOf(episodeId).code;
    const origin = { userId, episodeId, at, ...place };
    const kept = await deps.keep({ id, warehouse, way, answer, origin });
    if (kept === 'kept') return { outcome: 'kept', afterwards: NOTHING_LEFT };
    if (kept === 'known') return { outcome: 'unchanged', afterwards: NOTHING_LEFT };
    const word = kept.status === 'refused' ? `Not done: ${kept.detail}` : `Done: ${kept.detail}`;
    return { outcome: outcomeOf(answer, kept), afterwards: whisper(click, word) };
  }

  async function why(click: Click, cycleId: CycleId): Promise<Reply> {
    const text = await deps.explain(partsOf(click.episodeId), cycleId);
    return show(click, (unit) => renderWhy(unit, text));
  }

  async function show(click: Click, render: (unit: string) => ModalView): Promise<Reply> {
    const { unitId } = partsOf(click.episodeId);
    await deps.answers.openView(click.triggerId, render(shortName(unitId)));
    return { outcome: 'shown', afterwards: NOTHING_LEFT };
  }

  async function whisper({ place, userId }: Click, text: string): Promise<void> {
    try {
      const to = { channelId: place.channelId, userId, threadTs: null };
      await deps.answers.whisper(to, escapeText(text));
    } catch (error) {
      deps.warn(error, `a word to ${userId}`);
    }
  }
}

type Given = Exclude<Click['intent'], { kind: 'ask_reason' | 'why' }>;

function givenBy({ id, episodeId, by, at }: Click, intent: Given): GivenAnswer {
  switch (intent.kind) {
    case 'acknowledge':
      return { kind: 'acknowledge', input: { episodeId, by, id, whileOpen: true } };
    case 'done':
      return { kind: 'acknowledge', input: { episodeId, by, id } };
    case 'mute': {
      const { unitId: unit } = partsOf(episodeId);
      if (intent.span === 'shift') return { kind: 'mute', input: { unit, by, id } };
      const until = new Date(Date.parse(at) + SPAN_MS[intent.span]).toISOString();
      return { kind: 'mute', input: { unit, until, by, id } };
    }
    case 'right':
      // The button was ours: its episode was, too.
      return { kind: 'recordFeedback', input: { episodeId, verdict: 'right', by, id, proven: true } };
    default: {
      const { reason } = intent;
      return { kind: 'recordFeedback', input: { episodeId, verdict: 'wrong', reason, by, id, proven: true } };
    }
  }
}

export interface EpisodeParts {
  code: string;
  unitId: string;
  direction: Direction;
}

/** Of `FRA1_SINGLES_TOTAL:HIGH:2026-03-01T10:05:00Z`; the warehouse's own alert is its unit too. */
export function partsOf(episodeId: string): EpisodeParts {
  const [unitId = '', direction] = episodeId.split(':');
  return {
    code: warehouseOf(unitId),
    unitId,
    direction: direction === 'HIGH' || direction === 'LOW' ? direction : '',
  };
}
