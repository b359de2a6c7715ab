/**
 * A whole installation whose every part can be killed: Postgres, Temporal, a worker and `interact` are processes of
 * their own, with proxies between them; Slack and the present are ours.
 */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Client as TemporalClient } from '@temporalio/client';
import type { Pool } from 'pg';
import { floorTo, toCycleId } from '../../src/domain/cycle-time.ts';
import { warehouseWorkflowId } from '../../src/workflows/names.ts';
import { startGuarded } from '../../src/local/guarded-process.ts';
import { isAlive } from '../../src/local/lock-file.ts';
import { findFreePort } from '../../src/local/ports.ts';
import { startLocalPostgres } from '../../src/local/postgres.ts';
import { startSlackEndpoint, type SlackEndpoint } from '../../src/local/slack-endpoint/slack-endpoint.ts';
import { startTemporalServer } from '../../src/local/temporal-server.ts';
import { buildProgram } from '../integration/cli/command-line.ts';
import { FLOOR_HOUR, relieve, reportFull, zoneWhereItIs } from '../support/floor.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { channelOf, DATABASES, wire } from '../support/wiring.ts';
import { createPart, readyWhen, type Part, type PartProcess } from './part.ts';
import { CODES, type Part as PartName } from './plan.ts';

const run = promisify(execFile);

const MINUTE_MS = 60_000;
export const INTERVAL_MINUTES = 5;
const INTERVAL_MS = INTERVAL_MINUTES * MINUTE_MS;

/** Slack's own pace in one channel is a message a second. */
const SLACK_GAP_MS = 900;
/** Hears of an EMERGENCY too: such a transition is planned for two channels. */
const LEADS = '#flow-leads';
export const NETWORK = '#flow-ops';

const RESET_WITHIN_MS = 15_000;

const SIGNING_SECRET = 'the secret of the chaos';
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The worker of `dist`, at the present that a file tells. */
const WORKER = `
  import { readFileSync } from 'node:fs';
  import { loadConfig } from './dist/config/config.js';
  import { runWorker } from './dist/workers/worker.js';
  const worker = await runWorker(loadConfig(), {
    ensureSchedule: false,
    shiftPresentMs: () => Number(readFileSync(process.env.SHIFT_FILE, 'utf8')),
  });
  console.log('the worker polls');
  process.once('SIGTERM', () => void worker.shutdown());
  await worker.done;`;

export interface Installation {
  parts: Record<PartName, Part>;
  proxies: { postgres: TcpProxy; temporal: TcpProxy };
  slack: SlackEndpoint;
  client: TemporalClient;
  app: Pool;
  /** By the command that a person would use. */
  resetWarehouse(code: string, options: readonly string[]): Promise<unknown>;
  /** Moves the present on by one interval, lets the floors turn, and the upstream systems write until then. */
  advance(turns: readonly string[]): Promise<void>;
  /** Cycle id of the present interval. */
  slot(): string;
  stop(): Promise<void>;
}

/** @param cycles so many fit between its first present and ours: what Slack dates lies in no cycle's past */
export async function createInstallation(temporalCli: string, cycles: number): Promise<Installation> {
  await buildProgram();
  const folder = await mkdtemp(join(tmpdir(), 'bufferwatch-chaos-'));
  // Postgres, which never runs as root, has to enter it.
  await chmod(folder, 0o711);
  const closers: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const opened = <T>(thing: T, closer: (thing: T) => Promise<unknown>): T => {
    closers.push(() => closer(thing));
    return thing;
  };
  const stop = async (): Promise<void> => {
    for (const closer of closers.toReversed()) await closer();
  };
  try {
    return await create();
  } catch (error) {
    await stop();
    throw error;
  }

  async function create(): Promise<Installation> {
    const [postgresPort, temporalPort, uiPort, interactPort] = await freePorts();
    const startPostgres = () =>
      startLocalPostgres({ dataDir: join(folder, 'postgres'), port: postgresPort, persistent: true });
    const made = await startPostgres();
    const databases = await Promise.all(DATABASES.map((name) => made.createDatabase(name)));
    await made.stop();
    const postgres = await openPart('Postgres', async () => serverProcess(await startPostgres()));
    const temporal = await openPart('Temporal', async () =>
      serverProcess(
        await startTemporalServer({
          cliPath: temporalCli,
          namespace: 'default',
          dbFile: join(folder, 'temporal.db'),
          port: temporalPort,
          uiPort,
        }),
      ),
    );
    const proxies = {
      postgres: opened(await startTcpProxy({ host: '127.0.0.1', port: postgresPort }), (one) => one.close()),
      temporal: opened(await startTcpProxy({ host: '127.0.0.1', port: temporalPort }), (one) => one.close()),
    };
    const slack = opened(
      await startSlackEndpoint({
        channels: [...CODES.map(channelOf), LEADS, NETWORK],
        minGapMs: SLACK_GAP_MS,
      }),
      (one) => one.close(),
    );
    slack.setRequestUrl({
      url: `http://127.0.0.1:${interactPort}/slack/interactions`,
      signingSecret: SIGNING_SECRET,
    });

    // Where the last cycle is reached it is now: no cycle looks at what Slack has dated before it.
    let presentMs = floorTo(Date.now(), INTERVAL_MINUTES) - cycles * INTERVAL_MS;
    const { settings, config, app, upstream, feeder, client, register } = await wire({
      databases,
      settings: {
        BUFFERWATCH_ENV: 'prod',
        TEMPORAL_ADDRESS: `127.0.0.1:${temporalPort}`,
        TEMPORAL_NAMESPACE: 'default',
        SLACK_BOT_TOKEN: 'xoxb-chaos',
        SLACK_API_URL: slack.url,
        SLACK_SIGNING_SECRET: SIGNING_SECRET,
        BUFFERWATCH_INTERACT_LISTEN: `127.0.0.1:${interactPort}`,
        BUFFERWATCH_INTERVAL_MINUTES: String(INTERVAL_MINUTES),
      },
      applicationName: 'chaos',
      clock: () => presentMs,
      onOpen: (close) => closers.push(close),
    });
    const troubled = new Set<string>();
    const timezone = zoneWhereItIs(FLOOR_HOUR, presentMs);
    for (const code of CODES) {
      await register(code, timezone);
      await feeder.addWarehouse({ code, timezone });
    }
    await app.query(
      `INSERT INTO alert_route (channel, min_severity, fallback) VALUES ($1, 'EMERGENCY', false), ($2, 'WARNING', true)`,
      [LEADS, NETWORK],
    );

    const shiftFile = join(folder, 'shift');
    const tellPresent = () => writeFile(shiftFile, String(presentMs + MINUTE_MS / 2 - Date.now()));
    await tellPresent();
    const through = {
      ...Object.fromEntries(Object.entries(settings).filter(([name]) => !name.endsWith('DATABASE_URL'))),
      ...Object.fromEntries(
        Object.entries(settings)
          .filter(([name]) => name.endsWith('DATABASE_URL'))
          .map(([name, url]) => [name, proxies.postgres.through(url)]),
      ),
      TEMPORAL_ADDRESS: `127.0.0.1:${proxies.temporal.port}`,
      PATH: process.env['PATH'],
      SHIFT_FILE: shiftFile,
    };
    const program = (args: string[], isReady: (line: string) => boolean, logLevel: string) => () =>
      readyWhen(
        (onLine) =>
          startGuarded({
            command: process.execPath,
            args,
            cwd: ROOT,
            env: { ...through, LOG_LEVEL: logLevel },
            onLine,
          }),
        isReady,
      );
    const worker = await openPart(
      'the worker',
      program(['--input-type=module', '-e', WORKER], (line) => line.includes('the worker polls'), 'error'),
    );
    const interact = await openPart(
      'interact',
      program(['dist/cli/main.js', 'interact'], (line) => line.includes('answers are taken'), 'info'),
    );

    return {
      parts: { worker, temporal, postgres, interact },
      proxies,
      slack,
      client,
      app,
      resetWarehouse: (code, options) =>
        run(
          temporalCli,
          [
            ...['workflow', 'reset', '--address', config.temporal.address, '-n', config.temporal.namespace],
            ...['-w', warehouseWorkflowId(code), '--reason', 'chaos', ...options],
          ],
          { timeout: RESET_WITHIN_MS },
        ),
      async advance(turns) {
        for (const code of turns) {
          if (troubled.delete(code)) await relieve(upstream, code);
          else await reportFull(upstream, troubled.add(code) && code, new Date(presentMs - 15 * MINUTE_MS));
        }
        presentMs += INTERVAL_MS;
        await feeder.advance();
        await tellPresent();
      },
      slot: () => toCycleId(presentMs),
      stop,
    };
  }

  async function openPart(name: string, start: () => Promise<PartProcess>): Promise<Part> {
    return opened(await createPart(name, start), (part) => part.stop());
  }
}

/** A server that tells its pid alone. */
function serverProcess(server: { pid: number; stop(): Promise<void> }): PartProcess {
  const gone = async (): Promise<string> => {
    while (isAlive(server.pid)) await sleep(50);
    return 'its process is gone';
  };
  return { pid: server.pid, ended: gone(), stop: () => server.stop() };
}

async function freePorts(): Promise<[number, number, number, number]> {
  const one = () => findFreePort();
  return [await one(), await one(), await one(), await one()];
}
