/** Every environment variable that is read, with what is expected of it. `.env.example` shows the same list. */
import { z } from 'zod';
import { ENVIRONMENTS } from '../domain/vocabulary.ts';

/** 14 days let a fortnight of shifts be backtested from what was really seen; older folders only cost disk. */
const DEFAULT_RETENTION_DAYS = 14;

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `expected one of ${values.join(', ')}` });

const isUrlOf = (protocols: readonly string[]) => (value: string) =>
  URL.canParse(value) && protocols.includes(new URL(value).protocol);

const isDecodable = (value: string) => {
  try {
    return decodeURIComponent(value) !== '';
  } catch {
    return false;
  }
};

const postgresUrl = z
  .string()
  .refine(isUrlOf(['postgres:', 'postgresql:']), {
    error: 'expected a URL postgres://USER:PASSWORD@HOST:PORT/DATABASE',
    abort: true,
  })
  .refine(isDecodable, { error: 'expected a % in the password to be written as %25' });
const httpUrl = z.string().refine(isUrlOf(['http:', 'https:']), {
  error: 'expected an http or https URL, e.g. https://slack.com/api/',
});
const wholeNumber = (expected: string, accepts: (value: number) => boolean) =>
  z
    .string()
    .refine((value) => /^\d+$/.test(value) && accepts(Number(value)), { error: `expected ${expected}` })
    .transform(Number);

const plain = z.string();

/** Values arrive trimmed, the empty ones left out. */
export const settingsSchema = z.object({
  BUFFERWATCH_ENV: oneOf(ENVIRONMENTS).default('dev'),
  DATABASE_URL: z
    .string({ error: 'is not set: expected postgres://USER:PASSWORD@HOST:PORT/DATABASE' })
    .pipe(postgresUrl),
  WES_DATABASE_URL: postgresUrl.optional(),
  WCS_DATABASE_URL: postgresUrl.optional(),
  LMS_DATABASE_URL: postgresUrl.optional(),
  ANALYTICS_DATABASE_URL: postgresUrl.optional(),
  TEMPORAL_ADDRESS: z
    .string()
    .regex(/^[^\s/]+:\d{1,5}$/, { error: 'expected HOST:PORT without a scheme, e.g. 127.0.0.1:7233' })
    .default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]+$/, {
      error: 'expected the name of a namespace: letters, digits, . _ -',
    })
    .optional(),
  TEMPORAL_API_KEY: plain.optional(),
  TEMPORAL_TLS: oneOf(['true', 'false']).optional(),
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: plain.optional(),
  TEMPORAL_TLS_CLIENT_CERT_PATH: plain.optional(),
  TEMPORAL_TLS_CLIENT_KEY_PATH: plain.optional(),
  TEMPORAL_TLS_SERVER_NAME: plain.optional(),
  SLACK_BOT_TOKEN: z
    .string()
    .regex(/^xox[a-z]-\S+$/, { error: 'expected a bot token, which starts with xoxb-' })
    .optional(),
  SLACK_SIGNING_SECRET: plain.optional(),
  SLACK_APP_TOKEN: z
    .string()
    .regex(/^xapp-\S+$/, { error: 'expected an app-level token, which starts with xapp-' })
    .optional(),
  SLACK_API_URL: httpUrl.default('https://slack.com/api/'),
  BUFFERWATCH_INTERVAL_MINUTES: wholeNumber(
    'a whole number of minutes that divides 60: 1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30 or 60',
    (minutes) => minutes >= 1 && minutes <= 60 && 60 % minutes === 0,
  ).default(5),
  BUFFERWATCH_RETENTION_DAYS: wholeNumber(
    'a whole number of days from 1 to 3650',
    (days) => days >= 1 && days <= 3650,
  ).default(DEFAULT_RETENTION_DAYS),
  BUFFERWATCH_INTERACT_LISTEN: z
    .string()
    .regex(/^[^\s/]+:\d{1,5}$/, { error: 'expected HOST:PORT, e.g. 0.0.0.0:8090' })
    .default('127.0.0.1:8090'),
  BUFFERWATCH_PUBLIC_URL: httpUrl.optional(),
  BUFFERWATCH_LINK_SECRET: z
    .string()
    .min(16, { error: 'expected 16 characters or more, e.g. from: openssl rand -hex 32' })
    .optional(),
  BUFFERWATCH_CONSOLE_URL: httpUrl.optional(),
  BUFFERWATCH_HEARTBEAT_URL: httpUrl.optional(),
  BUFFERWATCH_SOURCES_DIR: plain.optional(),
  LOG_LEVEL: oneOf(LOG_LEVELS).optional(),
});
export type Settings = z.output<typeof settingsSchema>;
export type SettingName = keyof Settings;

/** May hold a secret: never shown, and each may come from the file that `{name}_FILE` names instead. */
export const SECRET_SETTINGS = [
  'DATABASE_URL',
  'WES_DATABASE_URL',
  'WCS_DATABASE_URL',
  'LMS_DATABASE_URL',
  'ANALYTICS_DATABASE_URL',
  'TEMPORAL_API_KEY',
  'SLACK_BOT_TOKEN',
  'SLACK_SIGNING_SECRET',
  'SLACK_APP_TOKEN',
  'BUFFERWATCH_LINK_SECRET',
  'BUFFERWATCH_HEARTBEAT_URL',
] as const satisfies readonly SettingName[];

/** The name of every variable, those of secrets' files too. */
export const VARIABLES: readonly string[] = [
  ...Object.keys(settingsSchema.shape),
  ...SECRET_SETTINGS.map((name) => `${name}_FILE`),
];
