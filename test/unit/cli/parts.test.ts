import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  joinRunning,
  readRunningEnvironment,
  removeRunningEnvironment,
  writeRunningEnvironment,
} from '../../../src/cli/running-environment.ts';
import { describeSkew } from '../../../src/cli/doctor/clock-skew.ts';
import { describeAge, parseDuration, parseIntervalMinutes } from '../../../src/cli/duration.ts';
import { demoWarehouses } from '../../../src/cli/demo/network.ts';
import { renderSummary } from '../../../src/cli/demo/summary.ts';
import { badInput, CommandFailure, describeFailure, exitCodeOf } from '../../../src/cli/failure.ts';
import { EXIT } from '../../../src/failures/exit-codes.ts';
import { renderTable } from '../../../src/cli/output.ts';
import { Teardown } from '../../../src/cli/teardown.ts';
import { TemporalUnreachable } from '../../../src/client/connect.ts';
import { ConfigError } from '../../../src/config/config.ts';

describe('durations', () => {
  test.each([
    ['120s', 120_000],
    ['45', 45_000],
    ['2m', 120_000],
    ['1h', 3_600_000],
  ])('%s', (text, ms) => expect(parseDuration(text)).toBe(ms));

  test('a number alone is of the unit that its option is spoken of in', () => {
    expect([parseDuration('30', 'm'), parseDuration('30s', 'm')]).toEqual([1_800_000, 30_000]);
  });

  test.each(['', '0s', '-5s', '1.5m', 'soon', '5d'])("'%s' is refused", (text) => {
    expect(() => parseDuration(text)).toThrow(CommandFailure);
  });

  test.each([
    ['60s', 1],
    ['5m', 5],
    ['1h', 60],
  ])('interval %s', (text, minutes) => expect(parseIntervalMinutes(text)).toBe(minutes));

  test.each(['30s', '90s', '7m', '2h'])('interval %s is refused', (text) => {
    expect(() => parseIntervalMinutes(text)).toThrow('is no interval');
  });

  test.each([
    [0, '0 s'],
    [-3_000, '0 s'],
    [89_000, '89 s'],
    [90_000, '2 min'],
    [12 * 60_000, '12 min'],
    [3 * 3_600_000, '3 h'],
    [3 * 3_600_000 + 5 * 60_000, '3 h 5 min'],
  ])('%d ms is %s', (ms, text) => expect(describeAge(ms)).toBe(text));
});

describe('failures', () => {
  test.each([
    ['wrong input', badInput('x'), EXIT.badInput],
    [
      'wrong configuration',
      new ConfigError([{ variable: 'DATABASE_URL', problem: 'is not set' }]),
      EXIT.badInput,
    ],
    ['Temporal down', new TemporalUnreachable('x'), EXIT.unreachable],
    ['anything else', new Error('x'), EXIT.failure],
    ['what is no error at all', 'x', EXIT.failure],
  ])('%s', (_, error, code) => expect(exitCodeOf(error)).toBe(code));

  test('are one line, what to do below it, and no stack', () => {
    expect(describeFailure(badInput('no unit', 'expected e.g. FRA1_SINGLES_TOTAL'))).toBe(
      'bufferwatch: no unit\n  expected e.g. FRA1_SINGLES_TOTAL',
    );
  });
});

test('a table is as wide as its cells', () => {
  expect(
    renderTable(
      ['code', 'name'],
      [
        ['FRA1', 'Frankfurt'],
        ['A', ''],
      ],
    ),
  ).toBe('CODE  NAME\nFRA1  Frankfurt\nA');
});

describe('teardown', () => {
  test('runs in reverse order, each step once, whatever became of the others', async () => {
    const order: string[] = [];
    const teardown = new Teardown();
    for (const name of ['first', 'second', 'third'])
      teardown.add(name, async () => {
        order.push(name);
        if (name === 'second') throw new Error('stuck');
      });
    const [once, twice] = await Promise.all([teardown.run(), teardown.run()]);
    expect(order).toEqual(['third', 'second', 'first']);
    expect(once).toEqual(['second: stuck']);
    expect(twice).toBe(once);
  });
});

describe('the environment of what runs here', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bufferwatch-test-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('is found while its process lives, closed to others, and gone after its removal', async () => {
    const file = join(folder, '.bufferwatch', 'running.env');
    const variables = {
      DATABASE_URL: 'postgres://a:b@127.0.0.1/c?x=1',
      SLACK_SIGNING_SECRET: `it's "$HOME"`,
    };
    await writeRunningEnvironment(variables, process.pid, file);
    expect(await readRunningEnvironment(file)).toEqual(variables);
    const sourced = execFileSync('/bin/sh', ['-c', `. ${file}; printf %s "$SLACK_SIGNING_SECRET"`]);
    expect(sourced.toString()).toBe(variables.SLACK_SIGNING_SECRET);
    expect((await stat(file)).mode & 0o077).toBe(0);
    await removeRunningEnvironment(file);
    expect(await readRunningEnvironment(file)).toBeUndefined();
  });

  test('of a process that is gone does not count', async () => {
    const file = join(folder, 'running.env');
    // above the largest pid that a system hands out
    await writeRunningEnvironment({ DATABASE_URL: 'x' }, 2 ** 30, file);
    expect(await readRunningEnvironment(file)).toBeUndefined();
  });
});

describe('a command beside what runs in its folder', () => {
  const running = {
    BUFFERWATCH_ENV: 'prod',
    DATABASE_URL: 'a',
    WES_DATABASE_URL_FILE: 'w',
    TEMPORAL_ADDRESS: 't',
  };

  test.each([
    ['takes everything from there', {}, running],
    [
      'whatever else is set',
      { BUFFERWATCH_ENV: 'dev', WES_DATABASE_URL: 'x', PATH: 'p' },
      { ...running, PATH: 'p' },
    ],
    ['fills what is not set beside the same database', { DATABASE_URL: 'a', TEMPORAL_ADDRESS: '' }, running],
    [
      'is told the environment all the same',
      { DATABASE_URL: 'a', BUFFERWATCH_ENV: 'dev', WES_DATABASE_URL: 'x' },
      { BUFFERWATCH_ENV: 'dev', DATABASE_URL: 'a', WES_DATABASE_URL: 'x', TEMPORAL_ADDRESS: 't' },
    ],
    ['is about another database', { DATABASE_URL: 'b' }, { DATABASE_URL: 'b' }],
    ['is about another one, from a file', { DATABASE_URL_FILE: 'a' }, { DATABASE_URL_FILE: 'a' }],
  ])('%s', (_, env, expected) => expect(joinRunning(env, running)).toEqual(expected));
});

describe('clock skew', () => {
  test.each([
    ['inside the two readings', 1_050, 'in step with ours'],
    ['5 s ahead', 6_100, '5000 ms ahead of ours'],
    ['5 s behind', -4_000, '5000 ms behind ours'],
  ])('%s is fine', (_, theirs, text) => expect(describeSkew(theirs, 1_000, 1_100)).toBe(text));

  test.each([
    [6_101, 'its clock is 5 s ahead of ours'],
    [-4_001, 'its clock is 5 s behind ours'],
  ])('%d ms is told', (theirs, text) => expect(() => describeSkew(theirs, 1_000, 1_100)).toThrow(text));
});

describe('the demo', () => {
  test('has as many warehouses as asked for, each code once', () => {
    const codes = demoWarehouses(10).map(({ code }) => code);
    expect(codes.slice(0, 5)).toEqual(['FRA1', 'LEJ1', 'MAD1', 'WRO1', 'SIM1']);
    expect(new Set(codes).size).toBe(10);
  });

  test('sums up', () => {
    expect(
      renderSummary(
        { cycles: 2, cutShort: 0, labels: { NEW: 3, ONGOING: 1, CLEARED: 2 }, p95LatencyMs: 4_321 },
        5,
      ),
    ).toBe(
      '2 cycles; alerts: 3 NEW, 1 ONGOING, 2 CLEARED; 5 messages updated in place; p95 from snapshot to Slack 4.3 s',
    );
    expect(
      renderSummary(
        { cycles: 1, cutShort: 1, labels: { NEW: 0, ONGOING: 0, CLEARED: 0 }, p95LatencyMs: null },
        0,
      ),
    ).toBe(
      '1 cycles, and 1 cut short; alerts: 0 NEW, 0 ONGOING, 0 CLEARED; 0 messages updated in place; none was posted',
    );
  });
});
