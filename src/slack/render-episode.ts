/** An episode's own message, and the reply that each later transition adds to its thread. Pure. */
import type { KnownBlock } from '@slack/web-api';
import type { Transition } from '../domain/suppress/contract.ts';
import type { ResolvedRecommendation, UnitEvaluation } from '../domain/recommendation.ts';
import type { Environment } from '../domain/vocabulary.ts';
import { actionBlocks, doneBlocks, feedbackLine, NO_ACTIONS, type MessageActions } from './buttons.ts';
import { clipText, context, escapeText, fields, header, safeText, section, SLACK_LIMITS } from './limits.ts';
import { markMessage, transitionKey, type SlackMessage } from './message.ts';
import {
  describeAction,
  describeTrouble,
  describeWhy,
  localTime,
  minutesLeft,
  percent,
  personName,
  rate,
  severityMark,
  shortName,
  tellWhyNow,
  type BlindSource,
} from './words.ts';

/** What the artifacts of `transition.traceId` add to it; each part is missing where they have expired. */
export interface TransitionDetail {
  recommendation?: ResolvedRecommendation;
  evaluation?: UnitEvaluation;
  /** Of the alert of a whole warehouse. */
  blind?: readonly BlindSource[];
}

export interface RenderContext {
  warehouseName: string;
  /** IANA name; times are told in it. */
  timezone: string;
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
  const trouble = describeTrouble(transition);
  const until = describeDeadline(transition, ctx);
  const action = describeAction(transition, detail.recommendation?.process ?? null);
  const title = `${transition.severity} · ${nameWarehouse(ctx)} ${nameUnit(transition.unitId)}: ${trouble}`;
  return {
    text: clipText(
      `${severityMark(transition.severity)} ${title}${until && ` (${until})`}. ${safeText(action, SENTENCE_MAX)}.`,
      SLACK_LIMITS.text,
    ),
    blocks: [
      header(`${severityMark(transition.severity)} ${title}`),
      section(`*Do:* ${safeText(action, SENTENCE_MAX)}`),
      fields(listFigures(transition, detail.evaluation, until)),
      section(`*Why:* ${safeText(describeWhy(transition, detail), SENTENCE_MAX)}`),
      context(...tellOrigin(transition, detail, ctx), feedbackLine(transition, ctx.actions ?? NO_ACTIONS)),
      ...actionBlocks(transition, ctx.actions ?? NO_ACTIONS),
    ],
    metadata: mark(transition, ctx),
  };
}

/** The thread reply of one transition; `renderEpisode` of the same transition updates the message above it. */
export function renderReply(
  transition: Transition,
  detail: TransitionDetail,
  ctx: RenderContext,
): SlackMessage {
  const at = localTime(transition.cycleId, ctx.timezone);
  const unit = nameUnit(transition.unitId);
  if (transition.label === 'CLEARED') {
    const line = `${endMark(transition)} ${at} ${unit}: cleared, ${tellReason(transition)}.${tellWhoTookIt(transition)}`;
    return { text: line, blocks: [section(line)], metadata: mark(transition, ctx) };
  }
  const until = describeDeadline(transition, ctx);
  const action = safeText(describeAction(transition, detail.recommendation?.process ?? null), SENTENCE_MAX);
  const status = `${severityMark(transition.severity)} ${at} ${unit}: ${transition.severity}, ${describeTrouble(transition)}`;
  const reason = tellReason(transition);
  return {
    text: clipText(
      `${status}${until && ` (${until})`}. ${action}. Told again: ${reason}.`,
      SLACK_LIMITS.text,
    ),
    blocks: [
      section(`${status}${until && ` (${until})`}`),
      section(`*Do:* ${action}`),
      context(
        `Told again: ${reason}`,
        safeText(describeWhy(transition, detail), SENTENCE_MAX),
        tellSource(transition, detail),
      ),
    ],
    metadata: mark(transition, ctx),
  };
}

/** The episode's message once it is over: what it was, since when, until when. */
export function renderCleared(transition: Transition, ctx: RenderContext): SlackMessage {
  const confirmed = isRecovered(transition);
  const sign = endMark(transition);
  const title = `Cleared · ${nameWarehouse(ctx)} ${nameUnit(transition.unitId)}`;
  const from = localTime(transition.startedAt, ctx.timezone);
  const to = localTime(transition.cycleId, ctx.timezone);
  const reason = tellReason(transition);
  const taken = tellWhoTookIt(transition);
  const minutes = Math.round((Date.parse(transition.cycleId) - Date.parse(transition.startedAt)) / 60_000);
  return {
    text: clipText(`${sign} ${title}: ${reason} (${from} to ${to}).${taken}`, SLACK_LIMITS.text),
    blocks: [
      header(`${sign} ${title}`),
      section(
        `Over at *${to}* after ${minutes} min (since ${from}): ${reason}.${taken}${confirmed ? ' No action needed.' : ' Look at the floor.'}`,
      ),
      context(
        `\`${escapeText(transition.unitId)}\``,
        tellSource(transition, {}),
        ...standIn(ctx),
        feedbackLine(transition, ctx.actions ?? NO_ACTIONS),
      ),
      ...doneBlocks(transition, ctx.actions ?? NO_ACTIONS),
    ],
    metadata: mark(transition, ctx),
  };
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
  return isRecovered(transition) ? '✅' : '⚪';
}

export function nameWarehouse(ctx: Pick<RenderContext, 'warehouseName'>): string {
  return safeText(ctx.warehouseName, NAME_MAX);
}

export function nameUnit(unitId: string): string {
  return safeText(shortName(unitId), NAME_MAX);
}

/** `by 11:13 CET`; empty where there is no time to tell. */
export function describeDeadline(transition: Transition, ctx: Pick<RenderContext, 'timezone'>): string {
  const minutes = minutesLeft(transition);
  if (minutes === null || minutes < 1 || transition.state === 'OVERFLOW' || transition.state === 'STARVED')
    return '';
  return `by ${localTime(Date.parse(transition.cycleId) + Math.floor(minutes) * 60_000, ctx.timezone)}`;
}

function mark(transition: Transition, ctx: RenderContext) {
  return markMessage({
    key: transitionKey(transition),
    environment: ctx.environment,
    episode_id: transition.episodeId,
    sequence: transition.sequence,
    ...(ctx.standsInFor ? { planned: ctx.standsInFor.channel } : {}),
  });
}

function listFigures(
  transition: Transition,
  evaluation: UnitEvaluation | undefined,
  until: string,
): string[] {
  const figures = [`*Where*\n\`${safeText(transition.unitId, 200)}\``];
  const level = evaluation ? describeLevel(evaluation) : '';
  figures.push(`*How bad*\n${transition.severity}, ${level || transition.state}`);
  if (until) figures.push(`*Until when*\n${until} (${describeTrouble(transition)})`);
  if (evaluation && (evaluation.flowInUpm !== null || evaluation.flowOutUpm !== null)) {
    figures.push(`*Flow*\nin ${rate(evaluation.flowInUpm)}, out ${rate(evaluation.flowOutUpm)}`);
  }
  return figures;
}

/** `87 % full (261 of 300)`, or that nobody knows. */
export function describeLevel(evaluation: UnitEvaluation): string {
  if (evaluation.fill === null) return 'level unknown';
  const units =
    evaluation.wipUnits === null || evaluation.capacityUnits === null
      ? ''
      : ` (${Math.round(evaluation.wipUnits)} of ${Math.round(evaluation.capacityUnits)} units)`;
  return `${percent(evaluation.fill)} full${units}`;
}

function tellOrigin(transition: Transition, detail: TransitionDetail, ctx: RenderContext): string[] {
  const since = `Since ${localTime(transition.startedAt, ctx.timezone)}`;
  const again =
    transition.sequence === 1
      ? transition.reason === 'flapping'
        ? `: ${tellReason(transition)}`
        : ''
      : `, told ${transition.sequence} times, last ${localTime(transition.cycleId, ctx.timezone)} (${tellReason(transition)})`;
  return [`${since}${again}`, tellSource(transition, detail), ...standIn(ctx)];
}

function tellSource(transition: Transition, detail: TransitionDetail): string {
  const quality = detail.recommendation?.quality ?? detail.evaluation?.quality;
  const parts = [`Said by cycle ${escapeText(transition.cycleId)}`];
  if (quality !== undefined) parts.push(`quality ${Math.round(quality)}`);
  if (detail.recommendation) parts.push(`algorithm ${safeText(detail.recommendation.algorithm, NAME_MAX)}`);
  return parts.join(', ');
}

function tellReason(transition: Transition): string {
  return safeText(tellWhyNow(transition), REASON_MAX);
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
      context(`A replay of a past cycle (${at}): ${transition.label} then. Nothing to do now.`),
    ],
    metadata: markMessage({ key, environment: ctx.environment }),
  };
}
