/** One demo or start in a folder: two would take each other's settings for their own. */
import { mkdir, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from '../failures/errors.ts';
import { acquireLock, LockedError } from '../local/lock-file.ts';
import { CommandFailure } from './failure.ts';
import { EXIT } from '../failures/exit-codes.ts';

const LOCK_FILE = '.bufferwatch/running.lock';

/** Returns what gives the folder free again. @throws CommandFailure while another one runs here */
export async function claimFolder(file = LOCK_FILE): Promise<() => Promise<void>> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true });
  try {
    const lock = await acquireLock(file);
    return async () => {
      await lock.release();
      await removeIfEmpty(folder);
    };
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    throw new CommandFailure(
      EXIT.failure,
      `a demo or start runs in this folder already, process ${error.pid}`,
      'end that one first, or use another folder',
      { cause: error },
    );
  }
}

async function removeIfEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'ENOENT') throw error;
  });
}
