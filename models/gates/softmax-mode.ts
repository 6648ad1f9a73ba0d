import { fastExp, fastLog } from "../../src/math/exp.ts";
import { addProducts, linearPredictor } from "../../src/math/gram.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { newton } from "../../src/math/newton.ts";
import { dot, rowStep } from "./row-step.ts";
import type { NormalRowPrior } from "./softmax-prior.ts";
import { type GateRows, LARGEST_EXPONENT, LARGEST_WEIGHT } from "./softmax-rows.ts";

const LOG_2_POW_500 = fastLog(2 ** 500);

/**
 * The conditional p(γ_k | z, other rows) of one gate row, up to a constant: strictly log-concave.
 * `load` fixes k, z and the other rows; then it can be evaluated and climbed.
 */
export interface RowProblem {
  /** Lower Cholesky factor of the negative Hessian H at the point where `climb` took its last step. */
  readonly factor: Vector;
  load(rows: GateRows, k: number, z: Int32Array): void;
  /** Newton from `mode`, in place, until a step promises less than `tolerance`. */
  climb(mode: Vector, tolerance: number): void;
  /** Leaves in `log` and `weight` what the row gives: w_i'γ − shift_i and its exponential. */
  value(row: Vector): number;
  /** `value` of the row whose weights are known: no exponentials. */
  valueOfKnown(row: Vector, weights: Vector): number;
  readonly log: Vector;
  readonly weight: Vector;
  /** (row − mode)' H (row − mode). */
  distance(row: Vector, mode: Vector): number;
}

/** What `load` fixes, on the rows that the problem looks at. */
interface Loaded {
  readonly size: number;
  readonly design: Vector;
  readonly shift: Vector;
  /** 1 / the others' weight: odds = inverse · e^(w'γ − shift) are those of k against the others. */
  readonly inverse: Vector;
  /** Σ of the design rows allocated to k. */
  readonly score: Vector;
}

/** The problem on every `stride`-th row of the design, each row counted `stride` times. */
export function rowProblem(
  W: Vector,
  n: number,
  q: number,
  prior: NormalRowPrior,
  stride: number,
): RowProblem {
  const size = Math.ceil(n / stride);
  const loaded: Loaded = {
    size,
    design: stride === 1 ? W : everyRow(W, q, stride, size),
    shift: new Float64Array(size),
    inverse: new Float64Array(size),
    score: new Float64Array(q),
  };
  const { factor, log, weight, evaluate, newtonStep, value } = rowDerivatives(
    loaded,
    q,
    prior,
    stride,
  );
  return {
    factor,
    log,
    weight,
    load(rows, k, z) {
      reciprocals(rows.others, stride, loaded.inverse);
      strided(rows.shift, stride, loaded.shift);
      indicate(z, k, stride, weight);
      loaded.score.fill(0);
      addProducts(loaded.design, q, weight, loaded.score);
    },
    climb: newton({ dimension: q, evaluate, newtonStep }),
    value,
    valueOfKnown: (row, weights) =>
      prior.logDensity(row) + dot(row, loaded.score) - sumKnown(weights, loaded.inverse),
    distance: (row, mode) => squaredLength(factor, q, row, mode),
  };
}

/** out[m] = 1 / values[m · stride]. */
function reciprocals(values: Vector, stride: number, out: Vector): void {
  for (let m = 0, i = 0; m < out.length; m++, i += stride) out[m] = 1 / values[i]!;
}

function strided(values: Vector, stride: number, out: Vector): void {
  for (let m = 0, i = 0; m < out.length; m++, i += stride) out[m] = values[i]!;
}

/** out[m] = stride where row m · stride is allocated to k, else 0. */
function indicate(z: Int32Array, k: number, stride: number, out: Vector): void {
  for (let m = 0, i = 0; m < out.length; m++, i += stride) out[m] = stride * Number(z[i] === k);
}

/** Value, gradient and Hessian of the loaded conditional. */
function rowDerivatives(loaded: Loaded, q: number, prior: NormalRowPrior, stride: number) {
  const { size, design, score } = loaded;
  const log = new Float64Array(size);
  const weight = new Float64Array(size);
  const expected = new Float64Array(size);
  const { factor, step: newtonStep } = rowStep(design, q, prior, { weight, expected, score });

  /** The value, leaving in `weight` and `expected` what `newtonStep` needs. */
  function evaluate(row: Vector): number {
    linearPredictor(design, q, size, row, log);
    const logSum = weigh(loaded, stride, log, weight, expected);
    return prior.logDensity(row) + dot(row, score) - stride * logSum;
  }

  function value(row: Vector): number {
    linearPredictor(design, q, size, row, log);
    return prior.logDensity(row) + dot(row, score) - stride * sumLogs(loaded, log, weight);
  }

  return { factor, log, weight, evaluate, newtonStep, value };
}

// The loops below have no calls, which would cost more than what they do: products that grow large are scaled by 2^-500,
// and capped rows, which are rare, are seen to afterwards.

/**
 * Σ log(1 + odds), odds = inverse · exp(linear − shift) of k against the others. Fills the weight stride · p (1 − p) of
 * each row, and stride · p.
 */
function weigh(
  { shift, inverse }: Loaded,
  stride: number,
  linear: Vector,
  weight: Vector,
  expected: Vector,
): number {
  const largest = LARGEST_WEIGHT;
  let [product, scalings, capped] = [1, 0, 0];
  for (let m = 0; m < linear.length; m++) {
    let odds = fastExp(linear[m]! - shift[m]!) * inverse[m]!;
    if (odds > largest) {
      odds = largest;
      capped++;
    }
    const sum = 1 + odds;
    const complement = 1 / sum;
    const p = stride * odds * complement;
    expected[m] = p;
    weight[m] = p * complement;
    product *= sum;
    if (product > 2 ** 500) {
      product *= 2 ** -500;
      scalings++;
    }
  }
  const logSum = logOfScaled(product, scalings);
  if (capped === 0) return logSum;
  let excesses = 0;
  for (let m = 0; m < linear.length; m++) {
    const exponent = linear[m]! - shift[m]!;
    if (fastExp(exponent) * inverse[m]! > largest) excesses += excess(exponent, inverse[m]!);
  }
  return logSum + excesses;
}

/** The same sum alone; leaves linear − shift in `linear` and its exponential in `weight`. */
function sumLogs({ shift, inverse }: Loaded, linear: Vector, weight: Vector): number {
  const largest = LARGEST_WEIGHT;
  let [product, scalings, capped] = [1, 0, 0];
  for (let m = 0; m < linear.length; m++) {
    const exponent = linear[m]! - shift[m]!;
    const own = fastExp(exponent);
    linear[m] = exponent;
    weight[m] = own;
    let odds = own * inverse[m]!;
    if (odds > largest) {
      odds = largest;
      capped++;
    }
    product *= 1 + odds;
    if (product > 2 ** 500) {
      product *= 2 ** -500;
      scalings++;
    }
  }
  const logSum = logOfScaled(product, scalings);
  if (capped === 0) return logSum;
  let excesses = 0;
  for (let m = 0; m < linear.length; m++) {
    if (weight[m]! * inverse[m]! > largest) excesses += excess(linear[m]!, inverse[m]!);
  }
  return logSum + excesses;
}

/** Log odds less LARGEST_EXPONENT: beyond it log(1 + odds) is the log odds, and p is 1, both to the last bit. */
function excess(exponent: number, inverse: number): number {
  return exponent + fastLog(inverse) - LARGEST_EXPONENT;
}

/** log (product · 2^(500 scalings)). */
function logOfScaled(product: number, scalings: number): number {
  return fastLog(product) + scalings * LOG_2_POW_500;
}

/** The same sum from known weights, none of which is capped. */
function sumKnown(weights: Vector, inverse: Vector): number {
  const largest = LARGEST_WEIGHT;
  let [product, scalings, capped] = [1, 0, 0];
  for (let i = 0; i < inverse.length; i++) {
    let odds = weights[i]! * inverse[i]!;
    if (odds > largest) {
      odds = largest;
      capped++;
    }
    product *= 1 + odds;
    if (product > 2 ** 500) {
      product *= 2 ** -500;
      scalings++;
    }
  }
  const logSum = logOfScaled(product, scalings);
  if (capped === 0) return logSum;
  let excesses = 0;
  for (let i = 0; i < inverse.length; i++) {
    const odds = weights[i]! * inverse[i]!;
    if (odds > largest) excesses += fastLog(odds) - LARGEST_EXPONENT;
  }
  return logSum + excesses;
}

/** |L'(row − mode)|², L lower triangular (q × q). */
function squaredLength(L: Vector, q: number, row: Vector, mode: Vector): number {
  let total = 0;
  for (let j = 0; j < q; j++) {
    let entry = 0;
    for (let i = j; i < q; i++) entry += L[i * q + j]! * (row[i]! - mode[i]!);
    total += entry * entry;
  }
  return total;
}

function everyRow(W: Vector, q: number, stride: number, size: number): Vector {
  const out = new Float64Array(size * q);
  for (let m = 0; m < size; m++) {
    out.set(W.subarray(m * stride * q, m * stride * q + q), m * q);
  }
  return out;
}
