import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { findFreePort } from '../../../src/local/ports.ts';
import { call, leafCommands } from './in-process.ts';

const SECRET = 'not-to-be-shown';
const EPISODE = 'FRA1_SINGLES_TOTAL:HIGH:2026-03-01T10:05:00Z';

/** Arguments with which each command would go to its servers. */
const ONLINE: Record<string, string[]> = {
  migrate: [],
  worker: [],
  interact: [],
  'schedule apply': [],
  'schedule describe': [],
  'schedule pause': [],
  'schedule resume': [],
  'schedule trigger': [],
  run: [],
  status: [],
  explain: ['FRA1_SINGLES_TOTAL'],
  ack: ['FRA1_SINGLES_TOTAL'],
  mute: ['FRA1', '--for', '30'],
  unmute: ['FRA1'],
  feedback: [EPISODE, 'right'],
  mutes: [],
  'artifact list': [],
  'artifact show': ['prod/2026-03-01T10:05:00Z/FRA1/resolve/0123456789'],
  'warehouse list': [],
  'route list': [],
  'route test': ['--warehouse', 'FRA1'],
  export: [
    '--from',
    '2026-03-01T10:05:00Z',
    '--to',
    '2026-03-01T10:05:00Z',
    '--out',
    join(tmpdir(), 'bufferwatch-exit-codes.csv'),
  ],
  doctor: [],
};
/** They need no server, or start their own. */
const OFFLINE = ['demo', 'start', 'backtest', 'simulate'];
/** It hands its arguments, `--help` too, to another program, and ends with the code of that one. */
const PASSED_ON = ['temporal'];

let nobody = '';
beforeAll(async () => {
  nobody = `127.0.0.1:${await findFreePort()}`;
  // What a command prints meanwhile is not looked at here.
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
beforeEach(() => {
  for (const name of ['WES_DATABASE_URL', 'WCS_DATABASE_URL', 'LMS_DATABASE_URL', 'ANALYTICS_DATABASE_URL'])
    vi.stubEnv(name, undefined);
  vi.stubEnv('DATABASE_URL', `postgres://someone:${SECRET}@${nobody}/app`);
  vi.stubEnv('TEMPORAL_ADDRESS', nobody);
  vi.stubEnv('SLACK_BOT_TOKEN', `xoxb-${SECRET}`);
  vi.stubEnv('SLACK_SIGNING_SECRET', SECRET);
  vi.stubEnv('SLACK_API_URL', `http://${nobody}/api/`);
});
afterEach(() => void vi.unstubAllEnvs());
afterAll(() => void vi.restoreAllMocks());

test('every command is looked at below', () => {
  expect([...Object.keys(ONLINE), ...OFFLINE, ...PASSED_ON].toSorted()).toEqual(leafCommands().toSorted());
});

test('0: help of every command', async () => {
  for (const command of ['', ...leafCommands()])
    expect([command, await call([...command.split(' ').filter(Boolean), '--help'])]).toMatchObject([
      command,
      { code: 0 },
    ]);
});

describe('2: wrong arguments, told by commander or by us', () => {
  test('an option that no command has', async () => {
    for (const command of leafCommands().filter((each) => !PASSED_ON.includes(each)))
      expect([command, await call([...command.split(' '), '--nonsense'])]).toMatchObject([
        command,
        { code: 2 },
      ]);
  });

  test.each<[string[], string]>([
    [[], ''],
    [['nonsense'], "unknown command 'nonsense'"],
    [['schedule'], ''],
    [['schedule', 'nonsense'], "unknown command 'nonsense'"],
    [['ack'], "missing required argument 'alert'"],
    [['status', 'FRA1', 'MAD1'], 'too many arguments'],
    [['mute', 'FRA1'], "required option '--for <time>' not specified"],
    [['mute', 'FRA1', '--for'], 'argument missing'],
    [['mute', 'FRA1', '--for', 'soon'], 'expected a whole number with s, m or h'],
    [['mute', 'FRA1', '--for', '-30'], "'-30' is no duration"],
    [['mute', 'FRA1', '--for', '0'], 'is no duration'],
    [['mute', 'FRA1', '--for', '99999999999h'], 'expected a year at most'],
    [['mute', 'FRA1', '--for', '30', '--from', '2026-02-30T10:00:00Z'], 'with Z or offset'],
    [['mute', 'FRA1', '--for', '30', '--from', '2026-03-01T10:00:00'], 'with Z or offset'],
    [['mute', 'fra1', '--for', '30'], 'names no warehouse'],
    [['ack', 'FRA1_A_B', '--for', '1h', '--withdraw'], 'exclude each other'],
    [['feedback', EPISODE, 'so'], 'expected right or wrong'],
    [['run', '--snapshot', '2026-03-01'], "--snapshot '2026-03-01' is no instant"],
    [['explain', 'fra1'], 'expected e.g. FRA1_SINGLES_TOTAL'],
    [['explain', 'FRA1_A_B', '--cycle', '2026-03-01 10:05'], "--cycle '2026-03-01 10:05' is no instant"],
    [['artifact', 'list', '--cycle', 'last'], "--cycle 'last' is no instant"],
    [['artifact', 'list', '--limit', '0'], 'a number from 1'],
    [['artifact', 'list', '--kind', 'soup'], 'Allowed choices'],
    [['artifact', 'show', 'soup'], "'soup' is no artifact id"],
    [['route', 'test'], "required option '--warehouse <code>' not specified"],
    [['route', 'test', '--warehouse', 'FRA1', '--severity', 'soup'], 'Allowed choices'],
    [['export', '--from', '2026-03-01', '--to', '2026-03-02'], "--from '2026-03-01' is no instant"],
    [['export', '--from', '2026-03-02T00:00:00Z', '--to', '2026-03-01T00:00:00Z'], 'is later than --to'],
    [['backtest', '/nowhere'], 'does not exist'],
    [['backtest', '/nowhere', '--to', '2026-03-01T24:00:00Z'], "--to '2026-03-01T24:00:00Z' is no instant"],
    [['simulate', '--out', '/nowhere', '--start', '2026-02-29T00:00:00Z'], '--start'],
    [['simulate', '--out', '/nowhere', '--days', '0'], '--days'],
    [['doctor', '--only', 'soup'], 'there is no check soup'],
    [['demo', '--interval', '7m'], 'whole minutes that divide 60'],
  ])('%j', async (args, says) => {
    const { code, text } = await call(args);
    expect(text).toContain(says);
    expect(code).toBe(2);
  });
});

describe('2: wrong configuration', () => {
  test('a variable that is not set', async () => {
    vi.stubEnv('DATABASE_URL', undefined);
    for (const [command, args] of Object.entries(ONLINE))
      expect([command, await call([...command.split(' '), ...args])]).toMatchObject([
        command,
        { code: 2, text: expect.stringContaining('DATABASE_URL is not set') },
      ]);
  });

  test.each(['interact', 'route test'])('%s without a token', async (command) => {
    vi.stubEnv('SLACK_BOT_TOKEN', undefined);
    const { code, text } = await call([...command.split(' '), ...(ONLINE[command] ?? [])]);
    expect(text).toContain('SLACK_BOT_TOKEN is not set');
    expect(code).toBe(2);
  });

  test.each(['status', 'worker', 'export', 'migrate'])(
    '%s with a database that the server does not have, or a login that it refuses',
    async (command) => {
      const url = Object.assign(new URL(inject('postgresUrl')), { pathname: '/no_such' });
      vi.stubEnv('DATABASE_URL', url.href);
      const { code, text } = await call([command, ...(ONLINE[command] ?? [])]);
      expect(code).toBe(2);
      expect(text).toContain(`${url.host}/no_such refuses the login`);
      expect(text).toContain('correct DATABASE_URL');
    },
  );
});

test('3: every command where nothing answers, with the address or variable and no secret', async () => {
  const outcomes = await Promise.all(
    Object.entries(ONLINE).map(async ([command, args]) => ({
      command,
      ...(await call([...command.split(' '), ...args])),
    })),
  );
  for (const { command, code, text } of outcomes) {
    // The doctor prints the addresses with its findings, not with what it ends by.
    const says = command === 'doctor' ? 'checks failed' : nobody;
    expect([command, code, text]).toEqual([command, 3, expect.stringContaining(says)]);
    expect(text).not.toContain(SECRET);
  }
}, 60_000);
