import { cholesky, solveCholesky } from "../../src/math/cholesky.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import { linearPredictor, weightedGram } from "../../src/math/gram.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { newton } from "../../src/math/newton.ts";
import type { NormalRowPrior } from "./softmax-prior.ts";
import { type GateRows, LARGEST_EXPONENT } from "./softmax-rows.ts";

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
  value(row: Vector): number;
  /** `value` of the row whose weights are cached: no exponentials. */
  valueOfCached(row: Vector, rows: GateRows, weights: Vector): number;
  /** (row − mode)' H (row − mode). */
  distance(row: Vector, mode: Vector): number;
}

/** What `load` fixes, on the rows that the problem looks at. */
interface Loaded {
  readonly size: number;
  readonly design: Vector;
  /** Log of the others' weight: p = e^(w'γ − offset) / (1 + e^(w'γ − offset)) is the probability of k. */
  readonly offset: Vector;
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
    offset: new Float64Array(size),
    score: new Float64Array(q),
  };
  const { factor, evaluate, newtonStep, value } = rowDerivatives(loaded, q, prior, stride);
  let logOthers = 0;
  return {
    factor,
    load(rows, k, z) {
      logOthers = load(loaded, q, stride, rows, k, z);
    },
    climb: newton({ dimension: q, evaluate, newtonStep }),
    value,
    valueOfCached: (row, { others }, weights) =>
      prior.logDensity(row) + dot(row, loaded.score) - (logNormalizer(others, weights) - logOthers),
    distance: (row, mode) => squaredLength(factor, q, row, mode),
  };
}

/** Fills what is loaded; returns Σ log others. */
function load(
  { size, design, offset, score }: Loaded,
  q: number,
  stride: number,
  rows: GateRows,
  k: number,
  z: Int32Array,
): number {
  let total = 0;
  score.fill(0);
  for (let m = 0, i = 0; m < size; m++, i += stride) {
    const logOther = fastLog(rows.others[i]!);
    total += logOther;
    offset[m] = rows.shift[i]! + logOther;
    if (z[i] !== k) continue;
    for (let j = 0; j < q; j++) score[j] = score[j]! + stride * design[m * q + j]!;
  }
  return total;
}

/** Value, gradient and Hessian of the loaded conditional. */
function rowDerivatives(loaded: Loaded, q: number, prior: NormalRowPrior, stride: number) {
  const { size, design, offset, score } = loaded;
  const linear = new Float64Array(size);
  const weight = new Float64Array(size);
  const working = new Float64Array(size);
  const expected = new Float64Array(q);
  const factor = new Float64Array(q * q);
  const gradient = new Float64Array(q);

  /** The value, leaving in `weight` and `working` what `newtonStep` needs. */
  function evaluate(row: Vector): number {
    linearPredictor(design, q, size, row, linear);
    const logSum = weigh(linear, offset, stride, weight, working);
    return prior.logDensity(row) + dot(row, score) - stride * logSum;
  }

  /** The value alone. */
  function value(row: Vector): number {
    linearPredictor(design, q, size, row, linear);
    return prior.logDensity(row) + dot(row, score) - stride * sumLogs(linear, offset);
  }

  function newtonStep(row: Vector, step: Vector): number {
    factor.fill(0);
    prior.addPrecision(factor);
    expected.fill(0);
    weightedGram(design, q, undefined, weight, working, factor, expected);
    prior.gradient(row, gradient);
    for (let j = 0; j < q; j++) gradient[j] = gradient[j]! + score[j]! - expected[j]!;
    if (!cholesky(factor, q)) return Number.NaN;
    step.set(gradient);
    solveCholesky(factor, q, step);
    return dot(gradient, step);
  }

  return { factor, evaluate, newtonStep, value };
}

/**
 * Σ log(1 + odds), odds = exp(linear − offset) of k against the others. Fills the weight stride · p (1 − p) and the
 * working response 1 / (1 − p) of each row, whose product is stride · p.
 */
function weigh(
  linear: Vector,
  offset: Vector,
  stride: number,
  weight: Vector,
  working: Vector,
): number {
  let logSum = 0;
  let product = 1;
  for (let m = 0; m < linear.length; m++) {
    let exponent = linear[m]! - offset[m]!;
    if (exponent > LARGEST_EXPONENT) {
      // There log(1 + odds) is the exponent and p is 1, both to the last bit.
      logSum += exponent - LARGEST_EXPONENT;
      exponent = LARGEST_EXPONENT;
    }
    const odds = fastExp(exponent);
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

/** The same sum alone: `weigh` without its stores and division. */
function sumLogs(linear: Vector, offset: Vector): number {
  let logSum = 0;
  let product = 1;
  for (let m = 0; m < linear.length; m++) {
    let exponent = linear[m]! - offset[m]!;
    if (exponent > LARGEST_EXPONENT) {
      logSum += exponent - LARGEST_EXPONENT;
      exponent = LARGEST_EXPONENT;
    }
    product *= 1 + fastExp(exponent);
    if (product > 1e150) {
      logSum += fastLog(product);
      product = 1;
    }
  }
  return logSum + fastLog(product);
}

/** Σ log(others_i + own_i), with a logarithm only where the running product leaves the range of doubles. */
function logNormalizer(others: Vector, own: Vector): number {
  let logSum = 0;
  let product = 1;
  for (let i = 0; i < others.length; i++) {
    product *= others[i]! + own[i]!;
    if (product > 1e150 || product < 1e-150) {
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

function dot(a: Vector, b: Vector): number {
  let total = 0;
  for (let j = 0; j < a.length; j++) total += a[j]! * b[j]!;
  return total;
}
