/** Where each episode stands, as far as confirmations and this very attempt know: more than a read may show yet. */
import type { DeliveryConfirmation, Transition } from '../../domain/suppress/contract.ts';
import type { CycleId, Label } from '../../domain/vocabulary.ts';
import type { EpisodeRoot } from '../../slack/poster.ts';

/** What has arrived, of one transition in one planned channel. */
export interface Arrival extends Omit<DeliveryConfirmation, 'postedAt'> {
  label: Label;
  /** The cycle that decided it. */
  cycleId: CycleId;
}

export interface EpisodePlace extends EpisodeRoot {
  /** Where it really stands: the planned channel, or a fallback. */
  channel: string;
  channelId: string;
}

export interface EpisodePlaces {
  /** This very transition has arrived, whoever sent it. */
  findArrived(transition: Transition, channel: string): Arrival | undefined;
  /** In the planned channel itself, and in those that stood in for it. */
  placesOf(
    transition: Transition,
    channel: string,
  ): { own: EpisodePlace | undefined; standIns: EpisodePlace[] };
  /** The summary of a cycle's new alerts; undefined: none is known. */
  summaryOf(cycleId: CycleId, channelId: string): string | undefined;
  add(arrival: Arrival): void;
}

/** @param before in each episode's own order */
export function createEpisodePlaces(before: readonly Arrival[]): EpisodePlaces {
  const arrivals = [...before];
  return {
    findArrived: ({ episodeId, sequence, label, cycleId }, channel) =>
      arrivals.find(
        (each) =>
          each.episodeId === episodeId &&
          each.sequence === sequence &&
          each.channel === channel &&
          // A reset may have decided the same number anew, as something else.
          each.label === label &&
          each.cycleId === cycleId,
      ),
    placesOf(transition, channel) {
      const of = arrivals.filter(
        (each) => each.episodeId === transition.episodeId && each.channel === channel,
      );
      if (of.length === 0) return rememberedPlaces(transition, channel);
      // The newest counts in each: where someone deleted the first message, the episode goes on below its successor.
      const byChannel = new Map(of.map((each) => [each.deliveredTo, toPlace(each, of)]));
      const standIns = [...byChannel.values()].filter((place) => place.channel !== channel);
      return { own: byChannel.get(channel), standIns };
    },
    summaryOf: (cycleId, channelId) =>
      arrivals.findLast(
        (each) =>
          each.label === 'NEW' &&
          each.cycleId === cycleId &&
          each.channelId === channelId &&
          each.replyTs !== null,
      )?.messageTs,
    add: (arrival) => arrivals.push(arrival),
  };
}

/** What `warehouse` remembers of an episode whose confirmations are not kept any more. */
function rememberedPlaces(
  transition: Transition,
  channel: string,
): { own: EpisodePlace | undefined; standIns: EpisodePlace[] } {
  // A channel that hears of the episode only now has nothing of it yet, whatever a fallback holds for others.
  if (transition.escalatedTo?.includes(channel)) return { own: undefined, standIns: [] };
  const { messages, fallback } = transition;
  const own = messages.find((message) => message.channel === channel);
  const standIn = own ? undefined : messages.find((message) => fallback.includes(message.channel));
  return {
    own: own && { ...own, ownTs: null },
    standIns: standIn ? [{ ...standIn, ownTs: null }] : [],
  };
}

function toPlace({ deliveredTo, channelId, messageTs }: Arrival, arrivals: readonly Arrival[]): EpisodePlace {
  const there = arrivals.filter((each) => each.channelId === channelId && each.messageTs === messageTs);
  const began = there.find(({ replyTs, label }) => replyTs === null || label === 'NEW');
  // Below a summary the NEW is a reply itself, and shows the episode's state.
  const ownTs = began ? (began.replyTs ?? messageTs) : null;
  return { channel: deliveredTo, channelId, ts: messageTs, ownTs };
}
