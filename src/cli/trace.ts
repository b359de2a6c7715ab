/** The recorded trail of one decision, from its artifacts. */
import type { Pool } from 'pg';
import { getArtifact, listArtifacts, type ArtifactFilter } from '../store/artifact.ts';

/** The body of the newest artifact that fits; undefined where there is none (any more). */
export async function readNewest<T>(
  pool: Pool,
  filter: Omit<ArtifactFilter, 'limit'>,
): Promise<T | undefined> {
  const [newest] = await listArtifacts(pool, { ...filter, limit: 1 });
  return newest ? getArtifact<T>(pool, newest.id) : undefined;
}
