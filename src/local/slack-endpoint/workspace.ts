/** The channels and messages of one local workspace, kept in memory and, where asked, in a file. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Channel {
  id: string;
  /** Without #. */
  name: string;
  archived: boolean;
  private: boolean;
  /** Whether the bot is in it. */
  member: boolean;
}

export interface ChannelSpec {
  name: string;
  archived?: boolean;
  private?: boolean;
  /** Default true. */
  member?: boolean;
}

export interface StoredMessage {
  channelId: string;
  ts: string;
  /** Set on replies, and on a first message once it has replies. */
  threadTs: string | null;
  /** A reply that is shown in the channel too. */
  broadcast: boolean;
  text: string;
  blocks: Record<string, unknown>[];
  metadata: { event_type: string; event_payload: Record<string, unknown> } | null;
  editedTs: string | null;
  /** How often it has been edited. */
  edits: number;
  /** Deleted, yet with replies left below. */
  tombstone: boolean;
}

interface State {
  channels: Channel[];
  messages: StoredMessage[];
}

export interface Workspace {
  channels(): Channel[];
  findById(id: string): Channel | undefined;
  findByName(name: string): Channel | undefined;
  addChannel(spec: ChannelSpec): Channel;
  messages(): StoredMessage[];
  /** As reads show them: `lagReads` behind the writes. */
  readMessages(): StoredMessage[];
  /** From now on what is written shows up in reads only after so long; 0: at once. */
  lagReads(ms: number): void;
  add(message: Omit<StoredMessage, 'ts' | 'editedTs' | 'edits' | 'tombstone'>): StoredMessage;
  find(channelId: string, ts: string): StoredMessage | undefined;
  replies(channelId: string, threadTs: string): StoredMessage[];
  edit(message: StoredMessage, change: Partial<Pick<StoredMessage, 'text' | 'blocks' | 'metadata'>>): void;
  remove(message: StoredMessage): void;
  setArchived(channelId: string, archived: boolean): void;
  join(channelId: string): void;
  /** Seconds and microseconds, unique and rising, as Slack's. */
  nextTs(): string;
}

export function createWorkspace(specs: readonly (string | ChannelSpec)[], persistPath?: string): Workspace {
  const state: State = persistPath === undefined ? { channels: [], messages: [] } : load(persistPath);
  let lastMicros = 0;
  let lagMs = 0;
  /** Earlier states, oldest first; kept only while reads lag. */
  let past: { sinceMs: number; messages: StoredMessage[] }[] = [];

  const workspace: Workspace = {
    channels: () => [...state.channels],
    findById: (id) => state.channels.find((channel) => channel.id === id),
    findByName: (name) => state.channels.find((channel) => channel.name === normalize(name)),
    addChannel(spec) {
      const known = workspace.findByName(spec.name);
      if (known) return known;
      const channel: Channel = {
        id: `C${(state.channels.length + 1).toString().padStart(8, '0')}`,
        name: normalize(spec.name),
        archived: spec.archived ?? false,
        private: spec.private ?? false,
        member: spec.member ?? true,
      };
      state.channels.push(channel);
      save();
      return channel;
    },
    messages: () => [...state.messages],
    readMessages() {
      const shown = past.findLast(({ sinceMs }) => sinceMs <= Date.now() - lagMs);
      return [...(lagMs > 0 && shown ? shown.messages : state.messages)];
    },
    lagReads(ms) {
      lagMs = ms;
      past = ms > 0 ? [{ sinceMs: 0, messages: structuredClone(state.messages) }] : [];
    },
    add(fields) {
      const message: StoredMessage = {
        ...fields,
        ts: nextTs(),
        editedTs: null,
        edits: 0,
        tombstone: false,
      };
      const root =
        message.threadTs === null ? undefined : workspace.find(message.channelId, message.threadTs);
      if (root) root.threadTs = root.ts;
      state.messages.push(message);
      save();
      return message;
    },
    find: (channelId, ts) =>
      state.messages.find((message) => message.channelId === channelId && message.ts === ts),
    replies: (channelId, threadTs) =>
      state.messages.filter(
        (message) =>
          message.channelId === channelId && message.threadTs === threadTs && message.ts !== threadTs,
      ),
    edit(message, change) {
      Object.assign(message, change);
      message.editedTs = nextTs();
      message.edits += 1;
      save();
    },
    remove(message) {
      if (workspace.replies(message.channelId, message.ts).length > 0) {
        Object.assign(message, {
          tombstone: true,
          text: 'This message was deleted.',
          blocks: [],
          metadata: null,
        });
      } else {
        state.messages.splice(state.messages.indexOf(message), 1);
      }
      save();
    },
    setArchived(channelId, archived) {
      const channel = workspace.findById(channelId);
      if (channel) channel.archived = archived;
      save();
    },
    join(channelId) {
      const channel = workspace.findById(channelId);
      if (channel) channel.member = true;
      save();
    },
    nextTs,
  };
  for (const spec of specs) workspace.addChannel(typeof spec === 'string' ? { name: spec } : spec);
  return workspace;

  function nextTs(): string {
    const newest = state.messages.at(-1)?.ts ?? '0';
    const floor = Math.max(lastMicros, Math.round(Number(newest) * 1e6));
    lastMicros = Math.max(Date.now() * 1_000, floor + 1);
    return `${Math.floor(lastMicros / 1e6)}.${(lastMicros % 1e6).toString().padStart(6, '0')}`;
  }

  function save(): void {
    if (lagMs > 0) past.push({ sinceMs: Date.now(), messages: structuredClone(state.messages) });
    if (persistPath !== undefined) writeFileSync(persistPath, JSON.stringify(state));
  }
}

function normalize(name: string): string {
  return name.replace(/^#/, '').toLowerCase();
}

function load(path: string): State {
  mkdirSync(dirname(path), { recursive: true });
  try {
    // Written by `save` alone, and by nobody else.
    const state: State = JSON.parse(readFileSync(path, 'utf8'));
    return state;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return { channels: [], messages: [] };
    throw error;
  }
}
