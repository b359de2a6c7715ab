/** The demo's Slack: a local one whose channels follow the routes, each message shown as it is posted. */
import { startSlackEndpoint, type PostedMessage } from '../../local/slack-endpoint/slack-endpoint.ts';
import { say } from '../output.ts';
import type { Teardown } from '../teardown.ts';

export interface DemoSlack {
  /** Base of the Web API. */
  url: string;
  pageUrl: string;
  countUpdates(): number;
  /** Channels are made for the names that this returns, whenever they are looked up. */
  followRoutes(readChannels: () => Promise<string[]>): void;
  /** What is clicked on the page goes there. */
  sendClicksTo(url: string, signingSecret: string): void;
}

export async function startDemoSlack(
  teardown: Teardown,
  port: number,
  channels: string[],
): Promise<DemoSlack> {
  let readChannels: () => Promise<string[]> = () => Promise.resolve([]);
  const endpoint = await startSlackEndpoint({ port, channels, autoCreate: () => readChannels() });
  teardown.add('Slack', () => endpoint.close());
  let updates = 0;
  endpoint.onMessage((message, change) => {
    if (change === 'edited') updates += 1;
    else say(renderPost(message));
  });
  return {
    url: endpoint.url,
    pageUrl: endpoint.pageUrl,
    countUpdates: () => updates,
    followRoutes: (read) => {
      readChannels = read;
    },
    sendClicksTo: (url, signingSecret) => endpoint.setRequestUrl({ url, signingSecret }),
  };
}

/** `14:05:03  #fra1-flow  ...`, thread replies set back. */
function renderPost({ channel, text, ts, threadTs }: PostedMessage): string {
  const time = new Date(Number(ts) * 1_000).toLocaleTimeString('en-GB');
  const reply = threadTs !== null && threadTs !== ts;
  return `${time}  ${channel.padEnd(14)}  ${reply ? '  -> ' : ''}${text.replaceAll('\n', ' ')}`;
}
