/** Whoever looks after a source hears of its defects once a day, whoever dies or comes at the same time. */
import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  tellOwners,
  type TellOwnersDependencies,
} from '../../../src/activities/report-network/tell-owners.ts';
import { loadConfig } from '../../../src/config/config.ts';
import type { SourceDefect, SourceHealth } from '../../../src/domain/series.ts';
import { startSlackEndpoint, type SlackEndpoint } from '../../../src/local/slack-endpoint/slack-endpoint.ts';
import { createSlackPort } from '../../../src/slack/slack-port.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { createPool } from '../../../src/store/pool.ts';
import { listDefectsSince, listHealthSince, recordSourceHealth } from '../../../src/store/source-health.ts';
import * as owners from '../../../src/store/source-owner.ts';
import { createDatabases } from '../../support/databases.ts';

let pool: Pool;
let slack: SlackEndpoint;

beforeAll(async () => {
  const [url = ''] = await createDatabases(['owners']);
  const config = loadConfig({ BUFFERWATCH_ENV: 'prod', DATABASE_URL: url });
  pool = createPool(url, { applicationName: 'test', schema: config.database.schema });
  await migrate(pool, config);
  for (const code of ['FRA1', 'LEJ1'])
    await pool.query(`INSERT INTO warehouse (code, name, timezone) VALUES ($1, $1, 'Europe/Berlin')`, [code]);
});
afterAll(() => pool?.end());
beforeEach(async () => {
  await pool.query('TRUNCATE source_owner, source_owner_told, source_health, source_defect');
  slack = await startSlackEndpoint({ channels: ['#wes', '#lms'] });
});
afterEach(() => slack.close());

const own = (source: string, channel: string, warehouse: string | null = null) =>
  pool.query(`INSERT INTO source_owner (source, warehouse, channel, name) VALUES ($1, $2, $3, 'Team')`, [
    source,
    warehouse,
    channel,
  ]);

function tell(cycleId: string, change: Partial<TellOwnersDependencies> = {}): Promise<string[]> {
  return tellOwners(
    {
      environment: 'prod',
      slack: createSlackPort({ token: 'xoxb-test', apiUrl: slack.url, paceMs: 1 }),
      listSourceOwners: () => owners.listSourceOwners(pool),
      listToldOwners: (day) => owners.listToldOwners(pool, day),
      takeOwnersDay: (taking) => owners.takeOwnersDay(pool, taking),
      recordOwnersTold: (of, at) => owners.recordOwnersTold(pool, of, at),
      listDefectsSince: (since) => listDefectsSince(pool, since),
      listHealthSince: (since) => listHealthSince(pool, since),
      now: Date.now,
      ...change,
    },
    cycleId,
  );
}

const WRONG: SourceDefect = { name: 'WRONG_UNIT', count: 3, since: null, detail: 'reads a tenth' };
const WES: SourceHealth = {
  ...{ source: 'wes_stock', ageMin: 2, refreshMin: 5, usable: true },
  ...{ units: 10, served: 10, doubted: 3, defects: [WRONG] },
};
const FINE: SourceHealth = { ...WES, doubted: 0, defects: [] };
const see = (cycleId: string, health: SourceHealth, warehouse = 'FRA1') =>
  recordSourceHealth(pool, warehouse, cycleId, [health]);
const said = () => slack.messages().map(({ channel, text }) => `${channel} ${text}`);
const whole = () => JSON.stringify(slack.messages().map(({ blocks }) => blocks));

// The local Slack stands at the present, and a day before it is where a message is looked for.
const TODAY = new Date().toISOString().slice(0, 10);
const at = (clock: string, daysLater = 0): string =>
  new Date(Date.parse(`${TODAY}T${clock}:00Z`) + daysLater * 86_400_000).toISOString().replace('.000Z', 'Z');

describe('told once a day', () => {
  it('of what is wrong, by warehouse and source, with since when', async () => {
    await own('wes_stock', '#wes');
    await see(at('10:05'), WES);
    await see(at('10:10'), { ...WES, doubted: 4, defects: [{ ...WRONG, count: 4 }] });
    await see(at('10:10'), FINE, 'LEJ1');
    expect(await tell(at('10:10'))).toEqual([]);
    expect(said()).toEqual(['#wes 🔧 Data of wes_stock: something is wrong in 1 warehouse']);
    expect(whole()).toContain(`WRONG_UNIT in 4 units since ${TODAY} 10:05 UTC: reads a tenth`);
    expect(whole()).toContain('newest reading 2 min old, due every 5; 10 of 10 units have it, 40 % doubted');
    expect(whole()).not.toContain('LEJ1');
    await tell(at('10:15'));
    await tell(at('23:55'));
    expect(said()).toHaveLength(1);
  });

  it('and again the next day, also of what is over by then', async () => {
    await own('wes_stock', '#wes');
    await see(at('10:05'), WES);
    await tell(at('10:05'));
    await see(at('10:10'), FINE);
    await tell(at('00:00', 1));
    expect(said()).toHaveLength(2);
    expect(whole()).toContain('over now');
    await tell(at('12:00', 2));
    expect(said()).toHaveLength(2);
  });

  it('of nothing where nothing is wrong, of no source but their own, and nobody where nobody looks after it', async () => {
    await see(at('10:05'), WES);
    expect(await tell(at('10:05'))).toEqual([]);
    await own('lms_plan', '#lms');
    await own('wes_stock', '#wes', 'LEJ1');
    expect(await tell(at('10:05'))).toEqual([]);
    await see(at('10:05'), { ...FINE, defects: [{ ...WRONG, name: 'DUPLICATE' }] }, 'LEJ1');
    expect(await tell(at('10:05'))).toEqual([]);
    expect(said()).toEqual([]);
  });

  it('also of figures without a name for it', async () => {
    await own('wes_stock', '#wes');
    await see(at('10:05'), { ...FINE, served: 8 });
    await tell(at('10:05'));
    expect(whole()).toContain('8 of 10 units have it');
  });
});

describe('never doubled', () => {
  beforeEach(async () => {
    await own('wes_stock', '#wes');
    await see(at('10:05'), WES);
  });

  it('by two at once', async () => {
    await Promise.all([tell(at('10:05')), tell(at('10:05')), tell(at('10:10'))]);
    expect(said()).toHaveLength(1);
  });

  it('by who comes after one that died before it was written down', async () => {
    const dies = () => Promise.reject(new Error('the worker died'));
    const takeOwnersDay: TellOwnersDependencies['takeOwnersDay'] = (taking) =>
      owners.takeOwnersDay(pool, { ...taking, forMs: 1 });
    const problems = await tell(at('10:05'), { recordOwnersTold: dies, takeOwnersDay });
    expect(problems).toEqual(['owners of sources in #wes: the worker died']);
    expect(await tell(at('10:10'))).toEqual([]);
    expect(said()).toHaveLength(1);
    expect(await owners.listToldOwners(pool, TODAY)).toEqual(['#wes']);
  });

  it('and one channel that refuses holds up no other', async () => {
    await own('wes_stock', '#nowhere');
    await pool.query('UPDATE source_owner SET id = DEFAULT WHERE channel = $1', ['#wes']);
    expect(await tell(at('10:05'))).toEqual([expect.stringContaining('#nowhere')]);
    expect(said()).toHaveLength(1);
  });
});

describe('what is recorded', () => {
  it('begins anew after a day without it, and an earlier cycle changes nothing', async () => {
    await see(at('10:05'), WES);
    await see(at('10:00'), { ...WES, defects: [{ ...WRONG, count: 9 }] });
    const [first] = await listDefectsSince(pool, 0);
    expect(first).toMatchObject({ count: 3, firstSeen: Date.parse(at('10:05')) });
    await see(at('10:10', 1), WES);
    const [anew] = await listDefectsSince(pool, 0);
    expect(anew).toMatchObject({ firstSeen: Date.parse(at('10:10', 1)) });
  });

  it.each([
    [
      `INSERT INTO source_owner (source, channel, name) VALUES ('wes', '#wes', 'WES team')`,
      'is not a source',
    ],
    [
      `INSERT INTO source_owner (source, warehouse, channel, name) VALUES ('wes_stock', 'BER9', '#wes', 'WES team')`,
      'there is no warehouse',
    ],
    [`INSERT INTO source_owner (source, channel, name) VALUES ('wes_stock', 'wes', 'WES team')`, 'channel'],
    [`INSERT INTO source_owner (source, channel, name) VALUES ('wes_stock', '#wes', ' ')`, 'name is empty'],
  ])('%s is refused', async (statement, problem) => {
    await expect(pool.query(statement)).rejects.toThrow(problem);
  });
});
