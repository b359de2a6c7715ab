/** Databases of a test's own on the server that all tests share. */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';

/** @returns their URLs; a tag keeps them apart from those of other tests */
export async function createDatabases(
  names: readonly string[],
  tag = randomBytes(4).toString('hex'),
): Promise<string[]> {
  const base = new URL(inject('postgresUrl'));
  const postgres = new Client({ connectionString: base.href });
  await postgres.connect();
  try {
    for (const name of names) await postgres.query(`CREATE DATABASE ${name}_${tag}`);
  } finally {
    await postgres.end();
  }
  return names.map((name) => Object.assign(new URL(base.href), { pathname: `/${name}_${tag}` }).href);
}
