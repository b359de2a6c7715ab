/** How the rows of one source spell their names, read as one name each. */
import { groupBy } from '../../group-by.ts';
import { settleSpellings, type Named, type Spelling } from '../../names.ts';
import { MINUTE_MS } from '../limits.ts';

/** The distinct spellings of rows, each with the minutes in which it was used. */
export function spellingsOf<Row>(
  bySpelling: ReadonlyMap<string, readonly Row[]>,
  tsOf: (row: Row) => number,
): Spelling[] {
  return [...bySpelling].map(([text, own]) => ({
    text,
    seen: () => new Set(own.map((row) => Math.floor(tsOf(row) / MINUTE_MS))),
    last: own.reduce((last, row) => Math.max(last, tsOf(row)), -Infinity),
  }));
}

/** The names of one source with all their spellings. */
export function namesIn(spellings: readonly Spelling[]): Named[] {
  const settled = settleSpellings(spellings);
  const texts = spellings.map(({ text }) => text);
  return [...groupBy(texts, (text) => settled.get(text) ?? text).values()].map((own) => ({ spellings: own }));
}

/** Rows with their names as they are to be read; the same list where every name is spelt so already. */
export function respell<Row>(
  rows: readonly Row[],
  nameOf: (row: Row) => string,
  settled: ReadonlyMap<string, string>,
  rename: (row: Row, name: string) => Row,
): readonly Row[] {
  if ([...settled].every(([from, to]) => from === to)) return rows;
  return rows.map((row) => {
    const name = settled.get(nameOf(row));
    return name === undefined || name === nameOf(row) ? row : rename(row, name);
  });
}
