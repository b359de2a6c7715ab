/** The totals of one counter made to rise on where its register wrapped, and rid of what is no total. */
import { COUNTER_REGISTERS, MINUTE_MS, NEGATIVE_RUN_READINGS } from '../limits.ts';
import { type Rise, isWithin, mostPerMinute } from './possible-flow.ts';

interface Total {
  ts: number;
  value: number;
  /** Among the readings. */
  index: number;
}

/** From each reading to the next, falls included; none across a change of sign. */
function risesOf(totals: readonly Total[]): Rise[] {
  return totals.slice(1).flatMap((after, index): Rise[] => {
    const before = totals[index];
    if (!before || before.value < 0 !== after.value < 0) return [];
    return [{ units: after.value - before.value, minutes: (after.ts - before.ts) / MINUTE_MS }];
  });
}

/** Most counters do nothing but rise. */
function onlyRises(values: readonly (number | null)[]): boolean {
  let before = 0;
  for (const value of values) {
    if (value === null) continue;
    if (value < before) return false;
    before = value;
  }
  return true;
}

export interface Totals {
  totals: readonly (number | null)[];
  /** Which were below 0 and no totals. */
  refused: readonly number[];
}

/**
 * @param instants of the readings, in order, epoch ms.
 * @param values what each of them says; null says nothing.
 * @returns each one's total, continued beyond every wrap; null where it is empty or no total. A counter that fell
 * in another way stays fallen.
 */
export function continueTotals(instants: readonly number[], values: readonly (number | null)[]): Totals {
  if (onlyRises(values)) return { totals: values, refused: [] };
  const known = values.flatMap((value, index): Total[] =>
    value === null ? [] : [{ ts: instants[index] ?? 0, value, index }],
  );
  const most = mostPerMinute(risesOf(known));
  const believable = (rise: number, before: Total, after: Total): boolean =>
    rise >= 0 && isWithin({ units: rise, minutes: Math.abs(after.ts - before.ts) / MINUTE_MS }, most);
  /** What to add after a wrap; 0 where it is none. */
  const wrapOf = (before: Total, after: Total): number => {
    if (after.value >= before.value) return 0;
    const register = COUNTER_REGISTERS.find(
      ([least, end]) =>
        after.value >= least &&
        before.value < end &&
        believable(after.value - before.value + (end - least), before, after),
    );
    return register ? register[1] - register[0] : 0;
  };

  const refused = known.some(({ value }) => value < 0) ? refuseNegatives(known, wrapOf, believable) : [];
  const out = new Set(refused);
  const totals = values.map((): number | null => null);
  let wrapped = 0;
  let before: Total | null = null;
  for (const total of known) {
    if (out.has(total.index)) continue;
    if (before) wrapped += wrapOf(before, total);
    totals[total.index] = total.value + wrapped;
    before = total;
  }
  return { totals, refused };
}

/** Readings below 0 are those of a counter where they follow a wrap, lead up to 0 from the first on, or rise by themselves. */
function refuseNegatives(
  known: readonly Total[],
  wrapOf: (before: Total, after: Total) => number,
  believable: (rise: number, before: Total, after: Total) => boolean,
): number[] {
  const refused: number[] = [];
  for (let start = 0; start < known.length;) {
    let end = start;
    while ((known[end]?.value ?? 0) < 0) end++;
    if (end === start) {
      start++;
      continue;
    }
    const run = known.slice(start, end);
    const [first, last, before, after] = [run[0], run.at(-1), known[start - 1], known[end]];
    start = end;
    if (!first || !last) continue;
    const entered = before !== undefined && wrapOf(before, first) > 0;
    const left =
      before === undefined && after !== undefined && believable(after.value - last.value, last, after);
    const falls = run.some(({ value }, index) => value < (run[index - 1]?.value ?? value));
    const counts = run.length >= NEGATIVE_RUN_READINGS && !falls && last.value > first.value;
    if (!entered && !left && !counts) refused.push(...run.map(({ index }) => index));
  }
  return refused;
}
