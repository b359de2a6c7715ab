/**
 * The Postgres of docker-compose.yml without a container: an empty server made ready by deploy/create-secrets and
 * deploy/postgres/create-roles.sh themselves.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from 'pg';

const run = promisify(execFile);
const DEPLOY = fileURLToPath(new URL('../../deploy/', import.meta.url));

export interface ComposePostgres {
  /** As a container sees it: the content of a file of secrets, with the address of this server. */
  secret(name: string): Promise<string>;
  /** URL of a database, as one of the roles. */
  urlOf(role: string, database?: string): Promise<string>;
  /** URL of the database bufferwatch, as superuser. */
  adminUrl: string;
}

/** `serverUrl`: of the superuser. `folder`: where secrets may be written. */
export async function prepareComposePostgres(serverUrl: string, folder: string): Promise<ComposePostgres> {
  const secrets = join(folder, 'secrets');
  await run(join(DEPLOY, 'create-secrets'), [secrets], {
    env: { ...process.env, SLACK_BOT_TOKEN: 'xoxb-test', SLACK_SIGNING_SECRET: 'test-only-signing-secret' },
  });
  const { username, host } = new URL(serverUrl);
  const adminUrl = Object.assign(new URL(serverUrl), { pathname: '/bufferwatch' }).href;
  // the image makes the database that POSTGRES_DB names before it runs the script
  await execute(serverUrl, ['CREATE DATABASE bufferwatch']);
  await execute(adminUrl, await readStatements(secrets, join(folder, 'bin'), username));
  const secret = async (name: string) => {
    const content = await readFile(join(secrets, basename(name)), 'utf8');
    return content.trim().replace('@postgres:5432/', `@${host}/`);
  };
  return {
    adminUrl,
    secret,
    async urlOf(role, database = 'bufferwatch') {
      const passwords = await readFile(join(secrets, 'role_passwords'), 'utf8');
      const password = new RegExp(`^${role} (.+)$`, 'm').exec(passwords)?.[1] ?? '';
      return `postgres://${role}:${password}@${host}/${database}`;
    },
  };
}

/** What the script gives to psql, which is not on every machine: a stand-in prints it, and the driver executes it. */
async function readStatements(secrets: string, bin: string, superuser: string): Promise<string[]> {
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, 'psql'), '#!/bin/sh\nexec cat\n', { mode: 0o755 });
  const { stdout } = await run(join(DEPLOY, 'postgres/create-roles.sh'), {
    env: {
      PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
      POSTGRES_USER: superuser,
      ROLE_PASSWORDS_FILE: join(secrets, 'role_passwords'),
    },
  });
  return stdout.split(/;$/m).filter((statement) => statement.trim() !== '');
}

async function execute(url: string, statements: string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
