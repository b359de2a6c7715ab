/** What people answered: kept before they are answered, waiting for their warehouse, and the record of it afterwards. */
import type { Pool } from 'pg';
import { z } from 'zod';
import type { Answer, AnswerResult, MuteInput } from '../domain/suppress/contract.ts';
import { instantMs } from './rows.ts';

/** A mute until the shift ends has no end before the plan has been looked at. */
export type GivenAnswer =
  Exclude<Answer, { kind: 'mute' }> | { kind: 'mute'; input: Omit<MuteInput, 'until'> & { until?: string } };

/** Where in Slack it was given, and by whom. */
export interface AnswerOrigin {
  userId: string;
  channelId: string;
  /** Of the thread's first message, or of the message itself. */
  ts: string;
  episodeId: string;
  /** ISO 8601, by Slack's clock. */
  at: string;
}

export interface NewAnswer {
  /** Made of the click, or of what was sent. */
  id: string;
  warehouse: string;
  way: 'http' | 'socket' | 'link';
  answer: GivenAnswer;
  /** null: not in Slack, so that nobody is to be told there. */
  origin: AnswerOrigin | null;
}

export interface TakenAnswer extends NewAnswer {
  result: AnswerResult;
  /** Epoch ms. */
  takenAt: number;
}

const originRow = z.object({
  userId: z.string(),
  channelId: z.string(),
  ts: z.string(),
  episodeId: z.string(),
  at: z.string(),
});

const answerRow = z
  .object({
    id: z.string(),
    warehouse: z.string(),
    way: z.enum(['http', 'socket', 'link']),
    kind: z.string(),
    input: z.record(z.string(), z.unknown()),
    origin: originRow.nullable(),
  })
  .transform(({ kind, input, ...row }): NewAnswer => ({
    ...row,
    answer: { kind, input } as unknown as GivenAnswer,
  }));

const resultRow = z.object({
  status: z.enum(['ok', 'already closed', 'unchanged', 'refused']),
  detail: z.string(),
});

const takenRow = z.object({ taken_at: instantMs, result: resultRow });

const COLUMNS = 'id, warehouse, way, kind, input, origin';

/** @returns whether it is new: the same answer delivered again changes nothing */
export async function keepAnswer(
  pool: Pool,
  { id, warehouse, way, answer, origin }: NewAnswer,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `INSERT INTO answer (id, warehouse, way, kind, input, origin) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (id) DO NOTHING`,
    [id, warehouse, way, answer.kind, asJson(answer.input), origin === null ? null : asJson(origin)],
  );
  return rowCount === 1;
}

/** In order of arrival. */
export async function listUntaken(pool: Pool, warehouse: string, limit: number): Promise<NewAnswer[]> {
  const { rows } = await pool.query(
    `SELECT ${COLUMNS} FROM answer WHERE warehouse = $1 AND taken_at IS NULL ORDER BY arrival LIMIT $2`,
    [warehouse, limit],
  );
  return z.array(answerRow).parse(rows);
}

/** Those that wait longer than it may take are refused rather than kept waiting for ever. */
export async function refuseUntaken(
  pool: Pool,
  warehouse: string,
  { olderThanMs, detail }: { olderThanMs: number; detail: string },
): Promise<void> {
  await pool.query(
    `UPDATE answer SET taken_at = now(), result = $3
     WHERE warehouse = $1 AND taken_at IS NULL AND received_at < now() - $2 * interval '1 millisecond'`,
    [warehouse, olderThanMs, asJson({ status: 'refused', detail } satisfies AnswerResult)],
  );
}

/** Stored before it is handed over, so that one that is handed over again ends at the same instant. */
export async function setMuteEnds(pool: Pool, ends: { id: string; until: string }[]): Promise<void> {
  await pool.query(
    `UPDATE answer SET input = input || jsonb_build_object('until', given.until)
     FROM jsonb_to_recordset($1::jsonb) AS given (id text, until text)
     WHERE answer.id = given.id AND NOT input ? 'until'`,
    [asJson(ends)],
  );
}

/** @returns the ids of those that nobody had recorded as taken before */
export async function recordTaken(
  pool: Pool,
  taken: { id: string; result: AnswerResult }[],
): Promise<Set<string>> {
  const { rows } = await pool.query(
    `UPDATE answer SET taken_at = now(), result = given.result,
       told_at = CASE WHEN origin IS NULL THEN now() END
     FROM jsonb_to_recordset($1::jsonb) AS given (id text, result jsonb)
     WHERE answer.id = given.id AND taken_at IS NULL
     RETURNING answer.id`,
    [asJson(taken)],
  );
  return new Set(
    z
      .array(z.object({ id: z.string() }))
      .parse(rows)
      .map(({ id }) => id),
  );
}

/** Taken a while ago, and whoever took them has not told anybody; in order of arrival. */
export async function listUntold(pool: Pool, takenBeforeMs: number): Promise<TakenAnswer[]> {
  const { rows } = await pool.query(
    `SELECT ${COLUMNS}, result, taken_at FROM answer
     WHERE taken_at < now() - $1 * interval '1 millisecond' AND told_at IS NULL ORDER BY arrival LIMIT 500`,
    [takenBeforeMs],
  );
  return rows.map((row: unknown) => {
    const { taken_at: takenAt, result } = takenRow.parse(row);
    return { ...answerRow.parse(row), result, takenAt };
  });
}

export async function recordTold(pool: Pool, ids: string[]): Promise<void> {
  await pool.query('UPDATE answer SET told_at = now() WHERE id = ANY ($1) AND told_at IS NULL', [ids]);
}

export interface Waiting {
  warehouse: string;
  untaken: number;
  oldestSec: number;
}

/** What waits for its warehouse. */
export async function countUntaken(pool: Pool): Promise<Waiting[]> {
  const { rows } = await pool.query(
    `SELECT warehouse, count(*)::integer AS untaken,
       extract(epoch FROM now() - min(received_at))::float AS "oldestSec"
     FROM answer WHERE taken_at IS NULL GROUP BY warehouse`,
  );
  return z.array(z.object({ warehouse: z.string(), untaken: z.number(), oldestSec: z.number() })).parse(rows);
}

/** How many answers came by the link of one episode. */
export async function countByLink(pool: Pool, episodeId: string): Promise<number> {
  const { rows } = await pool.query(
    `SELECT count(*)::integer AS count FROM answer WHERE way = 'link' AND input ->> 'episodeId' = $1`,
    [episodeId],
  );
  return z.array(z.object({ count: z.number() })).parse(rows)[0]?.count ?? 0;
}

/** What a warehouse has taken since, in that order, but for what it refused: to be told to a memory of before. */
export async function listAnswersSince(pool: Pool, warehouse: string, since: Date): Promise<Answer[]> {
  const { rows } = await pool.query(
    `SELECT ${COLUMNS} FROM answer
     WHERE warehouse = $1 AND taken_at >= $2 AND result ->> 'status' <> 'refused' ORDER BY taken_at, arrival`,
    [warehouse, since],
  );
  return z
    .array(answerRow)
    .parse(rows)
    .flatMap(({ answer }) => (isWhole(answer) ? [answer] : []));
}

/** Whether it can be handed over as it is. */
export function isWhole(answer: GivenAnswer): answer is Answer {
  return answer.kind !== 'mute' || answer.input.until !== undefined;
}

/** Postgres refuses NUL and halves of surrogate pairs in jsonb, and people's texts may hold, or be cut to, either. */
function asJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'string' ? each.replaceAll('\u0000', '').replaceAll(/\p{Surrogate}/gu, '') : each,
  );
}
