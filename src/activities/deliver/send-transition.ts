/** Brings one transition into one channel: as a message, in its thread, below a summary, or in a fallback's place. */
import type { Transition } from '../../domain/alerting.ts';
import { SlackFinalError } from '../../slack/errors.ts';
import { summaryKey, transitionKey } from '../../slack/message.ts';
import { groupNew, isBroadcast } from '../../slack/post-plan.ts';
import type { Posted, Poster } from '../../slack/poster.ts';
import {
  renderEpisode,
  renderReply,
  type RenderContext,
  type TransitionDetail,
} from '../../slack/render-episode.ts';
import { MAX_SEPARATE, renderSummary } from '../../slack/render-summary.ts';
import type { SlackPort } from '../../slack/slack-port.ts';

export interface Sent {
  posted: Posted;
  deliveredTo: string;
  /** Why another channel than the planned one took it; null where none did. */
  error: string | null;
}

export interface SendContext {
  slack: SlackPort;
  poster: Poster;
  render: RenderContext;
  warehouseCode: string;
  outbox: readonly Transition[];
  /** Another sender, or an earlier attempt of this one, may have been accepted without a confirmation. */
  isRepeated: (transition: Transition, channel: string) => boolean;
}

/** An episode's first message in a channel. */
type Root = Transition['messages'][number];

export type SendTransition = (
  transition: Transition,
  detail: TransitionDetail,
  channel: string,
) => Promise<Sent>;

/** For one delivery attempt: it remembers where it has put each episode. */
export function createSendTransition(context: SendContext): SendTransition {
  const { slack, poster, render, warehouseCode, outbox, isRepeated } = context;
  const newOf = groupNew(outbox);
  /** First message of an episode per planned channel, as far as this attempt has come to know it. */
  const roots = new Map<string, Root>();

  /** @throws SlackFinalError where neither the channel nor a fallback takes it. */
  return async (transition, detail, channel) => {
    const sent = await sendOrStandIn(transition, detail, channel);
    roots.set(placeOf(transition, channel), {
      channel: sent.deliveredTo,
      channelId: sent.posted.channelId,
      ts: sent.posted.messageTs,
    });
    return sent;
  };

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
      const posted = await send(transition, detail, channelId, root?.ts ?? null, channel, render);
      return { posted, deliveredTo: root?.channel ?? channel, error: null };
    } catch (refusal) {
      if (!(refusal instanceof SlackFinalError)) throw refusal;
      return sendToFallback(transition, detail, channel, refusal);
    }
  }

  async function sendToFallback(
    transition: Transition,
    detail: TransitionDetail,
    channel: string,
    refusal: SlackFinalError,
  ): Promise<Sent> {
    const standsInFor = { channel, error: refusal.code };
    for (const fallback of fallbacksOf(transition, channel)) {
      try {
        const channelId = await slack.resolveChannel(fallback);
        const posted = await send(transition, detail, channelId, null, channel, { ...render, standsInFor });
        return { posted, deliveredTo: fallback, error: refusal.code };
      } catch (error) {
        if (!(error instanceof SlackFinalError)) throw error;
      }
    }
    throw refusal;
  }

  /** A fallback may hold the message from an earlier try, although the planned channel works again. */
  async function findStandIn(transition: Transition, channel: string): Promise<Sent | null> {
    if (!isRepeated(transition, channel)) return null;
    for (const fallback of fallbacksOf(transition, channel)) {
      try {
        const channelId = await slack.resolveChannel(fallback);
        const ts = await poster.findStandIn(channelId, transitionKey(transition), channel);
        if (ts === null) continue;
        const posted = { channelId, messageTs: ts, replyTs: null, ownTs: ts, found: true };
        return { posted, deliveredTo: fallback, error: 'refused in an earlier attempt' };
      } catch (error) {
        if (!(error instanceof SlackFinalError)) throw error;
      }
    }
    return null;
  }

  async function send(
    transition: Transition,
    detail: TransitionDetail,
    channelId: string,
    rootTs: string | null,
    planned: string,
    ctx: RenderContext,
  ): Promise<Posted> {
    const look = isRepeated(transition, planned);
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
      const summary = renderSummary(group, { ...ctx, warehouseCode, cycleId: transition.cycleId });
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
    return look && (await poster.isPosted(channelId, summaryKey(warehouseCode, transition.cycleId)));
  }

  function findRoot(transition: Transition, channel: string): Root | undefined {
    const known = roots.get(placeOf(transition, channel));
    // A channel that hears of the episode only now has nothing of it yet, whatever a fallback holds for others.
    if (known || transition.escalatedTo?.includes(channel)) return known;
    return (
      transition.messages.find((message) => message.channel === channel) ??
      // Where a fallback took the episode's first message, the episode goes on there.
      transition.messages.find((message) => transition.fallback.includes(message.channel))
    );
  }
}

function placeOf({ episodeId }: Transition, channel: string): string {
  return `${episodeId} ${channel}`;
}

function fallbacksOf({ fallback }: Transition, channel: string): string[] {
  return fallback.filter((each) => each !== channel);
}
