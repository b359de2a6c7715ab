/**
 * Child processes that never outlive us. Each runs in a process group of its own, so that Ctrl-C in a terminal
 * reaches only us and the order of shutdown stays ours, under a guard that ends it when our end of a pipe
 * closes: that happens on `stop` and on any death of ours, SIGKILL included.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { codeOf } from '../failures/errors.ts';

/** fd 3 carries the child's pid to us; `read` returns when the writing end of stdin is closed. */
const GUARD = `
signal=$1; shift
exec 4<&0
"$@" 4<&- 3>&- </dev/null &
child=$!
echo $child >&3; exec 3>&-
( while read -r _ <&4; do :; done; kill -s "$signal" $child 2>/dev/null ) &
watcher=$!
wait $child; code=$?
kill $watcher 2>/dev/null
exit $code`;

/** Lines of output kept for the error text of a process that ends too early. */
const KEPT_LINES = 20;

/** A server that has not ended by itself after this long is killed; a Postgres checkpoint takes a second or two. */
const STOP_GRACE_MS = 15_000;

export interface GuardedProcess {
  pid: number;
  /** Resolves when the process has ended; code 128+n after a signal. */
  exited: Promise<number>;
  hasExited(): boolean;
  /** The last lines it wrote, oldest first. */
  lastLines(): string[];
  /** Asks it to end, then kills it after a grace period; resolves when it is gone. */
  stop(): Promise<void>;
}

export interface GuardedProcessOptions {
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  uid?: number | undefined;
  gid?: number | undefined;
  /** Asks for an orderly end. */
  stopSignal?: 'TERM' | 'INT';
  onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
}

/** @throws when the command can't be started at all */
export async function startGuarded(options: GuardedProcessOptions): Promise<GuardedProcess> {
  const guard = spawn(
    '/bin/sh',
    ['-c', GUARD, 'guard', options.stopSignal ?? 'TERM', options.command, ...options.args],
    {
      env: options.env ?? process.env,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.uid === undefined ? {} : { uid: options.uid }),
      ...(options.gid === undefined ? {} : { gid: options.gid }),
    },
  );
  const [stdin, stdout, stderr, pidPipe] = guard.stdio;
  if (!stdin || !stdout || !stderr || !pidPipe || !('setEncoding' in pidPipe))
    throw new Error(`cannot start ${options.command}: no pipes`);
  stdin.on('error', () => {});

  const kept: string[] = [];
  for (const [name, stream] of [
    ['stdout', stdout],
    ['stderr', stderr],
  ] as const)
    createInterface({ input: stream }).on('line', (line) => {
      kept.push(line);
      if (kept.length > KEPT_LINES) kept.shift();
      options.onLine?.(line, name);
    });

  let ended = false;
  const exited = new Promise<number>((resolve, reject) => {
    guard.once('error', reject);
    // 'close', not 'exit': everything that the process wrote has been read by then
    guard.once('close', (code) => {
      ended = true;
      stdin.destroy();
      resolve(code ?? 137);
    });
  });
  exited.catch(() => {});

  const pid = await Promise.race([
    new Promise<number>((resolve) => {
      pidPipe.once('data', (text: Buffer) => resolve(Number(text.toString())));
    }),
    exited.then((code) => {
      throw new Error(`${options.command} ended at once with code ${code}: ${kept.join('\n')}`);
    }),
  ]);

  return {
    pid,
    exited,
    hasExited: () => ended,
    lastLines: () => [...kept],
    stop: async () => {
      if (ended) return;
      stdin.end();
      const kill = setTimeout(() => killGroup(guard.pid), STOP_GRACE_MS);
      await exited;
      clearTimeout(kill);
    },
  };
}

function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}
