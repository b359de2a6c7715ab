/** An episode's own message, and the reply that each later transition adds to its thread. Pure. */
import type { KnownBlock } from '@slack/web-api';
import type { Instruction, Transition } from '../domain/suppress/contract.ts';
import type { ResolvedRecommendation, UnitEvaluation } from '../domain/recommendation.ts';
import type { SourceHealth } from '../domain/series.ts';
import { sourceOf } from '../domain/units.ts';
import type { Environment } from '../domain/vocabulary.ts';
import { blindInWords, causeInWords, flowInWords, type BlindSource } from '../domain/words/causes.ts';
import { localClock, localTime } from '../domain/words/clock.ts';
import { headline, instruct, instructUndo, type Instructed } from '../domain/words/instruction.ts';
import { personName, shortName } from '../domain/words/places.ts';
import { shortReason, UNCONFIRMED, whyNow } from '../domain/words/reasons.ts';
import { severityMark, severityName } from '../domain/words/severity.ts';
import { healthInWords, isAmiss } from '../domain/words/source-health.ts';
import { deadline, levelOf, troubleAt } from '../domain/words/trouble.ts';
import { actionBlocks, doneBlocks, feedbackLine, NO_ACTIONS, type MessageActions } from './buttons.ts';
import { clipText, context, escapeText, header, safeText, section, SLACK_LIMITS } from './limits.ts';
import { markMessage, transitionKey, type SlackMessage } from './message.ts';

/** What the artifacts of `transition.traceId` add to it; each part is missing where they have expired. */
export interface TransitionDetail {
  recommendation?: ResolvedRecommendation;
  evaluation?: UnitEvaluation;
  /** Of the alert of a whole warehouse, or of one of its sources. */
  blind?: readonly BlindSource[];
  health?: readonly SourceHealth[];
}

export interface RenderContext {
  warehouseName: string;
  /** IANA name; times are told in it. */
  timezone: string;
  /** When it is read, epoch ms: what has passed by then is not told as what is to come. */
  now: number;
  environment: Environment;
  /** What people can answer with; absent: nothing. */
  actions?: MessageActions;
  /** Where the planned channel refused and this one stands in for it. */
  standsInFor?: { channel: string; error: string };
}

/** Long names and sentences are cut here, so that one message of each kind always fits. */
const NAME_MAX = 60;
const SENTENCE_MAX = 1_200;
const REASON_MAX = 300;

/**
 * The episode as it stands after `transition`: posted once for NEW, updated in place afterwards.
 * Its metadata carries the key of `transition`; an update keeps the metadata the message has.
 */
export function renderEpisode(
  transition: Transition,
  detail: TransitionDetail,
  ctx: RenderContext,
): SlackMessage {
  if (transition.label === 'CLEARED') return renderCleared(transition, ctx);
  const mark = severityMark(transition.severity);
  const order = tellOrder(transition, detail, ctx);
  const place = `${nameWarehouse(ctx)} ${nameUnit(transition.unitId)}`;
  const trouble = tellTrouble(transition, detail, ctx);
  return {
    text: clipText(
      `${mark} ${nameWarehouse(ctx)}: ${order}. ${nameUnit(transition.unitId)}: ${trouble}.`,
      SLACK_LIMITS.text,
    ),
    blocks: [
      header(`${mark} ${tellHeadline(transition, detail, ctx)}`),
      section([`*${place}:* ${trouble}`, ...tellEarlier(transition, ctx)].join('\n')),
      section(`*Why:* ${tellWhy(transition, detail, tellHeadline(transition, detail, ctx))}`),
      context(...tellOrigin(transition, detail, ctx), feedbackLine(transition, ctx.actions ?? NO_ACTIONS)),
      ...actionBlocks(transition, ctx.actions ?? NO_ACTIONS),
    ],
    metadata: markOf(transition, ctx),
  };
}

/** The thread reply of one transition; `renderEpisode` of the same transition updates the message above it. */
export function renderReply(
  transition: Transition,
  detail: TransitionDetail,
  ctx: RenderContext,
): SlackMessage {
  const at = localTime(transition.cycleId, ctx.timezone);
  if (transition.label === 'CLEARED') {
    const end = tellEnd(transition);
    const afterwards = `${nameUnit(transition.unitId)}: ${tellAfterwards(transition, ctx)}`;
    return {
      text: clipText(`${endMark(transition)} ${at}: ${end}. ${afterwards}`, SLACK_LIMITS.text),
      blocks: [section(`${endMark(transition)} ${at}: *${end}*\n${afterwards}`)],
      metadata: markOf(transition, ctx),
    };
  }
  const mark = severityMark(transition.severity);
  const order = tellOrder(transition, detail, ctx);
  const trouble = `${nameUnit(transition.unitId)}: ${tellTrouble(transition, detail, ctx)}`;
  const reason = tellReason(transition);
  return {
    text: clipText(`${mark} ${at}: ${order}. ${trouble}. Told again: ${reason}.`, SLACK_LIMITS.text),
    blocks: [
      section([`${mark} ${at}: *${order}*`, trouble, ...tellEarlier(transition, ctx)].join('\n')),
      context(
        `Told again: ${reason}`,
        tellWhy(transition, detail, order),
        `${severityName(transition.severity)}, cycle ${escapeText(transition.cycleId)}`,
      ),
    ],
    metadata: markOf(transition, ctx),
  };
}

/** The episode's message once it is over: what is left to undo, else that it is over; since when, until when. */
function renderCleared(transition: Transition, ctx: RenderContext): SlackMessage {
  const mark = endMark(transition);
  const end = tellEnd(transition);
  const place = `${nameWarehouse(ctx)} ${nameUnit(transition.unitId)}`;
  const afterwards = tellAfterwards(transition, ctx);
  return {
    text: clipText(
      `${mark} ${nameWarehouse(ctx)}: ${end}. ${nameUnit(transition.unitId)}: ${afterwards}`,
      SLACK_LIMITS.text,
    ),
    blocks: [
      header(`${mark} ${end}`),
      section(`*${place}:* ${afterwards}`),
      context(
        `\`${escapeText(transition.unitId)}\``,
        tellSource(transition, {}),
        ...standIn(ctx),
        feedbackLine(transition, ctx.actions ?? NO_ACTIONS),
      ),
      ...doneBlocks(transition, ctx.actions ?? NO_ACTIONS),
    ],
    metadata: markOf(transition, ctx),
  };
}

function tellOrder(transition: Transition, detail: TransitionDetail, ctx: RenderContext): string {
  return safeText(instruct(instructedOf(transition, detail), deadline(transition, ctx)), SENTENCE_MAX);
}

/** As much of it as a header takes. */
function tellHeadline(transition: Transition, detail: TransitionDetail, ctx: RenderContext): string {
  const until = deadline(transition, ctx);
  return escapeText(headline(instructedOf(transition, detail), until, SLACK_LIMITS.header - MARK_ROOM));
}

/** A mark and a space. */
const MARK_ROOM = 4;

/** Its trace knows whose people, where the transition was written before it carried them. */
function instructedOf(transition: Transition, { recommendation }: TransitionDetail): Instructed {
  const known = transition.process === undefined && recommendation?.action === transition.action;
  const { process, fromProcess } = known ? recommendation : transition;
  return {
    ...transition,
    process: process ?? null,
    fromProcess: fromProcess ?? null,
    because: recommendation?.because ?? '',
  };
}

/** `full in 22 min, 84 % full (261 of 300)` */
function tellTrouble(transition: Transition, { evaluation }: TransitionDetail, ctx: RenderContext): string {
  const trouble = troubleAt({ ...transition, coverMin: evaluation?.coverMin ?? null }, ctx.now);
  const isSeen = transition.reason !== 'stale' && transition.state !== 'UNKNOWN';
  const level = evaluation && isSeen ? levelOf(evaluation) : '';
  return level === '' ? trouble : `${trouble}, ${level}`;
}

/** `On top of what was said at 10:05, which stays: Add 3 packers to SINGLES.` In today's words: its cause is not kept. */
function tellEarlier(transition: Transition, ctx: RenderContext): string[] {
  const { earlier, unitId, direction } = transition;
  if (earlier === undefined) return [];
  const said = safeText(instruct({ ...earlier, unitId, direction }), REASON_MAX);
  const at = localClock(earlier.cycleId, ctx.timezone);
  return [
    earlier.stays
      ? `On top of what was said at ${at}, which stays: ${said}.`
      : `Instead of what was said at ${at}: ${said}.`,
  ];
}

/** Evidence alone: the cause, what speaks against anything else, and the flow. */
function tellWhy(transition: Transition, detail: TransitionDetail, order: string): string {
  const { blind = [], health = [], recommendation, evaluation } = detail;
  const figures = health.filter(isAmiss).map((each) => `${each.source}: ${healthInWords(each)}.`);
  if (blind.length > 0) {
    return safeText([sentenceOf(blind.map(blindInWords).join('; ')), ...figures].join(' '), SENTENCE_MAX);
  }
  if (transition.reason === 'stale') return 'It is neither confirmed nor over.';
  const half = recommendation?.because ?? '';
  const because = order.includes(escapeText(half)) ? '' : half;
  const cause = causeInWords(transition);
  const flow = evaluation ? sentenceOf(flowInWords(evaluation)) : '';
  const source = sourceOf(transition.unitId) === null ? [] : figures;
  const known = [cause, sentenceOf(because), flow, ...source].filter((text) => text !== '');
  return safeText(
    [...(cause === '' && because === '' ? [UNKNOWN_CAUSE] : []), ...known].join(' '),
    SENTENCE_MAX,
  );
}

const UNKNOWN_CAUSE = 'The cause is not known.';

/** `no lane has room` -> `No lane has room.` */
function sentenceOf(half: string): string {
  return half === '' ? '' : `${half.charAt(0).toUpperCase()}${half.slice(1)}.`;
}

/** What is left to do comes first; else that it is over. */
function tellEnd(transition: Transition): string {
  const { undo, unitId, reason } = transition;
  const over = isRecovered(transition) ? 'the risk is over' : whyEnded(reason);
  if (undo !== undefined) return `${tellUndo(transition, undo)}: ${over}`;
  const place = nameUnit(unitId);
  return isRecovered(transition)
    ? `${place} is back to normal, the alert is over`
    : `Look at ${place} yourself: ${over}`;
}

function tellUndo({ unitId, direction }: Transition, undo: Instruction): string {
  return safeText(instructUndo({ ...undo, unitId, direction }), REASON_MAX);
}

function whyEnded(reason: string): string {
  return safeText(shortReason('CLEARED', reason), REASON_MAX);
}

/** Since when until when, why it ends, and who had taken it on. */
function tellAfterwards(transition: Transition, ctx: RenderContext): string {
  const { startedAt, cycleId, undo } = transition;
  const minutes = Math.round((Date.parse(cycleId) - Date.parse(startedAt)) / 60_000);
  const from = localClock(startedAt, ctx.timezone);
  const to = localTime(cycleId, ctx.timezone);
  const also = (transition.alsoUndo ?? []).map((each) => ` Also: ${tellUndo(transition, each)}.`).join('');
  const inForce = undo === undefined ? '' : ` What we asked for is still in force.${also}`;
  const why = isRecovered(transition) ? '' : ` ${UNCONFIRMED}`;
  return `alert from ${from} to ${to} (${minutes} min).${why}${inForce}${tellWhoTookIt(transition)}`;
}

/** ` Acknowledged by alex.`; empty where nobody did. */
function tellWhoTookIt({ acknowledgedBy }: Transition): string {
  return acknowledgedBy === undefined
    ? ''
    : ` Acknowledged by ${safeText(personName(acknowledgedBy), NAME_MAX)}.`;
}

/** Only `recovered` was seen to be good; the other ends are the end of watching. */
function isRecovered({ reason }: Transition): boolean {
  return reason === 'recovered';
}

function endMark(transition: Transition): string {
  if (transition.undo !== undefined) return '↩️';
  return isRecovered(transition) ? '✅' : '⚪';
}

export function nameWarehouse(ctx: Pick<RenderContext, 'warehouseName'>): string {
  return safeText(ctx.warehouseName, NAME_MAX);
}

export function nameUnit(unitId: string): string {
  return safeText(shortName(unitId), NAME_MAX);
}

function markOf(transition: Transition, ctx: RenderContext) {
  return markMessage({
    key: transitionKey(transition),
    environment: ctx.environment,
    episode_id: transition.episodeId,
    sequence: transition.sequence,
    ...(ctx.standsInFor ? { planned: ctx.standsInFor.channel } : {}),
  });
}

function tellOrigin(transition: Transition, detail: TransitionDetail, ctx: RenderContext): string[] {
  const since = `${severityName(transition.severity)} since ${localTime(transition.startedAt, ctx.timezone)}`;
  const again =
    transition.sequence === 1
      ? transition.reason === 'flapping'
        ? `: ${tellReason(transition)}`
        : ''
      : `, told ${transition.sequence} times, last ${localTime(transition.cycleId, ctx.timezone)} (${tellReason(transition)})`;
  return [
    `${since}${again}`,
    `\`${safeText(transition.unitId, 200)}\``,
    tellSource(transition, detail),
    ...standIn(ctx),
  ];
}

function tellSource(transition: Transition, detail: TransitionDetail): string {
  const quality = detail.recommendation?.quality ?? detail.evaluation?.quality;
  const parts = [`Cycle ${escapeText(transition.cycleId)}`];
  if (quality !== undefined) parts.push(`data quality ${Math.round(quality)} of 100`);
  if (detail.recommendation) parts.push(`algorithm ${safeText(detail.recommendation.algorithm, NAME_MAX)}`);
  return parts.join(', ');
}

function tellReason({ label, reason }: Transition): string {
  return safeText(whyNow(label, reason), REASON_MAX);
}

const MEANT_FOR = 'Meant for ';

function standIn(ctx: RenderContext): string[] {
  if (!ctx.standsInFor) return [];
  const { channel, error } = ctx.standsInFor;
  return [`${MEANT_FOR}${safeText(channel, 100)}, which refuses messages: ${safeText(error, 100)}`];
}

/** What a message that stands in for another says, as that other one says it. */
export function inItsOwnPlace(blocks: readonly KnownBlock[]): KnownBlock[] {
  return blocks.map((block) =>
    block.type === 'context'
      ? {
          ...block,
          elements: block.elements.filter((each) => !('text' in each && each.text.startsWith(MEANT_FOR))),
        }
      : block,
  );
}

/** Blocks that say in front of everything that a message is none of the live ones. */
export function renderReplay(
  transition: Transition,
  detail: TransitionDetail,
  ctx: RenderContext,
  key: string,
): SlackMessage {
  // Nothing is to be acknowledged of what is past.
  const episode = renderEpisode(transition, detail, { ...ctx, actions: NO_ACTIONS });
  const at = `${localTime(transition.cycleId, ctx.timezone)}, cycle ${escapeText(transition.cycleId)}`;
  const [first, ...rest] = episode.blocks;
  const titled: KnownBlock[] =
    first?.type === 'header' ? [header(`REPLAY · ${first.text.text}`), ...rest] : episode.blocks;
  return {
    text: clipText(`REPLAY of ${at}: ${episode.text}`, SLACK_LIMITS.text),
    blocks: [
      ...titled,
      context(`A replay of a past cycle (${at}): ${transition.label} then. Nothing is to be done now.`),
    ],
    metadata: markMessage({ key, environment: ctx.environment }),
  };
}
