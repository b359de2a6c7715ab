/** What concerns the whole network rather than a floor: failed warehouses, absent sources. Pure. */
import type { CycleId, Environment } from '../domain/vocabulary.ts';
import {
  clipText,
  context,
  header,
  listLines,
  MESSAGE_BUDGET,
  messageSize,
  safeText,
  section,
  SLACK_LIMITS,
} from './limits.ts';
import { markMessage, type SlackMessage } from './message.ts';

export interface NetworkAlert {
  /** Stable for as long as the alert is the same one; the message's key is `network/{key}`. */
  key: string;
  status: 'open' | 'cleared';
  /** In a few words, e.g. `2 of 14 warehouses failed`. */
  title: string;
  cycleId: CycleId;
  /** Each thing that is wrong, e.g. a warehouse's code with its error. */
  findings: { name: string; detail: string }[];
  /** What to do about it; empty where nothing can be said. */
  remedy: string;
}

export function networkKey(key: string): string {
  return `network/${key}`;
}

export function renderNetworkAlert(alert: NetworkAlert, ctx: { environment: Environment }): SlackMessage {
  const open = alert.status === 'open';
  const sign = open ? '🔴' : '✅';
  const title = `${open ? '' : 'Over · '}Monitoring: ${safeText(alert.title, 100)}`;
  const remedy = safeText(alert.remedy, 500);
  const text = clipText(`${sign} ${title}${open && remedy !== '' ? `. ${remedy}` : ''}`, SLACK_LIMITS.text);
  const frame = [header(`${sign} ${title}`)];
  if (open && remedy !== '') frame.push(section(`*Do:* ${remedy}`));
  const origin = context(`Cycle ${alert.cycleId}, ${ctx.environment}`);
  const findings = open
    ? listLines(
        alert.findings.map(({ name, detail }) => `*${safeText(name, 60)}* ${safeText(detail, 400)}`),
        {
          characters: MESSAGE_BUDGET - messageSize(text, [...frame, origin]),
          blocks: SLACK_LIMITS.blocks - frame.length - 2,
          more: `in the result of cycle ${alert.cycleId}`,
        },
      )
    : [];
  return {
    text,
    blocks: [...frame, ...findings, origin],
    metadata: markMessage({ key: networkKey(alert.key), environment: ctx.environment }),
  };
}
