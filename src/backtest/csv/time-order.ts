/** Rows of any order by time, in bounded memory: sorted in parts on disk, then merged. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Rows of one part: some 50 MB while it is sorted; a year of 500 units at 5 minutes makes about 260 parts. */
const PART_ROWS = 200_000;
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
    yield* merge(
      parts.map((part) => readPart<T>(part)),
      tsOf,
    );
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

async function* readPart<T>(path: string): AsyncGenerator<T> {
  const input = createReadStream(path);
  const lines = createInterface({ input, crlfDelay: Infinity });
  try {
    for await (const line of lines) yield JSON.parse(line) as T;
  } finally {
    lines.close();
    if (!input.closed) {
      input.destroy();
      await once(input, 'close');
    }
  }
}

interface Head<T> {
  row: T;
  ts: number;
  part: number;
}

async function* merge<T>(parts: AsyncGenerator<T>[], tsOf: (row: T) => number): AsyncGenerator<T[]> {
  const heap: Head<T>[] = [];
  const advance = async (part: number): Promise<void> => {
    const next = await parts[part]?.next();
    if (next && !next.done) push(heap, { row: next.value, ts: tsOf(next.value), part });
  };
  for (const part of parts.keys()) await advance(part);
  let batch: T[] = [];
  for (let head = pop(heap); head !== undefined; head = pop(heap)) {
    batch.push(head.row);
    await advance(head.part);
    if (batch.length === BATCH_ROWS) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

/** Earlier first; of one instant the part that was written first. */
function precedes<T>(a: Head<T>, b: Head<T>): boolean {
  return a.ts < b.ts || (a.ts === b.ts && a.part < b.part);
}

function push<T>(heap: Head<T>[], item: Head<T>): void {
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

function pop<T>(heap: Head<T>[]): Head<T> | undefined {
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
