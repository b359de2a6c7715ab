/** Step 4: says what `warehouse` decided. Pure presentation; every message reaches Slack exactly once. */
import { ApplicationFailure } from '@temporalio/common';
import type { DeliveryConfirmation, Transition } from '../domain/alerting.ts';
import type { EvaluateResult } from '../domain/recommendation.ts';
import type { AlertRoute } from '../domain/registry.ts';
import type { WarehouseSeries } from '../domain/series.ts';
import type { CycleId, Environment } from '../domain/vocabulary.ts';
import { SlackAmbiguous, SlackFinalError, SlackRateLimited } from '../slack/errors.ts';
import { replayKey, summaryKey, transitionKey, type SlackMessage } from '../slack/message.ts';
import { groupNew, isBroadcast, lookBackTo, remainingChannels, slackTimeMs } from '../slack/post-plan.ts';
import { createPoster, type Posted } from '../slack/poster.ts';
import { renderDevBoard } from '../slack/render-board.ts';
import {
  renderEpisode,
  renderReplay,
  renderReply,
  type RenderContext,
  type TransitionDetail,
} from '../slack/render-episode.ts';
import { MAX_SEPARATE, renderSummary } from '../slack/render-summary.ts';
import type { SlackPort } from '../slack/slack-port.ts';
import { createDetailReader } from '../slack/transition-detail.ts';
import type { ArtifactRef } from '../store/artifact.ts';
import type { GetArtifact, PutArtifact } from './dependencies.ts';
import type { TraceBody } from './interpret.ts';
import type { ReadSettings } from './settings.ts';
import type { SuppressBody } from './suppress.ts';

export interface DeliverInput {
  warehouse: { code: string; name: string; timezone: string };
  cycleId: CycleId;
  /** Epoch ms: what latencies count from. */
  snapshotTs: number;
  /** Artifact prefix of this run. */
  prefix: string;
  environment: Environment;
  mode: 'live' | 'replay';
  /** Trace of this cycle's decisions. */
  traceId: string;
  /** Artifact with the evaluation of every unit; null: the one that the trace names. */
  evaluateId: string | null;
  /** The cycle's snapshot: dev's board goes to the routes in it. */
  snapshot: ArtifactRef;
  /** How often this cycle has been asked for; above 1 its board may have been posted. */
  asked: number;
  /** Artifact of the labels; a replay's outbox is in it. */
  suppressId: string;
}

export interface DeliveryFailure {
  episodeId: string;
  channel: string;
  error: string;
}

export interface DeliverResult {
  /** Messages sent or found in this attempt, each per episode, sequence and channel; dev's board not counted. */
  delivered: number;
  /** Left in the outbox, each with why. */
  failed: DeliveryFailure[];
  /** Milliseconds from the snapshot to each confirmed message. */
  latencyMs: number[];
  ref: ArtifactRef;
}

/** Body of the `deliver` artifact: what was posted where, in one attempt. */
export interface DeliverBody {
  warehouse: string;
  cycleId: CycleId;
  mode: 'live' | 'replay';
  attempt: number;
  posted: PostRecord[];
  failed: DeliveryFailure[];
  /** Failures that pass: tried again by Temporal. */
  passing: DeliveryFailure[];
}

export interface PostRecord extends DeliveryConfirmation {
  label: Transition['label'] | 'BOARD' | 'REPLAY';
  /** It was there already: an earlier try had been accepted. */
  found: boolean;
  latencyMs: number;
}

export interface DeliverDependencies {
  slack: SlackPort;
  getArtifact: GetArtifact;
  putArtifact: PutArtifact;
  readSettings: ReadSettings;
  /** The `takeOutbox` update: what is unconfirmed now, lent to this sender. */
  takeOutbox(warehouse: string, cycleId: CycleId): Promise<Transition[]>;
  /** The `confirmDelivery` update; asked twice with the same it changes nothing. */
  confirm(warehouse: string, confirmation: DeliveryConfirmation): Promise<void>;
  heartbeat(): void;
  /** Number of this attempt of the activity, from 1. */
  attempt(): number;
  /** Wall clock, epoch ms. */
  now(): number;
}

/** History lags by seconds: an answer that was lost is looked for no sooner. */
const HISTORY_LAG_MS = 5_000;

/** Nothing new is begun after it, so that an attempt ends within the activity's 80 s and the outbox's lease. */
const ATTEMPT_BUDGET_MS = 55_000;

/** A third of the activity's heartbeat timeout. */
const HEARTBEAT_MS = 5_000;

/** An episode's first message in a channel. */
type Root = Transition['messages'][number];

interface Sent {
  posted: Posted;
  deliveredTo: string;
  /** Why another channel than the planned one took it; null where none did. */
  error: string | null;
}

export function createDeliver(deps: DeliverDependencies) {
  return {
    /**
     * @throws ApplicationFailure `DeliveryIncomplete`, retryable, where something failed that passes; what was
     * confirmed before is found again and not repeated. After a 429 its delay is the one that Slack asks for.
     */
    async deliver(input: DeliverInput): Promise<DeliverResult> {
      const pulse = setInterval(() => deps.heartbeat(), HEARTBEAT_MS);
      try {
        // Asked for in the attempt that sends: no retry, reset or second run works from an old list.
        const outbox =
          input.mode === 'live'
            ? await deps.takeOutbox(input.warehouse.code, input.cycleId)
            : (await deps.getArtifact<SuppressBody>(input.suppressId)).outbox;
        return await deliverAll(deps, input, outbox);
      } finally {
        clearInterval(pulse);
      }
    },
  };
}

async function deliverAll(
  deps: DeliverDependencies,
  input: DeliverInput,
  outbox: Transition[],
): Promise<DeliverResult> {
  const { slack } = deps;
  const { warehouse, environment, cycleId, mode, prefix } = input;
  const attempt = deps.attempt();
  const startedMs = deps.now();
  // A replay's outbox was attempted in another life: only this activity's own tries count.
  const poster = createPoster(
    slack,
    environment,
    mode === 'live' ? lookBackTo(outbox, input.snapshotTs) : lookBackTo([], startedMs),
  );
  const readDetail = createDetailReader(deps.getArtifact);
  const newOf = groupNew(outbox);
  const context: RenderContext = {
    warehouseName: warehouse.name,
    timezone: warehouse.timezone,
    environment,
  };

  const posted: PostRecord[] = [];
  const failed: DeliveryFailure[] = [];
  const passing: DeliveryFailure[] = [];
  /** First message of an episode per planned channel, as far as this attempt has come to know it. */
  const roots = new Map<string, Root>();
  /** Places that wait: a rate-limited channel, an episode whose earlier transition is not through. */
  const waiting = new Map<string, { error: string; passes: boolean }>();
  let retryDelayMs = 0;

  for (const transition of outbox) {
    for (const channel of remainingChannels(transition)) {
      deps.heartbeat();
      await deliverTo(transition, channel);
    }
  }
  if (environment === 'dev' && mode === 'live') await deliverBoard();

  const body: DeliverBody = {
    warehouse: warehouse.code,
    cycleId,
    mode,
    attempt,
    posted,
    failed,
    passing,
  };
  const ref = await deps.putArtifact({
    prefix,
    cycleId,
    warehouse: warehouse.code,
    kind: 'deliver',
    body,
    rows: posted.length,
  });
  const confirmed = posted.filter(({ label }) => label !== 'BOARD' && label !== 'REPLAY');
  const result = {
    delivered: posted.filter(({ label }) => label !== 'BOARD').length,
    failed,
    latencyMs: confirmed.map(({ latencyMs }) => latencyMs),
    ref,
  };
  if (passing.length > 0) throw incomplete(passing, result, retryDelayMs);
  return result;

  async function deliverTo(transition: Transition, channel: string): Promise<void> {
    const place = `${transition.episodeId} ${channel}`;
    if (!waiting.has(place) && deps.now() - startedMs > ATTEMPT_BUDGET_MS) {
      waiting.set(place, { error: 'no time left in this cycle: stays in the outbox', passes: false });
    }
    const wait = waiting.get(place) ?? waiting.get(channel);
    if (wait) {
      // An episode's transitions keep their order: after one that waits, the later ones wait too.
      waiting.set(place, wait);
      (wait.passes ? passing : failed).push({ episodeId: transition.episodeId, channel, error: wait.error });
      return;
    }
    try {
      const detail = await readDetail(transition);
      if (mode === 'replay') return await sendReplay(transition, detail, channel);
      const sent = await sendOrStandIn(transition, detail, channel);
      await confirmPost(transition, channel, sent);
    } catch (error) {
      settleFailure(transition.episodeId, channel, place, error);
    }
  }

  function settleFailure(episodeId: string, channel: string, place: string, failure: unknown): void {
    const error = failure instanceof Error ? failure.message : String(failure);
    const refused = failure instanceof ApplicationFailure && failure.nonRetryable === true;
    const passes = !(failure instanceof SlackFinalError || refused);
    waiting.set(place, { error, passes });
    (passes ? passing : failed).push({ episodeId, channel, error });
    if (failure instanceof SlackRateLimited) {
      waiting.set(channel, { error, passes });
      retryDelayMs = Math.max(retryDelayMs, failure.retryAfterSec * 1_000);
    }
    if (failure instanceof SlackAmbiguous) retryDelayMs = Math.max(retryDelayMs, HISTORY_LAG_MS);
  }

  async function sendOrStandIn(
    transition: Transition,
    detail: TransitionDetail,
    channel: string,
  ): Promise<Sent> {
    const root = findRoot(transition, channel);
    try {
      const stoodIn = root ? null : await findStandIn(transition, channel);
      if (stoodIn) return stoodIn;
      const channelId = root?.channelId ?? (await slack.resolveChannel(channel));
      const sent = await send(transition, detail, channelId, root?.ts ?? null, channel, context);
      return { posted: sent, deliveredTo: root?.channel ?? channel, error: null };
    } catch (refusal) {
      if (!(refusal instanceof SlackFinalError)) throw refusal;
      for (const fallback of transition.fallback.filter((each) => each !== channel)) {
        try {
          const channelId = await slack.resolveChannel(fallback);
          const standsInFor = { channel, error: refusal.code };
          const sent = await send(transition, detail, channelId, null, channel, { ...context, standsInFor });
          return { posted: sent, deliveredTo: fallback, error: refusal.code };
        } catch (error) {
          if (!(error instanceof SlackFinalError)) throw error;
        }
      }
      throw refusal;
    }
  }

  /** A fallback may hold the message from an earlier try, although the planned channel works again. */
  async function findStandIn(transition: Transition, channel: string): Promise<Sent | null> {
    if (!isRepeated(transition)) return null;
    for (const fallback of transition.fallback.filter((each) => each !== channel)) {
      try {
        const channelId = await slack.resolveChannel(fallback);
        const ts = await poster.findStandIn(channelId, transitionKey(transition), channel);
        if (ts === null) continue;
        const found = { channelId, messageTs: ts, replyTs: null, found: true };
        return { posted: found, deliveredTo: fallback, error: 'refused in an earlier attempt' };
      } catch (error) {
        if (!(error instanceof SlackFinalError)) throw error;
      }
    }
    return null;
  }

  /** Another sender, or an earlier attempt of this one, may have been accepted without a confirmation. */
  function isRepeated(transition: Transition): boolean {
    return transition.attempts > 1 || attempt > 1;
  }

  async function send(
    transition: Transition,
    detail: TransitionDetail,
    channelId: string,
    rootTs: string | null,
    planned: string,
    ctx: RenderContext,
  ): Promise<Posted> {
    const look = isRepeated(transition);
    const broadcast = isBroadcast(transition);
    const message = renderEpisode(transition, detail, ctx);
    if (transition.label !== 'NEW' && rootTs !== null) {
      try {
        const reply = renderReply(transition, detail, ctx);
        const { episodeId } = transition;
        return await poster.continueThread(channelId, rootTs, message, reply, { episodeId, look, broadcast });
      } catch (error) {
        // Someone deleted the episode's message: what has to be said gets a message of its own.
        if (!(error instanceof SlackFinalError && error.code === 'thread_not_found')) throw error;
      }
    }
    const group = newOf(transition, planned);
    if (transition.label === 'NEW' && (await isSummarized(transition, group.length, channelId, look))) {
      const summary = renderSummary(group, {
        ...ctx,
        warehouseCode: warehouse.code,
        cycleId: transition.cycleId,
      });
      return poster.postBelow(channelId, summary, message, { look, broadcast });
    }
    return poster.postMessage(channelId, message, look);
  }

  /** A summary that an earlier try began is carried on, however few are left of its episodes. */
  async function isSummarized(
    transition: Transition,
    newOnes: number,
    channelId: string,
    look: boolean,
  ): Promise<boolean> {
    if (look && (await poster.isPosted(channelId, transitionKey(transition)))) return false;
    if (newOnes > MAX_SEPARATE) return true;
    return look && (await poster.isPosted(channelId, summaryKey(warehouse.code, transition.cycleId)));
  }

  function findRoot(transition: Transition, channel: string): Root | undefined {
    return (
      roots.get(`${transition.episodeId} ${channel}`) ??
      transition.messages.find((message) => message.channel === channel) ??
      // Where a fallback took the episode's first message, the episode goes on there.
      transition.messages.find((message) => transition.fallback.includes(message.channel))
    );
  }

  async function confirmPost(
    transition: Transition,
    channel: string,
    { posted: sent, deliveredTo, error }: Sent,
  ): Promise<void> {
    const { episodeId, sequence, label } = transition;
    roots.set(`${episodeId} ${channel}`, {
      channel: deliveredTo,
      channelId: sent.channelId,
      ts: sent.messageTs,
    });
    const postedMs = sent.found ? slackTimeMs(sent.replyTs ?? sent.messageTs) : deps.now();
    const confirmation: DeliveryConfirmation = {
      episodeId,
      sequence,
      channel,
      deliveredTo,
      channelId: sent.channelId,
      messageTs: sent.messageTs,
      replyTs: sent.replyTs,
      postedAt: new Date(postedMs).toISOString(),
      error,
    };
    await deps.confirm(warehouse.code, confirmation);
    posted.push({ ...confirmation, label, found: sent.found, latencyMs: postedMs - input.snapshotTs });
  }

  async function sendReplay(
    transition: Transition,
    detail: TransitionDetail,
    channel: string,
  ): Promise<void> {
    const message = renderReplay(transition, detail, context, replayKey(prefix, transition));
    const channelId = await slack.resolveChannel(channel);
    record('REPLAY', channel, await poster.postMessage(channelId, message, attempt > 1), transition);
  }

  async function deliverBoard(): Promise<void> {
    const board = `board of ${warehouse.code}`;
    try {
      const message = await renderBoard();
      if (message === null) return;
      const { routes } = await deps.readSettings(input.snapshot, warehouse.code);
      for (const channel of boardChannels(routes)) {
        await postBoard(message, channel).catch((error) => settleFailure(board, channel, board, error));
      }
    } catch (error) {
      settleFailure(board, 'its routes', board, error);
    }
  }

  async function postBoard(message: SlackMessage, channel: string): Promise<void> {
    deps.heartbeat();
    const channelId = await slack.resolveChannel(channel);
    const sent = await poster.postMessage(channelId, message, attempt > 1 || input.asked > 1);
    record('BOARD', channel, sent, { episodeId: `board of ${warehouse.code}`, sequence: 1 });
  }

  /** null where nothing was evaluated: the warehouse is being switched off. */
  async function renderBoard(): Promise<SlackMessage | null> {
    const trace = await deps.getArtifact<Partial<TraceBody>>(input.traceId);
    const evaluateId = input.evaluateId ?? trace.evaluateId;
    if (evaluateId === undefined || trace.preprocessId === undefined) return null;
    const [evaluation, { blind }] = await Promise.all([
      deps.getArtifact<EvaluateResult>(evaluateId),
      deps.getArtifact<WarehouseSeries>(trace.preprocessId),
    ]);
    const transitions = outbox.filter((each) => each.cycleId === cycleId);
    return renderDevBoard(
      { warehouseCode: warehouse.code, cycleId, evaluation, transitions, blind },
      context,
    );
  }

  /** Nothing is confirmed of these: they belong to no episode. */
  function record(
    label: 'BOARD' | 'REPLAY',
    channel: string,
    sent: Posted,
    of: { episodeId: string; sequence: number },
  ): void {
    const postedMs = sent.found ? slackTimeMs(sent.messageTs) : deps.now();
    posted.push({
      episodeId: of.episodeId,
      sequence: of.sequence,
      channel,
      deliveredTo: channel,
      channelId: sent.channelId,
      messageTs: sent.messageTs,
      replyTs: null,
      postedAt: new Date(postedMs).toISOString(),
      error: null,
      label,
      found: sent.found,
      latencyMs: postedMs - input.snapshotTs,
    });
  }
}

function boardChannels(routes: readonly AlertRoute[]): string[] {
  const regular = routes.filter(({ fallback }) => !fallback);
  return [...new Set((regular.length > 0 ? regular : routes).map(({ channel }) => channel))];
}

function incomplete(passing: DeliveryFailure[], result: DeliverResult, delayMs: number): ApplicationFailure {
  const first = passing[0];
  const rest = passing.length > 1 ? ` (and ${passing.length - 1} more)` : '';
  return ApplicationFailure.create({
    type: 'DeliveryIncomplete',
    message: `not delivered yet: ${first?.episodeId} to ${first?.channel}: ${first?.error}${rest}`,
    ...(delayMs > 0 ? { nextRetryDelay: delayMs } : {}),
    details: [result],
  });
}
