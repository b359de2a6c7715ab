/** Does what a click means: one update of the warehouse, a note on the message, a word to whoever clicked. */
import type { ModalView } from '@slack/web-api';
import type {
  AcknowledgeInput,
  AlertState,
  FeedbackInput,
  MuteInput,
  OperatorResult,
} from '../domain/alerting.ts';
import type { CycleId } from '../domain/vocabulary.ts';
import type { AnswerPort } from '../slack/answer-port.ts';
import type { MuteSpan } from '../slack/buttons.ts';
import { noteOnEpisode, tellAcknowledged, tellMuted } from '../slack/episode-notes.ts';
import { escapeText } from '../slack/limits.ts';
import { renderWhy, renderWrong } from '../slack/modals.ts';
import type { SlackPort } from '../slack/slack-port.ts';
import { shortName } from '../slack/words.ts';
import { carry, type Click } from './click.ts';
import type { Outcome } from './metrics.ts';

export interface AnswerDependencies {
  acknowledge(code: string, input: AcknowledgeInput): Promise<OperatorResult>;
  mute(code: string, input: MuteInput): Promise<OperatorResult>;
  recordFeedback(code: string, input: FeedbackInput): Promise<OperatorResult>;
  alertState(code: string, question: { unit: string }): Promise<AlertState>;
  /** IANA name; UTC where the warehouse is not known. */
  timezoneOf(code: string): Promise<string>;
  /** Epoch ms; null where no planned shift is under way. */
  shiftEnd(code: string, unitId: string, nowMs: number): Promise<number | null>;
  /** The trace of a decision, in words. */
  explain(code: string, unitId: string, cycleId: CycleId): Promise<string>;
  slack: Pick<SlackPort, 'readThread' | 'update'>;
  answers: AnswerPort;
  /** Told of what went wrong beside the point: a note that could not be shown. */
  warn(error: unknown, what: string): void;
}

export interface Answer {
  outcome: Outcome;
  /** What is left to do after Slack has been answered; never rejects. */
  afterwards: Promise<void>;
}

const SPAN_MS: Record<Exclude<MuteSpan, 'shift'>, number> = { '30m': 30 * 60_000, '2h': 120 * 60_000 };

/** @returns how a click is answered; never rejects: whoever clicked is told of a failure */
export function createAnswer(deps: AnswerDependencies): (click: Click) => Promise<Answer> {
  return async (click) => {
    try {
      return await act(click);
    } catch (error) {
      deps.warn(error, `${click.intent.kind} of ${click.episodeId}`);
      return {
        outcome: 'failed',
        afterwards: whisper(click, `Not done: ${messageOf(error)}`),
      };
    }
  };

  function act(click: Click): Promise<Answer> {
    const { intent } = click;
    switch (intent.kind) {
      case 'acknowledge':
        return acknowledge(click);
      case 'mute':
        return mute(click, intent.span);
      case 'right':
        return judge(click, { verdict: 'right' });
      case 'wrong':
        return judge(click, { verdict: 'wrong', reason: intent.reason });
      case 'ask_reason':
        return show(click, (unit) => renderWrong(unit, carry(click)));
      default:
        return why(click, intent.cycleId);
    }
  }

  async function acknowledge(click: Click): Promise<Answer> {
    const { episodeId, by, id } = click;
    const result = await deps.acknowledge(partsOf(episodeId).code, { episodeId, by, id });
    return settle(click, result, (timezone) => tellAcknowledged(by, timezone, Date.parse(click.at)));
  }

  async function mute(click: Click, span: MuteSpan): Promise<Answer> {
    const { episodeId, by, id } = click;
    const { code, unitId } = partsOf(episodeId);
    const until = await endOf(span, code, unitId, Date.parse(click.at));
    const result = await deps.mute(code, { unit: unitId, until, by, id });
    return settle(click, result, (timezone) => tellMuted(by, timezone, { until }));
  }

  /** A verdict on what is over is as welcome as any. */
  async function judge(click: Click, said: Pick<FeedbackInput, 'verdict' | 'reason'>): Promise<Answer> {
    const { episodeId, by, id } = click;
    const { code, unitId } = partsOf(episodeId);
    const result = await deps.recordFeedback(code, { episodeId, by, id, ...said });
    if (result.status === 'unchanged') return { outcome: 'unchanged', afterwards: Promise.resolve() };
    const thanks = `Thank you: "${said.verdict}" is recorded for ${shortName(unitId)}.`;
    return { outcome: 'done', afterwards: whisper(click, thanks) };
  }

  async function why(click: Click, cycleId: CycleId): Promise<Answer> {
    const { code, unitId } = partsOf(click.episodeId);
    const text = await deps.explain(code, unitId, cycleId);
    return show(click, (unit) => renderWhy(unit, text));
  }

  async function show(click: Click, render: (unit: string) => ModalView): Promise<Answer> {
    const { unitId } = partsOf(click.episodeId);
    await deps.answers.openView(click.triggerId, render(shortName(unitId)));
    return { outcome: 'shown', afterwards: Promise.resolve() };
  }

  async function endOf(span: MuteSpan, code: string, unitId: string, nowMs: number): Promise<string> {
    const endMs = span === 'shift' ? await deps.shiftEnd(code, unitId, nowMs) : nowMs + SPAN_MS[span];
    if (endMs === null)
      throw new Error('no planned shift is under way: mute it for 30 min or 2 hours instead');
    return new Date(endMs).toISOString();
  }

  function settle(click: Click, result: OperatorResult, note: (timezone: string) => string): Answer {
    if (result.status === 'ok') return { outcome: 'done', afterwards: noteEverywhere(click, note) };
    if (result.status === 'unchanged') return { outcome: 'unchanged', afterwards: Promise.resolve() };
    return { outcome: 'already_closed', afterwards: whisper(click, `Nothing to do: ${result.detail}.`) };
  }

  async function noteEverywhere(click: Click, note: (timezone: string) => string): Promise<void> {
    const { code, unitId } = partsOf(click.episodeId);
    try {
      const text = note(await deps.timezoneOf(code));
      const state = await deps.alertState(code, { unit: unitId });
      const of = { state, episodeId: click.episodeId, also: click.place };
      await noteOnEpisode(deps.slack, of, text);
    } catch (error) {
      deps.warn(error, `the note on ${click.episodeId}`);
    }
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

/** `FRA1_SINGLES_TOTAL:HIGH:2026-03-01T10:05:00Z` -> its warehouse and unit; the warehouse's own alert is both. */
export function partsOf(episodeId: string): { code: string; unitId: string } {
  const unitId = episodeId.split(':')[0] ?? '';
  return { code: unitId.split('_')[0] ?? '', unitId };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
