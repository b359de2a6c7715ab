/** The parts that `demo` and `start` run on this machine, each registered for its own end as it comes up. */
import { extname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connectTemporal } from '../client/connect.ts';
import type { Config } from '../config/config.ts';
import { VARIABLES } from '../config/settings.ts';
import { startGuarded, type GuardedProcess } from '../local/guarded-process.ts';
import { startLocalPostgres, type LocalPostgres, type LocalPostgresOptions } from '../local/postgres.ts';
import {
  resolveTemporalCli,
  startTemporalServer,
  type TemporalServer,
  type TemporalServerOptions,
} from '../local/temporal-server.ts';
import { describeWorkers } from '../client/polling-workers.ts';
import { CommandFailure } from './failure.ts';
import { EXIT } from '../failures/exit-codes.ts';
import { say } from './output.ts';
import type { Teardown } from './teardown.ts';

/** Bundling the workflows takes some seconds, more on a busy machine. */
const WORKER_START_TIMEOUT_MS = 120_000;

/** A connection to Temporal and, where asked for, one to Slack. */
const INTERACT_START_TIMEOUT_MS = 60_000;

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
  signal: AbortSignal,
): Promise<TemporalServer & { cliSource: string }> {
  const cli = await resolveTemporalCli({ log: (line) => say(`           ${line}`), signal });
  const temporal = await startTemporalServer({ ...options, cliPath: cli.path });
  teardown.add('Temporal', () => temporal.stop());
  return { ...temporal, cliSource: cli.source };
}

/** The environment without any setting of ours: what a demo must not inherit. */
export function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const settings = new Set(VARIABLES);
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !settings.has(name) && !name.startsWith('TEMPORAL_')),
  );
}

/** A `bufferwatch worker` of its own process, so that it can be killed and watched. Resolves when it polls. */
export function bringUpWorker(
  teardown: Teardown,
  env: NodeJS.ProcessEnv,
  config: Config,
  onLine: (line: string) => void,
): Promise<{ pid: () => number }> {
  return bringUp(teardown, 'worker', env, onLine, (worker) => waitUntilPolling(worker, config));
}

/** A `bufferwatch interact` of its own process. Resolves when it is healthy. */
export function bringUpInteract(
  teardown: Teardown,
  env: NodeJS.ProcessEnv,
  { interact: { host, port } }: Config,
  onLine: (line: string) => void,
): Promise<{ pid: () => number }> {
  const healthUrl = `http://${host}:${port}/healthz`;
  return bringUp(teardown, 'interact', env, onLine, (interact) => waitUntilHealthy(interact, healthUrl));
}

/** One command as a process of its own; one that ends is started again. */
async function bringUp(
  teardown: Teardown,
  command: 'worker' | 'interact',
  env: NodeJS.ProcessEnv,
  onLine: (line: string) => void,
  ready: (started: GuardedProcess) => Promise<void>,
): Promise<{ pid: () => number }> {
  const stopping = new AbortController();
  let running = await startCommand(command, env, onLine);
  const supervise = async () => {
    for (;;) {
      const code = await running.exited;
      if (stopping.signal.aborted) return;
      say(`${command} ${running.pid} ended with code ${code}; starting another one`);
      if (code !== EXIT.ok) say(indent(running.lastLines().slice(-SHOWN_LINES)));
      await sleep(RESTART_DELAY_MS);
      if (stopping.signal.aborted) return;
      running = await startCommand(command, env, onLine);
    }
  };
  let supervision: Promise<void> = Promise.resolve();
  teardown.add(command, async () => {
    stopping.abort();
    await running.stop();
    await supervision;
    // the one that was just being started
    await running.stop();
  });
  await ready(running);
  supervision = supervise().catch((error: unknown) =>
    say(`no ${command} could be started: ${String(error)}`),
  );
  return { pid: () => running.pid };
}

function indent(lines: string[]): string {
  return lines.map((line) => `  ${line.slice(0, 300)}`).join('\n');
}

function startCommand(
  command: string,
  env: NodeJS.ProcessEnv,
  onLine: (line: string) => void,
): Promise<GuardedProcess> {
  // `main.js` in dist, `main.ts` in src
  const entry = fileURLToPath(new URL(`./main${extname(import.meta.url)}`, import.meta.url));
  return startGuarded({
    command: process.execPath,
    args: [...process.execArgv, entry, command],
    env,
    onLine,
  });
}

async function waitUntilHealthy(interact: GuardedProcess, url: string): Promise<void> {
  const deadline = Date.now() + INTERACT_START_TIMEOUT_MS;
  for (;;) {
    const healthy = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (healthy) return;
    if (interact.hasExited() || Date.now() > deadline)
      throw new CommandFailure(
        EXIT.failure,
        `interact does not answer at ${url}: ${interact.lastLines().join('\n')}`,
      );
    await sleep(200);
  }
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
