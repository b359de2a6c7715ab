import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { startLocalPostgres, type LocalPostgres } from '../../../src/local/postgres.ts';
import { findFreePort } from '../../../src/local/ports.ts';
import { startSlackEndpoint, type SlackEndpoint } from '../../../src/local/slack-endpoint/slack-endpoint.ts';
import {
  resolveTemporalCli,
  startTemporalServer,
  type TemporalServer,
} from '../../../src/local/temporal-server.ts';
import { prepareComposePostgres, type ComposePostgres } from '../../support/compose-postgres.ts';
import { bareEnvironment, buildProgram, run, start } from './command-line.ts';

/** What docker-compose.yml runs, without containers: the same commands with the same variables, roles and secret files. */
const serviceSchema = z.object({
  command: z.array(z.string()),
  environment: z.record(z.string(), z.string()),
});
const composeSchema = z.object({
  services: z.object({
    migrate: serviceSchema,
    worker: serviceSchema.extend({ healthcheck: z.object({ test: z.array(z.string()) }) }),
  }),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
});
const interactSchema = composeSchema.extend({ services: z.object({ interact: serviceSchema }) });

async function readCompose(file: string): Promise<unknown> {
  return parse(await readFile(new URL(`../../../${file}`, import.meta.url), 'utf8'), { merge: true });
}

let folder = '';
let postgres: LocalPostgres;
let compose: ComposePostgres;
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
  compose = await prepareComposePostgres(postgres.url, folder);
}, 90_000);

afterAll(async () => {
  await Promise.all([postgres.stop(), temporal.stop(), slack.close()]);
  await rm(folder, { recursive: true });
});

/** `${NAME:-default}` without the variable, and a variable that has to be given. */
const interpolate = (value: string) =>
  value.replace(/\$\{\w+:-([^}]*)\}/g, '$1').replace(/\$\{\w+:\?[^}]*\}/g, 'http://127.0.0.1:1');

/** Compose's variables, with the hosts and the secrets' folder of this machine. */
async function localize(
  environment: Record<string, string>,
  secrets: Record<string, { file: string }>,
): Promise<NodeJS.ProcessEnv> {
  const entries = await Promise.all(
    Object.entries(environment).map(async ([name, value]) => {
      if (name.endsWith('_FILE')) {
        const mounted = join(folder, basename(value));
        const file = interpolate(secrets[basename(value)]?.file ?? '');
        await writeFile(mounted, await compose.secret(basename(file)));
        return [name, mounted];
      }
      if (name === 'TEMPORAL_ADDRESS') return [name, temporal.address];
      if (name === 'BUFFERWATCH_INTERACT_LISTEN') return [name, `127.0.0.1:${await findFreePort()}`];
      return [name, interpolate(value)];
    }),
  );
  return bareEnvironment({ ...Object.fromEntries(entries), SLACK_API_URL: slack.url });
}

test('what docker-compose.yml and deploy/interact.yml run works, is healthy, and ends in order', async () => {
  const { services, secrets } = composeSchema.parse(await readCompose('docker-compose.yml'));
  const { migrate, worker } = services;

  const migrated = await run(migrate.command, {
    cwd: folder,
    env: await localize(migrate.environment, secrets),
  });
  expect(migrated.stderr).toBe('');
  expect(migrated.code).toBe(0);
  expect(migrated.stdout).toContain('created the schedule');
  const again = await run(migrate.command, {
    cwd: folder,
    env: await localize(migrate.environment, secrets),
  });
  expect(again.stdout).not.toContain('applied');

  const env = await localize(worker.environment, secrets);
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

  const added = interactSchema.parse(await readCompose('deploy/interact.yml'));
  const { interact } = added.services;
  const interactEnv = await localize(interact.environment, { ...secrets, ...added.secrets });
  const answering = start(interact.command, { cwd: folder, env: interactEnv });
  try {
    const url = `http://${interactEnv['BUFFERWATCH_INTERACT_LISTEN']}/healthz`;
    await expect
      .poll(
        () =>
          fetch(url).then(
            ({ ok }) => ok,
            () => false,
          ),
        { timeout: 15_000 },
      )
      .toBe(true);
  } finally {
    answering.process.kill('SIGTERM');
  }
  expect((await answering.finished).code).toBe(0);
}, 120_000);
