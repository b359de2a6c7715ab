/** The app that people make from the manifest may do what this program asks of Slack, and no more. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Scopes of a bot token, by method, from Slack's reference: https://docs.slack.dev/reference/methods. */
const SCOPES_OF: Record<string, string[]> = {
  'auth.test': [],
  'chat.delete': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history'],
  'conversations.info': ['channels:read', 'groups:read'],
  'conversations.list': ['channels:read', 'groups:read'],
  'conversations.replies': ['channels:history', 'groups:history'],
  'files.completeUploadExternal': ['files:write'],
  'files.getUploadURLExternal': ['files:write'],
  'views.open': [],
};

const manifest = z
  .object({
    display_information: z.object({ name: z.string().max(35), description: z.string().max(140) }),
    features: z.object({ bot_user: z.object({ display_name: z.string().max(80) }) }),
    oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
    settings: z.object({
      interactivity: z.object({ is_enabled: z.boolean() }),
      socket_mode_enabled: z.boolean(),
    }),
  })
  .parse(parse(readFileSync(`${ROOT}deploy/slack-app-manifest.yml`, 'utf8')));

/** Each call goes through `client.` of the one web client. */
const called = new Set(
  readdirSync(`${ROOT}src`, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.startsWith('local/'))
    .map((path) => readFileSync(`${ROOT}src/${path}`, 'utf8'))
    .filter((code) => code.includes('createWebClient'))
    .flatMap((code) =>
      [...code.matchAll(/\bclient\.([a-zA-Z]+\.[a-zA-Z.]+)\(/g)].map(([, name]) => name ?? ''),
    ),
);

test('every method that is called is known here, and every one here is called', () => {
  expect([...called].toSorted()).toEqual(Object.keys(SCOPES_OF).toSorted());
});

test('the manifest asks for the scopes of these methods, and no others', () => {
  const needed = new Set(Object.values(SCOPES_OF).flat());
  expect(manifest.oauth_config.scopes.bot.toSorted()).toEqual([...needed].toSorted());
});

test('clicks reach the app over a socket', () => {
  expect(manifest.settings).toMatchObject({ interactivity: { is_enabled: true }, socket_mode_enabled: true });
});
