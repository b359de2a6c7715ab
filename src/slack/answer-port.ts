/** What is asked of Slack in answer to a click. */
import type { ModalView } from '@slack/web-api';
import { createWebClient, type WebClientOptions } from './web-client.ts';

export interface AnswerPort {
  /** Within 3 s of the click whose `triggerId` it is. */
  openView(triggerId: string, view: ModalView): Promise<void>;
  /** Shown to one person, in the channel or thread that they look at. */
  whisper(to: { channelId: string; userId: string; threadTs: string | null }, text: string): Promise<void>;
}

export function createAnswerPort(options: WebClientOptions): AnswerPort {
  const { client, call } = createWebClient(options);
  return {
    async openView(triggerId, view) {
      await call('views.open', 'a click', () => client.views.open({ trigger_id: triggerId, view }));
    },
    async whisper({ channelId, userId, threadTs }, text) {
      await call('chat.postEphemeral', `channel ${channelId}`, () =>
        client.chat.postEphemeral({
          channel: channelId,
          user: userId,
          text,
          ...(threadTs === null ? {} : { thread_ts: threadTs }),
        }),
      );
    },
  };
}
