/** What the documents point at exists: files, headings, and each path of this repository that they name. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Rooms at the top, so that `docs/...` in a text is a path and `either/or` is none. */
const ROOMS = 'src|test|docs|deploy|migrations|sources|tools';

const documents = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...['docs', 'tools', 'deploy'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  ),
].toSorted();

/** By file name: they move with the rooms that they test. */
const tests = new Set(
  readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' }).map((path) => basename(path)),
);

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found = '']) => found);

/** As GitHub makes them of headings. */
function anchorsOf(markdown: string): string[] {
  return matches(markdown, /^#+ (.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** `sources/*.sql`, `migrations/`; a name in capitals stands for any, and what is compiled for its source. */
function isThere(named: string): boolean {
  const path = named.replace(/^tools\/dist\/?/, '').replace(/\.js$/, '.ts');
  const fixed = path.split(/[*{]|NNNN|YYYY|NAME/)[0] ?? '';
  return existsSync(join(ROOT, fixed === path ? path : dirname(`${fixed}x`)));
}

describe.each(documents)('%s', (document) => {
  const text = read(document);

  test('links to what exists', () => {
    const targets = [...matches(text, /\]\(([^)\s]+)\)/g), ...matches(text, /src="([^"]+)"/g)];
    const missing = targets
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? document : normalize(join(dirname(document), path));
        if (!existsSync(join(ROOT, file))) return true;
        return anchor !== undefined && !anchorsOf(read(file)).includes(anchor);
      });
    expect(missing).toEqual([]);
  });

  test('names only paths that exist', () => {
    const named = matches(text, new RegExp(`(?<![\\w./-])((?:${ROOMS})/[\\w./*{}-]*[\\w/}])`, 'g'));
    expect([...new Set(named)].filter((path) => !isThere(path))).toEqual([]);
  });

  test('names only tests that exist', () => {
    const named = matches(text, /(?<![\w./-])([\w-]+\.test\.ts)/g);
    expect(named.filter((name) => !tests.has(name))).toEqual([]);
  });
});
