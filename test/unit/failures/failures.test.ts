/**
 * The list of failures is the only one: nothing is raised that is not in it, and the page for people says the same.
 * After a change of the list `ACCEPT_FAILURES=1 npx vitest run test/unit/failures` writes the page anew.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { FAILURE, FAILURES, FINAL_IN_STEPS } from '../../../src/failures/failures.ts';
import { applicationFailure } from '../../../src/failures/temporal-failures.ts';

const SRC = fileURLToPath(new URL('../../../src/', import.meta.url));
const PAGE = fileURLToPath(new URL('../../../docs/failures.md', import.meta.url));
const NAMES = Object.values(FAILURE);

const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  // It answers as Slack does: what it refuses with never leaves it.
  .filter((file) => !file.startsWith('failures/') && !file.startsWith('local/slack-endpoint/'))
  .map((file) => ({ file, code: withoutComments(readFileSync(join(SRC, file), 'utf8')) }));

const linesWith = (pattern: RegExp) =>
  sources.flatMap(({ file, code }) => [...code.matchAll(pattern)].map(([found]) => `${file}: ${found}`));

describe('the source', () => {
  it('makes no failure of Temporal but by the list', () => {
    expect(linesWith(/\bApplicationFailure\s*\.\s*\w+\(|new ApplicationFailure\(/g)).toEqual([]);
  });

  it('says no name of the list as a text', () => {
    expect(linesWith(new RegExp(String.raw`(['"\`])(${NAMES.join('|')})\1`, 'g'))).toEqual([]);
  });

  it('exports no error that is not of the list', () => {
    const exported = sources.flatMap(({ file, code }) =>
      [...code.matchAll(/^export class (\w+) extends Error \{([\s\S]*?)^\}/gm)].map(
        ([, name = '', body = '']) => ({ file, name, named: /\bname = FAILURE\.(\w+);/.exec(body)?.[1] }),
      ),
    );
    expect(exported.length).toBeGreaterThan(10);
    expect(exported.filter(({ name, named }) => name !== named)).toEqual([]);
  });

  it('raises every failure that the list has', () => {
    const code = sources.map((each) => each.code).join('\n');
    expect(NAMES.filter((name) => !code.includes(`FAILURE.${name}`))).toEqual([]);
  });
});

it('what is final is not tried again, and what is retried is', () => {
  expect(FINAL_IN_STEPS).toContain(FAILURE.InvalidInput);
  const raisedAsFinal = NAMES.filter((name) => applicationFailure(name, 'why').nonRetryable);
  expect(raisedAsFinal).toEqual(NAMES.filter((name) => FAILURES[name].again === 'final'));
});

it('docs/failures.md is the list', async () => {
  const page = await format(renderPage(), { ...(await resolveConfig(PAGE)), parser: 'markdown' });
  if (process.env['ACCEPT_FAILURES']) writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, 'utf8')).toBe(page);
});

const SECTIONS: Record<(typeof FAILURES)[keyof typeof FAILURES]['ends'], string> = {
  step: 'Ends a step in Temporal',
  message: 'Ends one message to Slack',
  source: 'Ends one source in one cycle',
  command: 'Ends a command',
};

function renderPage(): string {
  const sections = Object.entries(SECTIONS).flatMap(([ends, title]) => [
    `## ${title}`,
    '',
    '| name | again | exit | what it means | what to do |',
    '| --- | --- | --- | --- | --- |',
    ...NAMES.filter((name) => FAILURES[name].ends === ends).map((name) => {
      const { again, exit, means, mend } = FAILURES[name];
      return `| \`${name}\` | ${again} | ${exit} | ${means} | ${mend} |`;
    }),
    '',
  ]);
  return [
    '# Failures',
    '',
    'Every failure has a name: Temporal shows it as the type of the failure, and logs and scripts can go by it. *Retried*: the program tries again by itself, within the time of the step, then with the next cycle. *Final*: a repetition mends nothing, something has to change. *Exit*: the exit code of a command that ends with it (0 done, 1 failed, 2 wrong arguments or configuration, 3 a server does not answer).',
    '',
    'This page is written from `src/failures/failures.ts`; a test holds them in step.',
    '',
    ...sections,
  ].join('\n');
}

function withoutComments(code: string): string {
  return code.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
}
