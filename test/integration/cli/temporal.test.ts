import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { writeRunningEnvironment } from '../../../src/cli/running-environment.ts';
import { bareEnvironment, buildProgram, run } from './command-line.ts';

let cwd = '';
beforeAll(async () => {
  await buildProgram();
  cwd = await mkdtemp(join(tmpdir(), 'bufferwatch-test-'));
});
afterAll(() => rm(cwd, { recursive: true }));

const realEnvironment = (more: Record<string, string> = {}) =>
  bareEnvironment({
    TEMPORAL_CLI_PATH: inject('temporalCli'),
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    ...more,
  });

test("temporal: the program's own help, answers and exit codes", async () => {
  const help = await run(['temporal', 'workflow', '--help'], { cwd, env: realEnvironment() });
  expect(help.stdout).toContain('temporal workflow [command]');
  const list = await run(['temporal', 'workflow', 'list', '--limit', '1'], {
    cwd,
    env: realEnvironment({ TEMPORAL_NAMESPACE: 'default' }),
  });
  expect(list).toMatchObject({ code: 0, stderr: '' });
  const refused = await run(['temporal', 'workflow', 'list'], {
    cwd,
    env: realEnvironment({ TEMPORAL_NAMESPACE: 'nowhere' }),
  });
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('nowhere');
}, 30_000);

test('temporal: what it is given, and the server and namespace of what runs in this folder', async () => {
  const shown = join(cwd, 'temporal');
  await writeFile(
    shown,
    '#!/bin/sh\necho "$TEMPORAL_ADDRESS $TEMPORAL_NAMESPACE $TEMPORAL_API_KEY:" "$@"\nexit 7\n',
    {
      mode: 0o755,
    },
  );
  const args = ['temporal', '--json', 'workflow', 'start', '--input', '{}', '--', '-x'];
  const env = (more: Record<string, string>) =>
    bareEnvironment({ BUFFERWATCH_TEMPORAL_SOURCE: 'path', TEMPORAL_CLI_PATH: shown, ...more });
  const alone = await run(args, {
    cwd,
    env: env({ BUFFERWATCH_ENV: 'prod', TEMPORAL_ADDRESS: 'far:7233', TEMPORAL_API_KEY: 'key' }),
  });
  expect(alone).toEqual({
    code: 7,
    stdout: 'far:7233 bufferwatch-prod key: --json workflow start --input {} -- -x\n',
    stderr: '',
  });

  const file = join(cwd, '.bufferwatch/running.env');
  await writeRunningEnvironment(
    { DATABASE_URL: 'postgres://a@b/c', TEMPORAL_ADDRESS: 'near:1' },
    process.pid,
    file,
  );
  const beside = await run(args, { cwd, env: env({ TEMPORAL_ADDRESS: 'far:7233' }) });
  expect(beside.stdout).toMatch(/^near:1 bufferwatch-dev :/);
}, 30_000);
