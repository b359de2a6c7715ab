/** Figures as a person reads them. Most are whole numbers, and text is a slow way to find that nothing is to be cut. */

/** To so many digits in all. */
export function toSignificant(value: number, digits: number): number {
  const whole = Number.isInteger(value) && Math.abs(value) < 10 ** digits;
  return whole ? withoutSign(value) : Number(value.toPrecision(digits));
}

/** To so many digits after the point. */
export function toDecimals(value: number, digits: number): number {
  return Number.isInteger(value) ? withoutSign(value) : Number(value.toFixed(digits));
}

/** -0 is 0. */
function withoutSign(value: number): number {
  return value === 0 ? 0 : value;
}
