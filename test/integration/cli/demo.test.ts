import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isAlive } from '../../../src/local/lock-file.ts';
import { findFreePort, isPortFree } from '../../../src/local/ports.ts';
import { bareEnvironment, buildProgram, run, start, type Running } from './command-line.ts';

let cwd = '';
let demo: Running | undefined;
beforeAll(async () => {
  await buildProgram();
  cwd = await mkdtemp(join(tmpdir(), 'bufferwatch-test-'));
});
afterAll(async () => {
  demo?.process.kill('SIGTERM');
  await demo?.finished;
  await rm(cwd, { recursive: true, force: true });
});

const json = async (args: string[]): Promise<unknown> => {
  const { code, stdout, stderr } = await run([...args, '--json'], { cwd });
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout);
};

test('a demo watches, answers the other commands, takes a new warehouse, survives its worker, and leaves nothing', async () => {
  const port = await findFreePort();
  const temp = join(cwd, 'temp');
  await mkdir(temp);
  await chmod(cwd, 0o755);
  demo = start(['demo', '--warehouses', '2', '--port-base', String(port)], {
    cwd,
    env: bareEnvironment({ TMPDIR: temp }),
  });
  const output = await demo.waitFor('Alerts as they are posted');
  const databaseUrl = /psql '(\S+)'/.exec(output)?.[1] ?? '';
  const workerPid = Number(/Worker +pid (\d+)/.exec(output)?.[1]);

  // an alert of the first cycle is on the page of its Slack, and on the terminal
  await demo.waitFor('#fra1-flow');

  expect(await json(['warehouse', 'list'])).toMatchObject([{ code: 'FRA1' }, { code: 'LEJ1' }]);
  expect(await json(['status'])).toMatchObject({
    networkAlerts: [],
    warehouses: expect.arrayContaining([
      expect.objectContaining({ code: 'FRA1', stale: false, blind: [] }),
      expect.objectContaining({ code: 'LEJ1', stale: false, blind: [] }),
    ]),
  });
  expect(await json(['doctor'])).not.toContainEqual(expect.objectContaining({ ok: false }));
  expect(await json(['route', 'test', '--warehouse', 'FRA1'])).toMatchObject({
    channels: ['#fra1-flow'],
    fallback: ['#network-flow'],
    access: [{ ok: true }, { ok: true }],
  });
  expect((await run(['explain', 'FRA1_SINGLES_TOTAL'], { cwd })).stdout).toContain('FRA1_SINGLES_TOTAL');
  expect((await run(['explain', 'FRA1_SINGLES_NOWHERE'], { cwd })).code).toBe(2);

  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(
    "INSERT INTO warehouse (code, name, timezone) VALUES ('HAM1', 'Hamburg 1', 'Europe/Berlin')",
  );
  await client.query("INSERT INTO alert_route (warehouse, channel) VALUES ('HAM1', '#ham1-flow')");
  await client.end();
  await demo.waitFor('new warehouse HAM1');
  expect(await json(['run', '--no-deliver'])).toMatchObject({
    status: 'completed',
    warehouses: 3,
    failed: [],
  });

  process.kill(workerPid, 'SIGKILL');
  await demo.waitFor(`worker ${workerPid} ended`);

  const second = await run(['demo'], { cwd });
  expect(second.code).toBe(1);
  expect(second.stderr).toContain(`runs in this folder already, process ${demo.process.pid}`);

  demo.process.kill('SIGTERM');
  const { code, stdout } = await demo.finished;
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\d+ cycles?; alerts: [1-9]\d* NEW/m);
  expect(stdout).not.toContain('could not be stopped');
  expect(isAlive(workerPid)).toBe(false);
  expect(await isPortFree(port)).toBe(true);
  expect(await readdir(cwd)).toEqual(['temp']);
  expect(await readdir(temp)).toEqual([]);
}, 240_000);

test('a demo that ends in mid-cycle finishes it first, and tells nothing after its summary', async () => {
  demo = start(['demo', '--warehouses', '1', '--port-base', String(await findFreePort())], { cwd });
  await demo.waitFor('#fra1-flow');
  demo.process.kill('SIGTERM');
  const { stdout } = await demo.finished;
  expect(stdout).toMatch(/^1 cycle; alerts: [1-9]\d* NEW/m);
  expect(stdout.slice(stdout.indexOf('1 cycle;'))).not.toContain('#');
}, 120_000);
