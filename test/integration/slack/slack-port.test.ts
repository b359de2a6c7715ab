import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  REFUSED_TOKEN,
  startSlackEndpoint,
  type SlackEndpoint,
} from '../../../src/local/slack-endpoint/slack-endpoint.ts';
import { SlackAmbiguous, SlackFinalError, SlackRateLimited } from '../../../src/slack/errors.ts';
import type { SlackMessage } from '../../../src/slack/message.ts';
import { createSlackPort } from '../../../src/slack/slack-port.ts';

const MESSAGE: SlackMessage = {
  text: 'hello',
  blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '*hello*' } }],
  metadata: { event_type: 'bufferwatch_transition', event_payload: { key: 'a/1', environment: 'prod' } },
};

let slack: SlackEndpoint;
beforeEach(async () => {
  slack = await startSlackEndpoint({
    channels: [
      ...Array.from({ length: 250 }, (_, i) => `channel-${i}`),
      { name: 'closed', archived: true },
      { name: 'elsewhere', member: false },
      { name: 'secret', private: true },
      { name: 'hidden', private: true, member: false },
    ],
  });
});
afterEach(() => slack.close());

const portOf = (token = 'xoxb-test', timeoutMs = 500) =>
  createSlackPort({ token, apiUrl: slack.url, timeoutMs, paceMs: 0 });

async function errorOf(promise: Promise<unknown>): Promise<Error> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error('expected a failure');
  return error;
}

describe('channels', () => {
  it('finds a name on a later page, lists once, and takes ids as they are', async () => {
    const port = portOf();
    const id = await port.resolveChannel('#channel-249');
    expect(await port.resolveChannel('channel-3')).toMatch(/^C/);
    expect(await port.resolveChannel(id)).toBe(id);
    expect(slack.calls()).toEqual(['conversations.list', 'conversations.list']);
  });

  it('finds public channels also where the app may not see private ones', async () => {
    slack.fail({ method: 'conversations.list', kind: 'missing_scope' });
    const port = portOf();
    expect(await port.resolveChannel('#channel-3')).toMatch(/^C/);
    expect(await errorOf(portOf('xoxb-refused').resolveChannel('#channel-3'))).toMatchObject({
      code: 'invalid_auth',
    });
  });

  it('asks for the list again for a channel made since: at once for one just routed, not at each miss', async () => {
    let now = 0;
    const port = createSlackPort({
      token: 'xoxb-test',
      apiUrl: slack.url,
      clock: { now: () => now, sleep: () => Promise.resolve() },
    });
    expect(await errorOf(port.resolveChannel('#late'))).toMatchObject({ code: 'channel_not_found' });
    slack.addChannel('#late');
    slack.addChannel('#just-routed');
    const before = slack.calls().length;
    expect(await errorOf(port.resolveChannel('#late'))).toMatchObject({ code: 'channel_not_found' });
    expect(slack.calls()).toHaveLength(before);
    expect(await port.resolveChannel('#just-routed')).toMatch(/^C/);
    now = 60_000;
    expect(await port.resolveChannel('#late')).toMatch(/^C/);
  });

  it.each([
    ['#channel-1', true, ''],
    ['#secret', true, ''],
    ['#hidden', false, 'channel_not_found'],
    ['#closed', false, 'archived'],
    ['#elsewhere', false, '/invite'],
    ['#nowhere', false, 'its name in the registry'],
  ])('access to %s: %s', async (channel, ok, problem) => {
    const access = await portOf().checkAccess(channel);
    expect(access.ok).toBe(ok);
    expect(access.problem).toContain(problem);
  });

  it('checks whose token it is', async () => {
    expect(await portOf().checkAuth()).toMatchObject({ team: 'local', user: 'bufferwatch' });
    expect(await errorOf(portOf(REFUSED_TOKEN).checkAuth())).toMatchObject({ code: 'invalid_auth' });
  });
});

describe('failures, classified where they enter', () => {
  it.each([
    ['ratelimit', SlackRateLimited],
    ['500', SlackAmbiguous],
    ['close_before', SlackAmbiguous],
    ['close_after', SlackAmbiguous],
    ['slow', SlackAmbiguous],
    ['fatal_error', SlackAmbiguous],
    ['service_unavailable', SlackAmbiguous],
    ['<html>a proxy</html>', SlackAmbiguous],
    ['not_in_channel', SlackFinalError],
    ['msg_too_long', SlackFinalError],
    ['restricted_action', SlackFinalError],
  ])('%s', async (kind, type) => {
    const port = portOf();
    const channelId = await port.resolveChannel('#channel-1');
    slack.fail({ method: 'chat.postMessage', kind, delayMs: 700 });
    const error = await errorOf(port.post(channelId, MESSAGE));
    expect(error).toBeInstanceOf(type);
    expect(error.message).toContain(`#channel-1 (${channelId})`);
    expect(error.message).not.toContain('xoxb');
  });

  it('nobody there: ambiguous, and names what could not be reached', async () => {
    const port = createSlackPort({ token: 'xoxb-test', apiUrl: 'http://127.0.0.1:1/api/', timeoutMs: 500 });
    const error = await errorOf(port.checkAuth());
    expect(error).toBeInstanceOf(SlackAmbiguous);
    expect(error.message).toMatch(/auth\.test.*connection failed/);
  });
});

describe('messages', () => {
  it('a reply to a thread that is gone leaves nothing in the channel', async () => {
    const port = portOf();
    const channelId = await port.resolveChannel('#channel-1');
    const { ts } = await port.post(channelId, MESSAGE);
    await port.remove(channelId, ts);
    await port.remove(channelId, ts);
    expect(await errorOf(port.reply(channelId, ts, MESSAGE))).toMatchObject({ code: 'thread_not_found' });
    // No proof: Slack says the same of what does not show yet.
    expect(await port.readThread(channelId, ts)).toEqual([]);
    expect(slack.messages()).toEqual([]);
  });

  it('a deleted first message with replies below counts as gone', async () => {
    const port = portOf();
    const channelId = await port.resolveChannel('#channel-1');
    const { ts } = await port.post(channelId, MESSAGE);
    await port.reply(channelId, ts, MESSAGE);
    slack.deleteMessage(channelId, ts);
    expect(await errorOf(port.readThread(channelId, ts))).toMatchObject({ code: 'thread_not_found' });
  });

  it('reads a thread of several pages, its first message once', async () => {
    const port = portOf();
    const channelId = await port.resolveChannel('#channel-1');
    const { ts } = await port.post(channelId, MESSAGE);
    for (let i = 0; i < 210; i += 1) await port.reply(channelId, ts, MESSAGE);
    expect(await port.readThread(channelId, ts)).toHaveLength(211);
  });

  it('finds its own messages by key, oldest first, and no older than asked', async () => {
    const port = portOf();
    const channelId = await port.resolveChannel('#channel-1');
    const first = await port.post(channelId, MESSAGE);
    const second = await port.post(channelId, MESSAGE);
    await port.post(channelId, {
      ...MESSAGE,
      metadata: { event_type: 'with.a.dot', event_payload: { key: 'a/1' } },
    });
    const found = await port.findByMetadata(channelId, 'a/1', Date.now() - 60_000);
    expect(found.map(({ ts }) => ts)).toEqual([first.ts, second.ts]);
    expect(await port.findByMetadata(channelId, 'a/1', Date.now() + 60_000)).toEqual([]);
    expect(await port.findByMetadata(channelId, 'a/2', 0)).toEqual([]);
  });
});

describe('the local endpoint', () => {
  const call = async (method: string, body: object, headers = {}) => {
    const response = await fetch(`${slack.url}${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer xoxb-test', ...headers },
      body: JSON.stringify(body),
    });
    const answer: unknown = await response.json();
    return answer;
  };
  const blocks = (count: number, length: number) =>
    Array.from({ length: count }, () => ({
      type: 'section',
      text: { type: 'mrkdwn', text: 'x'.repeat(length) },
    }));

  it.each([
    [
      'a block too many',
      'chat.postMessage',
      { channel: '#channel-1', blocks: blocks(51, 1) },
      'invalid_blocks',
    ],
    [
      'a section too long',
      'chat.postMessage',
      { channel: '#channel-1', blocks: blocks(1, 3_001) },
      'invalid_blocks',
    ],
    [
      'all together too long',
      'chat.postMessage',
      { channel: '#channel-1', blocks: blocks(5, 2_900) },
      'msg_blocks_too_long',
    ],
    [
      'a header too long',
      'chat.postMessage',
      {
        channel: '#channel-1',
        blocks: [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }],
      },
      'invalid_blocks',
    ],
    [
      'an update too long',
      'chat.update',
      { channel: 'C00000001', ts: 'TS', text: 'x'.repeat(4_001) },
      'msg_too_long',
    ],
    [
      'a name where an id is asked',
      'chat.update',
      { channel: '#channel-0', ts: 'TS', text: 'x' },
      'channel_not_found',
    ],
    ['a name to history', 'conversations.history', { channel: 'channel-0' }, 'channel_not_found'],
    ['nothing to say', 'chat.postMessage', { channel: '#channel-1' }, 'no_text'],
    ['no such channel', 'chat.postMessage', { channel: '#nope', text: 'x' }, 'channel_not_found'],
    ['no such method', 'chat.shout', {}, 'unknown_method'],
  ])('refuses %s', async (_, method, body, error) => {
    const { ts } = await portOf().post('C00000001', MESSAGE);
    const filled = { ...body, ...('ts' in body ? { ts } : {}) };
    expect(await call(method, filled)).toMatchObject({ ok: false, error });
  });

  it('shows copies: what is done to them changes no message', async () => {
    const port = portOf();
    const channelId = await port.resolveChannel('#channel-0');
    const { ts } = await port.post(channelId, MESSAGE);
    for (const shown of slack.messages()) Object.assign(shown.blocks[0] ?? {}, { text: 'other' });
    const [read] = await port.readThread(channelId, ts);
    expect(read?.blocks).toEqual(MESSAGE.blocks);
  });

  it('keeps the blocks that an update leaves out, as Slack does', async () => {
    const { ts } = await portOf().post('C00000001', MESSAGE);
    expect(await call('chat.update', { channel: 'C00000001', ts, text: 'new' })).toMatchObject({ ok: true });
    expect(slack.messages()[0]).toMatchObject({
      text: 'new',
      blocks: MESSAGE.blocks,
      metadata: MESSAGE.metadata,
    });
  });

  it('makes the channels of routes as they are asked for, keeps messages over a restart, shows them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'slack-endpoint-'));
    try {
      const options = { autoCreate: () => ['#new-route'], persistPath: join(folder, 'state', 'slack.json') };
      const first = await startSlackEndpoint(options);
      const seen: string[] = [];
      first.onMessage((message, change) => seen.push(`${change} ${message.channel} ${message.text}`));
      const port = createSlackPort({ token: 'xoxb-test', apiUrl: first.url });
      const channelId = await port.resolveChannel('#new-route');
      const { ts } = await port.post(channelId, { ...MESSAGE, text: '<b>' });
      await port.update(channelId, ts, { ...MESSAGE, blocks: [], text: '&lt;script&gt;' });
      await first.close();
      expect(seen).toEqual(['posted #new-route <b>', 'edited #new-route &lt;script&gt;']);
      const second = await startSlackEndpoint(options);
      expect(second.messages()).toMatchObject([{ ts, channel: '#new-route', edits: 1 }]);
      const page = await (await fetch(second.pageUrl)).text();
      await second.close();
      expect(page).toContain('# new-route');
      expect(page).toContain('edited 1 x');
      expect(page).toContain('&lt;script&gt;');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
