/** Whether an episode was one of ours, by what its first cycle recorded: `warehouse` itself remembers the last hour. */
import type { Pool } from 'pg';
import type { SuppressBody } from '../activities/suppress.ts';
import { isCycleId } from '../domain/suppress/slots.ts';
import { readNewest } from '../store/artifact.ts';

/** @param episodeId `{unit_id}:{direction}:{cycle id of its start}` */
export async function isEpisodeRecorded(
  pool: Pool,
  { prefix, warehouse, episodeId }: { prefix: string; warehouse: string; episodeId: string },
): Promise<boolean> {
  const cycleId = episodeId.split(':').slice(2).join(':');
  if (!isCycleId(cycleId)) return false;
  const decided = await readNewest<SuppressBody>(pool, { prefix, cycleId, warehouse, kind: 'suppress' });
  return decided?.labels.some((label) => label.episodeId === episodeId) ?? false;
}
