/** Rows come in any order and more than once; from here on each stands once, in one order. */
import { compare } from '../compare.ts';

export type Key<Row> = (row: Row) => number | string | null;

/** What is not known comes first. */
function compareKnown(a: number | string | null, b: number | string | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return compare(a, b);
}

/** Sorted by the keys in turn; rows that agree in every key are one row. The keys must cover every field that counts. */
export function sortDistinct<Row>(rows: readonly Row[], keys: readonly Key<Row>[]): Row[] {
  const order = (a: Row, b: Row): number => {
    for (const key of keys) {
      const result = compareKnown(key(a), key(b));
      if (result !== 0) return result;
    }
    return 0;
  };
  const sorted = rows.toSorted(order);
  return sorted.filter((row, index) => {
    const before = sorted[index - 1];
    return before === undefined || order(before, row) !== 0;
  });
}

/** Of rows sorted so that the newest recorded comes last within its group, the last of each group. */
export function newestOfEach<Row>(
  sorted: readonly Row[],
  group: Key<Row>,
): { rows: Row[]; superseded: number } {
  const byGroup = new Map<number | string | null, Row>();
  for (const row of sorted) byGroup.set(group(row), row);
  return { rows: [...byGroup.values()], superseded: sorted.length - byGroup.size };
}
