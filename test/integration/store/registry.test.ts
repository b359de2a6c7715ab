import { DatabaseError, type Pool } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/config.ts';
import { zoneThresholdsSchema } from '../../../src/domain/algorithm/schema.ts';
import { algorithm, DEFAULT_ALGORITHM, unitThresholds } from '../../../src/domain/algorithm/algorithm.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { createPool } from '../../../src/store/pool.ts';
import { readRegistry } from '../../../src/store/registry.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';

let server: TestPostgres;
let pool: Pool;

beforeAll(async () => {
  server = await startTestPostgres();
  const url = await server.createDatabase('registry');
  pool = createPool(url, { schema: 'bufferwatch_dev', applicationName: 'test', connections: 4 });
  await migrate(pool, loadConfig({ DATABASE_URL: url }));
});
afterEach(() => pool.query('TRUNCATE warehouse, alert_route, unit_override, holiday'));
afterAll(async () => {
  await pool.end();
  await server.stop();
});

const FRA1 = `INSERT INTO warehouse (code, name, timezone) VALUES ('FRA1', 'Frankfurt 1', 'Europe/Berlin')`;

async function refusalOf(statement: string): Promise<{ message: string; hint: string; code: string }> {
  const error = await pool.query(statement).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DatabaseError)) throw new Error(`was not refused: ${statement}`);
  return { message: error.message, hint: `${error.hint} ${error.detail}`, code: error.code ?? '' };
}

test('one plain statement each brings a warehouse in and routes its alerts', async () => {
  await pool.query(FRA1);
  await pool.query(`INSERT INTO alert_route (warehouse, channel) VALUES ('FRA1', '#fra1-flow')`);
  expect(await readRegistry(pool)).toEqual({
    warehouses: [
      {
        code: 'FRA1',
        name: 'Frankfurt 1',
        timezone: 'Europe/Berlin',
        active: true,
        algorithm: DEFAULT_ALGORITHM,
        sourceCodes: {},
      },
    ],
    routes: [
      {
        warehouse: 'FRA1',
        channel: '#fra1-flow',
        workpool: null,
        unitType: null,
        minSeverity: 'WARNING',
        fallback: false,
      },
    ],
    overrides: [],
    holidays: [],
  });
});

test('one plain statement makes a holiday, of one warehouse or of all, the same day wherever this runs', async () => {
  const zone = process.env['TZ'];
  process.env['TZ'] = 'America/New_York';
  try {
    await pool.query(FRA1);
    await pool.query(`INSERT INTO holiday (day, name) VALUES ('2026-12-25', 'Christmas')`);
    await pool.query(
      `INSERT INTO holiday (warehouse, day) VALUES ('FRA1', '2026-06-04'), ('FRA1', '2026-12-25')`,
    );
    expect((await readRegistry(pool)).holidays).toEqual([
      { warehouse: 'FRA1', day: '2026-06-04' },
      { warehouse: null, day: '2026-12-25' },
      { warehouse: 'FRA1', day: '2026-12-25' },
    ]);
    for (const [row, problem] of [
      [`(NULL, '2026-12-25')`, 'holiday_told_already'],
      [`('FRA9', '2026-12-25')`, 'holiday_needs_an_existing_warehouse'],
      [`(NULL, 'infinity')`, 'holiday.day: it is no day'],
      [`(NULL, '2026-02-30')`, 'date/time field value out of range'],
    ])
      expect((await refusalOf(`INSERT INTO holiday (warehouse, day) VALUES ${row}`)).message).toContain(
        problem,
      );
  } finally {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  }
});

test('a capacity of 0 is a place that is closed', async () => {
  await pool.query(`INSERT INTO warehouse (code, name, timezone) VALUES ('LEJ-3', 'Leipzig', 'UTC')`);
  await pool.query(`INSERT INTO unit_override (unit_id, capacity_units) VALUES ('LEJ-3_SINGLES_LANE-1', 0)`);
  const { overrides } = await readRegistry(pool);
  expect(overrides.find(({ unitId }) => unitId === 'LEJ-3_SINGLES_LANE-1')?.capacityUnits).toBe(0);
});

test('every column is read', async () => {
  await pool.query(
    `INSERT INTO warehouse VALUES ('LEJ-2', 'Leipzig', 'UTC', false, '1.0.0', '{"wes": "lej2", "lms": "DE LEJ 2"}')`,
  );
  await pool.query(
    `INSERT INTO alert_route (channel, workpool, unit_type, min_severity, fallback)
     VALUES ('C0123456789', 'MULTI-LINE', 'LANE', 'EMERGENCY', true)`,
  );
  await pool.query(
    `INSERT INTO unit_override (unit_id, excluded, unit_type, capacity_units, max_stations, hc_pool, min_hc, process,
       sorter, downstream_path, equipment_limit_upm, thresholds)
     VALUES ('LEJ-2_SINGLES_LANE-1', true, 'INDUCT', 120.5, 4, 3, 0, 'PACK', 'SORT-1', 'LANE-2', 33.5,
       '{"overflowEnter": 0.9}')`,
  );
  const registry = await readRegistry(pool);
  expect(registry.warehouses[0]).toMatchObject({
    active: false,
    algorithm: '1.0.0',
    sourceCodes: { wes: 'lej2', lms: 'DE LEJ 2' },
  });
  expect(registry.routes[0]).toEqual({
    warehouse: null,
    channel: 'C0123456789',
    workpool: 'MULTI-LINE',
    unitType: 'LANE',
    minSeverity: 'EMERGENCY',
    fallback: true,
  });
  expect(registry.overrides[0]).toEqual({
    unitId: 'LEJ-2_SINGLES_LANE-1',
    excluded: true,
    unitType: 'INDUCT',
    capacityUnits: 120.5,
    maxStations: 4,
    hcPool: 3,
    minHc: 0,
    process: 'PACK',
    sorter: 'SORT-1',
    downstreamPath: 'LANE-2',
    equipmentLimitUpm: 33.5,
    thresholds: { overflowEnter: 0.9 },
  });
});

test('every limit of a zone may be overridden, by the name that the algorithm knows', async () => {
  await pool.query(FRA1);
  const thresholds = Object.fromEntries(Object.keys(zoneThresholdsSchema.shape).map((name) => [name, 1]));
  await pool.query(`INSERT INTO unit_override (unit_id, thresholds) VALUES ('FRA1_SINGLES_TOTAL', $1)`, [
    thresholds,
  ]);
  expect((await readRegistry(pool)).overrides[0]?.thresholds).toEqual(thresholds);
});

test('a limit that is too large for any number is read, so that one row hides no other', async () => {
  await pool.query(FRA1);
  await pool.query(
    `INSERT INTO unit_override (unit_id, thresholds)
     VALUES ('FRA1_SINGLES_TOTAL', '{"overflowEnter": 1e400, "overflowExit": -1e400}')`,
  );
  const { warehouses, overrides } = await readRegistry(pool);
  expect(warehouses).toHaveLength(1);
  const [override = null] = overrides;
  const { zones } = algorithm(DEFAULT_ALGORITHM);
  expect(unitThresholds(zones, override)).toEqual({ thresholds: zones, problem: expect.any(String) });
});

describe('a wrong row is refused and told what is expected', () => {
  const warehouse = (columns: string, values: string) =>
    `INSERT INTO warehouse (${columns}) VALUES (${values})`;
  const named = (timezone: string) => warehouse('code, name, timezone', `'MUC1', 'Munich', ${timezone}`);
  const route = (columns: string, values: string) =>
    `INSERT INTO alert_route (${columns}) VALUES (${values})`;
  const override = (columns: string, values: string) =>
    `INSERT INTO unit_override (unit_id, ${columns}) VALUES ('FRA1_SINGLES_TOTAL', ${values})`;

  test.each([
    [
      warehouse('code, name, timezone', `'fra2', 'F', 'UTC'`),
      "warehouse.code: 'fra2' is not a code",
      'upper case',
    ],
    [
      warehouse('code, name, timezone', `'FRA_2', 'F', 'UTC'`),
      "warehouse.code: 'FRA_2' is not a code",
      'upper case',
    ],
    [warehouse('name, timezone', `'F', 'UTC'`), 'warehouse.code: NULL is not a code', 'upper case'],
    [
      warehouse('code, timezone', `'FRA2', 'UTC'`),
      'warehouse.name: the name is empty',
      'what people call it',
    ],
    ...['\n', '\u0085', '\u200f', '\u202e', '\u2066'].map((hidden): [string, string, string] => [
      warehouse('code, name, timezone', `'MUC1', 'Mu${hidden}nich', 'UTC'`),
      'warehouse.name: the name has a control character',
      'Expected one line',
    ]),
    [named(`'europe/berlin'`), "'europe/berlin' is not a time zone", "Did you mean 'Europe/Berlin'?"],
    [named(`'Germany/Berlin'`), "'Germany/Berlin' is not a time zone", "Did you mean 'Europe/Berlin'?"],
    [named(`'New York'`), "'New York' is not a time zone", "Did you mean 'America/New_York'?"],
    [named(`'CET'`), "'CET' is not a time zone", 'Expected an IANA name'],
    [named(`'+02:00'`), "'+02:00' is not a time zone", 'Expected an IANA name'],
    [named('NULL'), 'NULL is not a time zone', 'Expected an IANA name'],
    [
      `UPDATE warehouse SET timezone = 'Mars/Base'`,
      "'Mars/Base' is not a time zone",
      'Expected an IANA name',
    ],
    [
      `UPDATE warehouse SET algorithm = 'newest'`,
      "warehouse.algorithm: 'newest' is not a version",
      "'1.0.0'",
    ],
    [`UPDATE warehouse SET source_codes = '[]'`, 'warehouse.source_codes: it is not an object', 'Expected'],
    [
      `UPDATE warehouse SET source_codes = '{"WES": "X"}'`,
      "the entry 'WES' is wrong",
      'keys wes, wcs and lms',
    ],
    [`UPDATE warehouse SET source_codes = '{"wes": 7}'`, "the entry 'wes' is wrong", 'keys wes, wcs and lms'],
    [FRA1, 'warehouse_code_taken', 'Key (code)=(FRA1) already exists'],
    [
      warehouse('code, name, timezone, source_codes', `'FRA2', 'F', 'UTC', '{"wcs": "FRA1"}'`),
      'warehouse_code_in_wcs_taken',
      'already exists',
    ],
    [
      route('warehouse, channel', `'FRA9', '#flow'`),
      'needs_an_existing_warehouse',
      '(warehouse)=(FRA9) is not present',
    ],
    [route('channel', `'fra1-flow'`), "alert_route.channel: 'fra1-flow' is not a channel", "'#fra1-flow'"],
    [route('channel', `'#FRA1'`), "'#FRA1' is not a channel", 'lower case'],
    [route('channel', `'#fra1 flow'`), "'#fra1 flow' is not a channel", 'lower case'],
    [route('warehouse', `'FRA1'`), 'NULL is not a channel', 'lower case'],
    [route('channel, workpool', `'#flow', 'MULTI LINE'`), "'MULTI LINE' is not a workpool", "'MULTI-LINE'"],
    [route('channel, unit_type', `'#flow', 'SORT'`), "'SORT' is not a unit type", 'TOTAL, INDUCT, LANE'],
    [
      route('channel, escalate_after_min', `'#flow', 0`),
      'alert_route.escalate_after_min: 0 is no time to wait',
      '1 to 1440',
    ],
    [
      route('channel, escalate_after_min, fallback', `'#flow', 10, true`),
      'alert_route.escalate_after_min: a fallback route is told at once',
      'fallback = false',
    ],
    [route('channel, min_severity', `'#flow', 'HIGH'`), "'HIGH' is not a severity", 'WARNING, CRITICAL'],
    [
      `INSERT INTO unit_override (unit_id) VALUES ('FRA1_SINGLES')`,
      "'FRA1_SINGLES' is not a unit id",
      'FRA1_SINGLES_TOTAL',
    ],
    [
      `INSERT INTO unit_override (unit_id) VALUES ('FRA9_A_TOTAL')`,
      'needs_an_existing_warehouse',
      '(FRA9) is not present',
    ],
    [override('unit_type', `'SORT'`), "'SORT' is not a unit type", 'TOTAL, INDUCT, LANE'],
    [override('capacity_units', '-1'), 'unit_override.capacity_units: it is not 0 or more', '0 where'],
    [override('equipment_limit_upm', '0'), 'unit_override.equipment_limit_upm: it is not above 0', 'above 0'],
    [
      override('equipment_limit_upm', `'NaN'`),
      'unit_override.equipment_limit_upm: it is not above 0',
      'above 0',
    ],
    [override('max_stations', '-1'), 'unit_override.max_stations: it is below 0', '0 or more'],
    [override('process', `' '`), 'unit_override.process: it is empty', 'Expected a name'],
    [override('thresholds', `'{"overflowEnter": "high"}'`), "the entry 'overflowEnter' is wrong", 'numbers'],
    [
      override('thresholds', `'{"overflowEntry": 0.9}'`),
      "the entry 'overflowEntry' is wrong",
      'overflowEnter, ',
    ],
  ])('%s', async (statement, message, hint) => {
    await pool.query(FRA1);
    const refusal = await refusalOf(statement);
    expect(refusal.message).toContain(message);
    expect(refusal.hint).toContain(hint);
    expect(refusal.code).toMatch(/^23/);
  });
});

test('a row is checked for whoever writes it, whatever the search_path', async () => {
  const other = createPool(server.url.replace(/postgres$/, 'registry'), {
    applicationName: 'test',
    connections: 1,
  });
  try {
    await expect(
      other.query(`INSERT INTO bufferwatch_dev.warehouse (code, name, timezone) VALUES ('FRA1', 'F', 'CET')`),
    ).rejects.toThrow("'CET' is not a time zone");
  } finally {
    await other.end();
  }
});
