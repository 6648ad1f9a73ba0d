import { fastExp, fastLog } from "../../src/math/exp.ts";
import { linearPredictor } from "../../src/math/gram.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { newton } from "../../src/math/newton.ts";
import { dot, rowStep } from "./row-step.ts";
import type { NormalRowPrior } from "./softmax-prior.ts";
import { type GateRows, LARGEST_EXPONENT, LARGEST_WEIGHT } from "./softmax-rows.ts";

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
      addScore(loaded, q, stride, k, z);
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

function addScore(
  { size, design, score }: Loaded,
  q: number,
  stride: number,
  k: number,
  z: Int32Array,
): void {
  score.fill(0);
  for (let m = 0, i = 0; m < size; m++, i += stride) {
    if (z[i] !== k) continue;
    for (let j = 0; j < q; j++) score[j] = score[j]! + stride * design[m * q + j]!;
  }
}

/** Value, gradient and Hessian of the loaded conditional. */
function rowDerivatives(loaded: Loaded, q: number, prior: NormalRowPrior, stride: number) {
  const { size, design, score } = loaded;
  const log = new Float64Array(size);
  const weight = new Float64Array(size);
  const working = new Float64Array(size);
  const { factor, step: newtonStep } = rowStep(design, q, prior, { weight, working, score });

  /** The value, leaving in `weight` and `working` what `newtonStep` needs. */
  function evaluate(row: Vector): number {
    linearPredictor(design, q, size, row, log);
    const logSum = weigh(loaded, stride, log, weight, working);
    return prior.logDensity(row) + dot(row, score) - stride * logSum;
  }

  function value(row: Vector): number {
    linearPredictor(design, q, size, row, log);
    return prior.logDensity(row) + dot(row, score) - stride * sumLogs(loaded, log, weight);
  }

  return { factor, log, weight, evaluate, newtonStep, value };
}

/**
 * Σ log(1 + odds), odds = inverse · exp(linear − shift) of k against the others. Fills the weight stride · p (1 − p)
 * and the working response 1 / (1 − p) of each row, whose product is stride · p.
 */
function weigh(
  { shift, inverse }: Loaded,
  stride: number,
  linear: Vector,
  weight: Vector,
  working: Vector,
): number {
  let logSum = 0;
  let product = 1;
  for (let m = 0; m < linear.length; m++) {
    const exponent = linear[m]! - shift[m]!;
    let odds = fastExp(exponent) * inverse[m]!;
    if (odds > LARGEST_WEIGHT) {
      logSum += excess(exponent, inverse[m]!);
      odds = LARGEST_WEIGHT;
    }
    const sum = 1 + odds;
    weight[m] = (stride * odds) / (sum * sum);
    working[m] = sum;
    product *= sum;
    if (product > 1e150) {
      logSum += fastLog(product);
      product = 1;
    }
  }
  return logSum + fastLog(product);
}

/** The same sum alone; leaves linear − shift in `linear` and its exponential in `weight`. */
function sumLogs({ shift, inverse }: Loaded, linear: Vector, weight: Vector): number {
  let logSum = 0;
  let product = 1;
  for (let m = 0; m < linear.length; m++) {
    const exponent = linear[m]! - shift[m]!;
    const own = fastExp(exponent);
    linear[m] = exponent;
    weight[m] = own;
    let odds = own * inverse[m]!;
    if (odds > LARGEST_WEIGHT) {
      logSum += excess(exponent, inverse[m]!);
      odds = LARGEST_WEIGHT;
    }
    product *= 1 + odds;
    if (product > 1e150) {
      logSum += fastLog(product);
      product = 1;
    }
  }
  return logSum + fastLog(product);
}

/** Log odds less LARGEST_EXPONENT: beyond it log(1 + odds) is the log odds, and p is 1, both to the last bit. */
function excess(exponent: number, inverse: number): number {
  return exponent + fastLog(inverse) - LARGEST_EXPONENT;
}

/** The same sum from known weights, none of which is capped. */
function sumKnown(weights: Vector, inverse: Vector): number {
  let logSum = 0;
  let product = 1;
  for (let i = 0; i < inverse.length; i++) {
    const odds = weights[i]! * inverse[i]!;
    if (odds > LARGEST_WEIGHT) logSum += fastLog(odds);
    else product *= 1 + odds;
    if (product > 1e150) {
      logSum += fastLog(product);
      product = 1;
    }
  }
  return logSum + fastLog(product);
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
