/** Everything on one machine: servers, simulated upstream systems, Slack, worker, schedule. */
import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { triggerSchedule } from '../../client/schedule.ts';
import { loadConfig } from '../../config/config.ts';
import type { Environment } from '../../domain/vocabulary.ts';
import { choosePort } from '../../local/ports.ts';
import { createFeeder } from '../../simulator/feeder.ts';
import { DEMO_TIMING } from '../../simulator/sensing.ts';
import { createPool } from '../../store/pool.ts';
import { readRegistry } from '../../store/registry.ts';
import { prepareAll } from '../commands/migrate.ts';
import { withTemporal } from '../context.ts';
import { CommandFailure } from '../failure.ts';
import { EXIT } from '../../failures/exit-codes.ts';
import { claimFolder } from '../folder-claim.ts';
import { createInterruption, type Interruption } from '../interruption.ts';
import { say } from '../output.ts';
import { step } from '../progress.ts';
import {
  removeRunningEnvironment,
  RUNNING_ENV_FILE,
  writeRunningEnvironment,
} from '../running-environment.ts';
import {
  bringUpInteract,
  bringUpPostgres,
  bringUpTemporal,
  bringUpWorker,
  withoutSettings,
} from '../stack.ts';
import { Teardown } from '../teardown.ts';
import { createWorkerLogView } from '../worker-log.ts';
import {
  channelOf,
  demoWarehouses,
  feedNewWarehouses,
  NETWORK_CHANNEL,
  openRole,
  registerWarehouses,
  type DemoWarehouse,
} from './network.ts';
import { startDemoSlack } from './slack.ts';
import { letCycleFinish } from './last-cycle.ts';
import { renderSummary, summarizeDemo } from './summary.ts';
import { messageOf } from '../../failures/errors.ts';

export interface DemoOptions {
  /** null: until Ctrl-C. */
  durationMs: number | null;
  warehouses: number;
  intervalMinutes: number;
  /** null: the usual ports, or the next free ones. */
  portBase: number | null;
  environment: Environment;
}

/** Temporal's own defaults, so that plain `temporal` commands and bookmarks work. */
const TEMPORAL_PORT = 7233;
const UI_OFFSET = 1_000;

/** The same troubles in every demo. */
const SEED = 1;

/** @throws CommandFailure when it could not start; everything that had been started is stopped then */
export async function runDemo(options: DemoOptions): Promise<void> {
  const teardown = new Teardown();
  teardown.add('folder', await claimFolder());
  const interruption = createInterruption();
  try {
    await startDemo(options, teardown, interruption);
    if (options.durationMs !== null) interruption.endAfter(options.durationMs);
    await interruption.ended;
  } finally {
    const problems = await teardown.run();
    interruption.release();
    for (const problem of problems) say(`could not be stopped cleanly: ${problem}`);
  }
  say('stopped; nothing is left behind');
}

async function startDemo(
  options: DemoOptions,
  teardown: Teardown,
  interruption: Interruption,
): Promise<void> {
  const check = () => interruption.check();
  const started = performance.now();
  const warehouses = demoWarehouses(options.warehouses);
  say(`Bufferwatch demo: ${warehouses.map(({ code }) => code).join(', ')}`);

  const servers = await startServers(options, warehouses, teardown, interruption.signal);
  check();
  const { postgres, temporal, slack } = servers;
  const databaseUrl = await postgres.createDatabase('bufferwatch');
  const settings = {
    BUFFERWATCH_ENV: options.environment,
    DATABASE_URL: databaseUrl,
    WES_DATABASE_URL: await postgres.createDatabase('wes'),
    WCS_DATABASE_URL: await postgres.createDatabase('wcs'),
    LMS_DATABASE_URL: await postgres.createDatabase('lms'),
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: 'default',
    SLACK_BOT_TOKEN: `xoxb-demo-${randomBytes(8).toString('hex')}`,
    SLACK_API_URL: slack.url,
    SLACK_SIGNING_SECRET: randomBytes(16).toString('hex'),
    BUFFERWATCH_INTERACT_LISTEN: `127.0.0.1:${servers.interactPort}`,
    BUFFERWATCH_PUBLIC_URL: `http://127.0.0.1:${servers.interactPort}`,
    BUFFERWATCH_LINK_SECRET: randomBytes(16).toString('hex'),
    BUFFERWATCH_INTERVAL_MINUTES: String(options.intervalMinutes),
  };
  const env = { ...withoutSettings(process.env), LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'warn', ...settings };
  const config = loadConfig(env);

  await step('schema, namespace, search attributes', () => prepareAll(config, false));
  check();
  const pool = openPool(teardown, databaseUrl, config.database.schema);
  slack.followRoutes(async () => (await readRegistry(pool)).routes.map(({ channel }) => channel));
  const roleUrl = await openRole(pool, databaseUrl, config.database.role, randomBytes(12).toString('hex'));
  await step(`registry: ${warehouses.length} warehouses and their Slack channels`, () =>
    registerWarehouses(pool, warehouses),
  );
  await step('upstream systems WES, WCS, LMS with two hours of history', () =>
    startFeeder(teardown, pool, settings, warehouses, check),
  );
  check();
  let up = false;
  // after the worker's end, so that nothing is posted any more once it has been told
  teardown.add('summary', async () => {
    if (up) say(renderSummary(await summarizeDemo(pool, config), slack.countUpdates()));
  });
  const worker = await step(
    (each) => `worker, pid ${each.pid()}`,
    () => bringUpWorker(teardown, env, config, createWorkerLogView()),
  );
  slack.sendClicksTo(`${settings.BUFFERWATCH_PUBLIC_URL}/slack/interactions`, settings.SLACK_SIGNING_SECRET);
  await step('interact: the buttons on the Slack page work', () =>
    bringUpInteract(teardown, env, config, createWorkerLogView()),
  );
  check();
  await step(
    `schedule: a cycle every ${options.intervalMinutes} min here (5 min by default), the first one within moments`,
    async () => {
      await prepareAll(config, true);
      if (millisToTick(options.intervalMinutes) > FIRST_CYCLE_MS) await withTemporal(config, triggerSchedule);
    },
  );

  // what people type in another terminal works as the environment's role, not as superuser
  const shown = { ...settings, DATABASE_URL: roleUrl };
  await writeRunningEnvironment(shown, process.pid);
  teardown.add(RUNNING_ENV_FILE, () => removeRunningEnvironment());
  teardown.add('the cycle under way', () => letCycleFinish(config));
  up = true;
  tellAddresses(servers, shown, worker.pid());
  say(
    `up in ${((performance.now() - started) / 1_000).toFixed(1)} s. ${tellEnd(options.durationMs)} Alerts as they are posted:`,
  );
}

/** A first cycle, with all that has to be told of, is done by then: started later it would miss the schedule's own. */
const FIRST_CYCLE_MS = 20_000;

function millisToTick(intervalMinutes: number): number {
  const interval = intervalMinutes * 60_000;
  return interval - (Date.now() % interval);
}

async function startServers(
  options: DemoOptions,
  warehouses: DemoWarehouse[],
  teardown: Teardown,
  signal: AbortSignal,
) {
  const wanted = options.portBase ?? TEMPORAL_PORT;
  const port = await choosePort(wanted);
  const uiPort = await choosePort(port + UI_OFFSET);
  if (port !== wanted) say(`           port ${wanted} is in use: Temporal takes ${port}`);
  const slackPort = await choosePort(uiPort + 1);
  const interactPort = await choosePort(slackPort + 1);

  // all three at once; each registers its own end, so all must have settled before a failure is told
  const results = await Promise.allSettled([
    step(
      (each) => `Postgres, port ${each.port}`,
      () => bringUpPostgres(teardown, { persistent: false }),
    ),
    step(
      (each) => `Temporal with web UI, ${each.address} (from ${each.cliSource})`,
      () => bringUpTemporal(teardown, { namespace: 'default', port, uiPort }, signal),
    ),
    step(
      (each) => `Slack on this machine, ${each.pageUrl}`,
      () =>
        startDemoSlack(teardown, slackPort, [
          ...warehouses.map(({ code }) => channelOf(code)),
          NETWORK_CHANNEL,
        ]),
    ),
  ] as const);
  for (const result of results) if (result.status === 'rejected') throw startFailed(result.reason);
  const [postgres, temporal, slack] = results;
  if (postgres.status !== 'fulfilled' || temporal.status !== 'fulfilled' || slack.status !== 'fulfilled')
    throw new Error('unreachable');
  return { postgres: postgres.value, temporal: temporal.value, slack: slack.value, interactPort };
}

function startFailed(error: unknown): CommandFailure {
  const message = messageOf(error);
  return new CommandFailure(EXIT.failure, `the demo can't start: ${message}`, '', { cause: error });
}

function openPool(teardown: Teardown, url: string, schema?: string): Pool {
  const pool = createPool(url, {
    applicationName: 'bufferwatch demo',
    ...(schema === undefined ? {} : { schema }),
  });
  teardown.add('connections', () => pool.end());
  return pool;
}

async function startFeeder(
  teardown: Teardown,
  registry: Pool,
  urls: { WES_DATABASE_URL: string; WCS_DATABASE_URL: string; LMS_DATABASE_URL: string },
  warehouses: DemoWarehouse[],
  check: () => void,
): Promise<void> {
  const feeder = createFeeder({
    wes: openPool(teardown, urls.WES_DATABASE_URL),
    wcs: openPool(teardown, urls.WCS_DATABASE_URL),
    lms: openPool(teardown, urls.LMS_DATABASE_URL),
    seed: SEED,
    clock: Date.now,
    ...DEMO_TIMING,
    log: (event) => {
      if (event.type === 'write_failed') say(`simulated ${event.table ?? 'systems'}: ${event.error}`);
    },
  });
  teardown.add('upstream systems', () => feeder.stop());
  for (const { code, timezone } of warehouses) {
    check();
    await feeder.addWarehouse({ code, timezone, problems: 'soon' });
  }
  feeder.start();
  teardown.add('registry watch', feedNewWarehouses(registry, feeder));
}

function tellAddresses(
  { temporal, slack }: { temporal: { uiUrl: string }; slack: { pageUrl: string } },
  settings: Record<string, string>,
  workerPid: number,
): void {
  say(
    [
      '',
      `  Temporal UI   ${temporal.uiUrl}`,
      `  Slack         ${slack.pageUrl}`,
      `  Database      psql '${settings['DATABASE_URL']}'`,
      '  Temporal      npx bufferwatch temporal workflow list',
      `  Worker        pid ${workerPid}; kill it and see: another one takes over`,
      '',
      `In another terminal of this folder: npx bufferwatch status (it reads ${RUNNING_ENV_FILE}); elsewhere first:`,
      ...Object.entries(settings).map(([name, value]) => `  export ${name}='${value}'`),
      '',
      'One more warehouse, while this runs:',
      "  INSERT INTO warehouse (code, name, timezone) VALUES ('HAM1', 'Hamburg 1', 'Europe/Berlin');",
      "  INSERT INTO alert_route (warehouse, channel) VALUES ('HAM1', '#ham1-flow');",
      '',
    ].join('\n'),
  );
}

function tellEnd(durationMs: number | null): string {
  return durationMs === null ? 'Ctrl-C ends it.' : `It ends by itself after ${durationMs / 1_000} s.`;
}
