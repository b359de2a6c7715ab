/** What is not believed, as the cycles remember it. */
import { compare } from '../../compare.ts';
import type { Doubt } from '../../series.ts';

/** The order in which they are remembered. */
export function sortDoubts(doubts: readonly Doubt[]): Doubt[] {
  return doubts.toSorted(
    (a, b) =>
      compare(a.workpool, b.workpool) ||
      compare(a.path, b.path) ||
      compare(a.process ?? '', b.process ?? '') ||
      compare(a.reading, b.reading) ||
      a.since - b.since,
  );
}

/** What was told at `ts` is meant. */
export function covers({ since, until }: Doubt, ts: number): boolean {
  return since <= ts && ts < (until ?? Infinity);
}

/** The counters are not believed now. */
export function isFlowDenied({ reading, until }: Doubt): boolean {
  return reading === 'flow' && until === undefined;
}
