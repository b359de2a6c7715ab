import { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFeeder, type Feeder, type FeederEvent } from '../../../src/simulator/feeder.ts';
import { DEMO_TIMING } from '../../../src/simulator/sensing.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-03-02T09:13:27Z');
const TABLES = { wes_stock: 'wes', wcs_counters: 'wcs', lms_actuals: 'lms', lms_plan: 'lms' } as const;

let server: TestPostgres;
let pools: { wes: Pool; wcs: Pool; lms: Pool };
let now: number;
let events: FeederEvent[];
let feeder: Feeder;
let run = 0;

function buildFeeder(seed = 1): Feeder {
  return createFeeder({
    ...pools,
    ...DEMO_TIMING,
    seed,
    clock: () => now,
    log: (event) => events.push(event),
  });
}

async function rowsOf(table: keyof typeof TABLES): Promise<Record<string, unknown>[]> {
  const { rows } = await pools[TABLES[table]].query<Record<string, unknown>>(
    `SELECT * FROM ${table} ORDER BY ${table}`,
  );
  return rows;
}

async function countOf(table: keyof typeof TABLES, where = 'true'): Promise<number> {
  const { rows } = await pools[TABLES[table]].query<{ count: number }>(
    `SELECT count(*)::int AS count FROM ${table} WHERE ${where}`,
  );
  return rows[0]?.count ?? 0;
}

async function countDevices(): Promise<number> {
  const { rows } = await pools.wcs.query<{ count: number }>(
    'SELECT count(DISTINCT device)::int AS count FROM wcs_counters',
  );
  return rows[0]?.count ?? 0;
}

beforeAll(async () => {
  server = await startTestPostgres();
});
afterAll(() => server.stop());

beforeEach(async () => {
  run += 1;
  const pool = async (system: string) =>
    new Pool({ connectionString: await server.createDatabase(`${system}_${run}`) });
  pools = { wes: await pool('wes'), wcs: await pool('wcs'), lms: await pool('lms') };
  now = START;
  events = [];
  feeder = buildFeeder();
});
afterEach(async () => {
  await feeder.stop();
  await Promise.all([pools.wes.end(), pools.wcs.end(), pools.lms.end()]);
});

describe('the feeder', () => {
  it('gives a new warehouse two hours of history in three databases, none of it of the future', async () => {
    await feeder.addWarehouse({ code: 'FRA1', timezone: 'Europe/Berlin', problems: 'soon' });
    expect(await countOf('wes_stock')).toBeGreaterThan(14 * 110);
    expect(await countOf('wcs_counters')).toBeGreaterThan(18 * 110);
    expect(await countOf('lms_actuals')).toBeGreaterThan(6 * 6);
    expect(await countOf('lms_plan')).toBeGreaterThan(18);
    for (const [table, system] of Object.entries(TABLES)) {
      const { rows } = await pools[system].query<{ newest: Date }>(
        `SELECT max(recorded_at) AS newest FROM ${table}`,
      );
      expect(rows[0]?.newest.getTime()).toBeLessThanOrEqual(START);
    }
    const held = async (pool: Pool) => {
      const { rows } = await pool.query<{ name: string }>(
        `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
      );
      return rows.map((row) => row.name);
    };
    expect(await held(pools.wes)).toEqual(['wes_stock']);
    expect(await held(pools.wcs)).toEqual(['wcs_counters']);
    expect(await held(pools.lms)).toEqual(['lms_actuals', 'lms_plan']);
  });

  it('writes what has fallen due as the clock goes on, each row once', async () => {
    await feeder.addWarehouse({ code: 'FRA1' });
    const [before, devices] = [await countOf('wcs_counters'), await countDevices()];
    for (let tick = 0; tick < 20; tick++) {
      now += 15_000;
      await feeder.advance();
    }
    expect(await countOf('wcs_counters')).toBe(before + 5 * devices);
    const { rows } = await pools.wcs.query(
      'SELECT 1 FROM wcs_counters GROUP BY device, plc_ts HAVING count(*) > 1',
    );
    expect(rows).toEqual([]);
  });

  it('writes the same rows for the same seed and clock', async () => {
    const history = async () => {
      await feeder.addWarehouse({ code: 'FRA1', problems: 'soon' });
      now = START + 3 * MINUTE;
      await feeder.advance();
      return { stock: await rowsOf('wes_stock'), counters: await rowsOf('wcs_counters') };
    };
    const first = await history();
    now = START;
    feeder = buildFeeder();
    expect(await history()).toEqual(first);
  });

  it('starts each troubled warehouse with another problem, and tells of it', async () => {
    for (const code of ['FRA1', 'LEJ1', 'MUC3']) await feeder.addWarehouse({ code, problems: 'soon' });
    await feeder.addWarehouse({ code: 'BER2' });
    const kinds = feeder.warehouses().map(({ code, problems }) => [code, problems[0]?.kind]);
    expect(kinds).toEqual([
      ['FRA1', 'UNDERSTAFFED_AFTER_BREAK'],
      ['LEJ1', 'JAM'],
      ['MUC3', 'SURGE'],
      ['BER2', undefined],
    ]);
    expect(
      await countOf('wcs_counters', `warehouse = 'LEJ1' AND state = 'FAULT' AND fault = 'JAM'`),
    ).toBeGreaterThan(0);
    expect(events.filter((event) => event.type === 'warehouse_added')).toHaveLength(4);
  });

  it('keeps what a system could not take and writes it once that system is back', async () => {
    await feeder.addWarehouse({ code: 'FRA1' });
    const before = { wcs: await countOf('wcs_counters'), wes: await countOf('wes_stock') };
    await pools.wcs.query('ALTER TABLE wcs_counters RENAME TO gone');
    now += 3 * MINUTE;
    await feeder.advance();
    expect(events.filter((event) => event.type === 'write_failed')).toMatchObject([
      { table: 'wcs_counters' },
    ]);
    expect(await countOf('wes_stock')).toBeGreaterThan(before.wes);
    await pools.wcs.query('ALTER TABLE gone RENAME TO wcs_counters');
    await feeder.advance();
    expect(await countOf('wcs_counters')).toBe(before.wcs + 3 * (await countDevices()));
  });

  it('keeps six hours', async () => {
    await feeder.addWarehouse({ code: 'FRA1' });
    now += 7 * 60 * MINUTE;
    await feeder.advance();
    const limit = new Date(now - 6 * 60 * MINUTE).toISOString();
    for (const table of ['wes_stock', 'wcs_counters', 'lms_actuals', 'lms_plan'] as const) {
      expect(await countOf(table, `recorded_at < '${limit}'`)).toBe(0);
      expect(await countOf(table)).toBeGreaterThan(0);
    }
  });

  it('runs by itself between start and stop', async () => {
    await feeder.addWarehouse({ code: 'FRA1' });
    const [before, devices] = [await countOf('wcs_counters'), await countDevices()];
    feeder.start();
    now += MINUTE;
    await expect.poll(() => countOf('wcs_counters'), { timeout: 5000 }).toBe(before + devices);
    await feeder.stop();
    now += MINUTE;
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(await countOf('wcs_counters')).toBe(before + devices);
  });

  it.each([
    [{ code: 'fra 1' }, /warehouse code "fra 1": expected upper case/],
    [{ code: 'FRA1', timezone: 'Europe/Atlantis' }, /Europe\/Atlantis/],
  ])('refuses %j', async (warehouse, message) => {
    await expect(feeder.addWarehouse(warehouse)).rejects.toThrow(message);
    expect(feeder.warehouses()).toEqual([]);
  });

  it('refuses a warehouse twice', async () => {
    await feeder.addWarehouse({ code: 'FRA1' });
    await expect(feeder.addWarehouse({ code: 'FRA1' })).rejects.toThrow(/FRA1 is fed already/);
  });
});
