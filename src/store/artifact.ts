/** The output of each step of each cycle: JSON, compressed, in Postgres, one partition per day of cycle time. */
import { createHash } from 'node:crypto';
import { DatabaseError, type Pool } from 'pg';
import { z } from 'zod';
import type { CycleId } from '../domain/vocabulary.ts';
import { compress, decompress } from './compressed.ts';
import { instantMs } from './rows.ts';
import { FAILURE } from '../failures/failures.ts';

export const ARTIFACT_KINDS = [
  'snapshot',
  'extract',
  'preprocess',
  'evaluate',
  'resolve',
  'memory',
  'suppress',
  'deliver',
  'sync',
] as const;
export type ArtifactKind = (typeof ARTIFACT_KINDS)[number];

/** The shape that this release writes, and the oldest one that it still reads. */
interface KindVersion {
  writes: number;
  readsFrom: number;
}

/** A change of a body that another release would misread raises `writes` of its kind. */
const VERSIONS: Record<ArtifactKind, KindVersion> = {
  snapshot: { writes: 1, readsFrom: 1 },
  extract: { writes: 1, readsFrom: 1 },
  preprocess: { writes: 1, readsFrom: 1 },
  evaluate: { writes: 1, readsFrom: 1 },
  resolve: { writes: 1, readsFrom: 1 },
  memory: { writes: 1, readsFrom: 1 },
  suppress: { writes: 1, readsFrom: 1 },
  deliver: { writes: 1, readsFrom: 1 },
  sync: { writes: 1, readsFrom: 1 },
};

/** What travels through Temporal instead of the data. */
export interface ArtifactRef {
  /** `{prefix}/{cycleId}/{warehouse or network}/{kind}/{first 10 digits of sha256}` */
  id: string;
  /** Of the JSON text, hex. */
  sha256: string;
  /** How many rows, units or the like the body holds. */
  rows: number;
}

export interface NewArtifact {
  /** Of the live cycles, or of one replay; may hold slashes. */
  prefix: string;
  cycleId: CycleId;
  /** null: about the whole network. */
  warehouse: string | null;
  kind: ArtifactKind;
  /** Anything that JSON can hold. */
  body: unknown;
  rows: number;
}

export interface ArtifactListing extends ArtifactRef {
  prefix: string;
  cycleId: CycleId;
  warehouse: string | null;
  kind: ArtifactKind;
  /** Compressed. */
  bytes: number;
  /** Epoch ms. */
  createdAt: number;
}

export class ArtifactMissing extends Error {
  constructor(id: string) {
    super(
      `artifact ${id} does not exist: it was never stored here, or its day is past BUFFERWATCH_RETENTION_DAYS`,
    );
    this.name = FAILURE.ArtifactMissing;
  }
}

export class ArtifactDamaged extends Error {
  constructor(id: string, detail: string) {
    super(`artifact ${id} is damaged (${detail}): run its cycle again to make it anew`);
    this.name = FAILURE.ArtifactDamaged;
  }
}

/** In a rolling upgrade; worth a retry, which a worker of the newer release may take. */
export class ArtifactTooNew extends Error {
  constructor(id: string, version: number, { writes }: KindVersion) {
    super(
      `artifact ${id} has schema version ${version}, and this release reads up to ${writes}: ` +
        'a worker of the release that wrote it has to read it; finish the upgrade, or undo it and run the cycle again',
    );
    this.name = FAILURE.ArtifactTooNew;
  }
}

/** No repetition mends it: only an older release can read this. */
export class ArtifactTooOld extends Error {
  constructor(id: string, version: number, { readsFrom }: KindVersion) {
    super(
      `artifact ${id} has schema version ${version}, and this release reads from ${readsFrom} on: ` +
        'run its cycle again to make it anew',
    );
    this.name = FAILURE.ArtifactTooOld;
  }
}

/** Enough to tell the attempts of one step apart, and short enough to read. */
const SHA_DIGITS_IN_ID = 10;

const ID_PATTERN = new RegExp(
  String.raw`^[\w./-]+/(?<cycleId>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z)/(?:[A-Z0-9-]+|network)/[a-z]+/[0-9a-f]+$`,
);

export function isArtifactId(text: string): boolean {
  return ID_PATTERN.test(text);
}

/** Stores a body once: the same body of the same step again changes nothing and has the same reference. */
export async function putArtifact(pool: Pool, artifact: NewArtifact): Promise<ArtifactRef> {
  const { prefix, cycleId, warehouse, kind, rows } = artifact;
  const json = JSON.stringify(artifact.body);
  const sha256 = createHash('sha256').update(json).digest('hex');
  const id = `${prefix}/${cycleId}/${warehouse ?? 'network'}/${kind}/${sha256.slice(0, SHA_DIGITS_IN_ID)}`;
  if (!ID_PATTERN.test(id))
    throw new Error(`${id} is not an artifact id: expected PREFIX/2026-03-01T10:05:00Z/WAREHOUSE/KIND/SHA`);
  const body = await compress(json);
  const insert = () =>
    pool.query(
      `INSERT INTO artifact (id, cycle_ts, prefix, cycle_id, warehouse, kind, sha256, rows, body, schema_version)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       ON CONFLICT (cycle_ts, id) DO UPDATE SET schema_version = excluded.schema_version
       WHERE artifact.schema_version < excluded.schema_version`,
      [id, cycleId, prefix, cycleId, warehouse, kind, sha256, rows, body, VERSIONS[kind].writes],
    );
  try {
    await insert();
  } catch (error) {
    if (!isPartitionMissing(error)) throw error;
    await pool.query('SELECT ensure_artifact_partition($1::date)', [cycleId.slice(0, 10)]);
    await insert();
  }
  return { id, sha256, rows };
}

/**
 * The body, as it was put.
 * @throws ArtifactMissing, ArtifactDamaged, ArtifactTooNew, ArtifactTooOld
 */
export async function getArtifact<T>(pool: Pool, id: string): Promise<T> {
  const cycleId = ID_PATTERN.exec(id)?.groups?.['cycleId'];
  if (cycleId === undefined)
    throw new Error(`${id} is not an artifact id: expected PREFIX/2026-03-01T10:05:00Z/WAREHOUSE/KIND/SHA`);
  // The cycle time lets Postgres look into one partition only.
  const { rows } = await pool.query(
    'SELECT kind, schema_version, sha256, body FROM artifact WHERE cycle_ts = $1 AND id = $2',
    [cycleId, id],
  );
  const row = z
    .object({
      kind: z.enum(ARTIFACT_KINDS),
      schema_version: z.number(),
      sha256: z.string(),
      body: z.instanceof(Buffer),
    })
    .optional()
    .parse(rows[0]);
  if (row === undefined) throw new ArtifactMissing(id);
  const version = VERSIONS[row.kind];
  if (row.schema_version > version.writes) throw new ArtifactTooNew(id, row.schema_version, version);
  if (row.schema_version < version.readsFrom) throw new ArtifactTooOld(id, row.schema_version, version);
  const json = await decompress(row.body).catch((error: unknown) => {
    throw new ArtifactDamaged(id, String(error));
  });
  const sha256 = createHash('sha256').update(json).digest('hex');
  if (sha256 !== row.sha256) throw new ArtifactDamaged(id, `its sha256 is ${sha256}, expected ${row.sha256}`);
  return JSON.parse(json);
}

const listingRow = z
  .object({
    id: z.string(),
    sha256: z.string(),
    rows: z.number(),
    prefix: z.string(),
    cycle_id: z.string(),
    warehouse: z.string().nullable(),
    kind: z.enum(ARTIFACT_KINDS),
    bytes: z.number(),
    created_at: instantMs,
  })
  .transform(({ cycle_id, created_at, ...row }): ArtifactListing => ({
    ...row,
    cycleId: cycle_id,
    createdAt: created_at,
  }));

export interface ArtifactFilter {
  prefix?: string;
  cycleId?: CycleId;
  warehouse?: string;
  kind?: ArtifactKind;
  limit: number;
}

/** The newest cycles first, without bodies. */
export async function listArtifacts(pool: Pool, filter: ArtifactFilter): Promise<ArtifactListing[]> {
  const { rows } = await pool.query(
    `SELECT id, sha256, rows, prefix, cycle_id, warehouse, kind, octet_length(body) AS bytes, created_at
     FROM artifact
     WHERE ($1::text IS NULL OR prefix = $1)
       AND ($2::timestamptz IS NULL OR cycle_ts = $2)
       AND ($3::text IS NULL OR warehouse = $3)
       AND ($4::text IS NULL OR kind = $4)
     ORDER BY cycle_ts DESC, created_at DESC, id
     LIMIT $5`,
    [
      filter.prefix ?? null,
      filter.cycleId ?? null,
      filter.warehouse ?? null,
      filter.kind ?? null,
      filter.limit,
    ],
  );
  return z.array(listingRow).parse(rows);
}

/**
 * Id of the memory that a warehouse had before a cycle: recorded with that cycle or, where it did not run, with the
 * next one that did (nothing changes between two cycles). null where none ran since.
 */
export async function findMemoryBefore(
  pool: Pool,
  prefix: string,
  warehouse: string,
  cycleId: CycleId,
): Promise<string | null> {
  const { rows } = await pool.query(
    `SELECT id FROM artifact
     WHERE prefix = $1 AND warehouse = $2 AND kind = 'memory' AND cycle_ts >= $3
     ORDER BY cycle_ts, created_at LIMIT 1`,
    [prefix, warehouse, cycleId],
  );
  return z.array(z.object({ id: z.string() })).parse(rows)[0]?.id ?? null;
}

/** Drops every whole day of cycle time (UTC) before `beforeDay`, `YYYY-MM-DD`; returns the days dropped. */
export async function purgeArtifacts(pool: Pool, beforeDay: string): Promise<string[]> {
  const { rows } = await pool.query(
    `SELECT to_char(day, 'YYYY-MM-DD') AS day FROM drop_artifact_partitions($1::date) AS day`,
    [beforeDay],
  );
  return z
    .array(z.object({ day: z.string() }))
    .parse(rows)
    .map(({ day }) => day);
}

/** The table has no check of its own, so a violated one means that the day has no partition yet. */
function isPartitionMissing(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === '23514' && error.constraint === undefined;
}

/** The body of the newest artifact that fits; undefined where there is none (any more). */
export async function readNewest<T>(
  pool: Pool,
  filter: Omit<ArtifactFilter, 'limit'>,
): Promise<T | undefined> {
  const [newest] = await listArtifacts(pool, { ...filter, limit: 1 });
  return newest ? getArtifact<T>(pool, newest.id) : undefined;
}
