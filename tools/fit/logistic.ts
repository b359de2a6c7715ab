/** Logistic regression by maximum likelihood: Newton's method, for rows that weigh differently. */

export interface Rows {
  /** Row by row, `width` figures each. */
  figures: Float64Array;
  width: number;
  /** 1: it came. */
  came: Uint8Array;
  /** What each row counts. */
  weights: Float64Array;
}

const MOST_STEPS = 50;
const CLOSE_ENOUGH = 1e-8;
/** Keeps the matrix regular where a figure never varies, and moves no weight that a row supports. */
const RIDGE = 1e-9;

/**
 * The constant first, then one weight a figure.
 * @throws Error where it does not settle: all rows of one kind, or a figure that tells them apart without exception
 */
export function fitLogistic(rows: Rows): number[] {
  let beta: readonly number[] = Array.from({ length: rows.width + 1 }, () => 0);
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const { gradient, hessian } = derivatives(rows, beta);
    const before = logLoss(rows, beta);
    let change = solve(hessian, gradient);
    // A whole step may leap over the minimum where the guess is far off.
    while (logLoss(rows, sum(beta, change)) > before && !isSettled(change))
      change = change.map((each) => each / 2);
    beta = sum(beta, change);
    if (isSettled(change)) return [...beta];
  }
  throw new Error(`no weights after ${MOST_STEPS} steps: the rows do not hold them`);
}

function isSettled(change: readonly number[]): boolean {
  return change.every((each) => Math.abs(each) < CLOSE_ENOUGH);
}

function sum(a: readonly number[], b: readonly number[]): number[] {
  return a.map((each, index) => each + (b[index] ?? 0));
}

/** Mean of -log of the probability that was given to what came. */
export function logLoss(rows: Rows, beta: readonly number[]): number {
  let [total, whole] = [0, 0];
  for (let row = 0; row < rows.came.length; row += 1) {
    const weight = rows.weights[row] ?? 0;
    const z = logOddsAt(rows, row, beta);
    // log(1 + e^z), without an overflow
    total += weight * (Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - (rows.came[row] === 1 ? z : 0));
    whole += weight;
  }
  return total / whole;
}

function logOddsAt({ figures, width }: Rows, row: number, beta: readonly number[]): number {
  let z = beta[0] ?? 0;
  for (let index = 0; index < width; index += 1)
    z += (beta[index + 1] ?? 0) * (figures[row * width + index] ?? 0);
  return z;
}

/** Of the likelihood, by the weights. */
function derivatives(rows: Rows, beta: readonly number[]): { gradient: number[]; hessian: number[][] } {
  const size = rows.width + 1;
  const gradient = Array.from({ length: size }, () => 0);
  const hessian = Array.from({ length: size }, () => Array.from({ length: size }, () => 0));
  const x = new Float64Array(size);
  x[0] = 1;
  let whole = 0;
  for (let row = 0; row < rows.came.length; row += 1) {
    x.set(rows.figures.subarray(row * rows.width, (row + 1) * rows.width), 1);
    const weight = rows.weights[row] ?? 0;
    const p = 1 / (1 + Math.exp(-logOddsAt(rows, row, beta)));
    whole += weight;
    for (let i = 0; i < size; i += 1) {
      gradient[i]! += weight * ((rows.came[row] ?? 0) - p) * x[i]!;
      for (let j = 0; j <= i; j += 1) hessian[i]![j]! += weight * p * (1 - p) * x[i]! * x[j]!;
    }
  }
  for (let i = 0; i < size; i += 1) {
    hessian[i]![i]! += RIDGE * whole;
    for (let j = 0; j < i; j += 1) hessian[j]![i] = hessian[i]![j]!;
  }
  return { gradient, hessian };
}

/** Gaussian elimination with the largest pivot of each column. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, index) => [...row, right[index] ?? 0]);
  const size = rows.length;
  for (let column = 0; column < size; column += 1) {
    const rest = rows.slice(column);
    const best = column + rest.findIndex((row) => Math.abs(row[column]!) === maxOf(rest, column));
    [rows[column], rows[best]] = [rows[best]!, rows[column]!];
    const pivot = rows[column]!;
    for (const [index, row] of rows.entries()) {
      if (index === column) continue;
      const factor = row[column]! / pivot[column]!;
      for (let k = column; k <= size; k += 1) row[k]! -= factor * pivot[k]!;
    }
  }
  return rows.map((row, index) => row[size]! / row[index]!);
}

function maxOf(rows: readonly (readonly number[])[], column: number): number {
  return Math.max(...rows.map((row) => Math.abs(row[column] ?? 0)));
}
