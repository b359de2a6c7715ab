/** What the environment variables say, checked as a whole; see `src/config/settings.ts` for each of them. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SECRET_SETTINGS, settingsSchema, type LOG_LEVELS, type Settings } from './settings.ts';
import { SOURCES, type Environment } from '../domain/vocabulary.ts';
import { FAILURE } from '../failures/failures.ts';

export interface TlsConfig {
  /** PEM; null where the system's own authorities are enough. */
  serverCaCert: string | null;
  /** PEM; both or none. */
  clientCert: string | null;
  clientKey: string | null;
  serverName: string | null;
}

export interface Config {
  environment: Environment;
  database: {
    url: string;
    /** `bufferwatch_{env}` */
    schema: string;
    /** Login role of the environment, whose search_path is the schema. */
    role: string;
    /** Login role of the process that people's answers reach: `{role}_interact`. */
    interactRole: string;
  };
  analytics: {
    url: string;
    /** `bufferwatch_{env}_analytics` */
    schema: string;
  };
  sources: {
    wesUrl: string;
    wcsUrl: string;
    lmsUrl: string;
    /** Folder with one .sql file per source. */
    dir: string;
  };
  temporal: {
    address: string;
    namespace: string;
    taskQueue: 'bufferwatch';
    apiKey: string | null;
    /** null: no TLS. */
    tls: TlsConfig | null;
  };
  slack: {
    /** null: not set; what posts to Slack refuses to start then. */
    botToken: string | null;
    /** Checks clicks that come by HTTP. */
    signingSecret: string | null;
    /** Opens a socket for clicks where no public address exists. */
    appToken: string | null;
    apiUrl: string;
  };
  interact: {
    /** Where `bufferwatch interact` listens. */
    host: string;
    port: number;
    /** Signed feedback links lead there; null: alerts carry none. */
    links: { publicUrl: string; secret: string } | null;
  };
  /** Base of the web console, without a slash at the end; null: alerts carry no link to it. */
  consoleUrl: string | null;
  /** A dead-man's switch: posted to at each cycle that decided; null: none. */
  heartbeatUrl: string | null;
  /** Artifact prefix of live cycles. */
  artifactPrefix: string;
  intervalMinutes: number;
  retentionDays: number;
  logLevel: (typeof LOG_LEVELS)[number];
}

export interface ConfigProblem {
  variable: string;
  /** What is expected; never the value. */
  problem: string;
}

/** Tells every problem at once, each with the variable's name. */
export class ConfigError extends Error {
  readonly problems: ConfigProblem[];

  constructor(problems: ConfigProblem[]) {
    const lines = problems.map(({ variable, problem }) => `  ${variable} ${problem}`);
    super(`the configuration is wrong:\n${lines.join('\n')}`);
    this.name = FAILURE.ConfigError;
    this.problems = problems;
  }
}

/** Whether people have anything to answer alerts with, and `bufferwatch interact` something to do. */
export function takesAnswers({ slack, interact }: Pick<Config, 'slack' | 'interact'>): boolean {
  return slack.signingSecret !== null || slack.appToken !== null || interact.links !== null;
}

type Variables = Record<string, string | undefined>;

/** @throws ConfigError */
export function loadConfig(env: Variables = process.env): Config {
  const problems: ConfigProblem[] = [];
  const parsed = settingsSchema.safeParse(readVariables(env, problems));
  for (const issue of parsed.error?.issues ?? []) {
    const variable = String(issue.path[0]);
    // A secret whose file could not be read has been told already.
    if (!problems.some((known) => known.variable === `${variable}_FILE`))
      problems.push({ variable, problem: issue.message });
  }
  if (!parsed.success) throw new ConfigError(problems);

  const settings = parsed.data;
  const environment = settings.BUFFERWATCH_ENV;
  const schema = `bufferwatch_${environment}`;
  const url = settings.DATABASE_URL;
  const config: Config = {
    environment,
    database: { url, schema, role: schema, interactRole: `${schema}_interact` },
    analytics: { url: settings.ANALYTICS_DATABASE_URL ?? url, schema: `${schema}_analytics` },
    sources: {
      wesUrl: settings.WES_DATABASE_URL ?? url,
      wcsUrl: settings.WCS_DATABASE_URL ?? url,
      lmsUrl: settings.LMS_DATABASE_URL ?? url,
      dir: readSourcesDir(settings, problems),
    },
    temporal: {
      address: settings.TEMPORAL_ADDRESS,
      namespace: settings.TEMPORAL_NAMESPACE ?? `bufferwatch-${environment}`,
      taskQueue: 'bufferwatch',
      apiKey: settings.TEMPORAL_API_KEY ?? null,
      tls: readTls(settings, problems),
    },
    slack: {
      botToken: settings.SLACK_BOT_TOKEN ?? null,
      signingSecret: settings.SLACK_SIGNING_SECRET ?? null,
      appToken: settings.SLACK_APP_TOKEN ?? null,
      apiUrl: settings.SLACK_API_URL,
    },
    interact: { ...splitAddress(settings.BUFFERWATCH_INTERACT_LISTEN), links: readLinks(settings, problems) },
    consoleUrl: withoutSlash(settings.BUFFERWATCH_CONSOLE_URL) ?? null,
    heartbeatUrl: settings.BUFFERWATCH_HEARTBEAT_URL ?? null,
    artifactPrefix: environment,
    intervalMinutes: settings.BUFFERWATCH_INTERVAL_MINUTES,
    retentionDays: settings.BUFFERWATCH_RETENTION_DAYS,
    logLevel: settings.LOG_LEVEL ?? (environment === 'dev' ? 'debug' : 'info'),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** The variables as they count: trimmed, empty ones left out, secrets taken from their files. */
function readVariables(env: Variables, problems: ConfigProblem[]): Variables {
  const variables: Variables = {};
  for (const name of Object.keys(settingsSchema.shape)) {
    const value = env[name]?.trim();
    if (value) variables[name] = value;
  }
  for (const name of SECRET_SETTINGS) {
    const variable = `${name}_FILE`;
    const path = env[variable]?.trim();
    if (!path) continue;
    if (variables[name] !== undefined) {
      problems.push({ variable, problem: `is set beside ${name}: expected one of the two` });
      continue;
    }
    const secret = readTextFile(variable, path, problems)?.trim();
    if (secret) variables[name] = secret;
    else if (secret === '') problems.push({ variable, problem: `names an empty file (${path})` });
  }
  return variables;
}

function splitAddress(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}

function withoutSlash(url: string | undefined): string | undefined {
  return url?.replace(/\/+$/, '');
}

function readLinks(
  { BUFFERWATCH_PUBLIC_URL, BUFFERWATCH_LINK_SECRET }: Settings,
  problems: ConfigProblem[],
): Config['interact']['links'] {
  const publicUrl = withoutSlash(BUFFERWATCH_PUBLIC_URL);
  const secret = BUFFERWATCH_LINK_SECRET;
  if (publicUrl !== undefined && secret !== undefined) return { publicUrl, secret };
  if (publicUrl === undefined && secret === undefined) return null;
  problems.push({
    variable: publicUrl === undefined ? 'BUFFERWATCH_PUBLIC_URL' : 'BUFFERWATCH_LINK_SECRET',
    problem: 'is not set: expected the public address and the secret of feedback links together',
  });
  return null;
}

function readSourcesDir(settings: Settings, problems: ConfigProblem[]): string {
  // The package's own folder lies beside src/ and dist/ alike.
  const dir = settings.BUFFERWATCH_SOURCES_DIR ?? fileURLToPath(new URL('../../sources', import.meta.url));
  const missing = SOURCES.map((source) => `${source}.sql`).filter((file) => !existsSync(join(dir, file)));
  if (missing.length > 0)
    problems.push({
      variable: 'BUFFERWATCH_SOURCES_DIR',
      problem: `lacks ${missing.join(', ')} (looked in ${dir}): expected a folder with one .sql file per source`,
    });
  return dir;
}

function readTls(settings: Settings, problems: ConfigProblem[]): TlsConfig | null {
  const readPem = (
    variable:
      'TEMPORAL_TLS_SERVER_CA_CERT_PATH' | 'TEMPORAL_TLS_CLIENT_CERT_PATH' | 'TEMPORAL_TLS_CLIENT_KEY_PATH',
  ) => {
    const path = settings[variable];
    return path === undefined ? null : (readTextFile(variable, path, problems) ?? null);
  };
  const tls: TlsConfig = {
    serverCaCert: readPem('TEMPORAL_TLS_SERVER_CA_CERT_PATH'),
    clientCert: readPem('TEMPORAL_TLS_CLIENT_CERT_PATH'),
    clientKey: readPem('TEMPORAL_TLS_CLIENT_KEY_PATH'),
    serverName: settings.TEMPORAL_TLS_SERVER_NAME ?? null,
  };
  const certSet = settings.TEMPORAL_TLS_CLIENT_CERT_PATH !== undefined;
  const keySet = settings.TEMPORAL_TLS_CLIENT_KEY_PATH !== undefined;
  if (certSet !== keySet)
    problems.push({
      variable: certSet ? 'TEMPORAL_TLS_CLIENT_KEY_PATH' : 'TEMPORAL_TLS_CLIENT_CERT_PATH',
      problem: 'is not set: expected a certificate and its key together',
    });
  const asked = settings.TEMPORAL_API_KEY !== undefined || Object.values(tls).some((value) => value !== null);
  return settings.TEMPORAL_TLS === undefined
    ? asked
      ? tls
      : null
    : settings.TEMPORAL_TLS === 'true'
      ? tls
      : null;
}

/** undefined where it can't be read; the problem is told. */
function readTextFile(variable: string, path: string, problems: ConfigProblem[]): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    problems.push({ variable, problem: `names a file that can't be read (${path}: ${code})` });
    return undefined;
  }
}
