/** The parts that `demo` and `start` run on this machine, each registered for its own end as it comes up. */
import { extname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connectTemporal } from '../client/connect.ts';
import type { Config } from '../config.ts';
import { SECRET_SETTINGS, settingsSchema } from '../config/settings.ts';
import { startGuarded, type GuardedProcess } from '../local/guarded-process.ts';
import { startLocalPostgres, type LocalPostgres, type LocalPostgresOptions } from '../local/postgres.ts';
import {
  resolveTemporalCli,
  startTemporalServer,
  type TemporalServer,
  type TemporalServerOptions,
} from '../local/temporal-server.ts';
import { describeWorkers } from './doctor/temporal-checks.ts';
import { CommandFailure, EXIT } from './failure.ts';
import { say } from './output.ts';
import type { Teardown } from './teardown.ts';

/** Bundling the workflows takes some seconds, more on a busy machine. */
const WORKER_START_TIMEOUT_MS = 120_000;

/** A worker that dies at once must not keep a core busy. */
const RESTART_DELAY_MS = 2_000;

/** The end of a stack trace, or the one line that the worker says why. */
const SHOWN_LINES = 6;

export async function bringUpPostgres(
  teardown: Teardown,
  options: LocalPostgresOptions,
): Promise<LocalPostgres> {
  const postgres = await startLocalPostgres(options);
  teardown.add('Postgres', () => postgres.stop());
  return postgres;
}

export async function bringUpTemporal(
  teardown: Teardown,
  options: Omit<TemporalServerOptions, 'cliPath'>,
): Promise<TemporalServer & { cliSource: string; cliPath: string }> {
  const cli = await resolveTemporalCli({ log: (line) => say(`           ${line}`) });
  const temporal = await startTemporalServer({ ...options, cliPath: cli.path });
  teardown.add('Temporal', () => temporal.stop());
  return { ...temporal, cliSource: cli.source, cliPath: cli.path };
}

/** The environment without any setting of ours: what a demo must not inherit. */
export function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const settings = new Set<string>([
    ...Object.keys(settingsSchema.shape),
    ...SECRET_SETTINGS.map((name) => `${name}_FILE`),
  ]);
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !settings.has(name) && !name.startsWith('TEMPORAL_')),
  );
}

/**
 * A `bufferwatch worker` of its own process, so that it can be killed and watched; one that ends is started again.
 * Resolves when it polls.
 */
export async function bringUpWorker(
  teardown: Teardown,
  env: NodeJS.ProcessEnv,
  config: Config,
  onLine: (line: string) => void,
): Promise<{ pid: () => number }> {
  const stopping = new AbortController();
  let worker = await startWorker(env, onLine);
  const supervise = async () => {
    for (;;) {
      const code = await worker.exited;
      if (stopping.signal.aborted) return;
      say(`worker ${worker.pid} ended with code ${code}; starting another one`);
      if (code !== EXIT.ok) say(indent(worker.lastLines().slice(-SHOWN_LINES)));
      await sleep(RESTART_DELAY_MS);
      if (stopping.signal.aborted) return;
      worker = await startWorker(env, onLine);
    }
  };
  let supervision: Promise<void> = Promise.resolve();
  teardown.add('worker', async () => {
    stopping.abort();
    await worker.stop();
    await supervision;
    // the one that was just being started
    await worker.stop();
  });
  await waitUntilPolling(worker, config);
  supervision = supervise().catch((error: unknown) => say(`no worker could be started: ${String(error)}`));
  return { pid: () => worker.pid };
}

function indent(lines: string[]): string {
  return lines.map((line) => `  ${line.slice(0, 300)}`).join('\n');
}

function startWorker(env: NodeJS.ProcessEnv, onLine: (line: string) => void): Promise<GuardedProcess> {
  // `main.js` in dist, `main.ts` in src
  const entry = fileURLToPath(new URL(`./main${extname(import.meta.url)}`, import.meta.url));
  return startGuarded({
    command: process.execPath,
    args: [...process.execArgv, entry, 'worker'],
    env,
    onLine,
  });
}

async function waitUntilPolling(worker: GuardedProcess, config: Config): Promise<void> {
  const deadline = Date.now() + WORKER_START_TIMEOUT_MS;
  const temporal = await connectTemporal(config);
  try {
    while ((await describeWorkers(temporal.connection, config)).length === 0) {
      if (worker.hasExited())
        throw new CommandFailure(
          EXIT.failure,
          `the worker ended during its start: ${worker.lastLines().join('\n')}`,
        );
      if (Date.now() > deadline)
        throw new CommandFailure(
          EXIT.failure,
          `the worker does not poll after ${WORKER_START_TIMEOUT_MS / 1_000} s`,
        );
      await sleep(200);
    }
  } finally {
    await temporal.close();
  }
}
