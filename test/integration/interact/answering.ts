/** A warehouse in trouble, alerts of it in Slack, and `interact` to take what people answer. */
import { pino } from 'pino';
import * as warehouses from '../../../src/client/warehouse.ts';
import type { Config } from '../../../src/config/config.ts';
import { runInteract, type RunningInteract } from '../../../src/interact/server.ts';
import { createWorld, type World } from '../../support/world.ts';

export const SIGNING_SECRET = 'test-signing-secret';
export const LINK_SECRET = 'test-link-secret-0123456789';
export const PUBLIC_URL = 'https://bufferwatch.example';

type Posted = ReturnType<World['slack']['messages']>[number];

export interface OpenEpisode {
  episodeId: string;
  unitId: string;
  /** Its message. */
  on: { channelId: string; ts: string };
}

export interface Answering {
  world: World;
  /** The process that takes the answers, until its `close`; by socket alone, or by HTTP alone. */
  start(way: 'http' | 'socket'): Promise<RunningInteract>;
  /** The alerts' own messages with buttons, in the order of posting, as they are now. */
  alerts(): Posted[];
  alertOf(episodeId: string): Posted;
  /** What stands on an episode's message now, as one text. */
  shownOn(episodeId: string): string;
  /** One that is open and shown; they are taken in turn where there are fewer. */
  openEpisode(at: number): OpenEpisode;
  stateOf(unitId: string): Promise<{
    episode: { acknowledgedBy: string | null; acknowledgedUntil: string | null } | null;
    mutes: { by: string; from: string | null; until: string }[];
  }>;
  memory(): Promise<NonNullable<Awaited<ReturnType<typeof warehouses.queryMemory>>>>;
}

export async function createAnswering(): Promise<Answering> {
  const world = await createWorld({
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
  const { slack, client } = world;
  const alerts = () => slack.messages().filter(({ blocks }) => blocks.some(({ type }) => type === 'actions'));
  const alertOf = (episodeId: string) => {
    const alert = alerts().find((each) => episodeOf(each) === episodeId);
    if (!alert) throw new Error(`no message of ${episodeId}`);
    return alert;
  };
  await world.onboard('FRA1', 'full');
  await world.advance(1);
  await world.cycle();
  return {
    world,
    async start(way) {
      const interact = await runInteract(takenBy(way, world.config), pino({ level: 'silent' }));
      slack.setRequestUrl({ url: `${interact.url}/slack/interactions`, signingSecret: SIGNING_SECRET });
      await interact.ready;
      return interact;
    },
    alerts,
    alertOf,
    shownOn: (episodeId) => JSON.stringify(alertOf(episodeId).blocks),
    openEpisode(at) {
      const all = alerts();
      const alert = all[at % all.length];
      if (!alert) throw new Error('no alert was posted');
      const episodeId = episodeOf(alert);
      const { channelId, ts } = alert;
      return { episodeId, unitId: episodeId.split(':')[0] ?? '', on: { channelId, ts } };
    },
    async stateOf(unitId) {
      const { units, mutes } = await warehouses.queryAlertState(client, 'FRA1', { unit: unitId });
      const rows = units.flatMap(({ alerts: each }) => each);
      const episode = rows.find((row) => row.episode)?.episode ?? null;
      return { episode, mutes: mutes.filter(({ unit }) => unit === unitId) };
    },
    async memory() {
      const found = await warehouses.queryMemory(client, 'FRA1');
      if (!found) throw new Error('FRA1 is not watched');
      return found;
    },
  };
}

function takenBy(way: 'http' | 'socket', config: Config): Config {
  const without = way === 'http' ? { appToken: null } : { signingSecret: null };
  return { ...config, slack: { ...config.slack, ...without } };
}

function episodeOf({ metadata }: Posted): string {
  return String(metadata?.event_payload['episode_id']);
}
