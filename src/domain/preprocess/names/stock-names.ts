/** The stock source's workpools and paths, each read under one spelling: the one that is remembered, else the newest. */
import { groupBy } from '../../group-by.ts';
import { settleSpellings } from '../../names.ts';
import type { KnownPath } from '../../series.ts';
import type { StockRow } from '../../source-rows.ts';
import { readingTs } from './path-list.ts';
import { respell, spellingsOf } from './spellings.ts';

export function settleStockNames(
  rows: readonly StockRow[],
  knownPaths: readonly KnownPath[],
): readonly StockRow[] {
  const workpools = settleSpellings(
    spellingsOf(
      groupBy(rows, ({ workpool }) => workpool),
      readingTs,
    ),
    knownPaths.map(({ workpool }) => workpool),
  );
  const settled = respell(
    rows,
    ({ workpool }) => workpool,
    workpools,
    (row, workpool) => ({ ...row, workpool }),
  );
  const known = groupBy(knownPaths, ({ workpool }) => workpool);
  const renamed = new Map<string, ReadonlyMap<string, string>>();
  for (const [workpool, own] of groupBy(settled, (row) => row.workpool)) {
    const paths = settleSpellings(
      spellingsOf(
        groupBy(own, ({ path }) => path),
        readingTs,
      ),
      known.get(workpool)?.map(({ path }) => path),
    );
    if ([...paths].some(([from, to]) => from !== to)) renamed.set(workpool, paths);
  }
  if (renamed.size === 0) return settled;
  return settled.map((row) => {
    const path = renamed.get(row.workpool)?.get(row.path) ?? row.path;
    return path === row.path ? row : { ...row, path };
  });
}
