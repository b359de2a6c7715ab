/** One network alert in one channel: one message, brought up to date, whoever was cut off before. */
import type { CycleId, Environment } from '../../domain/vocabulary.ts';
import { SlackFinalError } from '../../slack/errors.ts';
import type { SlackMessage } from '../../slack/message.ts';
import { postOnce } from '../../slack/post-once.ts';
import type { SlackPort } from '../../slack/slack-port.ts';
import type { ShownPlace } from './shown.ts';

export interface Showing {
  channel: string;
  /** Where it stands, as far as that was written down. */
  known: ShownPlace | null;
  message: SlackMessage;
  /** Of the message, by which an earlier try's is found. */
  key: string;
  environment: Environment;
  openedCycle: CycleId;
  /** It says something else than what was written down. */
  news: boolean;
  closing: boolean;
}

/** Slack's clock and ours differ, and its history lags. */
const RECONCILE_MARGIN_MS = 120_000;

/** @returns where it stands now; null: nowhere, and nothing is to be said any more */
export async function showAlert(slack: SlackPort, showing: Showing): Promise<ShownPlace | null> {
  const { channel, known, message, key, environment, openedCycle, news, closing } = showing;
  if (known !== null && !news) return known;
  const channelId = known?.channelId ?? (await slack.resolveChannel(channel));
  const find = () => slack.findByMetadata(channelId, key, Date.parse(openedCycle) - RECONCILE_MARGIN_MS);
  const isUpdated = known !== null && (await update(known.ts));
  if (closing) return close(isUpdated ? known.ts : null);
  if (isUpdated) return known;
  // An earlier try may have posted it, and been cut off before that was written down.
  const posting = { channelId, key, environment, look: true, known: find, read: find };
  const posted = await postOnce(slack, { ...posting, post: () => slack.post(channelId, message) });
  if (posted.found) await slack.update(channelId, posted.ts, message);
  return { channel, channelId, ts: posted.ts };

  /** One is left in the end, also of those that did not show in time. */
  async function close(updated: string | null): Promise<ShownPlace | null> {
    const found = (await find()).map(({ ts }) => ts);
    const ts = updated ?? found[0];
    for (const other of found) if (other !== ts) await slack.remove(channelId, other);
    if (ts === undefined || (updated === null && !(await update(ts)))) return null;
    return { channel, channelId, ts };
  }

  /** @returns false where someone deleted it */
  async function update(ts: string): Promise<boolean> {
    try {
      await slack.update(channelId, ts, message);
      return true;
    } catch (error) {
      if (error instanceof SlackFinalError && error.code === 'message_not_found') return false;
      throw error;
    }
  }
}
