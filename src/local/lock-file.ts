/** A lock between processes: a file that holds its owner's pid. A dead owner's lock is taken over. */
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { codeOf } from '../failures/errors.ts';
import { FAILURE } from '../failures/failures.ts';

export class LockedError extends Error {
  override name = FAILURE.LockedError;
  readonly pid: number;
  constructor(path: string, pid: number) {
    super(`${path} is held by process ${pid}`);
    this.pid = pid;
  }
}

export interface LockFile {
  release(): Promise<void>;
}

/** @throws LockedError while a living process holds it */
export async function acquireLock(path: string): Promise<LockFile> {
  const own = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await writeFile(own, String(process.pid));
  try {
    for (;;) {
      if (await tryLink(own, path)) break;
      const holder = await readHolder(path);
      if (holder === undefined) continue;
      if (isAlive(holder)) throw new LockedError(path, holder);
      if (await takeOver(path, holder, own)) break;
    }
    return { release: () => rm(path, { force: true }) };
  } finally {
    await rm(own, { force: true });
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/**
 * Replaces a dead holder's lock by ours. Only one process at a time may do so, or a slow one would throw away the
 * lock that a quick one has just taken; a lock of its own sees to that, which may be taken over the same way.
 */
async function takeOver(path: string, deadHolder: number, own: string): Promise<boolean> {
  let turn: LockFile;
  try {
    turn = await acquireLock(`${path}.takeover`);
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    await new Promise((resolve) => setTimeout(resolve, 10));
    return false;
  }
  try {
    if ((await readHolder(path)) !== deadHolder) return false;
    await rename(own, path);
    return true;
  } finally {
    await turn.release();
  }
}

/** Linking makes the lock appear with its content, or not at all. */
async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function readHolder(path: string): Promise<number | undefined> {
  try {
    return Number(await readFile(path, 'utf8'));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}
