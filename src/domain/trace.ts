/** Asks a question and writes it down: what is not recorded was not decided on. */
import type { Test } from './recommendation.ts';
import { TEST_DIGITS, toSignificant } from './digits.ts';

/** Answers whether `value operator threshold` holds. Unknown (null) never passes. */
export type Ask = (
  name: string,
  value: Test['value'],
  operator: Test['operator'],
  threshold: Test['threshold'],
) => boolean;

export interface Trace {
  ask: Ask;
  tests: Test[];
}

export function startTrace(before: readonly Test[] = []): Trace {
  const tests = [...before];
  return {
    tests,
    ask: (name, value, operator, threshold) => {
      const passed = holds(value, operator, threshold);
      tests.push({ name, value: presentable(value), operator, threshold: presentable(threshold), passed });
      return passed;
    },
  };
}

/** An `Ask` that leaves no trace, for what is judged minute by minute. */
export const unrecorded: Ask = (_name, value, operator, threshold) => holds(value, operator, threshold);

function holds(value: Test['value'], operator: Test['operator'], threshold: Test['threshold']): boolean {
  if (operator === 'is' || operator === '=') return value !== null && value === threshold;
  if (typeof value !== 'number' || typeof threshold !== 'number') return false;
  return COMPARISONS[operator](value, threshold);
}

const COMPARISONS: Record<'>=' | '>' | '<=' | '<', (value: number, threshold: number) => boolean> = {
  '>=': (value, threshold) => value >= threshold,
  '>': (value, threshold) => value > threshold,
  '<=': (value, threshold) => value <= threshold,
  '<': (value, threshold) => value < threshold,
};

/** JSON has no infinity: "never, as it goes" is written as such. */
function presentable(value: Test['value']): Test['value'] {
  if (typeof value !== 'number') return value;
  if (!Number.isFinite(value)) return 'never';
  return toSignificant(value, TEST_DIGITS);
}
