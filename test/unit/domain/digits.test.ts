/** The short way for whole numbers gives what the long way through text gives. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toDecimals, toSignificant } from '../../../src/domain/digits.ts';

const figures = fc.oneof(
  fc.double({ noNaN: true }),
  fc.integer(),
  fc.integer({ min: -100_001, max: 100_001 }),
  fc.constantFrom(0, -0, 99_999, 100_000, 99_999.5, -99_999, 1e21, 1e22),
);

describe('digits', () => {
  it('in all', () => {
    fc.assert(
      fc.property(figures, fc.integer({ min: 1, max: 8 }), (value, digits) => {
        expect(toSignificant(value, digits)).toBe(Number(value.toPrecision(digits)));
      }),
    );
  });

  it('after the point', () => {
    fc.assert(
      fc.property(figures, fc.integer({ min: 0, max: 8 }), (value, digits) => {
        expect(toDecimals(value, digits)).toBe(Number(value.toFixed(digits)));
      }),
    );
  });
});
