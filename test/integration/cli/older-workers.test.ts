import { afterAll, beforeAll, expect, test } from 'vitest';
import { refuseWhileOlderWorkersRun } from '../../../src/cli/older-workers.ts';
import { describeWorkers, knownMigrations } from '../../../src/client/polling-workers.ts';
import { readMigrations } from '../../../src/store/migrate.ts';
import { createWorld, type World } from '../../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld({ worker: { taskQueue: 'bufferwatch' } });
}, 60_000);
afterAll(() => world.stop());

const breaking = (version: number) => [
  { version, name: `${version}_break`, sql: '', checksum: '', breaking: 'a column is gone' },
];

test('a breaking migration waits until no worker runs that does not know it', async () => {
  const { config, connection } = world;
  await expect.poll(() => describeWorkers(connection, config), { timeout: 20_000 }).toHaveLength(1);
  const known = readMigrations('application').length;
  await expect(refuseWhileOlderWorkersRun(config, 'application', breaking(known))).resolves.toBeUndefined();
  await expect(refuseWhileOlderWorkersRun(config, 'application', breaking(known + 1))).rejects.toThrow(
    new RegExp(`_break \\(a column is gone\\), .* bufferwatch/\\S+ schema ${known} .*: stop them, .*--force`),
  );
}, 60_000);

test('nor is it applied where nobody can say which workers run', async () => {
  const { config } = world;
  const nowhere = { ...config, temporal: { ...config.temporal, address: '127.0.0.1:1' } };
  await expect(refuseWhileOlderWorkersRun(nowhere, 'application', breaking(99))).rejects.toThrow(
    /whether one runs is not known \(.*make the Temporal server reachable; .*--force/,
  );
}, 30_000);

test('a worker that does not say what it knows is an older one', () => {
  expect(knownMigrations('4711@host', 'application')).toBe(0);
  expect(knownMigrations('bufferwatch/0.1.0 schema 9 analytics 3 4711@host', 'analytics')).toBe(3);
});
