/** Reads CSV files in batches of rows; what can't be read ends with file, line and reason. */
import { createReadStream } from 'node:fs';
import { CsvError, parse } from 'csv-parse';
import { parseRecordedInstant } from '../../domain/instant.ts';
import { isTimeZone } from '../../domain/zone-clock.ts';
import { BadFile } from '../bad-file.ts';

/** Rows handed over at once: enough to make the hand-over cheap, some hundred kB at the most. */
const BATCH_ROWS = 2_000;

/** The problem of one cell, without its place. */
class CellProblem extends Error {}

/** One row while it is being read. Empty cells and absent columns are unknown. */
export class CsvRow {
  readonly #columns: ReadonlyMap<string, number>;
  #cells: readonly string[] = [];

  constructor(columns: ReadonlyMap<string, number>) {
    this.#columns = columns;
  }

  load(cells: readonly string[]): void {
    this.#cells = cells;
  }

  has(column: string): boolean {
    return this.#columns.has(column);
  }

  /** '' where empty or absent. */
  raw(column: string): string {
    const index = this.#columns.get(column);
    return index === undefined ? '' : (this.#cells[index] ?? '').trim();
  }

  text(column: string): string {
    const value = this.raw(column);
    if (value === '') throw new CellProblem(`${column} is empty, expected a text`);
    return value;
  }

  textOrNull(column: string): string | null {
    return this.raw(column) || null;
  }

  numberOrNull(column: string): number | null {
    const value = this.raw(column);
    if (value === '') return null;
    const number = Number(value);
    if (!Number.isFinite(number)) throw new CellProblem(`${column} is ${quote(value)}, expected a number`);
    return number;
  }

  /** Epoch ms. A time without a zone is UTC. */
  instant(column: string): number {
    const ts = this.instantOrNull(column);
    if (ts === null) throw new CellProblem(`${column} is empty, expected an ISO 8601 instant`);
    return ts;
  }

  instantOrNull(column: string): number | null {
    const value = this.raw(column);
    return value === '' ? null : toInstant(column, value);
  }

  /** `2026-12-25` */
  day(column: string): string {
    const value = this.text(column);
    if (value.length !== 10 || parseRecordedInstant(value) === null)
      throw new CellProblem(`${column} is ${quote(value)}, expected a day such as 2026-12-25`);
    return value;
  }

  /** IANA name. */
  timezone(column: string): string {
    const value = this.text(column);
    if (!isTimeZone(value))
      throw new CellProblem(`${column} is ${quote(value)}, expected an IANA name such as Europe/Berlin`);
    return value;
  }

  timezoneOrNull(column: string): string | null {
    return this.raw(column) === '' ? null : this.timezone(column);
  }

  oneOf<T extends string>(column: string, allowed: readonly T[]): T {
    const value = this.oneOfOrNull(column, allowed);
    if (value === null) throw new CellProblem(`${column} is empty, expected one of ${allowed.join(', ')}`);
    return value;
  }

  oneOfOrNull<T extends string>(column: string, allowed: readonly T[]): T | null {
    const value = this.raw(column);
    if (value === '') return null;
    const found = allowed.find((one) => one === value);
    if (found === undefined)
      throw new CellProblem(`${column} is ${quote(value)}, expected one of ${allowed.join(', ')}`);
    return found;
  }

  /** To be thrown, for what only the reader of the row can judge. */
  refusal(problem: string): Error {
    return new CellProblem(problem);
  }
}

function quote(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value);
}

function toInstant(column: string, value: string): number {
  const ts = parseRecordedInstant(value);
  if (ts === null)
    throw new CellProblem(
      `${column} is ${quote(value)}, expected an ISO 8601 instant such as 2026-03-01T10:05:00Z`,
    );
  return ts;
}

/**
 * Rows in the order of the file, in batches. Blank lines are skipped, further columns ignored.
 * @param read makes a row; its refusals become a `BadFile` with the line
 * @throws BadFile
 */
export async function* readCsv<T>(
  path: string,
  required: readonly string[],
  read: (row: CsvRow, line: number) => T,
): AsyncGenerator<T[]> {
  let line = 0;
  let width = 0;
  let row: CsvRow | null = null;
  let batch: T[] = [];
  const parser = parse({ bom: true, relax_column_count: true });
  const input = createReadStream(path);
  input.on('error', (error) => parser.destroy(error));
  try {
    for await (const cells of input.pipe(parser) as AsyncIterable<string[]>) {
      line += 1;
      if (cells.length <= 1 && (cells[0] ?? '').trim() === '') continue;
      if (row === null) {
        row = new CsvRow(columnsOf(path, line, cells, required));
        width = cells.length;
        continue;
      }
      if (cells.length !== width)
        throw new BadFile(path, line, `${cells.length} fields, expected ${width} as in the header`);
      row.load(cells);
      batch.push(read(row, line));
      if (batch.length === BATCH_ROWS) {
        yield batch;
        batch = [];
      }
    }
  } catch (error) {
    throw toBadFile(path, line, error);
  } finally {
    input.destroy();
  }
  if (row === null) throw new BadFile(path, null, `is empty, expected a header with ${required.join(', ')}`);
  if (batch.length > 0) yield batch;
}

/** Of a small file. */
export async function readAllRows<T>(
  path: string,
  required: readonly string[],
  read: (row: CsvRow, line: number) => T,
): Promise<T[]> {
  const rows: T[] = [];
  for await (const batch of readCsv(path, required, read)) rows.push(...batch);
  return rows;
}

function columnsOf(
  path: string,
  line: number,
  header: readonly string[],
  required: readonly string[],
): ReadonlyMap<string, number> {
  const names = header.map((name) => name.trim());
  const twice = names.find((name, index) => name !== '' && names.indexOf(name) !== index);
  if (twice !== undefined) throw new BadFile(path, line, `column ${twice} stands twice in the header`);
  const missing = required.filter((name) => !names.includes(name));
  if (missing.length > 0)
    throw new BadFile(
      path,
      line,
      `column ${missing.join(', ')} is missing, the header is ${names.join(',') || 'empty'}`,
    );
  return new Map(names.map((name, index) => [name, index]));
}

function toBadFile(path: string, line: number, error: unknown): unknown {
  if (error instanceof CellProblem) return new BadFile(path, line, error.message);
  if (error instanceof CsvError) return new BadFile(path, line + 1, `no CSV: ${error.message}`);
  if (error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error) {
    const reason = error.code === 'ENOENT' ? 'does not exist' : `can't be read: ${error.message}`;
    return new BadFile(path, null, reason);
  }
  return error;
}
