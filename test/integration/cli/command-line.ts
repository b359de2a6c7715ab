/** Runs the command line as its users do: a process of its own. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { acquireLock, LockedError } from '../../../src/local/lock-file.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const ENTRY = `${ROOT}dist/cli/main.js`;

/** Compiles the sources where they are newer than what is compiled; test files that need it at once do so once. */
export async function buildProgram(): Promise<void> {
  const lock = await acquireLock(`${ROOT}node_modules/.bufferwatch-build.lock`).catch((error: unknown) => {
    if (error instanceof LockedError) return null;
    throw error;
  });
  if (lock === null) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    return buildProgram();
  }
  try {
    const compiled = await changedAt(ENTRY);
    if ((await newestSource()) < compiled) return;
    const output = await compile();
    if ((await changedAt(ENTRY)) === compiled)
      throw new Error(`the sources could not be compiled:\n${output}`);
  } finally {
    await lock.release();
  }
}

async function changedAt(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

async function newestSource(): Promise<number> {
  const files = await readdir(`${ROOT}src`, { recursive: true });
  return Math.max(...(await Promise.all(files.map((file) => changedAt(`${ROOT}src/${file}`)))));
}

function compile(): Promise<string> {
  return new Promise((resolve) => {
    execFile(
      `${ROOT}node_modules/.bin/tsc`,
      ['-p', 'tsconfig.build.json'],
      { cwd: ROOT },
      (_, stdout, stderr) => resolve(stdout + stderr),
    );
  });
}

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  process: ChildProcess;
  finished: Promise<Finished>;
  /** Resolves with everything written so far once the text has appeared. @throws when it ended without */
  waitFor(text: string): Promise<string>;
}

/** An environment without any setting, so that the machine's own never leaks into a test. */
export function bareEnvironment(settings: Record<string, string> = {}): NodeJS.ProcessEnv {
  const kept = [
    'PATH',
    'HOME',
    'TMPDIR',
    'XDG_CACHE_HOME',
    'TEMPORAL_CLI_PATH',
    'BUFFERWATCH_TEMPORAL_SOURCE',
  ];
  const inherited = Object.fromEntries(
    kept.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  );
  return { ...inherited, ...settings };
}

export function start(args: string[], options: { cwd: string; env?: NodeJS.ProcessEnv }): Running {
  const child = spawn(process.execPath, [ENTRY, ...args], {
    cwd: options.cwd,
    env: options.env ?? bareEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const finished = new Promise<Finished>((resolve, reject) => {
    // Not begun at all, e.g. in a folder that does not exist.
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return {
    process: child,
    finished,
    waitFor: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (stdout.includes(text)) resolve(stdout);
        };
        child.stdout.on('data', look);
        look();
        finished.then(() => reject(new Error(`ended without '${text}':\n${stdout}\n${stderr}`)), reject);
      }),
  };
}

export function run(args: string[], options: { cwd: string; env?: NodeJS.ProcessEnv }): Promise<Finished> {
  return start(args, options).finished;
}
