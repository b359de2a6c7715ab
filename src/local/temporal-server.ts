/** A Temporal development server (with web UI) on loopback. */
import { Connection } from '@temporalio/client';
import { messageOf } from '../failures/errors.ts';
import { startGuarded, type GuardedProcess } from './guarded-process.ts';
import { findFreePort, isPortFree } from './ports.ts';

export { resolveTemporalCli } from './temporal-cli/temporal-cli.ts';

/** A cold start takes two seconds, more on a busy machine or with a big database file. */
const START_TIMEOUT_MS = 60_000;

export interface TemporalServerOptions {
  cliPath: string;
  /** Free ones are chosen if not given. */
  port?: number;
  uiPort?: number;
  /** Keeps everything in this SQLite file; in memory if not given. */
  dbFile?: string;
  namespace: string;
  /** Search attributes to create, name to type, e.g. `{ BufferwatchCycle: 'Keyword' }`. */
  searchAttributes?: Record<string, string>;
  log?: (line: string) => void;
}

export interface TemporalServer {
  address: string;
  uiUrl: string;
  pid: number;
  stop(): Promise<void>;
}

/** Resolves when the namespace answers. @throws Error that names the port, and what to do */
export async function startTemporalServer(options: TemporalServerOptions): Promise<TemporalServer> {
  const port = options.port ?? (await findFreePort());
  const uiPort = options.uiPort ?? (await findFreePort());
  for (const [what, wanted] of [
    ['Temporal', port],
    ["Temporal's web UI", uiPort],
  ] as const)
    if (!(await isPortFree(wanted)))
      throw new Error(`port ${wanted} is in use: choose another one for ${what}, or end what listens there`);

  const server = await startGuarded({
    command: options.cliPath,
    args: [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort)],
      ...['--namespace', options.namespace, '--log-level', 'warn', '--sqlite-pragma', 'journal_mode=WAL'],
      ...['--dynamic-config-value', 'system.enableActivityEagerExecution=true'],
      ...(options.dbFile ? ['--db-filename', options.dbFile] : []),
      ...Object.entries(options.searchAttributes ?? {}).flatMap(([name, type]) => [
        '--search-attribute',
        `${name}=${type}`,
      ]),
    ],
    env: environmentWithoutTemporal(),
    ...(options.log ? { onLine: options.log } : {}),
  });
  const address = `127.0.0.1:${port}`;
  try {
    await waitUntilHealthy(address, options.namespace, server);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { address, uiUrl: `http://127.0.0.1:${uiPort}`, pid: server.pid, stop: () => server.stop() };
}

/** The CLI reads TEMPORAL_* too; what is meant for clients must not configure the server. */
function environmentWithoutTemporal(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}

async function waitUntilHealthy(address: string, namespace: string, server: GuardedProcess): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    if (server.hasExited())
      throw new Error(
        `the Temporal server ended during its start: ${server.lastLines().slice(-3).join(' | ')}`,
      );
    const problem = await describeNamespace(address, namespace);
    if (!problem) return;
    if (Date.now() > deadline)
      throw new Error(
        `the Temporal server at ${address} is not healthy after ${START_TIMEOUT_MS / 1000} s: ${problem}`,
      );
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function describeNamespace(address: string, namespace: string): Promise<string | undefined> {
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ address, connectTimeout: 1_000 });
    await connection.withDeadline(Date.now() + 2_000, async () =>
      connection?.workflowService.describeNamespace({ namespace }),
    );
    return undefined;
  } catch (error) {
    return messageOf(error);
  } finally {
    await connection?.close();
  }
}
