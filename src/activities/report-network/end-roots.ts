/** A channel that was closed when an alert ended, and is open again: its own message says the end too. */
import { SlackFinalError } from '../../slack/errors.ts';
import { findOwnMessage } from '../../slack/poster.ts';
import { inItsOwnPlace } from '../../slack/render-episode.ts';
import type { SlackPort } from '../../slack/slack-port.ts';
import type { UnendedRoot } from '../../store/unended-root.ts';

export interface EndRootsDependencies {
  slack: SlackPort | null;
  takeUnendedRoots(limit: number): Promise<UnendedRoot[]>;
  recordRootEnded(root: UnendedRoot): Promise<void>;
  /** Wall clock, epoch ms. */
  now(): number;
}

const AT_ONCE = 20;
/** A third of the step's time: what it is for comes first, and is not to be done again for this. */
const WITHIN_MS = 5_000;

/** An update with the same words changes nothing, so that a try may be repeated. Never fails for what Slack answers. */
export async function endRoots(deps: EndRootsDependencies): Promise<void> {
  const { slack } = deps;
  if (slack === null) return;
  const until = deps.now() + WITHIN_MS;
  for (const root of await deps.takeUnendedRoots(AT_ONCE)) {
    if (deps.now() > until) return;
    try {
      const thread = await slack.readThread(root.endChannelId, root.endTs);
      const told = findOwnMessage(thread, root.endTs, root.episodeId);
      if (!told) continue;
      await slack.update(root.rootChannelId, root.rootTs, {
        text: told.text,
        blocks: inItsOwnPlace(told.blocks),
      });
    } catch (error) {
      // Slack is busy, or not to be reached: nothing that this step is for waits for it.
      if (!(error instanceof SlackFinalError)) return;
      // Closed still: its turn comes again. Deleted: there is nothing left to end.
      if (error.code !== 'message_not_found') continue;
    }
    await deps.recordRootEnded(root);
  }
}
