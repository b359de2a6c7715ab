/** Runs the command line as its users do: a process of its own, from the sources. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ENTRY = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

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
  const child = spawn(process.execPath, ['--import', TSX, ENTRY, ...args], {
    cwd: options.cwd,
    env: options.env ?? bareEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const finished = new Promise<Finished>((resolve) => {
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
        void finished.then(() => reject(new Error(`ended without '${text}':\n${stdout}\n${stderr}`)));
      }),
  };
}

export function run(args: string[], options: { cwd: string; env?: NodeJS.ProcessEnv }): Promise<Finished> {
  return start(args, options).finished;
}
