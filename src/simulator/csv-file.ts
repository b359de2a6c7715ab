/** A CSV file that is written as a stream: what waits for the disk is bounded. */
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';

export type Cell = string | number | Date | null;

export interface CsvFile {
  /** Resolves when there is room for more; rejects where the disk refuses. */
  append(rows: readonly (readonly Cell[])[]): Promise<void>;
  /** Resolves when everything is written. */
  close(): Promise<void>;
  rows(): number;
}

export function createCsvFile(path: string, columns: readonly string[]): CsvFile {
  const stream: WriteStream = createWriteStream(path);
  let failed: Error | null = null;
  stream.on('error', (error) => {
    failed = error;
  });
  let count = 0;
  const write = async (text: string): Promise<void> => {
    if (failed) throw failed;
    if (!stream.write(text)) await once(stream, 'drain');
  };
  let started = write(`${columns.join(',')}\n`);
  return {
    append: async (rows) => {
      await started;
      if (rows.length === 0) return;
      count += rows.length;
      let text = '';
      for (const row of rows) text += `${row.map(render).join(',')}\n`;
      started = write(text);
      await started;
    },
    close: async () => {
      await started;
      stream.end();
      await once(stream, 'close');
      if (failed) throw failed;
    },
    rows: () => count,
  };
}

function render(cell: Cell): string {
  if (cell === null) return '';
  if (cell instanceof Date) return renderInstant(cell.getTime());
  if (typeof cell === 'number') return String(cell);
  return /[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** ISO 8601 in UTC, milliseconds only where there are some. */
export function renderInstant(ts: number): string {
  return new Date(ts).toISOString().replace('.000Z', 'Z');
}
