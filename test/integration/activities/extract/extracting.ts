/** Step 1 with the default queries, from one database that stands for all upstream systems. */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Pool } from 'pg';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { createExtract, type ExtractDependencies } from '../../../../src/activities/extract/extract.ts';
import { loadConfig } from '../../../../src/config/config.ts';
import type { WarehouseExtract } from '../../../../src/domain/source-rows.ts';
import { SOURCES } from '../../../../src/domain/vocabulary.ts';
import { getArtifact, putArtifact } from '../../../../src/store/artifact.ts';
import { migrate } from '../../../../src/store/migrate.ts';
import { createPool } from '../../../../src/store/pool.ts';
import { UPSTREAM_TABLES } from '../../../support/upstream-tables.ts';
import { createDatabases } from '../../../support/databases.ts';

const SOURCES_DIR = fileURLToPath(new URL('../../../../sources', import.meta.url));
export const SNAPSHOT = '2026-03-01T10:05:00Z';
export const CYCLE = { cycleId: SNAPSHOT, snapshotTs: SNAPSHOT, prefix: 'dev' };

export let store: Pool;
export let upstream: Pool;
export let upstreamUrl: string;

beforeAll(async () => {
  const [url = '', upstreamDatabase = ''] = await createDatabases(['app', 'upstream']);
  upstreamUrl = upstreamDatabase;
  store = createPool(url, { schema: 'bufferwatch_dev', applicationName: 'test' });
  await migrate(store, loadConfig({ DATABASE_URL: url }));
  upstream = createPool(upstreamUrl, { applicationName: 'test' });
  await upstream.query(UPSTREAM_TABLES);
});
beforeEach(async () => {
  await upstream.query('TRUNCATE wes_stock, wcs_counters, lms_actuals, lms_plan');
});
afterAll(async () => {
  await Promise.all([store?.end(), upstream?.end()]);
});

/** Minutes before the snapshot; a negative number is after it. */
export const ago = (minutes: number) => new Date(Date.parse(SNAPSHOT) - minutes * 60_000);

export const stockRow = (change: Record<string, unknown> = {}) => ({
  warehouse: 'FRA1',
  workpool: 'SINGLES',
  path: 'INDUCT-1',
  stage: 'INDUCT',
  buffer_kind: 'CONVEYOR',
  capacity_units: 100,
  wip_units: 50.5,
  backlog_units: 0,
  units_due_by_cpt: null,
  cpt_ts: ago(-90),
  as_of: ago(5),
  recorded_at: ago(3),
  ...change,
});
export const counterRow = (change: Record<string, unknown> = {}) => ({
  warehouse: 'FRA1',
  path: 'INDUCT-1',
  device: 'BELT-1',
  in_total: 9_000_000_000,
  out_total: 8_999_999_900,
  recirc_total: 0,
  state: 'RUN',
  fault: null,
  plc_ts: ago(1),
  recorded_at: ago(1),
  ...change,
});
export const actualsRow = (change: Record<string, unknown> = {}) => ({
  warehouse: 'FRA1',
  workpool: 'SINGLES',
  process: 'PACK',
  hc_active: 3.5,
  hc_idle: 0,
  hc_break: 1,
  uph_15m: null,
  interval_end: ago(20),
  recorded_at: ago(17),
  ...change,
});
export const planRow = (change: Record<string, unknown> = {}) => ({
  warehouse: 'FRA1',
  workpool: 'SINGLES',
  process: 'PACK',
  shift_start: ago(240),
  shift_end: ago(-240),
  break_start: null,
  break_end: null,
  hc_plan: 4,
  uph_plan: 120,
  recorded_at: ago(30),
  ...change,
});
export const insert = (table: (typeof SOURCES)[number], rows: Record<string, unknown>[]) =>
  upstream.query(`INSERT INTO ${table} SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb)`, [
    JSON.stringify(rows),
  ]);

export const extractWith = (change: Partial<ExtractDependencies> = {}) =>
  createExtract({
    pools: { wes: upstream, wcs: upstream, lms: upstream },
    sourcesDir: SOURCES_DIR,
    putArtifact: (artifact) => putArtifact(store, artifact),
    heartbeat: () => undefined,
    ...change,
  }).extract;
export const FRA1 = { code: 'FRA1', sourceCodes: {} };
export const bodyOf = async (ref: { id: string } | undefined) =>
  getArtifact<WarehouseExtract>(store, ref?.id ?? 'none');

/** The default queries with some of them replaced. */
export async function withSources(
  replaced: Record<string, string>,
  work: (dir: string) => Promise<void>,
): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'bufferwatch-sources-'));
  try {
    await cp(SOURCES_DIR, dir, { recursive: true });
    for (const [source, sql] of Object.entries(replaced)) await writeFile(join(dir, `${source}.sql`), sql);
    await work(dir);
  } finally {
    await rm(dir, { recursive: true });
  }
}
