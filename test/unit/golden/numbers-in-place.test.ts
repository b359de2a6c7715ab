/**
 * No number of a decision stands outside a version but in the files that not-of-a-version.ts names: a threshold that was
 * written into the code would change decisions under the same version's name.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { ALGORITHMS } from '../../../src/domain/algorithm/algorithm.ts';

const DOMAIN = fileURLToPath(new URL('../../../src/domain/', import.meta.url));

/** Where numbers stand, and files without a decision: text, codes, versions of rules, time, the grid, mathematics. */
const DECLARED =
  /^(algorithm\/|digits\.ts$|forecast\/earlier-days\.ts$|preprocess\/limits\.ts$|suppress\/limits\.ts$|suppress\/(packed-units|rules)\.ts$|explain\/|words\/|(vocabulary|instant|zone-clock|series|statistics)\.ts$)/;

/** Empty, one, half and double, percent, and units of time. */
const TRIVIAL = new Set(['0', '1', '2', '100', '24', '60', '1000', '1_000', '60_000']);

function numbersOf(source: string): string[] {
  const code = source
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/\/\/[^\n]*/g, '')
    .replaceAll(/'(?:\\.|[^'\\\n])*'/g, "''")
    .replaceAll(/`(?:\\.|[^`\\])*`/g, (template) =>
      [...template.matchAll(/\$\{([^}]*)\}/g)].map(([, inner]) => inner).join(' '),
    )
    .replaceAll(/(?<=[=(,]\s*)\/(?:\\.|[^/\n])+\/[a-z]*/g, '');
  return [...code.matchAll(/(?<![\w$.])\d[\d_]*(?:\.\d+)?(?:e-?\d+)?/g)].map(([number]) => number);
}

const FILES = readdirSync(DOMAIN, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => relative(DOMAIN, join(entry.parentPath, entry.name)));

it('finds the numbers of a file, and not those of its words', () => {
  const source =
    "/** 7 */ const a = 0.85; // 9\nconst b = '3'; const c = `${a * 1.5} of 4`; const d2 = 1e-9;";
  expect(numbersOf(source)).toEqual(['0.85', '1.5', '1e-9']);
});

it('stand where they are declared', () => {
  expect(FILES.length).toBeGreaterThan(80);
  const found = FILES.filter((file) => !DECLARED.test(file)).flatMap((file) =>
    numbersOf(readFileSync(join(DOMAIN, file), 'utf8'))
      .filter((number) => !TRIVIAL.has(number))
      .map((number) => `${file}: ${number}`),
  );
  expect(found).toEqual([]);
});

it('are each read by something: a number that nothing reads would be changed in vain', () => {
  const code = FILES.filter((file) => !file.startsWith('algorithm/'))
    .map((file) => readFileSync(join(DOMAIN, file), 'utf8'))
    .join('\n');
  const names = (of: object): string[] =>
    Object.entries(of).flatMap(([name, value]) => (typeof value === 'object' ? names(value) : [name]));
  const unread = Object.values(ALGORITHMS)
    .flatMap(names)
    .filter((name) => !new RegExp(`\\b${name}\\b`).test(code));
  expect(unread).toEqual([]);
});
