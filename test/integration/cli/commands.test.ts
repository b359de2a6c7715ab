/** What people read and type, against a whole installation in this process. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { doctorChecks } from '../../../src/cli/doctor/checks.ts';
import { runChecks } from '../../../src/cli/doctor/check.ts';
import { applySchedule, pauseSchedule, resumeSchedule } from '../../../src/client/schedule.ts';
import { findFreePort } from '../../../src/local/ports.ts';
import { createWorld, type World } from '../../support/world.ts';
import { call } from './in-process.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await world.onboard('FRA1', 'full');
  await world.onboard('OFF1');
  await world.app.query("UPDATE warehouse SET active = false WHERE code = 'OFF1'");
  await world.app.query("INSERT INTO alert_route (channel, fallback) VALUES ('#network-flow', true)");
  await world.advance(1);
  // The second cycle remembers what the first one saw.
  await world.cycle();
  await world.advance(1);
  await world.cycle();
});
afterAll(() => world.stop());

beforeEach(() => {
  const { config } = world;
  vi.stubEnv('BUFFERWATCH_ENV', config.environment);
  vi.stubEnv('DATABASE_URL', config.database.url);
  vi.stubEnv('TEMPORAL_ADDRESS', config.temporal.address);
  vi.stubEnv('TEMPORAL_NAMESPACE', config.temporal.namespace);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

async function output(args: string[]): Promise<string> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const outcome = await call(args);
  const text = write.mock.calls.map(([chunk]) => String(chunk)).join('');
  write.mockRestore();
  expect(outcome).toEqual({ code: 0, text: '' });
  return text;
}

const listed = z.array(
  z.object({ unit: z.string(), from: z.string().nullable(), until: z.string(), by: z.string() }),
);

test('status: the worst first, the action in the words of Slack, who took it on and who silenced it', async () => {
  const before = await output(['status']);
  const rows = before.split('\n').filter((line) => line.includes('FRA1_'));
  expect(rows.length).toBeGreaterThan(1);
  expect(rows.every((row) => /^ {2}(EMERGENCY|CRITICAL|WARNING) .* told \d\d:\d\d CES?T$/.test(row))).toBe(
    true,
  );
  const unit = /FRA1_\S+/.exec(rows[0] ?? '')?.[0] ?? '';
  const said = world.slack
    .messages()
    .map(({ text }) => text)
    .join('\n');
  const action = rows[0]?.split(/ {2,}/).at(-2) ?? '';
  expect(said).toContain(action);

  await output(['ack', unit, '--by', 'lea', '--for', '2h']);
  expect(await output(['status', 'FRA1'])).toMatch(
    new RegExp(`${unit} .*; acknowledged by lea until .*\\d\\d:\\d\\d CES?T`),
  );
  expect(await output(['status', '--all'])).toMatch(/FRA1_\S+_LANE-\d+ +OK/);

  await output(['mute', unit, '--for', '30', '--by', 'ana']);
  const [mute] = listed.parse(JSON.parse(await output(['mutes', '--json'])));
  expect(mute).toMatchObject({ unit, from: null, by: 'ana' });
  const minutes = (Date.parse(mute?.until ?? '') - Date.now()) / 60_000;
  expect(minutes).toBeGreaterThan(29);
  expect(minutes).toBeLessThanOrEqual(30);
  expect(await output(['mutes', 'FRA1'])).toMatch(new RegExp(`FRA1 +${unit} +now +.*CES?T +ana`));
  expect(await output(['status'])).toMatch(new RegExp(`${unit} .*; muted by ana until`));
  await output(['unmute', unit]);
  expect(await output(['mutes'])).toBe('nothing is muted\n');
});

test.each([
  [['status', 'XXX1'], 2, 'there is no warehouse XXX1'],
  [['mutes', 'XXX1'], 2, 'known: FRA1, OFF1'],
  [['ack', 'XXX1_A_B'], 2, 'there is no warehouse XXX1'],
  [['explain', 'XXX1_A_B'], 2, 'there is no warehouse XXX1'],
  [['ack', 'OFF1_A_B'], 1, 'warehouse OFF1 has no alert state'],
  [['mute', 'FRA1_A_B', '--for', '30'], 2, 'is no unit of warehouse FRA1'],
  [['schedule', 'describe'], 1, 'there is no schedule'],
  [['run'], 3, 'nobody polls task queue bufferwatch'],
  [['artifact', 'show', 'prod/2026-03-01T10:05:00Z/FRA1/resolve/0123456789'], 1, 'does not exist'],
] as const)('%j: %d', async (args, code, says) => {
  const outcome = await call([...args]);
  expect(outcome.text).toContain(says);
  expect(outcome.code).toBe(code);
});

test('3: a Temporal server that does not answer beside a database that does', async () => {
  const nobody = `127.0.0.1:${await findFreePort()}`;
  vi.stubEnv('TEMPORAL_ADDRESS', nobody);
  for (const outcome of await Promise.all([
    call(['status']),
    call(['mutes']),
    call(['explain', 'FRA1_A_B']),
  ])) {
    expect(outcome.text).toContain(nobody);
    expect(outcome.code).toBe(3);
  }
}, 30_000);

test('1: a namespace that does not exist, with its name', async () => {
  vi.stubEnv('TEMPORAL_NAMESPACE', 'no-such');
  for (const args of [['status'], ['schedule', 'describe'], ['ack', 'FRA1_A_B']])
    expect(await call(args)).toMatchObject({
      code: 1,
      text: expect.stringContaining('no namespace no-such'),
    });
});

describe('doctor', () => {
  const diagnose = async () => {
    const { temporal, ...config } = world.config;
    // This installation's worker has a queue of its own.
    const ours = { ...config, temporal: { ...temporal, taskQueue: world.taskQueue as 'bufferwatch' } };
    const { results } = await runChecks(doctorChecks(ours));
    return results.flatMap(({ area, name, ok, skipped, detail, mend }) =>
      ok ? [] : [`${area} ${name}: ${skipped ? 'skipped, ' : ''}${detail}${mend ? ` -> ${mend}` : ''}`],
    );
  };

  test('finds nothing where all is well', async () => {
    await applySchedule(world.client, world.config);
    await pauseSchedule(world.client, 'looking');
    await resumeSchedule(world.client, 'go on');
    expect(await diagnose()).toEqual([]);
  }, 60_000);

  test('a paused schedule, and not beside it that nothing was looked at', async () => {
    await pauseSchedule(world.client, 'stocktaking');
    expect(await diagnose()).toEqual([
      'temporal schedule: paused: nothing is watched (stocktaking) -> run: bufferwatch schedule resume',
      'temporal cycles: skipped, needs temporal schedule',
    ]);
    await resumeSchedule(world.client, 'go on');
  }, 60_000);

  test('rows of the registry that do nothing', async () => {
    await world.app.query(`
      INSERT INTO warehouse (code, name, timezone, algorithm) VALUES ('MAD1', 'Madrid 1', 'Europe/Madrid', '9.9.9');
      INSERT INTO alert_route (warehouse, channel, workpool) VALUES ('FRA1', '#fra1-flow', 'SINGELS');
      INSERT INTO unit_override (unit_id, hc_pool) VALUES ('FRA1_SINGELS_TOTAL', 5), ('FRA1_SINGLES_TOTAL', 5);
    `);
    const excluded = (await world.alertState('FRA1')).units.find(({ unitId }) => unitId.includes('INDUCT'));
    await world.app.query('INSERT INTO unit_override (unit_id, excluded) VALUES ($1, true)', [
      excluded?.unitId,
    ]);
    for (const minute of [1, 2]) {
      await world.advance(minute);
      await world.cycle();
    }
    expect((await world.alertState('FRA1')).units.map(({ unitId }) => unitId)).not.toContain(
      excluded?.unitId,
    );
    const found = await diagnose();
    expect(found).toEqual([
      expect.stringMatching(
        /^registry algorithms: MAD1 asks for 9\.9\.9, .* -> known: 1\.0\.0; UPDATE bufferwatch_prod\.warehouse/,
      ),
      expect.stringMatching(
        /^registry routes: matching nothing: #fra1-flow: no unit of FRA1 is of workpool SINGELS -> .*known workpools: .*SINGLES/,
      ),
      expect.stringMatching(/^registry overrides: no such unit: FRA1_SINGELS_TOTAL -> /),
    ]);
    await world.app.query("DELETE FROM alert_route WHERE workpool = 'SINGELS' OR fallback");
    expect(await diagnose()).toContainEqual(
      expect.stringMatching(
        /^registry routes: no route of MAD1: its alerts would reach nobody -> INSERT INTO bufferwatch_prod\.alert_route/,
      ),
    );
    await world.app.query("DELETE FROM unit_override; DELETE FROM warehouse WHERE code = 'MAD1'");
  }, 60_000);

  test('a warehouse that nobody watches, and none that is active', async () => {
    await world.client.workflow.getHandle('warehouse/FRA1').terminate('test');
    expect(await diagnose()).toEqual([
      expect.stringMatching(/^temporal cycles: FRA1 is not watched -> .*bufferwatch run/),
    ]);
    await world.app.query('UPDATE warehouse SET active = false');
    expect(await diagnose()).toEqual([
      expect.stringMatching(/^registry warehouses: no warehouse is active: nothing is watched -> UPDATE/),
      ...['algorithms', 'holidays', 'routes', 'overrides', 'names'].map(
        (name) => `registry ${name}: skipped, needs registry warehouses`,
      ),
      'temporal cycles: skipped, needs registry warehouses',
    ]);
  }, 60_000);
});
