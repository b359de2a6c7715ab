/** The official client, set so that it never retries, sleeps or logs by itself; failures come out classified. */
import { LogLevel, WebClient, type Logger } from '@slack/web-api';
import { classifySlackError } from './errors.ts';

export interface WebClientOptions {
  token: string;
  /** Base of the Web API; the client's own default where absent. */
  apiUrl?: string;
  timeoutMs?: number;
}

/** Slack answers within 3 s or not at all; heartbeats and the delivery's budget allow for 10. */
const TIMEOUT_MS = 10_000;

/** The client logs what it throws; whoever catches it logs it with its context. */
export const SILENT_LOGGER: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};

export function createWebClient(options: WebClientOptions) {
  const client = new WebClient(options.token, {
    ...(options.apiUrl === undefined ? {} : { slackApiUrl: options.apiUrl }),
    retryConfig: { retries: 0 },
    timeout: options.timeoutMs ?? TIMEOUT_MS,
    rejectRateLimitedCalls: true,
    logger: SILENT_LOGGER,
  });
  return { client, call };
}

/** `target` names what the call is about. @throws SlackFinalError, SlackRateLimited or SlackAmbiguous */
async function call<T>(method: string, target: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw classifySlackError(error, method, target);
  }
}
