/** Slack's failures, classified once, where they enter. No text here ever holds a token. */
import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import { FAILURE } from '../failures/failures.ts';

/** Refused for good: the same call fails again until a person changes something. */
export class SlackFinalError extends Error {
  override readonly name = FAILURE.SlackFinalError;
  /** Slack's own error code, e.g. `channel_not_found`. */
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Not done, for sure; may be asked again after `retryAfterSec`. */
export class SlackRateLimited extends Error {
  override readonly name = FAILURE.SlackRateLimited;
  readonly retryAfterSec: number;
  constructor(retryAfterSec: number, message: string) {
    super(message);
    this.retryAfterSec = retryAfterSec;
  }
}

/** Timeout, 5xx, connection lost: nobody knows whether it was done. Look before asking again. */
export class SlackAmbiguous extends Error {
  override readonly name = FAILURE.SlackAmbiguous;
}

/** Slack asks for 30 s in most of its answers; used where a 429 does not say. */
const DEFAULT_RETRY_AFTER_SEC = 30;

/** Answered with ok: false, yet the call may have taken effect, or will succeed later. */
const PASSING_CODES = new Set(['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout']);

const RATE_CODES = new Set(['ratelimited', 'rate_limited']);

const REMEDIES: Record<string, string> = {
  channel_not_found:
    'no such channel, or it is private and the bot is not in it; correct its name in the registry or invite the bot',
  not_in_channel: 'the bot is not a member; invite it with /invite',
  is_archived: 'the channel is archived; unarchive it or name another one in the registry',
  restricted_action: 'the workspace does not let the bot post there; ask a workspace admin',
  invalid_auth: 'the token is not valid; set SLACK_BOT_TOKEN to the bot token (xoxb-) of the app',
  not_authed: 'no token was sent; set SLACK_BOT_TOKEN',
  account_inactive: 'the bot was removed from the workspace; reinstall the app and set SLACK_BOT_TOKEN',
  token_revoked: 'the token was revoked; reinstall the app and set SLACK_BOT_TOKEN',
  token_expired: 'the token has expired; set a new SLACK_BOT_TOKEN',
  missing_scope:
    'the app lacks a scope; give it those of deploy/slack-app-manifest.yml, and install it again',
  msg_too_long: 'the message is longer than Slack takes; this is a defect, please report it',
  msg_blocks_too_long: 'the blocks are longer than Slack takes; this is a defect, please report it',
  invalid_blocks: 'Slack refused the blocks; this is a defect, please report it',
};

/** `target` names what the call was about, e.g. `#fra1-flow (C024BE91L)`. */
export function classifySlackError(
  error: unknown,
  method: string,
  target: string,
): SlackFinalError | SlackRateLimited | SlackAmbiguous {
  if (
    error instanceof SlackFinalError ||
    error instanceof SlackRateLimited ||
    error instanceof SlackAmbiguous
  ) {
    return error;
  }
  const call = `Slack ${method} for ${target}`;
  if (error instanceof WebAPIRateLimitedError) return rateLimited(call, error.retryAfter);
  if (error instanceof WebAPIPlatformError) return classifyCode(call, error.data);
  if (error instanceof WebAPIHTTPError) {
    if (error.statusCode >= 500 || error.statusCode === 408) {
      return new SlackAmbiguous(`${call}: HTTP ${error.statusCode}; it may or may not have been done`);
    }
    return new SlackFinalError(
      `http_${error.statusCode}`,
      `${call}: HTTP ${error.statusCode}; check SLACK_API_URL and any proxy in between`,
    );
  }
  // The client's words for a 429 without Retry-After; it has no class of its own.
  if (error instanceof Error && error.message.startsWith('Retry header')) {
    return rateLimited(call, DEFAULT_RETRY_AFTER_SEC);
  }
  return new SlackAmbiguous(`${call}: ${nameCause(error)}; it may or may not have been done`);
}

function classifyCode(
  call: string,
  data: { error: string; response_metadata?: { retryAfter?: number; messages?: string[] } },
): SlackFinalError | SlackRateLimited | SlackAmbiguous {
  // A page of a proxy, not an answer of Slack, arrives as the error's text.
  if (!/^[a-z0-9_:]{1,80}$/.test(data.error)) {
    return new SlackAmbiguous(`${call}: the answer is not Slack's JSON; check SLACK_API_URL and any proxy`);
  }
  if (RATE_CODES.has(data.error)) {
    return rateLimited(call, data.response_metadata?.retryAfter ?? DEFAULT_RETRY_AFTER_SEC);
  }
  if (PASSING_CODES.has(data.error)) {
    return new SlackAmbiguous(`${call}: ${data.error}; it may or may not have been done`);
  }
  const remedy =
    REMEDIES[data.error] ?? 'Slack refuses it; see the method in the documentation of its Web API';
  const hints = (data.response_metadata?.messages ?? []).join(' ').slice(0, 300);
  return new SlackFinalError(data.error, `${call}: ${data.error}: ${remedy}${hints && ` [${hints}]`}`);
}

function rateLimited(call: string, retryAfterSec: number): SlackRateLimited {
  return new SlackRateLimited(retryAfterSec, `${call}: rate limited, again in ${retryAfterSec} s`);
}

/** The error's code alone: its message may quote a header, and with it the token. */
function nameCause(error: unknown): string {
  const original = error instanceof WebAPIRequestError ? error.original : error;
  if (!(original instanceof Error)) return 'the call failed';
  if (original.name === 'TimeoutError' || original.name === 'AbortError') return 'no answer in time';
  const { cause } = original;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') {
    return `connection failed (${cause.code})`;
  }
  return 'connection failed';
}
