/** Clicks over Slack's Socket Mode: a connection that we open, where Slack can't reach us. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SocketModeClient } from '@slack/socket-mode';
import type { Logger as Pino } from 'pino';
import { SILENT_LOGGER } from '../slack/web-client.ts';
import type { Clicks } from './clicks.ts';
import { messageOf } from '../failures/errors.ts';

export interface ClickSocket {
  /** Empty while connected, else since when and why not. */
  problem(): string;
  /** Resolves when the first connection stands. */
  connected: Promise<void>;
  close(): Promise<void>;
}

/** Slack recycles a connection every few hours: at once again; after a failure more slowly, up to half a minute. */
const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 30_000;

interface Envelope {
  ack(response?: Record<string, unknown>): Promise<void>;
  body: unknown;
}

export function openClickSocket(
  options: { appToken: string; apiUrl: string },
  clicks: Clicks,
  log: Pick<Pino, 'info' | 'warn'>,
): ClickSocket {
  const closing = new AbortController();
  let trouble = 'not connected yet';
  let client: SocketModeClient | undefined;
  let announce = () => {};
  const connected = new Promise<void>((resolve) => (announce = resolve));
  const ended = keepConnected();
  return {
    problem: () => trouble,
    connected,
    async close() {
      closing.abort();
      await client?.disconnect();
      await ended;
    },
  };

  /** The client's own reconnecting gives up on some failures with a rejection that nobody can catch. */
  async function keepConnected(): Promise<void> {
    let delayMs = FIRST_DELAY_MS;
    while (!closing.signal.aborted) {
      try {
        const { lost } = await connect();
        delayMs = FIRST_DELAY_MS;
        await lost;
        trouble = 'the connection was lost';
      } catch (error) {
        trouble = messageOf(error);
        log.warn({ error: trouble }, 'Socket Mode: no connection');
      }
      if (closing.signal.aborted) return;
      await sleep(delayMs, undefined, { signal: closing.signal }).catch(() => undefined);
      delayMs = Math.min(delayMs * 2, MAX_DELAY_MS);
    }
  }

  /** `lost` resolves when the connection is. */
  async function connect(): Promise<{ lost: Promise<void> }> {
    const opened = new SocketModeClient({
      appToken: options.appToken,
      autoReconnectEnabled: false,
      clientOptions: { slackApiUrl: options.apiUrl, retryConfig: { retries: 0 } },
      logger: SILENT_LOGGER,
    });
    client = opened;
    opened.on('interactive', (envelope: Envelope) => void take(envelope));
    const lost = new Promise<void>((resolve) => opened.once('disconnected', () => resolve()));
    await opened.start();
    trouble = '';
    log.info('Socket Mode: connected');
    announce();
    return { lost };
  }

  async function take(envelope: Envelope): Promise<void> {
    try {
      await clicks.take('socket', envelope.body);
      await envelope.ack();
    } catch (error) {
      // Slack sends it again: the click's id makes that harmless.
      log.warn({ error: messageOf(error) }, 'Socket Mode: not answered');
    }
  }
}
