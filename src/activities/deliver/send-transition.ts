/** Brings one transition into one channel: as a message, in its thread, below a summary, or in a fallback's place. */
import type { Transition } from '../../domain/suppress/contract.ts';
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
import type { EpisodePlace, EpisodePlaces } from './episode-places.ts';

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
  /** What is known to have arrived; grows with what is sent. */
  places: EpisodePlaces;
}

export type SendTransition = (
  transition: Transition,
  detail: TransitionDetail,
  channel: string,
) => Promise<Sent>;

/** For one delivery attempt. */
export function createSendTransition(context: SendContext): SendTransition {
  const { slack, poster, render, warehouseCode, outbox, isRepeated, places } = context;
  const newOf = groupNew(outbox);

  /** @throws SlackFinalError where neither the channel nor a fallback takes it. */
  return async (transition, detail, channel) => {
    const arrived = places.findArrived(transition, channel);
    if (arrived) {
      const { channelId, messageTs, replyTs, deliveredTo, error } = arrived;
      const posted = { channelId, messageTs, replyTs, ownTs: null, message: null, found: true };
      return { posted, deliveredTo, error };
    }
    const { posted, deliveredTo, error } = await sendOrStandIn(transition, detail, channel);
    const { episodeId, sequence, label, cycleId } = transition;
    const { channelId, messageTs, replyTs } = posted;
    places.add({
      ...{ episodeId, sequence, label, cycleId, channel },
      ...{ deliveredTo, channelId, messageTs, replyTs, error },
    });
    return { posted, deliveredTo, error };
  };

  async function sendOrStandIn(
    transition: Transition,
    detail: TransitionDetail,
    channel: string,
  ): Promise<Sent> {
    const { own, standIns } = places.placesOf(transition, channel);
    // Where a fallback took the episode's first message, the episode goes on there.
    const root = own ?? standIns.at(-1);
    const ends = own !== undefined && transition.label === 'CLEARED';
    try {
      const stoodIn = root === own && !ends ? await findStandIn(transition, channel) : null;
      if (stoodIn) return stoodIn;
      const channelId = root?.channelId ?? (await slack.resolveChannel(channel));
      const posted = await send(transition, detail, channelId, root, channel, render);
      if (ends) for (const standIn of standIns) await end(transition, detail, standIn, channel);
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
    const { standIns } = places.placesOf(transition, channel);
    for (const fallback of fallbacksOf(transition, channel)) {
      try {
        const root = standIns.find((standIn) => standIn.channel === fallback);
        const channelId = root?.channelId ?? (await slack.resolveChannel(fallback));
        const posted = await send(transition, detail, channelId, root, channel, { ...render, standsInFor });
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
        const posted = { channelId, messageTs: ts, replyTs: null, ownTs: ts, message: null, found: true };
        return { posted, deliveredTo: fallback, error: 'refused in an earlier attempt' };
      } catch (error) {
        if (!(error instanceof SlackFinalError)) throw error;
      }
    }
    return null;
  }

  /** The planned channel works again and has heard how it ended: so does whoever heard of it meanwhile. */
  async function end(
    transition: Transition,
    detail: TransitionDetail,
    standIn: EpisodePlace,
    planned: string,
  ): Promise<void> {
    try {
      await goOn(transition, detail, standIn, planned, render);
    } catch (error) {
      if (!(error instanceof SlackFinalError)) throw error;
    }
  }

  function goOn(
    transition: Transition,
    detail: TransitionDetail,
    root: EpisodePlace,
    planned: string,
    ctx: RenderContext,
  ): Promise<Posted> {
    const message = renderEpisode(transition, detail, ctx);
    const reply = renderReply(transition, detail, ctx);
    return poster.continueThread(root.channelId, root, message, reply, {
      episodeId: transition.episodeId,
      look: isRepeated(transition, planned),
      broadcast: isBroadcast(transition),
    });
  }

  async function send(
    transition: Transition,
    detail: TransitionDetail,
    channelId: string,
    root: EpisodePlace | undefined,
    planned: string,
    ctx: RenderContext,
  ): Promise<Posted> {
    const look = isRepeated(transition, planned);
    const broadcast = isBroadcast(transition);
    const message = renderEpisode(transition, detail, ctx);
    try {
      if (transition.label !== 'NEW' && root) return await goOn(transition, detail, root, planned, ctx);
      const { cycleId } = transition;
      const group = newOf(transition, planned);
      if (transition.label === 'NEW' && (await isSummarized(transition, group.length, channelId, look))) {
        const summary = renderSummary(group, { ...ctx, warehouseCode, cycleId });
        const summaryTs = places.summaryOf(cycleId, channelId);
        return await poster.postBelow(channelId, summary, message, { look, broadcast, summaryTs });
      }
    } catch (error) {
      // Someone deleted the episode's message, or the summary: what has to be said gets a message of its own.
      if (!(error instanceof SlackFinalError && error.code === 'thread_not_found')) throw error;
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
    if (newOnes > MAX_SEPARATE || places.summaryOf(transition.cycleId, channelId) !== undefined) return true;
    return look && (await poster.isPosted(channelId, summaryKey(warehouseCode, transition.cycleId)));
  }
}

function fallbacksOf({ fallback }: Transition, channel: string): string[] {
  return fallback.filter((each) => each !== channel);
}
