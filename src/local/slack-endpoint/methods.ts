/** The Web API methods that this program uses, with Slack's own errors. */
import type { Files } from './files.ts';
import { BOT } from './identity.ts';
import { INTERACTIVE_METHODS } from './interactive-methods.ts';
import type { Arguments, MethodContext } from './method-context.ts';
import { asText, type Json } from './json.ts';
import { Refusal } from './refusal.ts';
import { acceptMetadata, checkBlocks, checkText } from './validate.ts';
import type { Channel, StoredMessage, Workspace } from './workspace.ts';

type Answer = Json;

const METHODS: Record<string, (args: Arguments, context: MethodContext) => Answer> = {
  'auth.test': () => ({
    url: 'http://localhost/',
    team: 'local',
    user: BOT.name,
    team_id: BOT.teamId,
    user_id: BOT.userId,
    bot_id: BOT.botId,
  }),

  'users.info': (args) => {
    const id = text(args, 'user');
    if (!/^[UW][A-Z0-9]{6,}$/.test(id)) throw new Refusal('user_not_found');
    return { user: { id, name: id === BOT.userId ? BOT.name : id.toLowerCase(), is_bot: id === BOT.userId } };
  },

  'conversations.list': (args, { workspace }) => {
    const types = (text(args, 'types') || 'public_channel').split(',');
    const listed = workspace
      .channels()
      .filter((channel) => types.includes(channel.private ? 'private_channel' : 'public_channel'))
      // A private channel shows itself to its members alone.
      .filter((channel) => !channel.private || channel.member)
      .filter((channel) => !(flag(args, 'exclude_archived') && channel.archived));
    const { items, next } = page(listed, args, 100);
    return { channels: items.map(describeChannel), response_metadata: { next_cursor: next } };
  },

  'conversations.info': (args, { workspace }) => ({ channel: describeChannel(findChannel(args, workspace)) }),

  'conversations.join': (args, { workspace }) => {
    const channel = findChannel(args, workspace);
    if (channel.private) throw new Refusal('method_not_supported_for_channel_type');
    if (channel.archived) throw new Refusal('is_archived');
    workspace.join(channel.id);
    return { channel: describeChannel(channel) };
  },

  'conversations.history': (args, { workspace }) => {
    const channel = findReadable(args, workspace);
    const newestFirst = workspace
      .readMessages()
      .filter((message) => message.channelId === channel.id && (isTopLevel(message) || message.broadcast))
      .filter((message) => isWithin(message, args))
      .toReversed();
    const { items, next } = page(newestFirst, args, 100);
    return {
      messages: items.map((message) =>
        describeMessage(message, workspace, flag(args, 'include_all_metadata')),
      ),
      has_more: next !== '',
      response_metadata: { next_cursor: next },
    };
  },

  'conversations.replies': (args, { workspace }) => {
    const channel = findReadable(args, workspace);
    const shown = workspace.readMessages().filter(({ channelId }) => channelId === channel.id);
    const root = shown.find(({ ts }) => ts === text(args, 'ts'));
    if (!root) throw new Refusal('thread_not_found');
    const replies = isTopLevel(root)
      ? shown.filter(({ threadTs, ts }) => threadTs === root.ts && ts !== root.ts)
      : [];
    const { items: onPage, next } = page(replies, args, 1_000);
    // Every page begins with the first message.
    const items = [root, ...onPage];
    return {
      messages: items.map((message) =>
        describeMessage(message, workspace, flag(args, 'include_all_metadata')),
      ),
      has_more: next !== '',
      response_metadata: { next_cursor: next },
    };
  },

  'chat.postMessage': (args, context) => {
    const { workspace } = context;
    const channel = findPostable(args, context);
    const content = readContent('chat.postMessage', args, context.files);
    const root =
      text(args, 'thread_ts') === '' ? undefined : workspace.find(channel.id, text(args, 'thread_ts'));
    const message = workspace.add({
      channelId: channel.id,
      // A thread that does not exist (any more) is ignored in silence: the post goes to the channel.
      threadTs: root ? (root.threadTs ?? root.ts) : null,
      broadcast: root !== undefined && flag(args, 'reply_broadcast'),
      text: content.text ?? '',
      blocks: content.blocks ?? [],
      metadata: content.metadata ?? null,
    });
    context.onMessage(message, 'posted');
    return { channel: channel.id, ts: message.ts, message: describeMessage(message, workspace, true) };
  },

  'chat.update': (args, context) => {
    const { workspace } = context;
    const channel = findById(args, workspace);
    const message = workspace.find(channel.id, text(args, 'ts'));
    if (!message || message.tombstone) throw new Refusal('message_not_found');
    if (channel.archived) throw new Refusal('is_archived');
    // What is left out stays: a text alone leaves the old blocks on screen.
    workspace.edit(message, readContent('chat.update', args, context.files));
    context.onMessage(message, 'edited');
    return { channel: channel.id, ts: message.ts, text: message.text };
  },

  'chat.delete': (args, { workspace }) => {
    const channel = findById(args, workspace);
    const message = workspace.find(channel.id, text(args, 'ts'));
    if (!message || message.tombstone) throw new Refusal('message_not_found');
    workspace.remove(message);
    return { channel: channel.id, ts: message.ts };
  },
};

/** @throws Refusal with Slack's error code. */
export function callMethod(name: string, args: Arguments, context: MethodContext): Answer {
  const method = METHODS[name] ?? INTERACTIVE_METHODS[name];
  if (!method) throw new Refusal('unknown_method');
  return method(args, context);
}

function readContent(
  method: 'chat.postMessage' | 'chat.update',
  args: Arguments,
  files: Files,
): Partial<Pick<StoredMessage, 'text' | 'blocks' | 'metadata'>> {
  const content: Partial<Pick<StoredMessage, 'text' | 'blocks' | 'metadata'>> = {};
  if (args['text'] !== undefined) {
    content.text = text(args, 'text');
    checkText(method, content.text);
  }
  const blocks = json(args, 'blocks', 'invalid_blocks_format');
  if (blocks !== undefined) content.blocks = checkBlocks(blocks, files);
  const metadata = json(args, 'metadata', 'invalid_metadata_format');
  if (metadata !== undefined) {
    const accepted = acceptMetadata(metadata);
    if (accepted) content.metadata = accepted;
  }
  if (!content.text && !content.blocks?.length) throw new Refusal('no_text');
  return content;
}

function findById(args: Arguments, workspace: Workspace): Channel {
  const channel = workspace.findById(text(args, 'channel'));
  if (!channel || (channel.private && !channel.member)) throw new Refusal('channel_not_found');
  return channel;
}

function findChannel(args: Arguments, workspace: Workspace): Channel {
  return findById(args, workspace);
}

function findReadable(args: Arguments, workspace: Workspace): Channel {
  const channel = findById(args, workspace);
  if (!channel.member) throw new Refusal('not_in_channel');
  return channel;
}

/** Posting alone takes a name as well. */
function findPostable(args: Arguments, { workspace, autoCreate }: MethodContext): Channel {
  const given = text(args, 'channel');
  const channel =
    workspace.findById(given) ??
    workspace.findByName(given) ??
    (autoCreate && given.startsWith('#') ? workspace.addChannel({ name: given }) : undefined);
  if (!channel || (channel.private && !channel.member)) throw new Refusal('channel_not_found');
  if (channel.archived) throw new Refusal('is_archived');
  if (!channel.member) throw new Refusal('not_in_channel');
  return channel;
}

function isTopLevel(message: StoredMessage): boolean {
  return message.threadTs === null || message.threadTs === message.ts;
}

/** `oldest` and `latest` exclude their own instant unless `inclusive`. */
function isWithin(message: StoredMessage, args: Arguments): boolean {
  const ts = Number(message.ts);
  const oldest = Number(text(args, 'oldest') || '0');
  const latest = Number(text(args, 'latest') || 'Infinity');
  return flag(args, 'inclusive') ? ts >= oldest && ts <= latest : ts > oldest && ts < latest;
}

function page<T>(items: T[], args: Arguments, defaultLimit: number): { items: T[]; next: string } {
  const limit = Number(text(args, 'limit') || defaultLimit);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) throw new Refusal('invalid_limit');
  const cursor = text(args, 'cursor');
  const start = cursor === '' ? 0 : Number(Buffer.from(cursor, 'base64').toString().replace('next:', ''));
  if (!Number.isInteger(start)) throw new Refusal('invalid_cursor');
  const end = start + limit;
  return {
    items: items.slice(start, end),
    next: end < items.length ? Buffer.from(`next:${end}`).toString('base64') : '',
  };
}

function describeChannel(channel: Channel): Answer {
  return {
    id: channel.id,
    name: channel.name,
    is_channel: !channel.private,
    is_private: channel.private,
    is_archived: channel.archived,
    is_member: channel.member,
  };
}

function describeMessage(message: StoredMessage, workspace: Workspace, withMetadata: boolean): Answer {
  const subtype = message.tombstone ? 'tombstone' : message.broadcast ? 'thread_broadcast' : undefined;
  return {
    type: 'message',
    ...(subtype === undefined ? {} : { subtype }),
    user: BOT.userId,
    bot_id: BOT.botId,
    ts: message.ts,
    text: message.text,
    blocks: message.blocks,
    ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
    ...(isTopLevel(message) && message.threadTs !== null
      ? { reply_count: workspace.replies(message.channelId, message.ts).length }
      : {}),
    ...(message.editedTs === null ? {} : { edited: { user: BOT.userId, ts: message.editedTs } }),
    ...(withMetadata && message.metadata ? { metadata: message.metadata } : {}),
  };
}

function text(args: Arguments, name: string): string {
  return asText(args[name]);
}

function flag(args: Arguments, name: string): boolean {
  return ['true', '1'].includes(text(args, name));
}

/** In a form structured arguments are JSON texts. */
function json(args: Arguments, name: string, error: string): unknown {
  const value = args[name];
  if (typeof value !== 'string') return value ?? undefined;
  try {
    return JSON.parse(value);
  } catch {
    throw new Refusal(error);
  }
}
