/** One machine, real use: servers of our own where none are named, data kept in a folder. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { takesAnswers, type Config } from '../config/config.ts';
import { VARIABLES } from '../config/settings.ts';
import { choosePort } from '../local/ports.ts';
import { databaseLabel } from '../store/pool.ts';
import { readRegistry } from '../store/registry.ts';
import { prepareAll } from './commands/migrate.ts';
import { loadConfigBeforeDatabase, withDatabase } from './context.ts';
import { badInput } from './failure.ts';
import { claimFolder } from './folder-claim.ts';
import { createInterruption, type Interruption } from './interruption.ts';
import { renderNextSteps } from './next-steps.ts';
import { say } from './output.ts';
import { step } from './progress.ts';
import {
  namesDatabase,
  removeRunningEnvironment,
  RUNNING_ENV_FILE,
  writeRunningEnvironment,
} from './running-environment.ts';
import { bringUpInteract, bringUpPostgres, bringUpTemporal, bringUpWorker } from './stack.ts';
import { createWorkerLogView } from './worker-log.ts';
import { Teardown } from './teardown.ts';

const TEMPORAL_PORT = 7233;
const UI_OFFSET = 1_000;

const SOURCE_URLS = ['WES_DATABASE_URL', 'WCS_DATABASE_URL', 'LMS_DATABASE_URL'];

/** Runs until Ctrl-C or SIGTERM. @throws when it could not start; what had been started is stopped then */
export async function runStart(options: { dataDir: string }): Promise<void> {
  // it is for real use: dev would post a board of every unit into every channel at every cycle
  const given = { ...process.env, BUFFERWATCH_ENV: process.env['BUFFERWATCH_ENV'] || 'prod' };
  const planned = loadConfigBeforeDatabase(given);
  if (planned.slack.botToken === null)
    throw badInput(
      'SLACK_BOT_TOKEN is not set',
      'set it to the bot token (xoxb-...); to look around: bufferwatch demo',
    );

  const teardown = new Teardown();
  teardown.add('folder', await claimFolder());
  const interruption = createInterruption();
  say(
    `Bufferwatch, environment ${planned.environment}${process.env['BUFFERWATCH_ENV'] ? '' : ' (BUFFERWATCH_ENV is not set)'}`,
  );
  try {
    const servers = await startServers(given, planned, resolve(options.dataDir), teardown, interruption);
    const env: NodeJS.ProcessEnv = { ...given, ...servers };
    const config = loadConfigBeforeDatabase(env);
    await step('schema, namespace, search attributes, schedule', () => prepareAll(config, true));
    interruption.check();
    await step(
      (each) => `worker, pid ${each.pid()}`,
      () => bringUpWorker(teardown, env, config, createWorkerLogView()),
    );
    if (takesAnswers(config))
      await step(
        (each) => `interact, pid ${each.pid()}, at http://${config.interact.host}:${config.interact.port}`,
        () => bringUpInteract(teardown, env, config, createWorkerLogView()),
      );
    interruption.check();
    await writeRunningEnvironment(settingsIn(env), process.pid);
    teardown.add(RUNNING_ENV_FILE, () => removeRunningEnvironment());
    const registry = await withDatabase(config, readRegistry);
    say(
      `\n${renderNextSteps({
        config,
        registry,
        unsetSources: SOURCE_URLS.filter((name) => !env[name] && !env[`${name}_FILE`]),
        ownDatabase: !namesDatabase(given),
        databaseVariable: env['DATABASE_URL'] ? 'DATABASE_URL' : 'DATABASE_URL_FILE',
      })}`,
    );
    await interruption.ended;
  } finally {
    const problems = await teardown.run();
    interruption.release();
    for (const problem of problems) say(`could not be stopped cleanly: ${problem}`);
  }
  say('stopped');
}

/** Returns the variables that name what was started. */
async function startServers(
  given: NodeJS.ProcessEnv,
  planned: Config,
  dataDir: string,
  teardown: Teardown,
  interruption: Interruption,
): Promise<Record<string, string>> {
  const settings: Record<string, string> = {};
  if (namesDatabase(given)) {
    say(`           Postgres: yours, ${databaseLabel(planned.database.url)}`);
  } else {
    const postgres = await step(
      (each) => `Postgres, port ${each.port}, data in ${each.dataDir}`,
      () => bringUpPostgres(teardown, { dataDir: join(dataDir, 'postgres'), persistent: true }),
    );
    settings['DATABASE_URL'] = await postgres.createDatabase('bufferwatch');
  }
  interruption.check();
  const { address, namespace } = planned.temporal;
  if (given['TEMPORAL_ADDRESS']) {
    say(`           Temporal: yours, ${address}, namespace ${namespace}`);
  } else {
    await mkdir(dataDir, { recursive: true });
    const port = await choosePort(TEMPORAL_PORT);
    const uiPort = await choosePort(port + UI_OFFSET);
    const temporal = await step(
      (each) => `Temporal, ${each.address}, web UI ${each.uiUrl} (from ${each.cliSource})`,
      () =>
        bringUpTemporal(
          teardown,
          { namespace, port, uiPort, dbFile: join(dataDir, 'temporal.db') },
          interruption.signal,
        ),
    );
    settings['TEMPORAL_ADDRESS'] = temporal.address;
  }
  interruption.check();
  return settings;
}

/** Every setting of ours, so that other commands of this folder see what this one sees. */
function settingsIn(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    VARIABLES.flatMap((name) => {
      const value = env[name]?.trim();
      return value ? [[name, value]] : [];
    }),
  );
}
