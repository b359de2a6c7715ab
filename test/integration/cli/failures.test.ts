import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
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

const checkResult = z.object({
  area: z.string(),
  name: z.string(),
  ok: z.boolean(),
  skipped: z.boolean(),
  detail: z.string(),
  mend: z.string(),
});

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
    { args: ['demo', '--warehouses', '0'], env: {}, code: 2, says: 'a number from 1 to' },
    { args: ['demo', '--env', 'test'], env: {}, code: 2, says: 'dev, prod' },
    { args: ['status'], env: {}, code: 2, says: 'DATABASE_URL is not set' },
    { args: ['warehouse', 'list'], env: settings, code: 3, says: 'start it, or correct DATABASE_URL' },
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

  test('doctor tells a dead server once, with how to mend it, and skips what needs it', async () => {
    const { code, stdout } = await run(['doctor', '--json'], { cwd, env: bareEnvironment(settings()) });
    const results: unknown = JSON.parse(stdout);
    expect(code).toBe(3);
    const checks = z.array(checkResult).parse(results);
    const failed = checks.filter((each) => !each.skipped);
    const skipped = checks.filter((each) => each.skipped);
    expect(failed).toEqual([
      {
        ...{ area: 'database', name: 'connection', ok: false, skipped: false },
        detail: expect.stringContaining('ECONNREFUSED'),
        mend: 'start it, or correct DATABASE_URL',
      },
      expect.objectContaining({ area: 'temporal', name: 'connection', ok: false }),
      expect.objectContaining({ area: 'slack', name: 'token', detail: 'SLACK_BOT_TOKEN is not set' }),
    ]);
    expect(skipped).toContainEqual(
      expect.objectContaining({ area: 'lms_plan', ok: false, detail: 'needs database connection' }),
    );
    expect(skipped).toContainEqual(
      expect.objectContaining({ area: 'registry', name: 'routes', detail: 'needs database connection' }),
    );
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
