import { cholesky, solveCholesky } from "../src/math/cholesky.ts";
import { weightedGram } from "../src/math/gram.ts";
import { logistic } from "../src/math/log-sum-exp.ts";
import type { Matrix, Vector } from "../src/math/matrix.ts";

/** Precision of the prior under which log odds are fitted: weak, but never flat. */
const RIDGE = 0.1;
/** A row that is sure of its side still says so much of the odds. */
const LEAST_WEIGHT = 1e-3;

/**
 * A function that improves log odds (length n, at some rows only) towards the responsibilities of the first of two
 * components by one step of logistic regression on the design (n × q). Source: [mccullagh1989] §4.4.
 */
export function logisticStep({ rows: n, columns: q, data: W }: Matrix) {
  const weight = new Float64Array(n);
  const working = new Float64Array(n);
  const gram = new Float64Array(q * q);
  const coefficients = new Float64Array(q);

  return (rows: Int32Array, responsibility: Vector, odds: Vector): void => {
    const used = weight.subarray(0, rows.length);
    linearize(rows, responsibility, odds, used, working);
    gram.fill(0);
    coefficients.fill(0);
    weightedGram(W, q, rows, used, working, gram, coefficients);
    for (let j = 0; j < q; j++) gram[j * q + j] = gram[j * q + j]! + RIDGE;
    if (!cholesky(gram, q)) return;
    solveCholesky(gram, q, coefficients);
    predict(W, q, rows, coefficients, odds);
  };
}

/** Weights of the rows, in their order, and their working responses, by row. */
function linearize(
  rows: Int32Array,
  responsibility: Vector,
  odds: Vector,
  weight: Vector,
  working: Vector,
): void {
  for (let m = 0; m < rows.length; m++) {
    const i = rows[m]!;
    const p = logistic(odds[i]!);
    const w = Math.max(LEAST_WEIGHT, p * (1 - p));
    weight[m] = w;
    working[i] = odds[i]! + (responsibility[i]! - p) / w;
  }
}

function predict(W: Vector, q: number, rows: Int32Array, coefficients: Vector, out: Vector): void {
  for (let m = 0; m < rows.length; m++) {
    const i = rows[m]!;
    let eta = 0;
    for (let j = 0; j < q; j++) eta += W[i * q + j]! * coefficients[j]!;
    out[i] = eta;
  }
}
