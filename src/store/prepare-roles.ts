/**
 * What the environment's two roles may do in a schema that the current user owns: the workers' reads and writes it, that
 * of the process which anybody can reach only takes answers and looks up what they are about.
 */
import { DatabaseError, escapeIdentifier, type PoolClient } from 'pg';
import { z } from 'zod';
import type { Config } from '../config/config.ts';

/** Functions that act as the owner. */
const WORKERS_FUNCTIONS = 'ensure_artifact_partition(date), drop_artifact_partitions(date)';

/** Returns what is left to do by a person where the current user may not do it. */
export async function prepareRoles(
  client: PoolClient,
  { database, analytics }: Pick<Config, 'database' | 'analytics'>,
  set: 'application' | 'analytics',
): Promise<string[]> {
  const notices: string[] = [];
  const schema = set === 'application' ? database.schema : analytics.schema;
  const has = (role: string) => ensureRole(client, role, notices);
  if (await has(database.role)) {
    await grantToWorkers(client, database.role, schema, set);
    // Where both schemas lie in one database, the plain names are those of the application.
    if (set === 'application' || !(await isTrue(client, HAS_SCHEMA, [escapeIdentifier(database.schema)])))
      await setSearchPath(client, database.role, schema, notices);
  }
  if (set === 'application' && (await has(database.interactRole)))
    await grantToInteract(client, database.interactRole, schema);
  return notices;
}

const HAS_SCHEMA = 'SELECT to_regnamespace($1) IS NOT NULL AS answer';

/** @returns whether there is such a role now */
async function ensureRole(client: PoolClient, role: string, notices: string[]): Promise<boolean> {
  const created = await attempt(client, `CREATE ROLE ${escapeIdentifier(role)} LOGIN`);
  if (created === 'done')
    notices.push(
      `role ${role} was created without a password: give it one with ALTER ROLE ${role} PASSWORD '...'`,
    );
  if (created !== 'refused') return true;
  if (await isTrue(client, 'SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS answer', [role]))
    return true;
  notices.push(
    `this user may not create the role ${role}: let an administrator run CREATE ROLE ${role} LOGIN, then migrate again`,
  );
  return false;
}

async function grantToWorkers(
  client: PoolClient,
  role: string,
  schema: string,
  set: 'application' | 'analytics',
): Promise<void> {
  if (await isItself(client, role)) return;
  const to = escapeIdentifier(role);
  const within = escapeIdentifier(schema);
  await client.query(`GRANT USAGE ON SCHEMA ${within} TO ${to}`);
  await client.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${within} TO ${to}`);
  await client.query(`REVOKE INSERT, UPDATE, DELETE ON schema_migration, schema_stamp FROM ${to}`);
  if (set === 'application') await client.query(`GRANT EXECUTE ON FUNCTION ${WORKERS_FUNCTIONS} TO ${to}`);
}

async function grantToInteract(client: PoolClient, role: string, schema: string): Promise<void> {
  if (await isItself(client, role)) return;
  const to = escapeIdentifier(role);
  await client.query(`GRANT USAGE ON SCHEMA ${escapeIdentifier(schema)} TO ${to}`);
  await client.query(`GRANT SELECT ON warehouse, alert_route, unit_override, holiday, artifact TO ${to}`);
  await client.query(`GRANT SELECT, INSERT, UPDATE ON answer TO ${to}`);
}

/** The role finds the tables by their plain names. */
async function setSearchPath(
  client: PoolClient,
  role: string,
  schema: string,
  notices: string[],
): Promise<void> {
  const isSet = `SELECT EXISTS (
    SELECT FROM pg_db_role_setting
    JOIN pg_database ON pg_database.oid = setdatabase JOIN pg_roles ON pg_roles.oid = setrole
    WHERE datname = current_database() AND rolname = $1 AND $2 = ANY (setconfig)) AS answer`;
  if (await isTrue(client, isSet, [role, `search_path=${schema}, public`])) return;
  const { rows } = await client.query('SELECT quote_ident(current_database()) AS name');
  const [{ name }] = z.tuple([z.object({ name: z.string() })]).parse(rows);
  const statement = `ALTER ROLE ${escapeIdentifier(role)} IN DATABASE ${name} SET search_path TO ${escapeIdentifier(schema)}, public`;
  if ((await attempt(client, statement)) === 'refused')
    notices.push(`this user may not set the search_path of ${role}: let an administrator run ${statement}`);
}

function isItself(client: PoolClient, role: string): Promise<boolean> {
  return isTrue(client, 'SELECT current_user = $1 AS answer', [role]);
}

async function isTrue(client: PoolClient, question: string, values: string[]): Promise<boolean> {
  const { rows } = await client.query(question, values);
  return z.tuple([z.object({ answer: z.boolean() })]).parse(rows)[0].answer;
}

/** `existed`: another process, or an earlier run, has made it. Anything but a lack of rights is an error. */
async function attempt(client: PoolClient, statement: string): Promise<'done' | 'existed' | 'refused'> {
  await client.query('SAVEPOINT attempt');
  try {
    await client.query(statement);
    await client.query('RELEASE SAVEPOINT attempt');
    return 'done';
  } catch (error) {
    await client.query('ROLLBACK TO SAVEPOINT attempt');
    const code = error instanceof DatabaseError ? error.code : undefined;
    // duplicate_object; unique_violation where two create it at the same instant
    if (code === '42710' || code === '23505') return 'existed';
    if (code === '42501') return 'refused';
    throw error;
  }
}
