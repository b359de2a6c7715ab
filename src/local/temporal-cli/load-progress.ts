/** How much has been loaded, told while others load: what lies in their folder. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const TOLD_EVERY_MS = 3_000;

/** Tells now and then while `load` fills the folder. @param expectedMb what it will come to, about */
export async function tellProgress<T>(
  folder: string,
  expectedMb: number,
  log: (line: string) => void,
  load: () => Promise<T>,
): Promise<T> {
  const timer = setInterval(() => {
    void measure(folder).then((bytes) => log(`${Math.round(bytes / 1e6)} of about ${expectedMb} MB`));
  }, TOLD_EVERY_MS);
  try {
    return await load();
  } finally {
    clearInterval(timer);
  }
}

async function measure(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = names.map((name) =>
    stat(join(folder, name)).then(
      (file) => (file.isFile() ? file.size : 0),
      // it has just been moved or removed
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
