import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError, loadConfig, type ConfigProblem } from '../../../src/config/config.ts';
import { SECRET_SETTINGS, settingsSchema } from '../../../src/config/settings.ts';

const DATABASE_URL = 'postgres://user:hunter2@db.example:5432/app';
const minimal = { DATABASE_URL };

let dir: string;
const fileWith = (name: string, content: string) => {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
};
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'bufferwatch-config-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

function problemsOf(env: Record<string, string>): ConfigProblem[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('defaults', () => {
  test('one database URL is enough', () => {
    const config = loadConfig(minimal);
    expect(config).toMatchObject({
      environment: 'dev',
      database: {
        url: DATABASE_URL,
        schema: 'bufferwatch_dev',
        role: 'bufferwatch_dev',
        interactRole: 'bufferwatch_dev_interact',
      },
      analytics: { url: DATABASE_URL, schema: 'bufferwatch_dev_analytics' },
      sources: { wesUrl: DATABASE_URL, wcsUrl: DATABASE_URL, lmsUrl: DATABASE_URL },
      temporal: {
        address: '127.0.0.1:7233',
        namespace: 'bufferwatch-dev',
        taskQueue: 'bufferwatch',
        tls: null,
      },
      slack: { botToken: null, signingSecret: null, apiUrl: 'https://slack.com/api/' },
      artifactPrefix: 'dev',
      intervalMinutes: 5,
      logLevel: 'debug',
    });
  });

  test('BUFFERWATCH_ENV alone sets schemas, namespace, prefix and verbosity', () => {
    expect(loadConfig({ ...minimal, BUFFERWATCH_ENV: 'prod' })).toMatchObject({
      environment: 'prod',
      database: { schema: 'bufferwatch_prod', role: 'bufferwatch_prod' },
      analytics: { schema: 'bufferwatch_prod_analytics' },
      temporal: { namespace: 'bufferwatch-prod' },
      artifactPrefix: 'prod',
      logLevel: 'info',
    });
  });

  test('an empty variable counts as not set', () => {
    const config = loadConfig({ ...minimal, LOG_LEVEL: ' ', TEMPORAL_NAMESPACE: '', SLACK_BOT_TOKEN: '' });
    expect(config.logLevel).toBe('debug');
    expect(config.temporal.namespace).toBe('bufferwatch-dev');
    expect(config.slack.botToken).toBeNull();
  });

  test('each database may be another one', () => {
    const url = (name: string) => `postgres://reader:pw@${name}:5432/${name}`;
    const config = loadConfig({
      ...minimal,
      WES_DATABASE_URL: url('wes'),
      WCS_DATABASE_URL: url('wcs'),
      LMS_DATABASE_URL: url('lms'),
      ANALYTICS_DATABASE_URL: url('analytics'),
    });
    expect(config.sources).toMatchObject({ wesUrl: url('wes'), wcsUrl: url('wcs'), lmsUrl: url('lms') });
    expect(config.analytics.url).toBe(url('analytics'));
  });
});

describe('problems', () => {
  test.each([
    [{ DATABASE_URL: '' }, 'DATABASE_URL', 'is not set'],
    [{ DATABASE_URL: 'mysql://user:hunter2@db/app' }, 'DATABASE_URL', 'expected a URL postgres://'],
    [{ DATABASE_URL: 'postgres://user:hunter2%@db:5432/app' }, 'DATABASE_URL', 'written as %25'],
    [{ BUFFERWATCH_ENV: 'production' }, 'BUFFERWATCH_ENV', 'expected one of dev, prod'],
    [{ BUFFERWATCH_INTERVAL_MINUTES: '0' }, 'BUFFERWATCH_INTERVAL_MINUTES', 'divides 60'],
    [{ BUFFERWATCH_INTERVAL_MINUTES: '7' }, 'BUFFERWATCH_INTERVAL_MINUTES', 'divides 60'],
    [{ BUFFERWATCH_INTERVAL_MINUTES: '120' }, 'BUFFERWATCH_INTERVAL_MINUTES', 'divides 60'],
    [{ BUFFERWATCH_INTERVAL_MINUTES: '5m' }, 'BUFFERWATCH_INTERVAL_MINUTES', 'whole number'],
    [{ BUFFERWATCH_RETENTION_DAYS: '-1' }, 'BUFFERWATCH_RETENTION_DAYS', 'whole number of days'],
    [{ TEMPORAL_ADDRESS: 'http://temporal:7233' }, 'TEMPORAL_ADDRESS', 'expected HOST:PORT'],
    [{ TEMPORAL_TLS: 'yes' }, 'TEMPORAL_TLS', 'expected one of true, false'],
    [{ TEMPORAL_TLS_CLIENT_CERT_PATH: '/nowhere.pem' }, 'TEMPORAL_TLS_CLIENT_CERT_PATH', "can't be read"],
    [{ TEMPORAL_TLS_CLIENT_CERT_PATH: '/nowhere.pem' }, 'TEMPORAL_TLS_CLIENT_KEY_PATH', 'together'],
    [{ SLACK_BOT_TOKEN: 'hunter2' }, 'SLACK_BOT_TOKEN', 'xoxb-'],
    [{ SLACK_APP_TOKEN: 'xoxb-bot' }, 'SLACK_APP_TOKEN', 'xapp-'],
    [{ BUFFERWATCH_LINK_SECRET: 'short' }, 'BUFFERWATCH_LINK_SECRET', '16 characters'],
    [{ BUFFERWATCH_LINK_SECRET: 'x'.repeat(16) }, 'BUFFERWATCH_PUBLIC_URL', 'together'],
    [{ BUFFERWATCH_PUBLIC_URL: 'https://b.example' }, 'BUFFERWATCH_LINK_SECRET', 'together'],
    [{ BUFFERWATCH_INTERACT_LISTEN: '8090' }, 'BUFFERWATCH_INTERACT_LISTEN', 'expected HOST:PORT'],
    [{ BUFFERWATCH_HEARTBEAT_URL: 'hc-ping.com/hunter2' }, 'BUFFERWATCH_HEARTBEAT_URL', 'http or https'],
    [{ SLACK_API_URL: 'slack.com/api' }, 'SLACK_API_URL', 'expected an http or https URL'],
    [{ BUFFERWATCH_SOURCES_DIR: '/nowhere' }, 'BUFFERWATCH_SOURCES_DIR', 'wes_stock.sql'],
    [{ SLACK_BOT_TOKEN_FILE: '/nowhere' }, 'SLACK_BOT_TOKEN_FILE', "can't be read"],
    [{ DATABASE_URL_FILE: '/nowhere' }, 'DATABASE_URL_FILE', 'is set beside DATABASE_URL'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL', 'expected one of debug'],
  ])('%o: %s %s', (env, variable, problem) => {
    expect(problemsOf({ ...minimal, ...env })).toContainEqual({
      variable,
      problem: expect.stringContaining(problem),
    });
  });

  test('are told all at once, one line each', () => {
    const env = { BUFFERWATCH_ENV: 'x', BUFFERWATCH_INTERVAL_MINUTES: '7', SLACK_BOT_TOKEN: 'hunter2' };
    expect(() => loadConfig(env)).toThrow(ConfigError);
    expect(
      problemsOf(env)
        .map((problem) => problem.variable)
        .toSorted(),
    ).toEqual(['BUFFERWATCH_ENV', 'BUFFERWATCH_INTERVAL_MINUTES', 'DATABASE_URL', 'SLACK_BOT_TOKEN']);
  });

  test('never show the value of a secret', () => {
    const env = Object.fromEntries(SECRET_SETTINGS.map((name) => [name, `hunter2 of ${name}`]));
    expect(() => loadConfig({ ...env, BUFFERWATCH_ENV: 'x' })).toThrow(ConfigError);
    expect(JSON.stringify(problemsOf({ ...env, BUFFERWATCH_ENV: 'x' }))).not.toContain('hunter2');
  });
});

/** Where the form of a secret is checked. */
const VALUES: Partial<Record<string, string>> = {
  SLACK_APP_TOKEN: 'xapp-from-file',
  BUFFERWATCH_LINK_SECRET: 'sixteen-from-file',
  BUFFERWATCH_HEARTBEAT_URL: 'https://check.example/from-file',
};
/** What has to be set with it. */
const beside = (name: string) =>
  name === 'BUFFERWATCH_LINK_SECRET' ? { BUFFERWATCH_PUBLIC_URL: 'https://bufferwatch.example' } : {};

describe('files', () => {
  test.each(SECRET_SETTINGS)('%s may come from a file', (name) => {
    const value = VALUES[name] ?? (name.endsWith('DATABASE_URL') ? DATABASE_URL : 'xoxb-from-file');
    const { [name as string]: _, ...others } = minimal as Record<string, string>;
    const config = loadConfig({ ...others, ...beside(name), [`${name}_FILE`]: fileWith(name, `${value}\n`) });
    expect(JSON.stringify(config)).toContain(value);
  });

  test('an empty file is a problem, and the missing variable is not told twice', () => {
    expect(problemsOf({ DATABASE_URL_FILE: fileWith('empty', '\n') })).toEqual([
      { variable: 'DATABASE_URL_FILE', problem: expect.stringContaining('empty file') },
    ]);
  });

  test('TLS material is read, and switches TLS on', () => {
    const config = loadConfig({
      ...minimal,
      TEMPORAL_TLS_CLIENT_CERT_PATH: fileWith('cert.pem', 'CERT'),
      TEMPORAL_TLS_CLIENT_KEY_PATH: fileWith('key.pem', 'KEY'),
    });
    expect(config.temporal.tls).toEqual({
      serverCaCert: null,
      clientCert: 'CERT',
      clientKey: 'KEY',
      serverName: null,
    });
  });

  test.each([
    [{ TEMPORAL_API_KEY: 'key' }, true],
    [{ TEMPORAL_API_KEY: 'key', TEMPORAL_TLS: 'false' }, false],
    [{ TEMPORAL_TLS: 'true' }, true],
    [{}, false],
  ])('TLS with %o: %s', (env, on) => {
    expect(loadConfig({ ...minimal, ...env }).temporal.tls !== null).toBe(on);
  });
});

describe('.env.example', () => {
  const lines = readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8').split('\n');
  const shown = lines.flatMap((line, index) => {
    const match = /^(# )?([A-Z][A-Z0-9_]+)=(.*)$/.exec(line);
    return match ? [{ name: match[2] ?? '', required: !match[1], value: match[3] ?? '', index }] : [];
  });

  test('shows every setting once, and no other', () => {
    expect(shown.map(({ name }) => name).toSorted()).toEqual(Object.keys(settingsSchema.shape).toSorted());
  });

  test('asks for what has no default, and shows defaults as they are', () => {
    const required = Object.entries(settingsSchema.shape)
      .filter(([, schema]) => !schema.safeParse(undefined).success)
      .map(([name]) => name);
    expect(shown.filter((line) => line.required).map(({ name }) => name)).toEqual(required);
    const defaults = Object.entries(settingsSchema.shape).flatMap(([name, schema]) => {
      const byDefault = schema.safeParse(undefined).data;
      return byDefault === undefined ? [] : [[name, String(byDefault)]];
    });
    const values = new Map(shown.map(({ name, value }) => [name, value]));
    expect(defaults.map(([name]) => [name, values.get(name ?? '')])).toEqual(defaults);
  });

  test('marks every secret', () => {
    const marked = shown.filter(({ name, index }) =>
      name.endsWith('DATABASE_URL') ? true : /\bSecret\b/.test(lines[index - 1] ?? ''),
    );
    expect(marked.map(({ name }) => name).toSorted()).toEqual([...SECRET_SETTINGS].toSorted());
    expect(lines).toContain('# --- Databases (secret) ---');
  });

  test('is itself a valid configuration', () => {
    const env = Object.fromEntries(
      shown.filter((line) => line.required).map(({ name, value }) => [name, value]),
    );
    expect(loadConfig(env).environment).toBe('dev');
  });
});
