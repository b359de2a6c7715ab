/** The three ways in which a transition reaches a channel, each exactly once. One poster per delivery attempt. */
import type { Environment } from '../domain/vocabulary.ts';
import { SlackFinalError } from './errors.ts';
import { isSummaryKey, type MessageMetadata, type SlackMessage } from './message.ts';
import { postOnce, type OnceResult } from './post-once.ts';
import type { MarkedMessage, SlackPort } from './slack-port.ts';

export interface Posted {
  channelId: string;
  /** The first message: the episode's own, or the summary that it is a reply of. */
  messageTs: string;
  replyTs: string | null;
  /** The message that shows the episode's state: the first one, or its reply below a summary; null: not known. */
  ownTs: string | null;
  /** What it shows; null: it was not written this time, and may show something newer. */
  message: SlackMessage | null;
  /** It was there already. */
  found: boolean;
}

/** Where an episode stands in a channel. */
export interface EpisodeRoot {
  /** The first message: the episode's own, or a summary. */
  ts: string;
  /** The message that shows its state, where somebody knows; null: to be read. */
  ownTs: string | null;
}

export interface Poster {
  /** A message of its own. */
  postMessage(channelId: string, message: SlackMessage, look: boolean): Promise<Posted>;
  /**
   * A reply below `summary`, which is posted first where it is not there yet (`summaryTs`: where it is).
   * Throws SlackFinalError `thread_not_found` where it is gone.
   */
  postBelow(
    channelId: string,
    summary: SlackMessage,
    message: SlackMessage,
    options: { look: boolean; broadcast: boolean; summaryTs?: string | undefined },
  ): Promise<Posted>;
  /** Whether an earlier try left a message with this key in the channel. */
  isPosted(channelId: string, key: string): Promise<boolean>;
  /** The message that stands in for the one planned elsewhere; null where there is none. */
  findStandIn(channelId: string, key: string, planned: string): Promise<string | null>;
  /**
   * Updates the episode's message and adds one reply. Where the episode stands in a summary's thread its own
   * reply is updated instead. Throws SlackFinalError `thread_not_found` where the thread is gone: where it shows as
   * deleted, or where the update or the reply is answered so; that a read does not show it proves nothing.
   */
  continueThread(
    channelId: string,
    root: EpisodeRoot,
    message: SlackMessage,
    reply: SlackMessage,
    options: { episodeId: string; look: boolean; broadcast: boolean },
  ): Promise<Posted>;
}

/** An update that Slack refuses for good must not cost people the reply. */
const UPDATE_REFUSED = new Set(['cant_update_message', 'edit_window_closed', 'message_not_found']);

/** @param since epoch ms from when on earlier tries may have left messages. */
export function createPoster(slack: SlackPort, environment: Environment, since: number): Poster {
  const histories = new Map<string, Promise<MarkedMessage[]>>();
  /** Under way or done: two channels that refuse may have one fallback. */
  const posted = new Map<string, Promise<OnceResult>>();

  return { postMessage, postBelow, isPosted, findStandIn, continueThread };

  async function postMessage(channelId: string, message: SlackMessage, look: boolean): Promise<Posted> {
    const { ts, found } = await once(channelId, message, look, {
      known: () => readHistory(channelId),
      read: () => slack.listMarked(channelId, since),
      post: () => slack.post(channelId, message),
    });
    return { channelId, messageTs: ts, replyTs: null, ownTs: ts, message, found };
  }

  async function postBelow(
    channelId: string,
    summary: SlackMessage,
    message: SlackMessage,
    { look, broadcast, summaryTs }: { look: boolean; broadcast: boolean; summaryTs?: string | undefined },
  ): Promise<Posted> {
    const messageTs = summaryTs ?? (await postMessage(channelId, summary, look)).messageTs;
    const read = () => slack.readThread(channelId, messageTs);
    const { ts, found } = await once(channelId, message, look, {
      known: read,
      read,
      post: () => slack.reply(channelId, messageTs, message, { broadcast }),
    });
    return { channelId, messageTs, replyTs: ts, ownTs: ts, message, found };
  }

  async function isPosted(channelId: string, key: string): Promise<boolean> {
    return (await readHistory(channelId)).some((each) => isMarked(each, key));
  }

  async function findStandIn(channelId: string, key: string, planned: string): Promise<string | null> {
    const standIn = (await readHistory(channelId)).find(
      (each) => isMarked(each, key) && each.metadata.event_payload['planned'] === planned,
    );
    return standIn?.ts ?? null;
  }

  function isMarked(message: MarkedMessage, key: string): boolean {
    return message.key === key && message.environment === environment;
  }

  async function continueThread(
    channelId: string,
    root: EpisodeRoot,
    message: SlackMessage,
    reply: SlackMessage,
    { episodeId, look, broadcast }: { episodeId: string; look: boolean; broadcast: boolean },
  ): Promise<Posted> {
    const threadTs = root.ts;
    const thread = await slack.readThread(channelId, threadTs);
    const key = keyOf(reply);
    const replied = thread.some((each) => isMarked(each, key));
    const own = findOwnMessage(thread, threadTs, episodeId);
    const ownTs = own?.ts ?? root.ownTs;
    // The update comes first: where the reply stands, it was made, and a newer one may have followed.
    if (!replied && ownTs !== null) await updateOwn(channelId, threadTs, ownTs, message, own?.metadata);
    const { ts, found } = await once(channelId, reply, look || replied, {
      known: () => Promise.resolve(thread),
      read: () => slack.readThread(channelId, threadTs),
      post: () => slack.reply(channelId, threadTs, reply, { broadcast }),
    });
    return { channelId, messageTs: threadTs, replyTs: ts, ownTs, message: replied ? null : message, found };
  }

  /** @param metadata the message's own; absent: it does not show yet, and keeps them */
  async function updateOwn(
    channelId: string,
    threadTs: string,
    ownTs: string,
    { text, blocks }: SlackMessage,
    metadata?: MessageMetadata,
  ): Promise<void> {
    try {
      await slack.update(channelId, ownTs, { text, blocks, ...(metadata ? { metadata } : {}) });
    } catch (error) {
      if (!(error instanceof SlackFinalError && UPDATE_REFUSED.has(error.code))) throw error;
      if (error.code === 'message_not_found' && ownTs === threadTs)
        throw new SlackFinalError('thread_not_found', error.message);
    }
  }

  async function once(
    channelId: string,
    message: SlackMessage,
    look: boolean,
    ways: {
      known: () => Promise<readonly MarkedMessage[]>;
      read: () => Promise<readonly MarkedMessage[]>;
      post: () => Promise<{ ts: string }>;
    },
  ): Promise<OnceResult> {
    const key = keyOf(message);
    const place = `${channelId} ${key}`;
    const mine = posted.get(place);
    if (mine !== undefined) return { ts: (await mine).ts, found: true };
    const posting = postOnce(slack, { channelId, key, environment, look, ...ways });
    posted.set(place, posting);
    // What failed may be tried again.
    posting.catch(() => posted.delete(place));
    return posting;
  }

  function readHistory(channelId: string): Promise<MarkedMessage[]> {
    const read = histories.get(channelId) ?? slack.listMarked(channelId, since);
    histories.set(channelId, read);
    return read;
  }
}

/** In a summary's thread the episode's own message is its first reply, which may have been deleted by a person. */
export function findOwnMessage(
  thread: readonly MarkedMessage[],
  threadTs: string,
  episodeId: string,
): MarkedMessage | undefined {
  const root = thread.find(({ ts }) => ts === threadTs);
  if (!root || !isSummaryKey(root.key)) return root;
  return thread.find((each) => each.ts !== threadTs && each.episodeId === episodeId);
}

function keyOf(message: SlackMessage): string {
  return String(message.metadata.event_payload['key']);
}
