/**
 * Tells people what came of their answers: one note on an alert's messages however many answered it, one word to a
 * person however many answers were theirs. Slowly, as Slack takes it; nobody's answer waits for it.
 */
import type { AlertState } from '../domain/suppress/contract.ts';
import type { AnswerPort } from '../slack/answer-port.ts';
import { noteOnEpisode, tellAcknowledged, tellDone, tellMuted } from '../slack/episode-notes.ts';
import { SlackFinalError } from '../slack/errors.ts';
import { escapeText } from '../slack/limits.ts';
import type { SlackPort } from '../slack/slack-port.ts';
import { shortName } from '../domain/words/places.ts';
import type { AnswerOrigin, NewAnswer, TakenAnswer } from '../store/answer.ts';
import { createLane, createPause } from './lane.ts';
import { groupBy } from '../domain/group-by.ts';

/** What is older than that is no news, and is left unsaid. */
const NEWS_MS = 15 * 60_000;

/** Slack takes some 50 updates a minute, and 100 words to single persons. */
const NOTE_PAUSE_MS = 1_000;
const WORD_PAUSE_MS = 600;

export interface TellerDependencies {
  alertState(warehouse: string): Promise<AlertState>;
  /** IANA name; UTC where the warehouse is not known. */
  timezoneOf(warehouse: string): Promise<string>;
  slack: Pick<SlackPort, 'readThread' | 'update'>;
  answers: Pick<AnswerPort, 'whisper'>;
  recordTold(ids: string[]): Promise<void>;
  warn(error: unknown, what: string): void;
}

export interface Teller {
  tell(taken: readonly TakenAnswer[]): void;
  /** Once per answer: it is kept, and will take effect. */
  tellLate(waiting: readonly NewAnswer[]): void;
  /** Resolves when all of it is said, or could not be. */
  drain(): Promise<void>;
}

/** What is to be said of one answer. */
interface Told {
  id: string;
  warehouse: string;
  to: AnswerOrigin;
  /** By the timezone of its warehouse; `isOver`: of an alert that has ended, and said what to undo. */
  text(timezone: string, isOver: boolean): string;
}

export function createTeller(deps: TellerDependencies): Teller {
  /** Under way: the sweep may find them untold meanwhile. */
  const queued = new Set<string>();
  const toldLate = new Set<string>();
  const notes = createLane(noteAll);
  const words = createLane(sayAll);
  const rest = createLane((ids: string[]) => done(ids));
  const noting = createPause(NOTE_PAUSE_MS);
  const saying = createPause(WORD_PAUSE_MS);

  return {
    tell(taken) {
      const fresh = taken.filter(({ id }) => !queued.has(id));
      for (const { id } of fresh) {
        toldLate.delete(id);
        queued.add(id);
      }
      const oldestMs = Date.now() - NEWS_MS;
      const news = fresh.filter(({ takenAt }) => takenAt >= oldestMs);
      const noted = news.flatMap((each) => asNote(each) ?? []);
      const said = news.flatMap((each) => asWord(each) ?? []);
      const told = new Set([...noted, ...said].map(({ id }) => id));
      notes.push(noted);
      words.push(said);
      rest.push(fresh.map(({ id }) => id).filter((id) => !told.has(id)));
    },
    tellLate(waiting) {
      const fresh = waiting.filter(({ id }) => !toldLate.has(id));
      for (const { id } of fresh) toldLate.add(id);
      words.push(
        fresh.flatMap(({ id, warehouse, origin }) =>
          origin ? [{ id: `late ${id}`, warehouse, to: origin, text: () => LATE }] : [],
        ),
      );
    },
    async drain() {
      await Promise.all([notes.drain(), words.drain(), rest.drain()]);
    },
  };

  async function noteAll(all: Told[]): Promise<void> {
    for (const [warehouse, those] of groupBy(all, (each) => each.warehouse)) {
      try {
        const timezone = await deps.timezoneOf(warehouse);
        const state = await deps.alertState(warehouse);
        for (const [episodeId, of] of groupBy(those, ({ to }) => to.episodeId))
          await say(of, `the note on ${episodeId}`, () => noting(() => note(state, of, timezone)));
      } catch (error) {
        deps.warn(error, `the notes of ${warehouse}`);
        forget(those);
      }
    }
  }

  /** The newest stands for all: a message has room for one note. */
  async function note(state: AlertState, of: Told[], timezone: string): Promise<void> {
    const newest = of.at(-1);
    if (!newest) return;
    const { episodeId, channelId, ts } = newest.to;
    const isOver = state.undo?.some((each) => each.episodeId === episodeId) ?? false;
    const text = newest.text(timezone, isOver);
    await noteOnEpisode(deps.slack, { state, episodeId, also: { channelId, ts } }, text);
  }

  async function sayAll(all: Told[]): Promise<void> {
    for (const of of groupBy(all, ({ to }) => `${to.channelId} ${to.userId}`).values()) {
      const [first] = of;
      if (!first) continue;
      const { channelId, userId } = first.to;
      const text = [...new Set(of.map((each) => each.text('UTC', false)))].join('\n');
      await say(of, `a word to ${userId}`, () =>
        saying(() => deps.answers.whisper({ channelId, userId, threadTs: null }, escapeText(text))),
      );
    }
  }

  /** What failed stays untold, and a later sweep finds it; what Slack refuses for good is not tried again. */
  async function say(of: Told[], what: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      deps.warn(error, what);
      if (!(error instanceof SlackFinalError)) return forget(of);
    }
    await done(of.map(({ id }) => id));
  }

  async function done(ids: string[]): Promise<void> {
    try {
      await deps.recordTold(ids);
    } catch (error) {
      deps.warn(error, 'recording what was told');
    }
    for (const id of ids) queued.delete(id);
  }

  function forget(of: Told[]): void {
    for (const { id } of of) queued.delete(id);
  }
}

const LATE =
  'Kept, and not in effect yet: the monitoring does not answer at the moment. It takes effect as soon as it does.';

/** One that was done before, by a process that died since, is noted like any. */
function asNote({ id, warehouse, answer, result, origin: to }: TakenAnswer): Told | null {
  if (to === null || (result.status !== 'ok' && result.status !== 'unchanged')) return null;
  if (answer.kind === 'acknowledge') {
    const { by, whileOpen = false } = answer.input;
    const at = Date.parse(to.at);
    // It may have ended since it was acknowledged.
    const text: Told['text'] = (timezone, isOver) =>
      isOver && !whileOpen ? tellDone(by, timezone, at) : tellAcknowledged(by, timezone, at);
    return { id, warehouse, to, text };
  }
  if (answer.kind !== 'mute') return null;
  const { by, until } = answer.input;
  if (until === undefined || Date.parse(until) <= Date.now()) return null;
  return { id, warehouse, to, text: (timezone) => tellMuted(by, timezone, { until }) };
}

function asWord({ id, warehouse, answer, result, origin: to }: TakenAnswer): Told | null {
  if (to === null) return null;
  if (result.status === 'refused') return { id, warehouse, to, text: () => `Not done: ${result.detail}.` };
  if (answer.kind === 'recordFeedback') {
    const { episodeId, verdict } = answer.input;
    const unit = shortName(episodeId.split(':')[0] ?? '');
    return { id, warehouse, to, text: () => `Thank you: "${verdict}" is recorded for ${unit}.` };
  }
  return result.status === 'already closed'
    ? { id, warehouse, to, text: () => `Nothing to acknowledge: ${result.detail}.` }
    : null;
}
