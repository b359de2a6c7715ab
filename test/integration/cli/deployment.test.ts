import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { startLocalPostgres, type LocalPostgres } from '../../../src/local/postgres.ts';
import { startSlackEndpoint, type SlackEndpoint } from '../../../src/local/slack-endpoint.ts';
import {
  resolveTemporalCli,
  startTemporalServer,
  type TemporalServer,
} from '../../../src/local/temporal-server.ts';
import { bareEnvironment, buildProgram, run, start } from './command-line.ts';

/** What docker-compose.yml runs, without containers: the same commands with the same variables and secret files. */
const composeSchema = z.object({
  services: z.object({
    migrate: z.object({ command: z.array(z.string()), environment: z.record(z.string(), z.string()) }),
    worker: z.object({
      command: z.array(z.string()),
      environment: z.record(z.string(), z.string()),
      healthcheck: z.object({ test: z.array(z.string()) }),
    }),
  }),
});

let folder = '';
let postgres: LocalPostgres;
let temporal: TemporalServer;
let slack: SlackEndpoint;

beforeAll(async () => {
  await buildProgram();
  folder = await mkdtemp(join(tmpdir(), 'bufferwatch-test-'));
  const { path } = await resolveTemporalCli({ log: () => {} });
  [postgres, temporal, slack] = await Promise.all([
    startLocalPostgres({ persistent: false }),
    startTemporalServer({ cliPath: path, namespace: 'default' }),
    startSlackEndpoint({ channels: ['#fra1-flow'] }),
  ]);
}, 90_000);

afterAll(async () => {
  await Promise.all([postgres.stop(), temporal.stop(), slack.close()]);
  await rm(folder, { recursive: true });
});

/** Compose's variables, with the hosts and the secrets' folder of this machine. */
async function localize(environment: Record<string, string>): Promise<NodeJS.ProcessEnv> {
  const secrets = join(folder, 'secrets');
  await mkdir(secrets, { recursive: true });
  const databaseUrl = await postgres.createDatabase('bufferwatch');
  const entries = await Promise.all(
    Object.entries(environment).map(async ([name, value]) => {
      if (name.endsWith('_FILE')) {
        const file = join(secrets, basename(value));
        await writeFile(file, name === 'SLACK_BOT_TOKEN_FILE' ? 'xoxb-test\n' : `${databaseUrl}\n`);
        return [name, file];
      }
      if (name === 'TEMPORAL_ADDRESS') return [name, temporal.address];
      return [name, value.replace(/^\$\{\w+:-(\w+)\}$/, '$1')];
    }),
  );
  return bareEnvironment({ ...Object.fromEntries(entries), SLACK_API_URL: slack.url });
}

test('migrate and worker of docker-compose.yml run, are healthy, and end in order', async () => {
  const text = await readFile(new URL('../../../docker-compose.yml', import.meta.url), 'utf8');
  const { migrate, worker } = composeSchema.parse(parse(text, { merge: true })).services;

  const migrated = await run(migrate.command, { cwd: folder, env: await localize(migrate.environment) });
  expect(migrated.stderr).toBe('');
  expect(migrated.code).toBe(0);
  expect(migrated.stdout).toContain('created the schedule');
  const again = await run(migrate.command, { cwd: folder, env: await localize(migrate.environment) });
  expect(again.stdout).not.toContain('applied');

  const env = await localize(worker.environment);
  const running = start(worker.command, { cwd: folder, env });
  try {
    const health = worker.healthcheck.test.slice(3);
    let healthy = await run(health, { cwd: folder, env });
    for (let tries = 0; healthy.code !== 0 && tries < 15; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      healthy = await run(health, { cwd: folder, env });
    }
    expect(healthy.stdout).toContain('1 polling');
  } finally {
    running.process.kill('SIGTERM');
  }
  expect((await running.finished).code).toBe(0);
}, 120_000);
