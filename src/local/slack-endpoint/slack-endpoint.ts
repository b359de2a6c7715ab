/** A Slack Web API on loopback for the demo and for tests: strict on limits and errors, and with a page to look at. */
import { once } from 'node:events';
import { createServer, Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono, type Context } from 'hono';
import { WebSocketServer } from 'ws';
import { createFaults, type Fault } from './faults.ts';
import type { Arguments, Ephemeral } from './method-context.ts';
import { callMethod } from './methods.ts';
import { createFiles, type StoredFile } from './files.ts';
import {
  createInteractions,
  type ClickOn,
  type RequestUrl,
  type Response as AppResponse,
} from './interactions.ts';
import { isRecord } from './json.ts';
import { renderPage } from './page.ts';
import { Refusal } from './refusal.ts';
import { createViews, type OpenView } from './views.ts';
import { createWorkspace, type Channel, type ChannelSpec, type StoredMessage } from './workspace.ts';
import { messageOf } from '../../failures/errors.ts';

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
  /** A post to a channel within so many ms of the one before is answered with 429; absent: never. */
  minGapMs?: number;
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
  /** In the order of posting; deleted ones are gone. Copies: what a caller does to them, Slack does not hear of. */
  messages(): PostedMessage[];
  /** Called for each post and each edit; returns what ends it. */
  onMessage(listener: (message: PostedMessage, change: 'posted' | 'edited') => void): () => void;
  fail(fault: Fault): void;
  clearFaults(): void;
  /** From now on histories and threads show what is written only so many ms later; 0: at once. */
  lagReads(ms: number): void;
  addChannel(spec: string | ChannelSpec): Channel;
  setArchived(channel: string, archived: boolean): void;
  /** As a person would in Slack. */
  deleteMessage(channelId: string, ts: string): void;
  /** Calls so far, in order. */
  calls(): string[];
  /** Where clicks go while no socket is open; null: nowhere. */
  setRequestUrl(to: RequestUrl | null): void;
  /** As a person would on the page; `times` sends the very same click again, as after a lost answer. */
  click(on: ClickOn, options?: { times?: number }): Promise<AppResponse>;
  /** Sends an open window with what was typed into its inputs, and closes it when the app agrees. */
  submit(viewId: string, values: Record<string, string>): Promise<AppResponse>;
  views(): OpenView[];
  ephemerals(): Ephemeral[];
  file(id: string): StoredFile | undefined;
  /** Open Socket Mode connections. */
  sockets(): number;
  /** Ends them all, as Slack does when it recycles them. */
  dropSockets(): void;
  close(): Promise<void>;
}

/** Any token of the right form is good; this one is refused, so that a wrong token can be tried out. */
export const REFUSED_TOKEN = 'xoxb-refused';

const PING_MS = 10_000;

/** Longer than the client waits, so that it gives up first. */
const SLOW_MS = 15_000;

export async function startSlackEndpoint(options: SlackEndpointOptions = {}): Promise<SlackEndpoint> {
  const workspace = createWorkspace(options.channels ?? [], options.persistPath);
  const faults = createFaults();
  const calls: string[] = [];
  /** By channel, when something was posted there last. */
  const lastPosts = new Map<string, number>();
  const listeners = new Set<(message: PostedMessage, change: 'posted' | 'edited') => void>();
  const closing = new AbortController();

  const files = createFiles();
  const views = createViews(files);
  const ephemerals: Ephemeral[] = [];
  const interactions = createInteractions(workspace, views);
  const context = {
    workspace,
    views,
    files,
    ephemerals,
    socketUrl: '',
    uploadUrl: '',
    autoCreate: options.autoCreate === true,
    onMessage(message: StoredMessage, change: 'posted' | 'edited') {
      for (const listener of listeners) listener(withChannel(message), change);
    },
  };

  const app = new Hono<{ Bindings: HttpBindings }>();
  app.get('/', (c) => c.html(renderPage(workspace, views.list(), ephemerals)));
  app.get('/file/:id', (c) => {
    const bytes = files.find(c.req.param('id'))?.bytes;
    return bytes ? c.body(new Uint8Array(bytes), 200, { 'content-type': 'image/png' }) : c.notFound();
  });
  app.post('/upload/:id', async (c) => {
    const fault = faults.take('upload');
    if (fault) return c.text('internal server error', 500);
    const received = files.receive(c.req.param('id'), Buffer.from(await c.req.arrayBuffer()));
    return received ? c.text('OK') : c.text('no such upload, or another length', 400);
  });
  app.post('/page/click', async (c) => {
    const form = await c.req.parseBody();
    const field = (name: string) => (typeof form[name] === 'string' ? form[name] : '');
    const [channelId, ts, actionId, option] = ['channel', 'ts', 'action', 'option'].map(field);
    const on = { channelId: channelId ?? '', ts: ts ?? '', actionId: actionId ?? '' };
    return tell(c, () => click({ ...on, ...(option ? { option } : {}) }));
  });
  app.post('/page/submit', async (c) => {
    const { view, ...typed } = await c.req.parseBody();
    const values = Object.entries(typed).filter(
      (pair): pair is [string, string] => typeof pair[1] === 'string',
    );
    return tell(c, () => submit(typeof view === 'string' ? view : '', Object.fromEntries(values)));
  });
  app.post('/page/close', async (c) => {
    const { view } = await c.req.parseBody();
    if (typeof view === 'string') views.close(view);
    return c.body(null, 204);
  });
  app.post('/api/:method', async (c) => {
    const method = c.req.param('method');
    calls.push(method);
    const args = await readArguments(c);
    const fault =
      faults.take(method) ?? (isTooFast(method, args) ? { method, kind: 'ratelimit' } : undefined);
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
  context.socketUrl = `ws://127.0.0.1:${port}/socket`;
  context.uploadUrl = `${pageUrl}upload/`;
  const sockets = new WebSocketServer({ server, path: '/socket' });
  sockets.on('connection', (socket) => interactions.addSocket(socket));
  // The client gives up on a connection that says nothing for half a minute.
  const pings = setInterval(() => {
    for (const socket of sockets.clients) socket.ping();
  }, PING_MS);

  return {
    url: `${pageUrl}api/`,
    pageUrl,
    messages: () => structuredClone(workspace.messages().map(withChannel)),
    onMessage(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    fail: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    lagReads: (ms) => workspace.lagReads(ms),
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
    setRequestUrl: (to) => interactions.setRequestUrl(to),
    click,
    submit,
    views: () => views.list(),
    ephemerals: () => [...ephemerals],
    file: (id) => files.find(id),
    sockets: () => interactions.sockets(),
    dropSockets: () => interactions.dropSockets(),
    async close() {
      closing.abort();
      clearInterval(pings);
      interactions.dropSockets();
      sockets.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };

  function isTooFast(method: string, args: Arguments): boolean {
    if (options.minGapMs === undefined || method !== 'chat.postMessage') return false;
    const channel = String(args['channel']);
    const now = performance.now();
    const since = now - (lastPosts.get(channel) ?? Number.NEGATIVE_INFINITY);
    if (since < options.minGapMs) return true;
    lastPosts.set(channel, now);
    return false;
  }

  async function click(on: ClickOn, { times = 1 }: { times?: number } = {}): Promise<AppResponse> {
    const payload = interactions.compose(on);
    let response = await interactions.send(payload);
    for (let sent = 1; sent < times; sent += 1) response = await interactions.send(payload);
    return response;
  }

  async function submit(viewId: string, values: Record<string, string>): Promise<AppResponse> {
    const view = views.list().find(({ id }) => id === viewId);
    if (!view) throw new Error(`no window ${viewId} is open`);
    const response = await interactions.send(interactions.composeSubmission(view, values));
    if (response.status === 200) views.close(viewId);
    return response;
  }

  async function tell(c: Context, act: () => Promise<AppResponse>): Promise<globalThis.Response> {
    try {
      const { status } = await act();
      return status === 200 ? c.body(null, 204) : c.text(`the app did not answer (${status})`, 502);
    } catch (error) {
      return c.text(messageOf(error), 409);
    }
  }

  async function answer(c: Context, method: string, args: Arguments): Promise<object> {
    try {
      checkToken(c, args, method);
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

function checkToken(c: Context, args: Arguments, method: string): void {
  const sent = c.req.header('authorization')?.replace(/^Bearer /, '') ?? args['token'];
  if (typeof sent !== 'string' || sent === '') throw new Refusal('not_authed');
  // Sockets are opened by the app itself, everything else by its bot.
  const form = method === 'apps.connections.open' ? /^xapp-/ : /^xox[bp]-/;
  if (/^xapp-|^xox/.test(sent) && !form.test(sent)) throw new Refusal('not_allowed_token_type');
  if (!form.test(sent) || sent === REFUSED_TOKEN) throw new Refusal('invalid_auth');
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
