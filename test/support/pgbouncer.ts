/** A real PgBouncer that pools transactions in front of a test's Postgres; undefined where none is installed. */
import { spawn, execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { findFreePort } from '../../src/local/ports.ts';

const START_TIMEOUT_MS = 10_000;

export interface PgBouncer {
  /** The given URL with host and port of the pooler. */
  through(url: string): string;
  stop(): Promise<void>;
}

export async function hasPgBouncer(): Promise<boolean> {
  return promisify(execFile)('pgbouncer', ['--version'], { env: environment() }).then(
    () => true,
    () => false,
  );
}

/**
 * `connections`: to the server, for each database and user; as few as that make clients share sessions. `roleUrls`: of
 * those who may come besides the user of `serverUrl`.
 */
export async function startPgBouncer(
  serverUrl: string,
  connections: number,
  roleUrls: string[] = [],
): Promise<PgBouncer> {
  const { hostname, port: serverPort } = new URL(serverUrl);
  const users = [serverUrl, ...roleUrls].map((url) => new URL(url));
  const folder = await mkdtemp(join(tmpdir(), 'bufferwatch-test-pgbouncer-'));
  await chmod(folder, 0o755);
  const port = await findFreePort();
  await writeFile(
    join(folder, 'users.txt'),
    users.map(({ username, password }) => `"${username}" "${password}"\n`).join(''),
  );
  await writeFile(
    join(folder, 'pgbouncer.ini'),
    `[databases]
* = host=${hostname} port=${serverPort}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${folder}/users.txt
pool_mode = transaction
default_pool_size = ${connections}
${userInfo().uid === 0 ? 'user = postgres' : ''}
`,
  );
  const log: string[] = [];
  const child = spawn('pgbouncer', [join(folder, 'pgbouncer.ini')], { env: environment() });
  child.stderr.on('data', (bytes: Buffer) => log.push(bytes.toString()));
  const through = (url: string) => Object.assign(new URL(url), { port: String(port) }).href;
  const stop = async () => {
    if (child.exitCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    await rm(folder, { recursive: true });
  };
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await answers(through(serverUrl)))) {
    if (Date.now() > deadline || child.exitCode !== null) {
      await stop();
      throw new Error(`PgBouncer did not start:\n${log.join('')}`);
    }
    await sleep(50);
  }
  return { through, stop };
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Debian has it in a folder that is not on everybody's PATH. */
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` };
}
