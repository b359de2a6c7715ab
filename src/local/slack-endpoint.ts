/** A Slack Web API on loopback for the demo and for tests: strict on limits and errors, and with a page to look at. */
import { once } from 'node:events';
import { createServer, Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono, type Context } from 'hono';
import { createFaults, type Fault } from './slack-endpoint/faults.ts';
import { callMethod, type Arguments } from './slack-endpoint/methods.ts';
import { isRecord } from './slack-endpoint/json.ts';
import { renderPage } from './slack-endpoint/page.ts';
import { Refusal } from './slack-endpoint/refusal.ts';
import {
  createWorkspace,
  type Channel,
  type ChannelSpec,
  type StoredMessage,
} from './slack-endpoint/workspace.ts';

export interface SlackEndpointOptions {
  /** 0 or absent: any free one. */
  port?: number;
  /** Names, with or without #. */
  channels?: readonly (string | ChannelSpec)[];
  /**
   * true: a post to `#name` makes the channel. A function: its names are made whenever the channels are listed,
   * so that a route that was just written finds its channel.
   */
  autoCreate?: boolean | (() => readonly string[] | Promise<readonly string[]>);
  /** Keeps channels and messages across restarts. */
  persistPath?: string;
}

export interface PostedMessage extends StoredMessage {
  /** With #. */
  channel: string;
}

export interface SlackEndpoint {
  /** Base of the Web API, for SLACK_API_URL. */
  url: string;
  pageUrl: string;
  /** In the order of posting; deleted ones are gone. */
  messages(): PostedMessage[];
  /** Called for each post and each edit; returns what ends it. */
  onMessage(listener: (message: PostedMessage, change: 'posted' | 'edited') => void): () => void;
  fail(fault: Fault): void;
  clearFaults(): void;
  addChannel(spec: string | ChannelSpec): Channel;
  setArchived(channel: string, archived: boolean): void;
  /** As a person would in Slack. */
  deleteMessage(channelId: string, ts: string): void;
  /** Calls so far, in order. */
  calls(): string[];
  close(): Promise<void>;
}

/** Any token of the right form is good; this one is refused, so that a wrong token can be tried out. */
export const REFUSED_TOKEN = 'xoxb-refused';

/** Longer than the client waits, so that it gives up first. */
const SLOW_MS = 15_000;

export async function startSlackEndpoint(options: SlackEndpointOptions = {}): Promise<SlackEndpoint> {
  const workspace = createWorkspace(options.channels ?? [], options.persistPath);
  const faults = createFaults();
  const calls: string[] = [];
  const listeners = new Set<(message: PostedMessage, change: 'posted' | 'edited') => void>();
  const closing = new AbortController();

  const context = {
    workspace,
    autoCreate: options.autoCreate === true,
    onMessage(message: StoredMessage, change: 'posted' | 'edited') {
      for (const listener of listeners) listener(withChannel(message), change);
    },
  };

  const app = new Hono<{ Bindings: HttpBindings }>();
  app.get('/', (c) => c.html(renderPage(workspace)));
  app.post('/api/:method', async (c) => {
    const method = c.req.param('method');
    calls.push(method);
    const args = await readArguments(c);
    const fault = faults.take(method);
    if (!fault) return c.json(await answer(c, method, args));
    switch (fault.kind) {
      case 'ratelimit':
        return c.json({ ok: false, error: 'ratelimited' }, 429, {
          'retry-after': String(fault.retryAfter ?? 1),
        });
      case '500':
        return c.text('internal server error', 500);
      case 'close_after':
        await answer(c, method, args);
        return hangUp(c);
      case 'close_before':
        return hangUp(c);
      case 'slow': {
        const late = await answer(c, method, args);
        await sleep(fault.delayMs ?? SLOW_MS, undefined, { signal: closing.signal }).catch(() => undefined);
        return c.json(late);
      }
      default:
        return c.json({ ok: false, error: fault.kind });
    }
  });

  const server = createAdaptorServer({ fetch: app.fetch, createServer });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (!(server instanceof Server) || address === null || typeof address === 'string') {
    throw new Error('the local Slack endpoint listens on no TCP port');
  }
  const { port } = address;
  const pageUrl = `http://127.0.0.1:${port}/`;

  return {
    url: `${pageUrl}api/`,
    pageUrl,
    messages: () => workspace.messages().map(withChannel),
    onMessage(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    fail: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    addChannel: (spec) => workspace.addChannel(typeof spec === 'string' ? { name: spec } : spec),
    setArchived(name, archived) {
      const channel = workspace.findByName(name);
      if (!channel) throw new Error(`no channel ${name} in this endpoint; addChannel makes one`);
      workspace.setArchived(channel.id, archived);
    },
    deleteMessage(channelId, ts) {
      const message = workspace.find(channelId, ts);
      if (!message) throw new Error(`no message ${ts} in channel ${channelId}`);
      workspace.remove(message);
    },
    calls: () => [...calls],
    async close() {
      closing.abort();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };

  async function answer(c: Context, method: string, args: Arguments): Promise<object> {
    try {
      checkToken(c, args);
      if (typeof options.autoCreate === 'function' && method === 'conversations.list') {
        for (const name of await options.autoCreate()) workspace.addChannel({ name });
      }
      return { ok: true, ...callMethod(method, args, context) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const detail = error.detail.length > 0 ? { response_metadata: { messages: error.detail } } : {};
      return { ok: false, error: error.code, ...detail };
    }
  }

  function withChannel(message: StoredMessage): PostedMessage {
    return { ...message, channel: `#${workspace.findById(message.channelId)?.name ?? message.channelId}` };
  }
}

function checkToken(c: Context, args: Arguments): void {
  const sent = c.req.header('authorization')?.replace(/^Bearer /, '') ?? args['token'];
  if (typeof sent !== 'string' || sent === '') throw new Refusal('not_authed');
  if (!/^xox[bp]-/.test(sent) || sent === REFUSED_TOKEN) throw new Refusal('invalid_auth');
}

async function readArguments(c: Context): Promise<Arguments> {
  const type = c.req.header('content-type') ?? '';
  if (type.startsWith('application/json')) {
    const body: unknown = await c.req.json();
    return isRecord(body) ? body : {};
  }
  return Object.fromEntries(new URLSearchParams(await c.req.text()));
}

function hangUp(c: Context<{ Bindings: HttpBindings }>): Response {
  c.env.incoming.socket.destroy();
  return RESPONSE_ALREADY_SENT;
}
