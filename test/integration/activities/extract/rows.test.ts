/** What of the upstream rows reaches a cycle. */
import { Pool } from 'pg';
import { describe, expect, test } from 'vitest';
import { SOURCES } from '../../../../src/domain/vocabulary.ts';
import {
  SNAPSHOT,
  CYCLE,
  upstreamUrl,
  ago,
  stockRow,
  counterRow,
  actualsRow,
  planRow,
  insert,
  extractWith,
  FRA1,
  bodyOf,
  withSources,
} from './extracting.ts';

test('rows of every source reach the artifact of their warehouse, with units and unknowns kept', async () => {
  await insert('wes_stock', [stockRow()]);
  await insert('wcs_counters', [counterRow()]);
  await insert('lms_actuals', [actualsRow()]);
  await insert('lms_plan', [planRow()]);
  const result = await extractWith()({ ...CYCLE, warehouses: [FRA1] });
  for (const source of SOURCES)
    expect(result.sources[source]).toMatchObject({
      status: 'ok',
      rows: 1,
      rejected: 0,
      problems: [],
      error: '',
    });
  expect(result.extracts['FRA1']?.rows).toBe(4);
  expect(await bodyOf(result.extracts['FRA1'])).toMatchObject({
    warehouse: 'FRA1',
    snapshotTs: Date.parse(SNAPSHOT),
    rows: {
      wes_stock: [
        {
          warehouse: 'FRA1',
          workpool: 'SINGLES',
          path: 'INDUCT-1',
          stage: 'INDUCT',
          bufferKind: 'CONVEYOR',
          capacityUnits: 100,
          wipUnits: 50.5,
          backlogUnits: 0,
          unitsDueByCpt: null,
          cptTs: ago(-90).getTime(),
          asOf: ago(5).getTime(),
          recordedAt: ago(3).getTime(),
        },
      ],
      wcs_counters: [{ inTotal: 9_000_000_000, state: 'RUN', fault: null, plcTs: ago(1).getTime() }],
      lms_actuals: [{ hcActive: 3.5, uph15m: null, intervalEnd: ago(20).getTime() }],
      lms_plan: [{ hcPlan: 4, breakStart: null, shiftEnd: ago(-240).getTime() }],
    },
  });
});

describe('what is visible at the snapshot', () => {
  test.each([
    ['recorded at the snapshot', 0, 1],
    ['recorded a second later', -1 / 60, 0],
    ['60 minutes old', 60, 1],
    ['older than that', 61, 0],
  ])('%s', async (_, minutesAgo, rows) => {
    await insert('wes_stock', [stockRow({ recorded_at: ago(minutesAgo) })]);
    await insert('wcs_counters', [counterRow({ recorded_at: ago(minutesAgo) })]);
    await insert('lms_actuals', [actualsRow({ recorded_at: ago(minutesAgo) })]);
    const { sources } = await extractWith()({ ...CYCLE, warehouses: [FRA1] });
    expect([sources.wes_stock.rows, sources.wcs_counters.rows, sources.lms_actuals.rows]).toEqual([
      rows,
      rows,
      rows,
    ]);
  });

  test('of the plan the newest visible issue of each warehouse, whole, at most 26 hours old', async () => {
    await insert('lms_plan', [
      planRow({ hc_plan: 1, recorded_at: ago(90) }),
      planRow({ hc_plan: 2, recorded_at: ago(30) }),
      planRow({ hc_plan: 3, recorded_at: ago(30) }),
      planRow({ hc_plan: 4, recorded_at: ago(-1) }),
      planRow({ warehouse: 'LEJ1', hc_plan: 5, recorded_at: ago(26 * 60) }),
      planRow({ warehouse: 'MAD1', hc_plan: 6, recorded_at: ago(26 * 60 + 1) }),
    ]);
    const warehouses = ['FRA1', 'LEJ1', 'MAD1'].map((code) => ({ code, sourceCodes: {} }));
    const { extracts } = await extractWith()({ ...CYCLE, warehouses });
    const issued = await Promise.all(
      warehouses.map(async ({ code }) =>
        (await bodyOf(extracts[code])).rows.lms_plan.map(({ hcPlan }) => hcPlan),
      ),
    );
    expect(issued.map((plan) => plan.toSorted((a, b) => (a ?? 0) - (b ?? 0)))).toEqual([[2, 3], [5], []]);
  });

  test('a query that forgets the snapshot has later rows left out and told', async () => {
    await insert('wes_stock', [stockRow(), stockRow({ recorded_at: ago(-2) })]);
    await withSources(
      { wes_stock: `SELECT *, $1::timestamptz, $2::integer FROM wes_stock WHERE warehouse = ANY ($3)` },
      async (sourcesDir) => {
        const { sources } = await extractWith({ sourcesDir })({ ...CYCLE, warehouses: [FRA1] });
        expect(sources.wes_stock).toMatchObject({ status: 'ok', rows: 1, rejected: 1 });
        expect(sources.wes_stock.problems[0]).toMatch(
          /^recorded_at: is later than the snapshot, was ".*" \(1 row\)$/,
        );
      },
    );
  });
});

describe('one query per source', () => {
  test.each([1, 100])('for %i warehouses', async (count) => {
    const codes = Array.from({ length: count }, (_, index) => `W${index}`);
    await insert(
      'wes_stock',
      codes.map((warehouse) => stockRow({ warehouse })),
    );
    await insert(
      'wcs_counters',
      codes.map((warehouse) => counterRow({ warehouse })),
    );
    const { pool, statements } = recordingPool();
    try {
      const result = await extractWith({ pools: { wes: pool, wcs: pool, lms: pool } })({
        ...CYCLE,
        warehouses: codes.map((code) => ({ code, sourceCodes: {} })),
      });
      for (const source of SOURCES)
        expect(statements.filter((text) => text.includes(`FROM ${source}`)).length).toBe(1);
      expect(statements.filter((text) => /\bFROM\b/.test(text))).toHaveLength(4);
      expect(Object.keys(result.extracts)).toHaveLength(count);
      const last = await bodyOf(result.extracts[`W${count - 1}`]);
      expect(last.rows.wes_stock.map(({ warehouse }) => warehouse)).toEqual([`W${count - 1}`]);
      expect(last.sources.wes_stock.rows).toBe(1);
    } finally {
      await pool.end();
    }
  });

  /** A pool that tells every statement that its connections are given. */
  function recordingPool() {
    const statements: string[] = [];
    const pool = new Pool({ connectionString: upstreamUrl });
    pool.on('connect', (client) => {
      const query = client.query.bind(client);
      Object.assign(client, {
        query: (config: string | { text: string }, ...rest: unknown[]) => {
          statements.push(typeof config === 'string' ? config : config.text);
          return Reflect.apply(query, client, [config, ...rest]);
        },
      });
    });
    return { pool, statements };
  }
});

test('a warehouse is asked for as each source spells it, and comes back by our code', async () => {
  await insert('wes_stock', [stockRow({ warehouse: 'de-fra' }), stockRow({ warehouse: 'FRA1' })]);
  await insert('wcs_counters', [counterRow({ warehouse: 'FRA1' }), counterRow({ warehouse: 'de-fra' })]);
  await insert('lms_plan', [planRow({ warehouse: 'DE FRA 1' })]);
  const warehouse = { code: 'FRA1', sourceCodes: { wes: 'de-fra', lms: 'DE FRA 1' } };
  const { extracts, sources } = await extractWith()({ ...CYCLE, warehouses: [warehouse] });
  const { rows } = await bodyOf(extracts['FRA1']);
  for (const source of ['wes_stock', 'wcs_counters', 'lms_plan'] as const) {
    expect(rows[source].map((row) => row.warehouse)).toEqual(['FRA1']);
    expect(sources[source].rejected).toBe(0);
  }
});

describe('rows that do not fit', () => {
  test('are left out, counted and told by field, for their warehouse and for the network', async () => {
    await insert('wes_stock', [
      stockRow(),
      stockRow({ stage: 'PICKING' }),
      stockRow({ stage: 'PICKING', path: '' }),
      stockRow({ warehouse: 'LEJ1', as_of: null }),
      stockRow({ warehouse: 'LEJ1', wip_units: 'NaN' }),
    ]);
    const warehouses = [FRA1, { code: 'LEJ1', sourceCodes: {} }];
    const { sources, extracts } = await extractWith()({ ...CYCLE, warehouses });
    expect(sources.wes_stock).toMatchObject({ status: 'ok', rows: 1, rejected: 4 });
    expect(sources.wes_stock.problems[0]).toMatch(/^stage: .*, was "PICKING" \(2 rows\)$/);
    expect(new Set(sources.wes_stock.problems.map((problem) => problem.split(':')[0]))).toEqual(
      new Set(['as_of', 'path', 'stage', 'wip_units']),
    );
    const fra1 = await bodyOf(extracts['FRA1']);
    expect(fra1.rows.wes_stock).toHaveLength(1);
    expect(fra1.sources.wes_stock).toMatchObject({ rows: 1, rejected: 2 });
    const lej1 = await bodyOf(extracts['LEJ1']);
    expect(lej1.sources.wes_stock).toMatchObject({ status: 'ok', rows: 0, rejected: 2 });
  });

  test('an instant without a zone is nobody knows when', async () => {
    await insert('wcs_counters', [counterRow()]);
    await withSources(
      {
        wcs_counters: `SELECT c.warehouse, path, device, in_total, out_total, recirc_total, state, fault,
        plc_ts::timestamp AS plc_ts, recorded_at FROM wcs_counters c
        WHERE recorded_at <= $1 AND $2::integer > 0 AND warehouse = ANY ($3);`,
      },
      async (sourcesDir) => {
        const { sources } = await extractWith({ sourcesDir })({ ...CYCLE, warehouses: [FRA1] });
        expect(sources.wcs_counters).toMatchObject({ status: 'ok', rows: 0, rejected: 1 });
        expect(sources.wcs_counters.problems[0]).toContain(
          'plc_ts: expected an ISO 8601 instant with Z or offset',
        );
      },
    );
  });

  test('a warehouse nobody asked for is told to the network alone', async () => {
    await insert('wcs_counters', [counterRow(), counterRow({ warehouse: 'XXX' })]);
    await withSources(
      { wcs_counters: `SELECT *, $1::timestamptz, $2::integer, $3::text[] FROM wcs_counters` },
      async (sourcesDir) => {
        const { sources, extracts } = await extractWith({ sourcesDir })({ ...CYCLE, warehouses: [FRA1] });
        expect(sources.wcs_counters).toMatchObject({ rows: 1, rejected: 1 });
        expect(sources.wcs_counters.problems).toEqual(['warehouse: was not asked for, was "XXX" (1 row)']);
        expect((await bodyOf(extracts['FRA1'])).sources.wcs_counters).toMatchObject({ rows: 1, rejected: 0 });
      },
    );
  });
});

test('tells that it goes on', async () => {
  let beats = 0;
  await extractWith({ heartbeat: () => void beats++ })({ ...CYCLE, warehouses: [FRA1] });
  expect(beats).toBeGreaterThan(0);
});

test('a store that fails fails the step, so that it is made again', async () => {
  const failing = extractWith({ putArtifact: () => Promise.reject(new Error('the disk is full')) });
  await expect(failing({ ...CYCLE, warehouses: [FRA1] })).rejects.toThrow('the disk is full');
});
