/** The flows' own doubt: it begins where they lead to what no buffer holds, and ends where level and flows go together. */
import { type Inquiry, agreesOfLate, over } from './inquiry.ts';

export function denyFlow(inquiry: Inquiry, since: number): void {
  inquiry.flow ??= { ...inquiry.evidence.of, reading: 'flow', name: 'FLOW_DENIED', since };
}

export function watchFlow(inquiry: Inquiry): void {
  const newest = inquiry.believed.at(-1);
  if (!inquiry.flow || inquiry.level || !newest || !agreesOfLate(inquiry, newest)) return;
  inquiry.ended.push(over(inquiry.flow, newest.ts));
  inquiry.flow = null;
}
