/** What Slack sends when a person clicks: a signed request to the app's URL, or an envelope over its socket. */
import { createHmac } from 'node:crypto';
import type { WebSocket } from 'ws';
import { BOT, PERSON } from './identity.ts';
import { asRecords, asText, isRecord, type Json } from './json.ts';
import type { OpenView, Views } from './views.ts';
import type { StoredMessage, Workspace } from './workspace.ts';

export interface RequestUrl {
  url: string;
  signingSecret: string;
}

export interface ClickOn {
  channelId: string;
  ts: string;
  actionId: string;
  /** Value of the chosen option, of a menu. */
  option?: string;
  /** What the button carried when it was clicked, where the message has changed since; absent: what it carries now. */
  value?: string;
  user?: { id: string; username: string };
}

/** What the app answered. */
export interface Response {
  /** HTTP status, or 200 for an envelope that was acknowledged; 0: no answer. */
  status: number;
  /** Milliseconds until the answer. */
  tookMs: number;
}

export interface Interactions {
  setRequestUrl(to: RequestUrl | null): void;
  addSocket(socket: WebSocket): void;
  /** Closes every socket, as Slack does when it recycles a connection. */
  dropSockets(): void;
  sockets(): number;
  /** @throws Error where there is no such element, or nobody to tell. */
  compose(on: ClickOn): Json;
  composeSubmission(view: OpenView, values: Record<string, string>): Json;
  /** The same payload sent twice is what Slack does when an answer was lost. */
  send(payload: Json): Promise<Response>;
}

/** Slack shows an error to the person after it. */
const ANSWER_WITHIN_MS = 3_000;

export function createInteractions(workspace: Workspace, views: Views): Interactions {
  const sockets = new Set<WebSocket>();
  const pending = new Map<string, () => void>();
  let requestUrl: RequestUrl | null = null;
  let envelopes = 0;

  return {
    setRequestUrl: (to) => (requestUrl = to),
    addSocket(socket) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('message', (data: Buffer) => {
        const answer: unknown = JSON.parse(data.toString('utf8'));
        if (isRecord(answer)) pending.get(asText(answer['envelope_id']))?.();
      });
      socket.send(JSON.stringify({ type: 'hello', num_connections: sockets.size }));
    },
    dropSockets() {
      for (const socket of sockets) socket.terminate();
      sockets.clear();
    },
    sockets: () => sockets.size,
    compose,
    composeSubmission: (view, values) => ({
      type: 'view_submission',
      team: { id: BOT.teamId, domain: 'local' },
      user: PERSON,
      view: {
        id: view.id,
        type: 'modal',
        callback_id: view.callbackId,
        private_metadata: view.privateMetadata,
        state: {
          values: Object.fromEntries(
            Object.entries(values).map(([id, value]) => [id, { [id]: { type: 'plain_text_input', value } }]),
          ),
        },
      },
    }),
    async send(payload) {
      const started = performance.now();
      const status = await (sockets.size > 0 ? sendEnvelope(payload) : sendRequest(payload));
      return { status, tookMs: performance.now() - started };
    },
  };

  function compose({ channelId, ts, actionId, option, value, user }: ClickOn): Json {
    const message = workspace.find(channelId, ts);
    const { block, element } = findElement(message, actionId);
    const carried = value ?? element['value'];
    const person = { ...PERSON, ...user, ...(user ? { name: user.username } : {}) };
    const now = Date.now();
    return {
      type: 'block_actions',
      team: { id: BOT.teamId, domain: 'local' },
      user: person,
      api_app_id: 'A00000001',
      trigger_id: views.issueTrigger(person.id, now),
      container: { type: 'message', message_ts: ts, channel_id: channelId, is_ephemeral: false },
      channel: { id: channelId, name: workspace.findById(channelId)?.name ?? '' },
      message: {
        type: 'message',
        ts,
        ...(message?.threadTs === null || message === undefined ? {} : { thread_ts: message.threadTs }),
        text: message?.text ?? '',
        blocks: message?.blocks ?? [],
      },
      actions: [
        {
          type: element['type'],
          action_id: actionId,
          block_id: asText(block['block_id']),
          ...(carried === undefined ? {} : { value: carried }),
          ...(option === undefined ? {} : { selected_option: { value: option } }),
          action_ts: `${Math.floor(now / 1_000)}.${String(now % 1_000).padStart(3, '0')}${String(Math.floor(Math.random() * 1_000)).padStart(3, '0')}`,
        },
      ],
    };
  }

  async function sendRequest(payload: Json): Promise<number> {
    if (requestUrl === null)
      throw new Error('the app has neither a request URL nor a socket: nobody hears of the click');
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const digest = createHmac('sha256', requestUrl.signingSecret)
      .update(`v0:${timestamp}:${body}`)
      .digest('hex');
    try {
      const answer = await fetch(requestUrl.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'x-slack-request-timestamp': timestamp,
          'x-slack-signature': `v0=${digest}`,
        },
        body,
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      return 0;
    }
  }

  function sendEnvelope(payload: Json): Promise<number> {
    const [socket] = sockets;
    envelopes += 1;
    const id = `envelope-${envelopes}`;
    return new Promise((resolve) => {
      const settle = (status: number) => {
        clearTimeout(timer);
        pending.delete(id);
        resolve(status);
      };
      const timer = setTimeout(() => settle(0), ANSWER_WITHIN_MS);
      pending.set(id, () => settle(200));
      socket?.send(
        JSON.stringify({ type: 'interactive', envelope_id: id, payload, accepts_response_payload: true }),
      );
    });
  }
}

function findElement(message: StoredMessage | undefined, actionId: string): { block: Json; element: Json } {
  for (const block of message?.blocks ?? []) {
    const element = asRecords(block['elements']).find((each) => each['action_id'] === actionId);
    if (element) return { block, element };
  }
  throw new Error(`the message has no element ${actionId}: nothing to click on`);
}
