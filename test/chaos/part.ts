/** One killable part of the installation, begun again whenever it has ended, as a supervisor would. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { GuardedProcess } from '../../src/local/guarded-process.ts';

export interface Part {
  /** Resolves once it does its work again. */
  up(): Promise<void>;
  kill(downMs: number): Promise<void>;
  /** Ends that nobody asked for, with its last words. */
  deaths(): string[];
  stop(): Promise<void>;
}

export interface PartProcess {
  pid: number;
  /** Resolves with its last words when it has ended. */
  ended: Promise<string>;
  stop(): Promise<void>;
}

/** Of a start that fails, e.g. where the server it needs is down too. */
const PAUSE_MS = 300;

/** A worker compiles its workflows first. */
const READY_WITHIN_MS = 60_000;

/** A part that can't be started for so long is not only unlucky. */
const START_WITHIN_MS = 90_000;

/** @param start rejects where it can't be started yet */
export async function createPart(name: string, start: () => Promise<PartProcess>): Promise<Part> {
  const deaths: string[] = [];
  let stopping = false;
  let killed = false;
  let running: PartProcess | null = null;
  /** Resolves when the one that ran last is gone, and what it held is free. */
  let gone: Promise<unknown> = Promise.resolve();
  let starting = begin(0);
  await starting;
  return {
    up: () => starting,
    async kill(downMs) {
      if (running === null) return starting;
      const { pid } = running;
      running = null;
      killed = true;
      process.kill(pid, 'SIGKILL');
      starting = starting.then(() => begun(downMs));
      return starting;
    },
    deaths: () => [...deaths],
    async stop() {
      stopping = true;
      await starting.catch(() => undefined);
      await running?.stop();
    },
  };

  async function begun(downMs: number): Promise<void> {
    await gone;
    await begin(downMs);
  }

  async function watch(one: PartProcess): Promise<void> {
    const words = await one.ended;
    await one.stop();
    if (stopping || killed) return;
    running = null;
    deaths.push(`${name} ended by itself: ${words}`);
    starting = begin(PAUSE_MS);
  }

  async function begin(downMs: number): Promise<void> {
    await sleep(downMs);
    const deadline = Date.now() + START_WITHIN_MS;
    for (;;) {
      if (stopping) return;
      try {
        const one = await start();
        killed = false;
        running = one;
        gone = watch(one);
        return;
      } catch (error) {
        if (Date.now() > deadline) throw new Error(`${name} can't be started`, { cause: error });
        await sleep(PAUSE_MS);
      }
    }
  }
}

/** A process that has said that it is ready. @throws where it ends before */
export async function readyWhen(
  starting: (onLine: (line: string) => void) => Promise<GuardedProcess>,
  isReady: (line: string) => boolean,
): Promise<PartProcess> {
  let tell = (): void => {};
  const ready = new Promise<void>((resolve) => (tell = resolve));
  const child = await starting((line) => isReady(line) && tell());
  const late = new AbortController();
  await Promise.race([
    ready,
    child.exited,
    sleep(READY_WITHIN_MS, undefined, { signal: late.signal }).then(() => child.stop()),
  ]);
  late.abort();
  if (child.hasExited()) throw new Error(child.lastLines().join('\n'));
  return { pid: child.pid, ended: lastWords(child), stop: () => child.stop() };
}

async function lastWords(child: GuardedProcess): Promise<string> {
  const code = await child.exited;
  return `code ${code}: ${child.lastLines().slice(-6).join(' | ')}`;
}
