// Replayed inside workflows: a change of what it decides needs a version, see test/histories.
/** Orders that depend on no language and no machine. */

export function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Oldest first. */
export function byCycle(a: { cycleId: string }, b: { cycleId: string }): number {
  return compare(a.cycleId, b.cycleId);
}
