import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/config.ts';
import {
  getArtifact,
  listArtifacts,
  purgeArtifacts,
  putArtifact,
  readNewest,
  type NewArtifact,
} from '../../../src/store/artifact.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { createPool } from '../../../src/store/pool.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';

let server: TestPostgres;
let pool: Pool;

beforeAll(async () => {
  server = await startTestPostgres();
  const url = await server.createDatabase('artifacts');
  pool = createPool(url, { schema: 'bufferwatch_dev', applicationName: 'test', connections: 20 });
  await migrate(pool, loadConfig({ DATABASE_URL: url }));
});
afterAll(async () => {
  await pool.end();
  await server.stop();
});

const artifact = (change: Partial<NewArtifact> = {}): NewArtifact => ({
  prefix: 'dev',
  cycleId: '2026-03-01T10:05:00Z',
  warehouse: 'FRA1',
  kind: 'extract',
  body: { fill: 0.5, unknown: null, text: 'Zürich' },
  rows: 1,
  ...change,
});

describe('put and get', () => {
  test('returns the body as it was put, by a readable id', async () => {
    const ref = await putArtifact(pool, artifact({ rows: 7 }));
    expect(ref.rows).toBe(7);
    expect(ref.id).toBe(`dev/2026-03-01T10:05:00Z/FRA1/extract/${ref.sha256.slice(0, 10)}`);
    await expect(getArtifact(pool, ref.id)).resolves.toEqual(artifact().body);
  });

  test('a replay has its own prefix, with slashes, and the network has no warehouse', async () => {
    const ref = await putArtifact(
      pool,
      artifact({ prefix: 'dev/replay/0192-ab', warehouse: null, kind: 'snapshot' }),
    );
    expect(ref.id).toMatch(/^dev\/replay\/0192-ab\/2026-03-01T10:05:00Z\/network\/snapshot\/[0-9a-f]{10}$/);
    await expect(getArtifact(pool, ref.id)).resolves.toEqual(artifact().body);
  });

  test('the same twice, and many at once on new days, are stored once each', async () => {
    const cycles = [1, 2, 3, 4].map((day) => `2026-04-0${day}T00:00:00Z`);
    const puts = cycles.flatMap((cycleId) =>
      [1, 2, 3, 4, 5].map(() => putArtifact(pool, artifact({ cycleId }))),
    );
    const refs = await Promise.all(puts);
    expect(new Set(refs.map(({ id }) => id)).size).toBe(4);
    const { rows } = await pool.query(
      `SELECT count(*)::integer AS stored FROM artifact WHERE cycle_ts >= '2026-04-01Z'`,
    );
    expect(rows).toEqual([{ stored: 4 }]);
  });

  test('a big body is compressed', async () => {
    const body = Array.from({ length: 20_000 }, (_, minute) => ({
      warehouse: 'FRA1',
      path: 'INDUCT-1',
      minute,
    }));
    const ref = await putArtifact(pool, artifact({ body, rows: body.length }));
    await expect(getArtifact(pool, ref.id)).resolves.toEqual(body);
    const [listing] = (await listArtifacts(pool, { limit: 50 })).filter(({ id }) => id === ref.id);
    expect(listing?.bytes).toBeLessThan(JSON.stringify(body).length / 5);
  });

  test('a missing one says so', async () => {
    const id = 'dev/2026-03-01T10:05:00Z/FRA1/extract/0123456789';
    await expect(getArtifact(pool, id)).rejects.toMatchObject({
      name: 'ArtifactMissing',
      message: expect.stringContaining(`artifact ${id} does not exist`),
    });
    await expect(getArtifact(pool, 'nonsense')).rejects.toThrow(/is not an artifact id: expected PREFIX/);
    await expect(putArtifact(pool, artifact({ cycleId: 'today' }))).rejects.toThrow(/is not an artifact id/);
  });

  test.each([
    ['another body', `convert_to('[]', 'UTF8')`],
    ['a cut body', 'substring(body for 12)'],
  ])('%s is damage', async (_, sql) => {
    const ref = await putArtifact(pool, artifact({ cycleId: '2026-03-02T00:00:00Z' }));
    await pool.query(`UPDATE artifact SET body = ${sql} WHERE id = $1`, [ref.id]);
    await expect(getArtifact(pool, ref.id)).rejects.toMatchObject({ name: 'ArtifactDamaged' });
    await pool.query('DELETE FROM artifact WHERE id = $1', [ref.id]);
  });

  test('one of a release that wrote it otherwise is refused: a newer one, or one too old to be read', async () => {
    const cycleId = '2026-03-04T00:00:00Z';
    const { id } = await putArtifact(pool, artifact({ cycleId }));
    const restamp = (version: number) =>
      pool.query('UPDATE artifact SET schema_version = $2 WHERE id = $1', [id, version]);
    await restamp(2);
    const tooNew = { name: 'ArtifactTooNew', message: expect.stringContaining('has schema version 2') };
    await expect(getArtifact(pool, id)).rejects.toMatchObject(tooNew);
    await expect(readNewest(pool, { cycleId })).rejects.toMatchObject(tooNew);
    await restamp(0);
    await expect(getArtifact(pool, id)).rejects.toMatchObject({ name: 'ArtifactTooOld' });
    // Its cycle was run again, and came to the same.
    await putArtifact(pool, artifact({ cycleId }));
    await expect(getArtifact(pool, id)).resolves.toEqual(artifact().body);
  });

  test('a body that is not what the id says is damage', async () => {
    const cycleId = '2026-03-03T00:00:00Z';
    const [one, other] = await Promise.all(
      [1, 2].map((value) => putArtifact(pool, artifact({ cycleId, body: value }))),
    );
    await pool.query('UPDATE artifact SET body = (SELECT body FROM artifact WHERE id = $2) WHERE id = $1', [
      one?.id,
      other?.id,
    ]);
    await expect(getArtifact(pool, one?.id ?? '')).rejects.toThrow(/is damaged \(its sha256 is .* expected/);
  });
});

test('list filters, newest cycle first', async () => {
  const prefix = 'dev/replay/list';
  for (const [cycleId, warehouse, kind] of [
    ['2026-05-01T10:00:00Z', 'FRA1', 'extract'],
    ['2026-05-01T10:05:00Z', 'FRA1', 'extract'],
    ['2026-05-01T10:05:00Z', 'FRA1', 'preprocess'],
    ['2026-05-01T10:05:00Z', 'LEJ1', 'extract'],
  ] as const)
    await putArtifact(pool, artifact({ prefix, cycleId, warehouse, kind }));
  const listed = async (filter: Partial<Parameters<typeof listArtifacts>[1]>) =>
    (await listArtifacts(pool, { prefix, limit: 10, ...filter })).map(
      ({ cycleId, warehouse, kind }) => `${cycleId.slice(11, 16)} ${warehouse} ${kind}`,
    );
  expect(await listed({ limit: 3 })).toHaveLength(3);
  expect((await listed({})).at(-1)).toBe('10:00 FRA1 extract');
  expect(await listed({ warehouse: 'LEJ1' })).toEqual(['10:05 LEJ1 extract']);
  expect(await listed({ warehouse: 'FRA1', kind: 'extract' })).toEqual([
    '10:05 FRA1 extract',
    '10:00 FRA1 extract',
  ]);
  expect(await listed({ cycleId: '2026-05-01T10:00:00Z' })).toEqual(['10:00 FRA1 extract']);
  expect(await listed({ prefix: 'dev' })).not.toContain('10:05 LEJ1 extract');
});

test('purge drops whole days before the given one, by cycle time in UTC', async () => {
  const lastSecond = await putArtifact(pool, artifact({ cycleId: '2025-12-31T23:59:59Z' }));
  const firstSecond = await putArtifact(pool, artifact({ cycleId: '2026-01-01T00:00:00Z' }));
  expect(await purgeArtifacts(pool, '2026-01-01')).toEqual(['2025-12-31']);
  await expect(getArtifact(pool, lastSecond.id)).rejects.toMatchObject({ name: 'ArtifactMissing' });
  await expect(getArtifact(pool, firstSecond.id)).resolves.toEqual(artifact().body);
  expect(await purgeArtifacts(pool, '2026-01-01')).toEqual([]);
  // A day that was dropped comes back for a cycle that is run again.
  await expect(putArtifact(pool, artifact({ cycleId: '2025-12-31T23:59:59Z' }))).resolves.toEqual(lastSecond);
});
