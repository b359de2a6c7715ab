/** Whether a request comes from Slack, and now: https://docs.slack.dev/authentication/verifying-requests-from-slack */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Slack's own advice: what is older may be a recording. */
const MAX_AGE_SEC = 5 * 60;

export type SignatureRefusal = 'forged' | 'stale';

/**
 * @param body as it came, byte for byte
 * @returns null where it is good
 */
export function refuseSignature(
  secret: string,
  request: { signature: string | undefined; timestamp: string | undefined; body: string },
  nowMs: number,
): SignatureRefusal | null {
  const { signature = '', timestamp = '', body } = request;
  const expected = Buffer.from(signRequest(secret, timestamp, body));
  const given = Buffer.from(signature);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return 'forged';
  const ageSec = Math.abs(nowMs / 1_000 - Number(timestamp));
  return ageSec <= MAX_AGE_SEC ? null : 'stale';
}

/** The header `x-slack-signature` that Slack sends; `timestamp` in epoch seconds. */
export function signRequest(secret: string, timestamp: string, body: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}
