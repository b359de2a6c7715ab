/**
 * What runs inside workflows is run again from old histories for as long as a warehouse lives: other code would give
 * other decisions there, in silence. So each such file says so in its first line, and a change of what it does is
 * meant: it decides as before, or by a new version of `src/domain/suppress/rules.ts`. After either,
 * `ACCEPT_REPLAYED=1 npx vitest run test/histories` writes the list of fingerprints anew.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LIST = new URL('./replayed-files.json', import.meta.url);
const MARK =
  '// Replayed inside workflows: a change of what it decides needs a version, see test/histories.\n';

/** Files of rules and orchestration that the workflows load, by their path in the repository; words decide nothing. */
function replayedFiles(): string[] {
  const found = new Set<string>();
  const waiting = [join(ROOT, 'src/workflows/workflows.ts')];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    for (const [, from = ''] of readFileSync(file, 'utf8').matchAll(
      /^(?:import|export) (?!type )[^;]*? from '(\.[^']+)';/gm,
    ))
      waiting.push(join(dirname(file), from));
  }
  return [...found]
    .map((file) => relative(ROOT, file))
    .filter((file) => /^src\/(domain|workflows)\//.test(file))
    .toSorted();
}

/** Of the code alone: comments and layout decide nothing. */
function fingerprint(file: string): string {
  const code = readFileSync(join(ROOT, file), 'utf8')
    .replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
    .replaceAll(/\s+/g, ' ');
  return createHash('sha256').update(code).digest('hex').slice(0, 16);
}

const files = replayedFiles();
const present = Object.fromEntries(files.map((file) => [file, fingerprint(file)]));
if (process.env['ACCEPT_REPLAYED']) writeFileSync(LIST, `${JSON.stringify(present, null, 2)}\n`);

it('the files that workflows replay are as they were accepted', () => {
  expect(files).toContain('src/domain/suppress/rules.ts');
  expect(present).toEqual(JSON.parse(readFileSync(LIST, 'utf8')));
});

it.each(files)('%s says that it is replayed', (file) => {
  expect(readFileSync(join(ROOT, file), 'utf8').startsWith(MARK)).toBe(true);
});
