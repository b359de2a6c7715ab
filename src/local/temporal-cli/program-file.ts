/** The `temporal` program as a file: one at a time makes it, and nobody ever sees half of one. */
import { access, constants, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquireLock, LockedError, type LockFile } from '../lock-file.ts';

export async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Calls `make` unless another process has made the program meanwhile. `make` puts it there by a rename. */
export async function makeOnce(
  path: string,
  make: () => Promise<void>,
  { log, signal }: { log: (line: string) => void; signal: AbortSignal | undefined },
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const lock = await waitForLock(`${path}.lock`, log, signal);
  try {
    if (!(await isProgram(path))) await make();
  } finally {
    await lock.release();
  }
}

async function waitForLock(
  path: string,
  log: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<LockFile> {
  for (let told = false; ;) {
    try {
      return await acquireLock(path);
    } catch (error) {
      if (!(error instanceof LockedError)) throw error;
      if (!told) log(`process ${error.pid} gets the Temporal server; waiting for it ...`);
      told = true;
      await sleep(500, undefined, { signal });
    }
  }
}
