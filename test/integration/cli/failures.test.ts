import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findFreePort } from '../../../src/local/ports.ts';
import { bareEnvironment, buildProgram, run } from './command-line.ts';

let cwd = '';
let nobody = '';
beforeAll(async () => {
  await buildProgram();
  cwd = await mkdtemp(join(tmpdir(), 'bufferwatch-test-'));
  nobody = `127.0.0.1:${await findFreePort()}`;
});
afterAll(() => rm(cwd, { recursive: true }));

const SECRET = 'not-to-be-shown';
const settings = () => ({
  DATABASE_URL: `postgres://someone:${SECRET}@${nobody}/app`,
  TEMPORAL_ADDRESS: nobody,
});

describe('exit codes, one line, no stack, no secret', () => {
  test.each([
    { args: ['--help'], env: {}, code: 0, says: 'Exit codes: 0 done' },
    { args: ['--version'], env: {}, code: 0, says: /^\d+\.\d+\.\d+$/m },
    { args: ['nonsense'], env: {}, code: 2, says: "unknown command 'nonsense'" },
    { args: ['demo', '--interval', '7m'], env: {}, code: 2, says: 'whole minutes that divide 60' },
    { args: ['demo', '--warehouses', '0'], env: {}, code: 2, says: 'a number from 1 to' },
    { args: ['demo', '--env', 'test'], env: {}, code: 2, says: 'dev, prod' },
    { args: ['status'], env: {}, code: 2, says: 'DATABASE_URL is not set' },
    { args: ['warehouse', 'list'], env: settings, code: 3, says: 'start it, or correct DATABASE_URL' },
    { args: ['schedule', 'describe'], env: settings, code: 3, says: 'does not answer' },
    { args: ['run', '--snapshot', 'yesterday'], env: settings, code: 2, says: "'yesterday' is no instant" },
    { args: ['explain', 'FRA1'], env: settings, code: 2, says: 'expected e.g. FRA1_SINGLES_TOTAL' },
    { args: ['artifact', 'list', '--kind', 'soup'], env: settings, code: 2, says: 'Allowed choices' },
    { args: ['doctor', '--only', 'soup'], env: settings, code: 2, says: 'there is no check soup' },
    { args: ['start'], env: {}, code: 2, says: 'SLACK_BOT_TOKEN is not set' },
  ])(
    '$args: $code',
    async ({ args, env, code, says }) => {
      const result = await run(args, {
        cwd,
        env: bareEnvironment(typeof env === 'function' ? env() : env),
      });
      const text = result.stdout + result.stderr;
      expect(text).toMatch(says);
      expect(result.code).toBe(code);
      expect(text).not.toMatch(/^\s+at /m);
      expect(text).not.toContain(SECRET);
    },
    30_000,
  );

  test('doctor tells each connection that fails, and how to mend it', async () => {
    const { code, stdout } = await run(['doctor', '--json'], { cwd, env: bareEnvironment(settings()) });
    const results: unknown = JSON.parse(stdout);
    expect(code).toBe(1);
    expect(results).toContainEqual({
      area: 'database',
      name: 'connection',
      ok: false,
      detail: expect.stringContaining('ECONNREFUSED'),
      mend: 'start it, or correct DATABASE_URL',
    });
    expect(results).toContainEqual(
      expect.objectContaining({
        area: 'slack',
        name: 'token',
        ok: false,
        detail: 'SLACK_BOT_TOKEN is not set',
      }),
    );
    expect(results).not.toContainEqual(expect.objectContaining({ ok: true }));
  }, 30_000);
});

test('a demo that fails during start-up stops what it has started and is not a success', async () => {
  // a program that is no Temporal server: Postgres and Slack are up by then
  const broken = join(cwd, 'temporal');
  await chmod(cwd, 0o755);
  await writeFile(broken, '#!/bin/sh\necho no such thing >&2\nexit 9\n', { mode: 0o755 });
  const { code, stdout, stderr } = await run(['demo', '--port-base', String(await findFreePort())], {
    cwd,
    env: bareEnvironment({ BUFFERWATCH_TEMPORAL_SOURCE: 'auto', TEMPORAL_CLI_PATH: broken, TMPDIR: cwd }),
  });
  expect(code).toBe(1);
  expect(stderr).toContain("the demo can't start: the Temporal server ended during its start: no such thing");
  expect(stdout).toContain('Postgres, port');
  expect(await readdir(cwd)).toEqual(['temporal']);
}, 60_000);
