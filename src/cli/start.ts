/** One machine, real use: servers of our own where none are named, data kept in a folder. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { loadConfig, takesAnswers } from '../config.ts';
import { choosePort } from '../local/ports.ts';
import { prepareAll } from './commands/migrate.ts';
import { removeDemoEnvironment, writeDemoEnvironment } from './demo-environment.ts';
import { badInput } from './failure.ts';
import { createInterruption } from './interruption.ts';
import { say } from './output.ts';
import { step } from './progress.ts';
import { bringUpInteract, bringUpPostgres, bringUpTemporal, bringUpWorker } from './stack.ts';
import { createWorkerLogView } from './worker-log.ts';
import { Teardown } from './teardown.ts';

const TEMPORAL_PORT = 7233;
const UI_OFFSET = 1_000;

/** Stands in until the database is up, so that everything else is checked before anything starts. */
const PENDING_URL = 'postgres://pending@127.0.0.1/bufferwatch';

/** Runs until Ctrl-C or SIGTERM. @throws when it could not start; what had been started is stopped then */
export async function runStart(options: { dataDir: string }): Promise<void> {
  const given = process.env;
  const ownDatabase = !given['DATABASE_URL'] && !given['DATABASE_URL_FILE'];
  const ownTemporal = !given['TEMPORAL_ADDRESS'];
  const planned = loadConfig(ownDatabase ? { ...given, DATABASE_URL: PENDING_URL } : given);
  if (planned.slack.botToken === null)
    throw badInput(
      'SLACK_BOT_TOKEN is not set',
      'set it to the bot token (xoxb-...); to look around: bufferwatch demo',
    );

  const dataDir = resolve(options.dataDir);
  const teardown = new Teardown();
  const interruption = createInterruption();
  try {
    const settings: Record<string, string> = {};
    if (ownDatabase) {
      const postgres = await step(
        (each) => `Postgres, port ${each.port}, data in ${each.dataDir}`,
        () => bringUpPostgres(teardown, { dataDir: join(dataDir, 'postgres'), persistent: true }),
      );
      settings['DATABASE_URL'] = await postgres.createDatabase('bufferwatch');
      if (planned.sources.wesUrl === PENDING_URL)
        say(
          '           WES_DATABASE_URL is not set: its query runs against this database (so with WCS_ and LMS_)',
        );
    }
    interruption.check();
    if (ownTemporal) {
      await mkdir(dataDir, { recursive: true });
      const port = await choosePort(TEMPORAL_PORT);
      const uiPort = await choosePort(port + UI_OFFSET);
      const temporal = await step(
        (each) => `Temporal, ${each.address}, web UI ${each.uiUrl}`,
        () =>
          bringUpTemporal(teardown, {
            namespace: planned.temporal.namespace,
            port,
            uiPort,
            dbFile: join(dataDir, 'temporal.db'),
          }),
      );
      settings['TEMPORAL_ADDRESS'] = temporal.address;
    }
    interruption.check();
    const env = { ...given, ...settings };
    const config = loadConfig(env);
    await step('schema, namespace, search attributes, schedule', () => prepareAll(config, true));
    interruption.check();
    await step(
      (each) => `worker, pid ${each.pid()}`,
      () => bringUpWorker(teardown, env, config, createWorkerLogView()),
    );
    if (takesAnswers(config))
      await step(
        (each) => `interact, pid ${each.pid()}, on ${config.interact.host}:${config.interact.port}`,
        () => bringUpInteract(teardown, env, config, createWorkerLogView()),
      );
    if (ownDatabase || ownTemporal) {
      await writeDemoEnvironment({ BUFFERWATCH_ENV: config.environment, ...settings }, process.pid);
      teardown.add('addresses', () => removeDemoEnvironment());
    }
    say(
      `watching every ${config.intervalMinutes} min; in another terminal of this folder: bufferwatch status`,
    );
    await interruption.ended;
  } finally {
    const problems = await teardown.run();
    interruption.release();
    for (const problem of problems) say(`could not be stopped cleanly: ${problem}`);
  }
  say('stopped');
}
