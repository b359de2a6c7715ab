import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { readRunningEnvironment } from '../../../src/cli/running-environment.ts';
import { startSlackEndpoint, type SlackEndpoint } from '../../../src/local/slack-endpoint/slack-endpoint.ts';
import { bareEnvironment, buildProgram, run, start, type Running } from './command-line.ts';

let slack: SlackEndpoint;
let cwd = '';
let running: Running | undefined;
beforeAll(async () => {
  await buildProgram();
  slack = await startSlackEndpoint({ channels: ['#ber1-flow'] });
});
afterAll(() => slack.close());
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'bufferwatch-test-'));
  // Postgres runs as a user of its own where we are root
  await promisify(execFile)('chmod', ['755', cwd]);
});
afterEach(async () => {
  running?.process.kill('SIGTERM');
  await running?.finished;
  await rm(cwd, { recursive: true });
});

const withPsql = spawnSync('/bin/sh', ['-c', 'command -v psql']).status === 0;

/** Does what the screen says: the printed command where there is a psql, else its statements. */
async function followAdvice(screen: string): Promise<void> {
  const [command = ''] = /^ +\(\. \.bufferwatch[^]*?\)$/m.exec(screen) ?? [];
  expect(command).not.toBe('');
  if (withPsql) {
    await promisify(execFile)('/bin/sh', ['-c', `cd ${cwd} && ${command}`], { env: bareEnvironment() });
    return;
  }
  const { DATABASE_URL = '' } = (await readRunningEnvironment(join(cwd, '.bufferwatch/running.env'))) ?? {};
  const client = new Client({ connectionString: DATABASE_URL });
  await client.connect();
  for (const [, statement = ''] of command.matchAll(/-c "([^"]+)"/g)) await client.query(statement);
  await client.end();
}

async function ownDatabase(): Promise<string> {
  const url = new URL(inject('postgresUrl'));
  const client = new Client({ connectionString: url.href });
  await client.connect();
  const name = `start_${randomBytes(4).toString('hex')}`;
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return Object.assign(url, { pathname: `/${name}` }).href;
}

test.each([
  { situation: 'nothing set', own: async () => ({}) },
  { situation: "a Postgres of one's own", own: async () => ({ DATABASE_URL: await ownDatabase() }) },
  {
    situation: "servers of one's own",
    own: async () => ({
      DATABASE_URL: await ownDatabase(),
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      TEMPORAL_NAMESPACE: `start-${randomBytes(4).toString('hex')}`,
    }),
  },
])(
  'start with $situation: prod, and what it prints works as printed',
  async ({ own }) => {
    const given: Record<string, string> = await own();
    const env = bareEnvironment({ ...given, SLACK_BOT_TOKEN: 'xoxb-test', SLACK_API_URL: slack.url });
    running = start(['start'], { cwd, env });
    const screen = await running.waitFor('Ctrl-C ends it.');
    expect(screen).toContain('environment prod (BUFFERWATCH_ENV is not set)');
    expect(screen).toContain('no warehouse is registered yet');
    expect(screen.includes('every unit stays unknown')).toBe(!('DATABASE_URL' in given));
    expect(screen).not.toContain('xoxb-test');
    expect((await stat(join(cwd, '.bufferwatch/running.env'))).mode & 0o077).toBe(0);

    await followAdvice(screen);
    // another terminal, with nothing set and with the database alone
    const { DATABASE_URL } = given;
    const terminals: Record<string, string>[] = DATABASE_URL === undefined ? [{}] : [{}, { DATABASE_URL }];
    for (const terminal of terminals) {
      const listed = await run(['warehouse', 'list', '--json'], { cwd, env: bareEnvironment(terminal) });
      expect(JSON.parse(listed.stdout)).toMatchObject([{ code: 'BER1' }]);
      const schedule = await run(['schedule', 'describe', '--json'], { cwd, env: bareEnvironment(terminal) });
      expect(schedule).toMatchObject({ code: 0, stderr: '' });
    }
    const { stdout } = await run(['doctor', '--json'], { cwd, env: bareEnvironment() });
    expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ area: 'slack', ok: true }));

    const second = await run(['start'], { cwd, env });
    expect(second).toMatchObject({ code: 1, stdout: '' });
    expect(second.stderr).toContain(`runs in this folder already, process ${running.process.pid}`);

    running.process.kill('SIGTERM');
    expect((await running.finished).code).toBe(0);
    expect(await readdir(join(cwd, '.bufferwatch')).catch(() => [])).toEqual(
      'TEMPORAL_ADDRESS' in given ? [] : ['data'],
    );
  },
  120_000,
);
