/** The signed link of an alert: whoever holds it may say right or wrong of that one episode, until it expires. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { CycleId } from '../domain/vocabulary.ts';

/** A week: the shift that saw the alert, and the meeting in which it is discussed. */
const VALID_MS = 7 * 86_400_000;

export interface FeedbackTicket {
  episodeId: string;
  /** Epoch seconds. */
  expires: number;
  signature: string;
}

export type TicketRefusal = 'forged' | 'expired';

/** The expiry follows from the cycle, so that the same message is rendered the same way each time. */
export function createFeedbackUrl(
  { publicUrl, secret }: { publicUrl: string; secret: string },
  episodeId: string,
  cycleId: CycleId,
): string {
  const expires = Math.floor((Date.parse(cycleId) + VALID_MS) / 1_000);
  const query = new URLSearchParams({
    e: episodeId,
    x: String(expires),
    s: sign(secret, episodeId, expires),
  });
  return `${publicUrl}/feedback?${query.toString()}`;
}

/** @param fields of the query or of the form, as they came. */
export function readTicket(fields: Record<string, unknown>): FeedbackTicket {
  const text = (name: string) => (typeof fields[name] === 'string' ? fields[name] : '');
  return { episodeId: text('e'), expires: Number(text('x')), signature: text('s') };
}

/** null: good. */
export function refuseTicket(
  secret: string,
  { episodeId, expires, signature }: FeedbackTicket,
  nowMs: number,
): TicketRefusal | null {
  const expected = Buffer.from(sign(secret, episodeId, expires));
  const given = Buffer.from(signature);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return 'forged';
  return expires * 1_000 > nowMs ? null : 'expired';
}

function sign(secret: string, episodeId: string, expires: number): string {
  return createHmac('sha256', secret).update(`feedback\n${episodeId}\n${expires}`).digest('base64url');
}
