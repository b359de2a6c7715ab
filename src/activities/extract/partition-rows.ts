/** Splits the rows of one source by warehouse; what does not fit is left out, counted, and told by field. */
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { z } from 'zod';

/** Rows between two breaths: some 10 ms of work, so that heartbeats and other activities go on. */
const ROWS_PER_TURN = 5_000;
/** Enough to see what is wrong; one wrong column fills them once. */
const PROBLEMS_TOLD = 5;
/** A value that is shown as an example is cut there. */
const EXAMPLE_LENGTH = 40;

/** What was taken and what was left out, of one warehouse or of all. */
export class Tally {
  rows = 0;
  rejected = 0;
  readonly #problems = new Map<string, { rows: number; example: string }>();

  reject(problems: { field: string; problem: string; value: unknown }[]): void {
    this.rejected++;
    for (const { field, problem, value } of problems) {
      const text = `${field}: ${problem}`;
      const known = this.#problems.get(text);
      if (known) known.rows++;
      else this.#problems.set(text, { rows: 1, example: exampleOf(value) });
    }
  }

  /** The most frequent first. */
  problems(): string[] {
    const all = [...this.#problems].toSorted(([, a], [, b]) => b.rows - a.rows);
    const told = all
      .slice(0, PROBLEMS_TOLD)
      .map(([text, { rows, example }]) => `${text}, was ${example} (${rows} ${rows === 1 ? 'row' : 'rows'})`);
    return all.length > PROBLEMS_TOLD ? [...told, `${all.length - PROBLEMS_TOLD} more problems`] : told;
  }
}

export interface Partition<Row> {
  /** By our own code; every warehouse asked for is there. */
  byWarehouse: Map<string, { rows: Row[]; tally: Tally }>;
  /** Of all warehouses, rows of unknown ones included. */
  network: Tally;
}

/** `codes` leads from the source's spelling of a warehouse to our code. */
export async function partitionRows<Row extends { recordedAt: number }>(
  raw: Record<string, unknown>[],
  schema: z.ZodType<Row>,
  codes: Map<string, string>,
  snapshotMs: number,
): Promise<Partition<Row>> {
  const network = new Tally();
  const byWarehouse = new Map<string, { rows: Row[]; tally: Tally }>();
  const codeOf = new Map([...codes].map(([spelt, code]) => [spelt.trim(), code]));
  for (const code of codes.values()) byWarehouse.set(code, { rows: [], tally: new Tally() });

  for (const [index, given] of raw.entries()) {
    if (index % ROWS_PER_TURN === ROWS_PER_TURN - 1) await yieldToOthers();
    // A CHAR(n) column comes padded.
    const spelt = given['warehouse'];
    const code = typeof spelt === 'string' ? codeOf.get(spelt.trim()) : undefined;
    const place = code === undefined ? undefined : byWarehouse.get(code);
    if (place === undefined) {
      network.reject([{ field: 'warehouse', problem: 'was not asked for', value: given['warehouse'] }]);
      continue;
    }
    const parsed = schema.safeParse({ ...given, warehouse: code });
    const problems = parsed.success
      ? parsed.data.recordedAt > snapshotMs
        ? [{ field: 'recorded_at', problem: 'is later than the snapshot', value: given['recorded_at'] }]
        : []
      : parsed.error.issues.map((issue) => {
          const field = String(issue.path[0] ?? 'row');
          return { field, problem: issue.message, value: given[field] };
        });
    if (!parsed.success || problems.length > 0) {
      place.tally.reject(problems);
      network.reject(problems);
      continue;
    }
    place.rows.push(parsed.data);
    place.tally.rows++;
    network.rows++;
  }
  return { byWarehouse, network };
}

function exampleOf(value: unknown): string {
  const text = value === undefined ? 'missing' : JSON.stringify(value);
  return text.length > EXAMPLE_LENGTH ? `${text.slice(0, EXAMPLE_LENGTH)}...` : text;
}
