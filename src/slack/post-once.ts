/** One message per key, although a post may be accepted and its answer lost, and history lags behind. */
import { SlackAmbiguous } from './errors.ts';
import type { MarkedMessage, SlackPort } from './slack-port.ts';

export interface OncePost {
  channelId: string;
  key: string;
  environment: string;
  /** An earlier try, of this or another sender, may have been accepted. */
  look: boolean;
  /** What is known to be there already; asked only where `look`. */
  known(): Promise<readonly MarkedMessage[]>;
  /** The same, read anew. */
  read(): Promise<readonly MarkedMessage[]>;
  post(): Promise<{ ts: string }>;
}

export interface OnceResult {
  ts: string;
  /** It was there already: an earlier try had been accepted. */
  found: boolean;
}

/**
 * Looks where there is reason to, posts where nothing is found, and looks again after a lost answer. Of several
 * messages with one key the first stays and the later ones are deleted. An ambiguous failure that leaves no
 * trace is thrown on: only after history has caught up is it known that nothing was posted.
 */
export async function postOnce(slack: Pick<SlackPort, 'remove'>, once: OncePost): Promise<OnceResult> {
  if (once.look) {
    const earlier = await keepFirst(await once.known());
    if (earlier !== null) return { ts: earlier, found: true };
  }
  const sent = await tryPost();
  if (sent.found || !once.look) return sent;
  // The earlier try may have become visible only now.
  const visible = await keepFirst(await once.read());
  return visible === null || visible === sent.ts ? sent : { ts: visible, found: true };

  async function tryPost(): Promise<OnceResult> {
    try {
      return { ts: (await once.post()).ts, found: false };
    } catch (error) {
      if (!(error instanceof SlackAmbiguous)) throw error;
      const accepted = await once
        .read()
        .then(keepFirst)
        .catch(() => null);
      if (accepted === null) throw error;
      return { ts: accepted, found: true };
    }
  }

  async function keepFirst(messages: readonly MarkedMessage[]): Promise<string | null> {
    const [first, ...later] = messages.filter(
      ({ key, environment }) => key === once.key && environment === once.environment,
    );
    for (const { ts } of later) await slack.remove(once.channelId, ts);
    return first?.ts ?? null;
  }
}
