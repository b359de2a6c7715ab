import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** The package's version; package.json lies two folders up in `src` and `dist` alike. */
export function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
