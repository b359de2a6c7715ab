import type { Pool, PoolClient } from 'pg';

/** Where the tables are, for pools whose statements say so themselves; see `createPool`. */
interface Located {
  searchPath?: string;
}

/** Runs `work` in one transaction: all of it counts, or nothing. */
export async function inTransaction<T>(
  pool: Pool & Located,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query(
      pool.searchPath === undefined ? 'BEGIN' : `BEGIN; SET LOCAL search_path TO ${pool.searchPath}`,
    );
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((rollbackError: unknown) => {
      broken = rollbackError instanceof Error ? rollbackError : new Error(String(rollbackError));
    });
    throw error;
  } finally {
    // A connection that can't roll back must not go back to the pool.
    client.release(broken);
  }
}
