import { describe, expect, it } from 'vitest';
import { createPureSubject } from './pure-subject.ts';
import { GOOD, NO_DATA, NOT_SCHEDULED, runScenario, slow } from './scenario.ts';
import type { Look } from './scenario.ts';

const LOOKS: Record<string, Look> = {
  g: GOOD,
  b: slow(),
  7: slow({ minutesActionable: 7 }),
  8: slow({ minutesActionable: 8 }),
  e: slow({ severity: 'EMERGENCY' }),
  E: slow({ severity: 'EMERGENCY', levelAndWcsAgree: true }),
  f: slow({ atOnce: true }),
  F: slow({ severity: 'EMERGENCY', atOnce: true }),
  u: NO_DATA,
  q: { unit: { quality: 69 } },
  Q: { unit: { quality: 70 } },
  n: NOT_SCHEDULED,
  z: { unit: { highZone: 'OVERFLOW_RISK' } },
};

/** One letter a cycle, `-` a missing one; then the label of the last cycle's HIGH row. */
describe('what the last cycle says', () => {
  it.each([
    ['b', 'SUPPRESSED persistence'],
    ['bb', 'NEW persistent'],
    ['bgb', 'NEW persistent'],
    ['bub', 'NEW persistent'],
    ['b-b', 'NEW persistent'],
    ['bggb', 'SUPPRESSED persistence'],
    ['b--b', 'SUPPRESSED persistence'],
    ['7', 'SUPPRESSED persistence'],
    ['8', 'NEW persistent'],
    ['e', 'SUPPRESSED persistence'],
    ['E', 'NEW persistent'],
    ['ee', 'NEW persistent'],
    ['f', 'NEW persistent'],
    ['F', 'NEW persistent'],
    ['be', 'NEW persistent'],
    ['ege', 'SUPPRESSED persistence'],
    ['8g', 'SUPPRESSED clearing'],
    ['8gg', 'CLEARED recovered'],
    ['8g-g', 'CLEARED recovered'],
    ['8g--g', 'SUPPRESSED clearing'],
    ['8gbg', 'SUPPRESSED clearing'],
    ['8gug', 'SUPPRESSED clearing'],
    ['8gugg', 'CLEARED recovered'],
    ['8gq', 'SUPPRESSED clearing'],
    ['8QQ', 'CLEARED recovered'],
    ['8qq', 'SUPPRESSED clearing'],
    ['8zz', 'SUPPRESSED clearing'],
    ['8nn', 'SUPPRESSED not_scheduled'],
    ['8gng', 'CLEARED recovered'],
    ['8uu', 'SUPPRESSED no_data'],
  ])('%s: %s', async (letters, expected) => {
    const steps = letters
      .split('')
      .flatMap((letter, at) => (letter === '-' ? [] : [{ c: at + 1, units: { U1: LOOKS[letter] ?? GOOD } }]));
    const { records } = await runScenario(createPureSubject(), { name: letters, steps });
    const row = records.at(-1)?.result.labels.find(({ direction }) => direction === 'HIGH');
    expect(`${row?.label} ${row?.reason}`).toBe(expected);
  });
});
