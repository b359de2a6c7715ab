/** Rows of any order by time, in bounded memory: sorted in parts on disk, then merged. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Rows of one part: some 25 MB while it is sorted; a year of 500 units at 5 minutes makes about 530 parts. */
const PART_ROWS = 100_000;
/** Of each part at a time while they are merged: a few MB for all of a year's. */
const READ_BYTES = 8_192;
const BATCH_ROWS = 2_000;

/**
 * The rows sorted by time; rows of one instant keep their order. The parts lie in a folder of their own below the
 * system's temporary one, removed at the end.
 * @param rows must survive JSON
 */
export async function* inTimeOrder<T>(
  rows: AsyncIterable<T[]>,
  tsOf: (row: T) => number,
  partRows = PART_ROWS,
): AsyncGenerator<T[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bufferwatch-sort-'));
  try {
    const parts = await writeParts(rows, tsOf, folder, partRows);
    yield* merge(parts.map((path, index) => new Part(path, index, tsOf)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeParts<T>(
  rows: AsyncIterable<T[]>,
  tsOf: (row: T) => number,
  folder: string,
  partRows: number,
): Promise<string[]> {
  const parts: string[] = [];
  let held: T[] = [];
  const flush = async (): Promise<void> => {
    if (held.length === 0) return;
    const part = join(folder, `${parts.length}.ndjson`);
    const sorted = held.toSorted((a, b) => tsOf(a) - tsOf(b));
    held = [];
    await pipeline(Readable.from(linesOf(sorted)), createWriteStream(part));
    parts.push(part);
  };
  for await (const batch of rows) {
    for (const row of batch) held.push(row);
    if (held.length >= partRows) await flush();
  }
  await flush();
  return parts;
}

function* linesOf(rows: readonly unknown[]): Generator<string> {
  for (let start = 0; start < rows.length; start += BATCH_ROWS) {
    yield `${rows
      .slice(start, start + BATCH_ROWS)
      .map((row) => JSON.stringify(row))
      .join('\n')}\n`;
  }
}

/** One sorted part while it is merged: a few hundred rows of it are in memory. */
class Part<T> {
  readonly #tsOf: (row: T) => number;
  readonly #chunks: AsyncIterator<string>;
  readonly index: number;
  #rest = '';
  #rows: T[] = [];
  #next = 0;
  row: T | undefined;
  ts = Infinity;

  constructor(path: string, index: number, tsOf: (row: T) => number) {
    this.#tsOf = tsOf;
    this.index = index;
    const stream = createReadStream(path, { encoding: 'utf8', highWaterMark: READ_BYTES });
    this.#chunks = (stream as AsyncIterable<string>)[Symbol.asyncIterator]();
  }

  /** To the next row that is in memory. @returns false where more has to be read first */
  step(): boolean {
    const row = this.#rows[this.#next];
    if (row === undefined) return false;
    this.#next += 1;
    this.row = row;
    this.ts = this.#tsOf(row);
    return true;
  }

  /** @returns false at the end */
  async read(): Promise<boolean> {
    while (!this.step()) {
      const { value, done } = await this.#chunks.next();
      if (done) return false;
      const lines = `${this.#rest}${value}`.split('\n');
      this.#rest = lines.pop() ?? '';
      this.#rows = lines.map((line) => JSON.parse(line) as T);
      this.#next = 0;
    }
    return true;
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}

async function* merge<T>(parts: readonly Part<T>[]): AsyncGenerator<T[]> {
  try {
    const heap: Part<T>[] = [];
    for (const part of parts) if (await part.read()) push(heap, part);
    let batch: T[] = [];
    for (let part = pop(heap); part !== undefined; part = pop(heap)) {
      if (part.row !== undefined) batch.push(part.row);
      if (part.step() || (await part.read())) push(heap, part);
      if (batch.length < BATCH_ROWS) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  } finally {
    await Promise.all(parts.map((part) => part.close()));
  }
}

/** Earlier first; of one instant the part that was written first. */
function precedes<T>(a: Part<T>, b: Part<T>): boolean {
  return a.ts < b.ts || (a.ts === b.ts && a.index < b.index);
}

function push<T>(heap: Part<T>[], item: Part<T>): void {
  let index = heap.length;
  heap.push(item);
  while (index > 0) {
    const above = (index - 1) >> 1;
    const parent = heap[above];
    if (!parent || !precedes(item, parent)) break;
    heap[index] = parent;
    index = above;
  }
  heap[index] = item;
}

function pop<T>(heap: Part<T>[]): Part<T> | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (!top || !last || heap.length === 0) return top;
  let index = 0;
  for (;;) {
    const [left, right] = [heap[2 * index + 1], heap[2 * index + 2]];
    if (!left) break;
    const below = right && precedes(right, left) ? right : left;
    if (!precedes(below, last)) break;
    heap[index] = below;
    index = 2 * index + (below === left ? 1 : 2);
  }
  heap[index] = last;
  return top;
}
