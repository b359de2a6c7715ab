/** Figures as a person reads them. Most are whole numbers, and text is a slow way to find that nothing is to be cut. */

/** After the point: a share of capacity, a probability, persons or percent, minutes and quality. */
export const FILL_DECIMALS = 4;
export const PROBABILITY_DECIMALS = 3;
export const QUANTITY_DECIMALS = 2;
export const MINUTES_DECIMALS = 1;
/** A level that was added up: more than anyone counts. */
export const UNITS_DECIMALS = 1;

/** In all: a flow. */
export const FLOW_DIGITS = 4;
/** In all, of what travels in workflow histories: more than any sensor of a buffer is good for. */
export const HISTORY_DIGITS = 3;
/** In all, of a figure that was compared: what a person reads of it. */
export const TEST_DIGITS = 5;

/** A day: a straight line says nothing of tomorrow. */
export const LONGEST_MIN = 24 * 60;

/** Keeps the noise of floating point from asking for one person more. */
export const ROUNDING = 1e-9;

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
