/** Whether every active warehouse is really looked at. */
import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import { describeSchedule } from '../../client/schedule.ts';
import { isWatched, queryAlertState } from '../../client/warehouse.ts';
import type { Config } from '../../config/config.ts';
import { listArtifacts, getArtifact } from '../../store/artifact.ts';
import { counted } from '../../domain/words/amounts.ts';
import { readRegistry, type Registry } from '../../store/registry.ts';
import { withDatabase, withTemporal } from '../context.ts';
import { describeAge } from '../duration.ts';
import { failed } from '../failure.ts';
import { isStale } from '../status-view.ts';
import type { Check } from './check.ts';
import { hasKnownAlgorithm } from './registry-findings.ts';

const MEND = 'a cycle by hand says what is wrong: bufferwatch run; its history is in the Temporal UI';

export function watchChecks(config: Config): Check[] {
  return [
    {
      area: 'temporal',
      name: 'cycles',
      needs: ['database schema', 'registry warehouses', 'temporal schedule', 'temporal worker'],
      run: () =>
        withDatabase(config, (pool) => withTemporal(config, (client) => checkCycles(config, pool, client))),
    },
  ];
}

async function checkCycles(config: Config, pool: Pool, client: Client): Promise<string> {
  const of = { prefix: config.artifactPrefix, kind: 'snapshot', limit: 1 } as const;
  const [newest] = await listArtifacts(pool, of);
  const ageMs = newest ? Date.now() - Date.parse(newest.cycleId) : null;
  if (!newest || ageMs === null || isStale(ageMs, config.intervalMinutes)) {
    const { info } = await describeSchedule(client);
    if (!newest && !isStale(Date.now() - info.createdAt.getTime(), config.intervalMinutes))
      return 'the first one is about to come';
    throw failed(ageMs === null ? 'there was none yet' : `the last one was ${describeAge(ageMs)} ago`, MEND);
  }
  // A warehouse that is newer than the last cycle joins with the next one; one by an unknown algorithm is told already.
  const looked = await getArtifact<Pick<Registry, 'warehouses'>>(pool, newest.id);
  const { warehouses } = await readRegistry(pool);
  const expected = warehouses.filter(
    (each) =>
      each.active && hasKnownAlgorithm(each) && looked.warehouses.some(({ code }) => code === each.code),
  );
  const problems = await Promise.all(
    expected.map(async ({ code }) => {
      if (!(await isWatched(client, code))) return `${code} is not watched`;
      const { lastCycle } = await queryAlertState(client, code);
      if (lastCycle === null) return `${code} is not watched: nothing was decided yet`;
      const age = Date.now() - Date.parse(lastCycle);
      return isStale(age, config.intervalMinutes) ? `${code} was decided ${describeAge(age)} ago` : null;
    }),
  );
  const told = problems.filter((problem) => problem !== null);
  if (told.length > 0) throw failed(told.join(', '), MEND);
  return `the last one ${describeAge(ageMs)} ago${expected.length === 0 ? '' : `, ${counted(expected.length, 'warehouse')} watched`}`;
}
