/** People's answers on real parts: buttons by HTTP and by socket, links, the command line, all on one warehouse. */
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as warehouses from '../../../src/client/warehouse.ts';
import type { Config } from '../../../src/config.ts';
import { runInteract, type RunningInteract } from '../../../src/interact/server.ts';
import { createWorld, type World } from '../../support/world.ts';

const SIGNING_SECRET = 'test-signing-secret';
const LINK_SECRET = 'test-link-secret-0123456789';
const PUBLIC_URL = 'https://bufferwatch.example';

/** Tests take turns with these. */
const ALERTS_NEEDED = 2;

let world: World;
let interact: RunningInteract;

beforeAll(async () => {
  world = await createWorld({
    // Continued as new all the time: what people said must outlive it.
    worker: { continueAfterUpdates: 4 },
    env: {
      SLACK_SIGNING_SECRET: SIGNING_SECRET,
      SLACK_APP_TOKEN: 'xapp-test',
      BUFFERWATCH_PUBLIC_URL: PUBLIC_URL,
      BUFFERWATCH_LINK_SECRET: LINK_SECRET,
      BUFFERWATCH_INTERACT_LISTEN: '127.0.0.1:0',
      BUFFERWATCH_CONSOLE_URL: 'https://console.example/',
    },
  });
  await world.onboard('FRA1', 'soon');
  await world.advance(1);
  // Until there is enough to answer: troubles come one after the other.
  for (let cycle = 0; cycle < 12 && alerts().length < ALERTS_NEEDED; cycle += 1) {
    await world.cycle();
    await world.advance(5);
  }
});
afterAll(() => world?.stop());

const bySocket = (config: Config): Config => ({ ...config, slack: { ...config.slack, signingSecret: null } });

async function start(config: Config): Promise<void> {
  interact = await runInteract(config, pino({ level: 'silent' }));
  world.slack.setRequestUrl({ url: `${interact.url}/slack/interactions`, signingSecret: SIGNING_SECRET });
  await interact.ready;
}

type Posted = ReturnType<World['slack']['messages']>[number];

/** An alert's own message with buttons, the newest state of it. */
function alerts(): Posted[] {
  return world.slack.messages().filter(({ blocks }) => blocks.some(({ type }) => type === 'actions'));
}

function alertOf(episodeId: string): Posted {
  const alert = alerts().find((each) => episodeOf(each) === episodeId);
  if (!alert) throw new Error(`no message of ${episodeId}`);
  return alert;
}

const episodeOf = ({ metadata }: Posted) => String(metadata?.event_payload['episode_id']);

/** Open and shown, in a fixed order: each test takes one of its own. */
async function openEpisode(
  at: number,
): Promise<{ episodeId: string; unitId: string; on: { channelId: string; ts: string } }> {
  const all = alerts();
  const alert = all[at % all.length];
  if (!alert) throw new Error('no alert was posted');
  const episodeId = episodeOf(alert);
  return {
    episodeId,
    unitId: episodeId.split(':')[0] ?? '',
    on: { channelId: alert.channelId, ts: alert.ts },
  };
}

async function stateOf(unitId: string) {
  const { units, mutes } = await warehouses.queryAlertState(world.client, 'FRA1', { unit: unitId });
  const episode = units.flatMap(({ alerts: rows }) => rows).find((row) => row.episode)?.episode ?? null;
  return { episode, mutes: mutes.filter(({ unit }) => unit === unitId) };
}

/** The note comes after Slack was answered. */
async function untilShown(episodeId: string, text: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!JSON.stringify(alertOf(episodeId).blocks).includes(text)) {
    if (Date.now() > deadline)
      throw new Error(`"${text}" is not on ${JSON.stringify(alertOf(episodeId).blocks)}`);
    await sleep(20);
  }
}

describe('clicks by Socket Mode', () => {
  beforeEach(() => start(bySocket(world.config)));
  afterEach(() => interact.close());

  it('the same buttons work, also after Slack has recycled the connection', async () => {
    const { episodeId, unitId, on } = await openEpisode(2);
    // There may be no more than two alerts, and another test may have acknowledged this one.
    if ((await stateOf(unitId)).episode?.acknowledgedBy != null)
      await warehouses.acknowledge(world.client, 'FRA1', { episodeId, by: 'lead', withdraw: true });
    expect(world.slack.sockets()).toBe(1);
    expect((await world.slack.click({ ...on, actionId: 'acknowledge' })).status).toBe(200);
    await untilShown(episodeId, 'Acknowledged by *alex*');
    world.slack.dropSockets();
    await expect.poll(() => world.slack.sockets(), { timeout: 8_000 }).toBe(1);
    expect((await world.slack.click({ ...on, actionId: 'mute', option: '30m' })).status).toBe(200);
    await untilShown(episodeId, 'Muted by *alex*');
    const { episode, mutes } = await stateOf(unitId);
    expect(episode?.acknowledgedBy).toBe('alex (U00000002)');
    expect(mutes.at(-1)?.by).toBe('alex (U00000002)');
    expect((await fetch(`${interact.url}/healthz`)).status).toBe(200);
  });

  it('without a signing secret nothing is taken by HTTP', async () => {
    expect((await fetch(`${interact.url}/slack/interactions`, { method: 'POST' })).status).toBe(404);
  });

  it('is not healthy while Slack refuses the connection', async () => {
    world.slack.fail({ method: 'apps.connections.open', kind: 'invalid_auth', times: 100 });
    world.slack.dropSockets();
    await expect
      .poll(async () => (await fetch(`${interact.url}/healthz`)).status, { timeout: 8_000 })
      .toBe(503);
    world.slack.clearFaults();
    await expect
      .poll(async () => (await fetch(`${interact.url}/healthz`)).status, { timeout: 8_000 })
      .toBe(200);
  });
});
