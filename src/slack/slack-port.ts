/** Everything this program asks of Slack, over the official client. Decides nothing and never retries. */
import type { KnownBlock } from '@slack/web-api';
import { SlackFinalError } from './errors.ts';
import type { MessageMetadata, SlackMessage } from './message.ts';
import { createPacer, PACE_MS, type Clock } from './pace.ts';
import { createWebClient, type WebClientOptions } from './web-client.ts';
import { messageOf } from '../failures/errors.ts';

export interface SlackPort {
  /** Whose token this is. */
  checkAuth(): Promise<{ team: string; user: string; url: string }>;
  /** Whether messages can be posted to a channel (name or id) and read back from it; throws nothing of Slack's. */
  checkAccess(channel: string): Promise<ChannelAccess>;
  /** Id of a channel given by name (with or without #) or id. Throws SlackFinalError `channel_not_found`. */
  resolveChannel(channel: string): Promise<string>;
  /** A message of its own; waits for the channel's turn. */
  post(channelId: string, message: SlackMessage): Promise<{ ts: string }>;
  /** A thread reply; throws SlackFinalError `thread_not_found` where the thread is gone, and leaves nothing. */
  reply(
    channelId: string,
    threadTs: string,
    message: SlackMessage,
    options?: { broadcast?: boolean },
  ): Promise<{ ts: string }>;
  /** Replaces text and blocks; `metadata`, where given, must be the message's own, which it keeps. */
  update(
    channelId: string,
    ts: string,
    message: Pick<SlackMessage, 'text' | 'blocks'> & Partial<SlackMessage>,
  ): Promise<void>;
  /** Deletes one of the bot's own messages; one that is gone already is fine. */
  remove(channelId: string, ts: string): Promise<void>;
  /** The channel's messages that carry a key, oldest first; `since` in epoch milliseconds. */
  listMarked(channelId: string, since: number): Promise<MarkedMessage[]>;
  /**
   * A thread's first message and its replies, as far as they show: reads lag behind writes, so that what is missing
   * here may be there. Throws SlackFinalError `thread_not_found` where the first message shows as deleted.
   */
  readThread(channelId: string, threadTs: string): Promise<MarkedMessage[]>;
  /** The messages with one key, oldest first: none, one, or more after a lost answer. */
  findByMetadata(channelId: string, key: string, since: number): Promise<MarkedMessage[]>;
}

export interface MarkedMessage {
  ts: string;
  /** Empty where the message carries no mark of this program (a thread's first message may not). */
  key: string;
  environment: string;
  /** Empty, or the episode that the message tells about. */
  episodeId: string;
  metadata: MessageMetadata;
  text: string;
  blocks: KnownBlock[];
}

export interface ChannelAccess {
  channel: string;
  channelId: string;
  ok: boolean;
  /** What is wrong and what to do; empty when ok. */
  problem: string;
}

export interface SlackPortOptions extends WebClientOptions {
  /** Distance of two messages in one channel. */
  paceMs?: number;
  clock?: Clock;
}

/** Largest page that conversations.list takes without being slowed down, by Slack's own advice. */
const PAGE_LIMIT = 200;

/** A name that was not in the list is looked up again after this long: a channel may just have been made. */
const RELIST_MS = 10_000;

/** A workspace with more channels than this needs ids in alert_route: 50 pages are 2.5 minutes of quota. */
const MAX_PAGES = 50;

const SYSTEM_CLOCK: Clock = {
  now: Date.now,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

export function createSlackPort(options: SlackPortOptions): SlackPort {
  const clock = options.clock ?? SYSTEM_CLOCK;
  const { client, call } = createWebClient(options);
  const inTurn = createPacer(options.paceMs ?? PACE_MS, clock);
  const names = new Map<string, string>();
  const ids = new Map<string, string>();
  /** When a name was last looked for in vain. */
  const missedAt = new Map<string, number>();
  let listing: Promise<void> | null = null;

  const port: SlackPort = {
    async checkAuth() {
      const answer = await call('auth.test', 'the token', () => client.auth.test());
      return { team: answer.team ?? '', user: answer.user ?? '', url: answer.url ?? '' };
    },

    async checkAccess(channel) {
      try {
        const channelId = await port.resolveChannel(channel);
        const answer = await call('conversations.info', tell(channelId), () =>
          client.conversations.info({ channel: channelId }),
        );
        const problem = answer.channel?.is_archived
          ? 'the channel is archived; unarchive it or name another one in the registry'
          : answer.channel?.is_member === false
            ? 'the bot is not a member and could not read back what it posted; invite it with /invite'
            : '';
        return { channel, channelId, ok: problem === '', problem };
      } catch (error) {
        return {
          channel,
          channelId: '',
          ok: false,
          problem: messageOf(error),
        };
      }
    },

    async resolveChannel(channel) {
      if (isChannelId(channel)) return channel;
      const name = channel.replace(/^#/, '').toLowerCase();
      const known = ids.get(name);
      if (known !== undefined) return known;
      if (listing || clock.now() - (missedAt.get(name) ?? Number.NEGATIVE_INFINITY) >= RELIST_MS) {
        listing ??= listChannels().finally(() => {
          listing = null;
        });
        await listing;
      }
      const found = ids.get(name);
      if (found !== undefined) return found;
      missedAt.set(name, clock.now());
      throw new SlackFinalError(
        'channel_not_found',
        `Slack channel ${channel}: channel_not_found: no channel of that name that the bot can see; correct its name in the registry, or invite the bot where it is private`,
      );
    },

    async post(channelId, message) {
      const answer = await inTurn(channelId, () =>
        call('chat.postMessage', tell(channelId), () =>
          client.chat.postMessage({ channel: channelId, ...message, ...PLAIN }),
        ),
      );
      return { ts: answer.ts ?? '' };
    },

    async reply(channelId, threadTs, message, { broadcast = false } = {}) {
      const answer = await inTurn(channelId, () =>
        call('chat.postMessage', tell(channelId), () =>
          client.chat.postMessage({
            channel: channelId,
            thread_ts: threadTs,
            ...(broadcast ? { reply_broadcast: true } : { reply_broadcast: false }),
            ...message,
            ...PLAIN,
          }),
        ),
      );
      const ts = answer.ts ?? '';
      if (answer.message?.thread_ts !== threadTs) {
        await port.remove(channelId, ts);
        throw new SlackFinalError(
          'thread_not_found',
          `Slack chat.postMessage for ${tell(channelId)}: the thread ${threadTs} is gone`,
        );
      }
      return { ts };
    },

    async update(channelId, ts, { text, blocks, metadata }) {
      await call('chat.update', tell(channelId), () =>
        client.chat.update({ channel: channelId, ts, text, blocks, ...(metadata ? { metadata } : {}) }),
      );
    },

    async remove(channelId, ts) {
      try {
        await call('chat.delete', tell(channelId), () => client.chat.delete({ channel: channelId, ts }));
      } catch (error) {
        if (!(error instanceof SlackFinalError && error.code === 'message_not_found')) throw error;
      }
    },

    async listMarked(channelId, since) {
      const found = await readPages((cursor) =>
        call('conversations.history', tell(channelId), () =>
          client.conversations.history({
            channel: channelId,
            oldest: (since / 1_000).toFixed(6),
            include_all_metadata: true,
            limit: PAGE_LIMIT,
            ...(cursor === '' ? {} : { cursor }),
          }),
        ),
      );
      return toMarked(found).filter(({ key }) => key !== '');
    },

    async readThread(channelId, threadTs) {
      const read = (cursor: string) =>
        call('conversations.replies', tell(channelId), () =>
          client.conversations.replies({
            channel: channelId,
            ts: threadTs,
            include_all_metadata: true,
            limit: PAGE_LIMIT,
            ...(cursor === '' ? {} : { cursor }),
          }),
        );
      const found = await readPages(read).catch((error: unknown): HistoryMessage[] => {
        // Slack says the same of what is not there any more and of what does not show yet.
        if (error instanceof SlackFinalError && error.code === 'thread_not_found') return [];
        throw error;
      });
      // A deleted first message with replies leaves a tombstone: nobody reads below it.
      if (found.some(({ ts, subtype }) => ts === threadTs && subtype === 'tombstone')) {
        throw new SlackFinalError(
          'thread_not_found',
          `Slack conversations.replies for ${tell(channelId)}: the message ${threadTs} was deleted`,
        );
      }
      return toMarked(found);
    },

    async findByMetadata(channelId, key, since) {
      return (await port.listMarked(channelId, since)).filter((message) => message.key === key);
    },
  };
  return port;

  /** An app that nobody let see private channels is refused as soon as it asks for them. */
  async function listChannels(): Promise<void> {
    try {
      await listTypes('public_channel,private_channel');
    } catch (error) {
      if (!(error instanceof SlackFinalError && error.code === 'missing_scope')) throw error;
      await listTypes('public_channel');
    }
  }

  async function listTypes(types: string): Promise<void> {
    let cursor = '';
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const answer = await call('conversations.list', 'the list of channels', () =>
        client.conversations.list({
          types,
          limit: PAGE_LIMIT,
          ...(cursor === '' ? {} : { cursor }),
        }),
      );
      for (const { id, name } of answer.channels ?? []) {
        if (id === undefined || name === undefined) continue;
        ids.set(name, id);
        names.set(id, `#${name}`);
      }
      cursor = answer.response_metadata?.next_cursor ?? '';
      if (cursor === '') break;
    }
  }

  function tell(channelId: string): string {
    const name = names.get(channelId);
    return name === undefined ? `channel ${channelId}` : `${name} (${channelId})`;
  }
}

/** Nothing in our texts is a link to be unfolded. */
const PLAIN = { unfurl_links: false, unfurl_media: false };

interface HistoryMessage {
  ts?: string;
  subtype?: string;
  text?: string;
  blocks?: unknown[];
  metadata?: { event_type?: string; event_payload?: object };
}

interface HistoryPage {
  messages?: HistoryMessage[];
  response_metadata?: { next_cursor?: string };
}

async function readPages(read: (cursor: string) => Promise<HistoryPage>): Promise<HistoryMessage[]> {
  const messages: HistoryMessage[] = [];
  let cursor = '';
  do {
    const page = await read(cursor);
    messages.push(...(page.messages ?? []));
    cursor = page.response_metadata?.next_cursor ?? '';
  } while (cursor !== '');
  return messages;
}

/** Oldest first, each once: every page of a thread begins with its first message. */
function toMarked(messages: readonly HistoryMessage[]): MarkedMessage[] {
  const byTs = new Map(messages.map((message) => [message.ts ?? '', readMark(message)]));
  return [...byTs.values()].toSorted(compareTs);
}

function readMark(message: HistoryMessage): MarkedMessage {
  const payload: MessageMetadata['event_payload'] = { ...message.metadata?.event_payload };
  const text = (name: string) => (typeof payload[name] === 'string' ? payload[name] : '');
  return {
    ts: message.ts ?? '',
    key: text('key'),
    environment: text('environment'),
    episodeId: text('episode_id'),
    metadata: { event_type: message.metadata?.event_type ?? '', event_payload: payload },
    text: message.text ?? '',
    // Of our own making, as Slack gives them back.
    blocks: (message.blocks ?? []) as KnownBlock[],
  };
}

/** Both halves of a ts have a fixed width, so text order is time order. */
function compareTs(a: { ts: string }, b: { ts: string }): number {
  return a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0;
}

/** Names are lower case by Slack's rule, so an id in upper case can't be one. */
function isChannelId(channel: string): boolean {
  return /^[CGD][A-Z0-9]{6,}$/.test(channel);
}
