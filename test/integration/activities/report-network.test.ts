/** The alert about the network is said once, whoever dies, comes at the same time, or waits for Slack. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createReportNetwork,
  type ReportNetworkDependencies,
  type ReportNetworkInput,
} from '../../../src/activities/report-network/report-network.ts';
import { loadConfig } from '../../../src/config/config.ts';
import { startSlackEndpoint, type SlackEndpoint } from '../../../src/local/slack-endpoint/slack-endpoint.ts';
import { createSlackPort } from '../../../src/slack/slack-port.ts';
import { migrate } from '../../../src/store/migrate.ts';
import {
  giveBackNetworkAlert,
  keepNetworkAlert,
  listOpenNetworkAlerts,
  takeNetworkAlert,
} from '../../../src/store/network-alert.ts';
import { createPool } from '../../../src/store/pool.ts';
import { createDatabases } from '../../support/databases.ts';

let pool: Pool;
/** Looks at the others from outside. */
let observer: Pool;
let slack: SlackEndpoint;

beforeAll(async () => {
  const [url = ''] = await createDatabases(['network']);
  const config = loadConfig({ BUFFERWATCH_ENV: 'prod', DATABASE_URL: url });
  pool = createPool(url, { applicationName: 'test', schema: config.database.schema });
  observer = createPool(url, { applicationName: 'observer' });
  await migrate(pool, config);
});
afterAll(() => Promise.all([pool?.end(), observer?.end()]));
beforeEach(async () => {
  await pool.query('TRUNCATE network_alert');
  slack = await startSlackEndpoint({ channels: ['#ops', '#second'] });
});
afterEach(() => slack.close());

/** An attempt of a worker's activity, for `failed` warehouses. */
function report(
  failed: string[],
  {
    forMs = 60_000,
    channels = ['#ops'],
    ...change
  }: { forMs?: number; channels?: string[] } & Partial<ReportNetworkDependencies> = {},
): Promise<{ problems: string[] }> {
  const activity = createReportNetwork({
    environment: 'prod',
    slack: createSlackPort({ token: 'xoxb-test', apiUrl: slack.url, paceMs: 1 }),
    getArtifact: () =>
      Promise.resolve({ routes: channels.map((channel) => ({ channel, fallback: true })) } as never),
    heartbeatUrl: null,
    findDecidedBefore: () => Promise.resolve(null),
    recordCycleDecided: () => Promise.resolve(),
    now: Date.now,
    takeUnendedRoots: () => Promise.resolve([]),
    recordRootEnded: () => Promise.resolve(),
    listSourceOwners: () => Promise.resolve([]),
    listToldOwners: () => Promise.resolve([]),
    listDefectsSince: () => Promise.resolve([]),
    listHealthSince: () => Promise.resolve([]),
    takeOwnersDay: () => Promise.resolve(false),
    recordOwnersTold: () => Promise.resolve(),
    takeNetworkAlert: (taking, openAs) => takeNetworkAlert(pool, { ...taking, forMs }, openAs),
    keepNetworkAlert: (taking) => keepNetworkAlert(pool, { ...taking, forMs }),
    giveBackNetworkAlert: (taker, told) => giveBackNetworkAlert(pool, taker, told),
    ...change,
  });
  return activity.reportNetwork({
    plan: {
      cycleId: new Date().toISOString(),
      mode: 'live',
      intervalMinutes: 5,
      snapshot: { id: 'snapshot', sha256: '', rows: 0 },
    },
    decided: 0,
    failed: failed.map((warehouse) => ({ warehouse, error: 'broken' })),
    absent: [],
    blind: [],
    undelivered: [],
    restored: [],
  } as unknown as ReportNetworkInput);
}

const FINE = { problems: [] };
const dies = () => Promise.reject(new Error('the worker died'));
const texts = (channel = '#ops') =>
  slack
    .messages()
    .filter((each) => each.channel === channel)
    .map(({ text }) => text);

describe('killed', () => {
  it('between the post and its confirmation: the next attempt finds it in the channel', async () => {
    await expect(report(['FRA1'], { forMs: 300, giveBackNetworkAlert: dies })).rejects.toThrow('died');
    expect(await report(['FRA1', 'LEJ1'])).toEqual(FINE);
    expect(texts()).toEqual([expect.stringContaining('2 warehouses')]);
  });

  it('before the post: the next attempt posts', async () => {
    await expect(report(['FRA1'], { forMs: 300, keepNetworkAlert: dies })).rejects.toThrow('died');
    expect(texts()).toEqual([]);
    expect(await report(['FRA1'])).toEqual(FINE);
    expect(texts()).toHaveLength(1);
  });

  it('between two channels: the second one hears of it, the first one once', async () => {
    const channels = ['#ops', '#second'];
    let kept = 0;
    const keepOnce: ReportNetworkDependencies['keepNetworkAlert'] = (taking) =>
      (kept += 1) > 1 ? dies() : keepNetworkAlert(pool, { ...taking, forMs: 300 });
    const attempt = report(['FRA1'], { forMs: 300, channels, keepNetworkAlert: keepOnce });
    await expect(attempt).rejects.toThrow('died');
    expect(await report(['FRA1'], { channels })).toEqual(FINE);
    expect([texts(), texts('#second')]).toEqual([[expect.anything()], [expect.anything()]]);
  });

  it('after a deleted message was posted anew: that one is found, and there is no third', async () => {
    await report(['FRA1']);
    deleteAll();
    const attempt = report(['FRA1', 'LEJ1'], { forMs: 300, giveBackNetworkAlert: dies });
    await expect(attempt).rejects.toThrow('died');
    expect(await report(['FRA1', 'LEJ1'])).toEqual(FINE);
    expect(texts()).toHaveLength(1);
  });

  it('when it was closed: closed by the next attempt, without a word more', async () => {
    await report(['FRA1']);
    await expect(report([], { forMs: 300, giveBackNetworkAlert: dies })).rejects.toThrow('died');
    expect(await listOpenNetworkAlerts(pool)).toHaveLength(1);
    expect(await report([])).toEqual(FINE);
    expect(texts()).toEqual([expect.stringContaining('✅ Over')]);
    expect(await listOpenNetworkAlerts(pool)).toEqual([]);
  });

  it('and the post does not show in time: the second is taken back at the end', async () => {
    slack.lagReads(60_000);
    await expect(report(['FRA1'], { forMs: 300, giveBackNetworkAlert: dies })).rejects.toThrow('died');
    await report(['FRA1']);
    slack.lagReads(0);
    expect(await report([])).toEqual(FINE);
    expect(texts()).toEqual([expect.stringContaining('every warehouse is watched again')]);
  });
});

describe('two at once', () => {
  it('are one message, also where the channel does not show what was just posted', async () => {
    slack.lagReads(60_000);
    const all = await Promise.all([report(['FRA1']), report(['FRA1']), report(['FRA1'])]);
    expect(all).toEqual([FINE, FINE, FINE]);
    expect(texts()).toHaveLength(1);
  });

  it('whoever was too slow writes nothing down: the other goes on with the message', async () => {
    slack.fail({ method: 'chat.postMessage', kind: 'slow', delayMs: 1_500 });
    const slow = report(['FRA1'], { forMs: 300 });
    await expect.poll(texts).toHaveLength(1);
    expect(await report(['FRA1', 'LEJ1'])).toEqual(FINE);
    expect(await slow).toEqual({ problems: [expect.stringContaining('it took too long')] });
    expect(texts()).toEqual([expect.stringContaining('2 warehouses')]);
    expect(await listOpenNetworkAlerts(pool)).toMatchObject([{ detail: { names: ['FRA1', 'LEJ1'] } }]);
  });

  it('whoever waits in vain says so', async () => {
    await takeNetworkAlert(pool, { key: 'warehouses-failed', taker: 'another', forMs: 60_000 }, 'a cycle');
    let now = 0;
    const attempt = report(['FRA1'], { now: () => (now += 5_000) });
    expect(await attempt).toEqual({
      problems: ['warehouses-failed: another cycle is telling it just now'],
    });
    expect(texts()).toEqual([]);
  });
});

describe('Slack', () => {
  it('is slow: no transaction and no lock waits for it', async () => {
    slack.fail({ method: 'chat.postMessage', kind: 'slow', delayMs: 800 });
    const reporting = report(['FRA1']);
    await expect.poll(texts).toHaveLength(1);
    for (let look = 0; look < 5; look += 1) {
      await sleep(50);
      const { rows } = await observer.query(
        `SELECT state, query FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'test' AND xact_start IS NOT NULL
         UNION ALL
         SELECT 'lock', locktype FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
         WHERE datname = current_database() AND locktype = 'advisory'`,
      );
      expect(rows).toEqual([]);
    }
    expect(await pool.query('SELECT taken_by FROM network_alert')).toMatchObject({
      rows: [{ taken_by: expect.any(String) }],
    });
    expect(await reporting).toEqual(FINE);
  });

  it('takes a post and does not answer: found, not posted again', async () => {
    slack.fail({ method: 'chat.postMessage', kind: 'close_after' });
    expect(await report(['FRA1'])).toEqual(FINE);
    expect(texts()).toHaveLength(1);
    expect(await report([])).toEqual(FINE);
    expect(texts()).toEqual([expect.stringContaining('✅ Over')]);
  });

  it('refuses one channel for good: told, the other hears of it, and the alert ends for both', async () => {
    const channels = ['#ops', '#second'];
    slack.setArchived('#ops', true);
    const refused = { problems: [expect.stringMatching(/^warehouses-failed to #ops: .*is_archived/)] };
    expect(await report(['FRA1'], { channels })).toEqual(refused);
    expect(await pool.query('SELECT taken_by FROM network_alert')).toMatchObject({
      rows: [{ taken_by: null }],
    });
    expect(texts('#second')).toHaveLength(1);
    await report([], { channels });
    expect(texts('#second')).toEqual([expect.stringContaining('✅ Over')]);
    expect(await listOpenNetworkAlerts(pool)).toEqual([]);
  });

  it('takes no more for now: what was not told is told by the next attempt', async () => {
    slack.fail({ method: 'chat.postMessage', kind: 'ratelimit' });
    expect((await report(['FRA1'])).problems).toHaveLength(1);
    expect(texts()).toEqual([]);
    slack.clearFaults();
    await sleep(1_000);
    expect(await report(['FRA1'])).toEqual(FINE);
    expect(texts()).toHaveLength(1);
  });
});

it('one that somebody deleted is posted anew where it changes, and ends without it', async () => {
  await report(['FRA1']);
  deleteAll();
  expect(await report(['FRA1', 'LEJ1'])).toEqual(FINE);
  expect(texts()).toHaveLength(1);
  deleteAll();
  expect(await report([])).toEqual(FINE);
  expect(texts()).toEqual([]);
  await report(['FRA1']);
  expect(texts()).toHaveLength(1);
});

function deleteAll(): void {
  for (const { channelId, ts } of slack.messages()) slack.deleteMessage(channelId, ts);
}
