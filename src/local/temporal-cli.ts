/** Finds, downloads or builds the `temporal` program, which carries the development server and its web UI. */
import { execFile } from 'node:child_process';
import { access, constants, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { messageOf } from './errors.ts';
import { acquireLock, LockedError } from './lock-file.ts';

const run = promisify(execFile);

/** The module that pins the version; beside `src` and `dist` alike. */
const MODULE_DIR = fileURLToPath(new URL('../../tools/temporal/', import.meta.url));

/** Long enough for a name look-up and a handshake: without network we want to know at once. */
const REACHABLE_TIMEOUT_MS = 3_000;

/** About 60 MB, and the start of the server that the SDK does with it. */
const DOWNLOAD_TIMEOUT_MS = 120_000;

/** Four minutes on two cores without any cached object file, and as much again for a slow proxy. */
const BUILD_TIMEOUT_MS = 20 * 60_000;

const DOWNLOAD_HOST = 'https://temporal.download';

export const TEMPORAL_SOURCES = ['auto', 'path', 'download', 'go'] as const;
export type TemporalSource = (typeof TEMPORAL_SOURCES)[number];

export interface TemporalCli {
  path: string;
  /** In words, e.g. `TEMPORAL_CLI_PATH`, `cache`. */
  source: 'TEMPORAL_CLI_PATH' | 'PATH' | 'cache' | 'download' | 'go build';
}

/** One way to get the program: undefined where this way has none, an Error where it failed. */
type Way = () => Promise<TemporalCli | undefined>;

/**
 * In order: `TEMPORAL_CLI_PATH`, `temporal` on PATH, the cache, the SDK's download, `go build`.
 * `BUFFERWATCH_TEMPORAL_SOURCE` narrows it: `path` to the first two, `download` and `go` to the cache and that one.
 * @throws Error that tells each way tried, and how to mend
 */
export async function resolveTemporalCli({
  log,
  env = process.env,
  moduleDir = MODULE_DIR,
}: {
  log: (line: string) => void;
  env?: NodeJS.ProcessEnv;
  moduleDir?: string;
}): Promise<TemporalCli> {
  const wanted = readWantedSource(env);
  const cached = join(cacheDir(env), await cacheName(moduleDir));
  const ways: Record<string, Way> = {
    TEMPORAL_CLI_PATH: () => takeNamed(env),
    PATH: () => findOnPath(env),
    cache: async () => ((await isProgram(cached)) ? { path: cached, source: 'cache' } : undefined),
    download: () => download(cached, env, log),
    'go build': () => build(cached, env, moduleDir, log),
  };
  const order: Record<TemporalSource, string[]> = {
    auto: Object.keys(ways),
    path: ['TEMPORAL_CLI_PATH', 'PATH'],
    download: ['cache', 'download'],
    go: ['cache', 'go build'],
  };
  const tried: string[] = [];
  for (const name of order[wanted]) {
    try {
      const found = await ways[name]?.();
      if (found) {
        log(`Temporal server from ${found.source}: ${found.path}`);
        return found;
      }
      tried.push(`${name}: none`);
    } catch (error) {
      tried.push(`${name}: ${messageOf(error)}`);
    }
  }
  throw new Error(
    `no Temporal server found (BUFFERWATCH_TEMPORAL_SOURCE=${wanted}). Tried ${tried.join('; ')}. ` +
      'Install the temporal CLI, or set TEMPORAL_CLI_PATH to it, or install Go so that it can be built',
  );
}

function readWantedSource(env: NodeJS.ProcessEnv): TemporalSource {
  const text = env['BUFFERWATCH_TEMPORAL_SOURCE'] || 'auto';
  const found = TEMPORAL_SOURCES.find((source) => source === text);
  if (!found)
    throw new Error(
      `BUFFERWATCH_TEMPORAL_SOURCE: expected one of ${TEMPORAL_SOURCES.join(', ')}, got '${text}'`,
    );
  return found;
}

function cacheDir(env: NodeJS.ProcessEnv): string {
  return join(env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache'), 'bufferwatch');
}

/** `temporal-1.8.2-linux-x64`: another pinned version is another file. */
async function cacheName(moduleDir: string): Promise<string> {
  const file = join(moduleDir, 'go.mod');
  const version = /github\.com\/temporalio\/cli v(\S+)/.exec(await readFile(file, 'utf8'))?.[1];
  if (!version) throw new Error(`${file} requires no version of github.com/temporalio/cli`);
  return `temporal-${version}-${process.platform}-${process.arch}`;
}

async function takeNamed(env: NodeJS.ProcessEnv): Promise<TemporalCli | undefined> {
  const path = env['TEMPORAL_CLI_PATH'];
  if (!path) return undefined;
  if (!(await isProgram(path))) throw new Error(`${path} is not an executable file`);
  return { path, source: 'TEMPORAL_CLI_PATH' };
}

async function findOnPath(env: NodeJS.ProcessEnv): Promise<TemporalCli | undefined> {
  for (const dir of (env['PATH'] ?? '').split(delimiter)) {
    const path = join(dir, 'temporal');
    if (dir && (await isProgram(path))) return { path, source: 'PATH' };
  }
  return undefined;
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The SDK downloads only as a part of starting a server: start one, end it, keep the file. */
async function download(
  cached: string,
  env: NodeJS.ProcessEnv,
  log: (line: string) => void,
): Promise<TemporalCli> {
  await checkReachable(env);
  log('downloading the Temporal server ...');
  const { Runtime } = await import('@temporalio/worker');
  await mkdir(dirname(cached), { recursive: true });
  const folder = await mkdtemp(`${cached}.download-`);
  try {
    const runtime = Runtime.instance();
    const server = await within(
      DOWNLOAD_TIMEOUT_MS,
      runtime.createEphemeralServer({
        type: 'dev-server',
        exe: {
          type: 'cached-download',
          downloadDir: folder,
          version: 'default',
          ttl: 0,
          sdkName: 'sdk-typescript',
          sdkVersion: sdkVersion(),
        },
        ip: '127.0.0.1',
        port: null,
        ui: false,
        uiPort: null,
        namespace: 'default',
        dbFilename: null,
        log: { format: 'pretty', level: 'warn' },
        extraArgs: [],
      }),
    );
    await runtime.shutdownEphemeralServer(server);
    const [file] = await readdir(folder);
    if (!file) throw new Error('the SDK left no file behind');
    await rename(join(folder, file), cached);
    return { path: cached, source: 'download' };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The SDK would try for minutes. Behind a proxy only the SDK itself can tell. */
async function checkReachable(env: NodeJS.ProcessEnv): Promise<void> {
  if (env['HTTPS_PROXY'] || env['https_proxy']) return;
  await fetch(DOWNLOAD_HOST, { method: 'HEAD', signal: AbortSignal.timeout(REACHABLE_TIMEOUT_MS) }).catch(
    (error: unknown) => {
      throw new Error(`${DOWNLOAD_HOST} cannot be reached`, { cause: error });
    },
  );
}

/** Builds beside the cached file and renames, so that nobody ever sees half a program; two at once build once. */
async function build(
  cached: string,
  env: NodeJS.ProcessEnv,
  moduleDir: string,
  log: (line: string) => void,
): Promise<TemporalCli> {
  await run('go', ['version'], { env }).catch((error: unknown) => {
    throw new Error('go is not on PATH', { cause: error });
  });
  await mkdir(dirname(cached), { recursive: true });
  const lock = await waitForLock(`${cached}.lock`, log);
  try {
    if (await isProgram(cached)) return { path: cached, source: 'go build' };
    log('building the Temporal server with Go, once; this takes some minutes ...');
    const unfinished = `${cached}.build-${process.pid}`;
    try {
      await run(
        'go',
        ['build', '-C', moduleDir, '-o', unfinished, 'github.com/temporalio/cli/cmd/temporal'],
        {
          env,
          timeout: BUILD_TIMEOUT_MS,
        },
      );
      await rename(unfinished, cached);
    } catch (error) {
      throw new Error(`go build failed: ${lastLines(error)}`, {
        cause: error,
      });
    } finally {
      await rm(unfinished, { force: true });
    }
    return { path: cached, source: 'go build' };
  } finally {
    await lock.release();
  }
}

async function waitForLock(path: string, log: (line: string) => void) {
  for (let told = false; ;) {
    try {
      return await acquireLock(path);
    } catch (error) {
      if (!(error instanceof LockedError)) throw error;
      if (!told) log(`process ${error.pid} builds the Temporal server; waiting for it ...`);
      told = true;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

/** What the compiler said at last; the message of a failed command only repeats the command. */
function lastLines(error: unknown): string {
  const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
  return output.trim().split('\n').slice(-3).join(' | ') || messageOf(error);
}

function sdkVersion(): string {
  const { version } = z
    .object({ version: z.string() })
    .parse(createRequire(import.meta.url)('@temporalio/worker/package.json'));
  return version;
}

async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${limitMs / 1000} s`)), limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
