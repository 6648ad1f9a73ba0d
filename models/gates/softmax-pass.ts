import type { GatePass } from "../../src/core/row-pass.ts";
import { approximateMaxima, shiftExponentiateAndSum } from "../../src/math/blocks.ts";
import { addProducts, linearPredictor } from "../../src/math/gram.ts";
import { type Matrix, matrix, row, type Vector } from "../../src/math/matrix.ts";
import { chordHessian, chordSums } from "./softmax-chord.ts";

/**
 * Gradient and Hessian of a softmax gate in one pass. W: n × q. The last row of gamma is held where it is: without
 * priors that takes nothing away, and leaves fewer blocks of the Hessian; where it is free, the step is then centred.
 */
export function softmaxPass(W: Vector, q: number, K: number, fixedRows: 0 | 1): GatePass {
  const dimension = (K - 1) * q;
  const all = new Float64Array(dimension + chordSums(dimension));
  const gradient = all.subarray(0, dimension);
  const ofRow = Array.from({ length: K - 1 }, (_, k) => gradient.subarray(k * q, (k + 1) * q));
  const hessian = chordHessian(K - 1, q, all.subarray(dimension));
  let at = matrix(K, q);
  let rows: Vector = W;
  let block = scratchOf(K, 0);

  return {
    begin(gamma) {
      at = gamma;
      gradient.fill(0);
      hessian.begin(gamma.data.subarray(0, dimension));
    },

    assist(gamma, size) {
      at = gamma;
      gradient.fill(0);
      hessian.assist(size > dimension);
    },

    sums: () => (hessian.isFresh() ? all : gradient),

    logWeight(from, joint, sum) {
      const size = sum.length;
      if (block.size !== size) block = scratchOf(K, size);
      const { probability, maximum, inverse } = block;
      rows = W.subarray(from * q, (from + size) * q);
      for (let k = 0; k < K; k++) linearPredictor(rows, q, size, row(at, k), joint[k]!);
      approximateMaxima(joint, maximum);
      shiftExponentiateAndSum(joint, maximum, probability, sum);
      invert(sum, inverse);
    },

    add(responsibility, total) {
      const { probability, inverse, scaled, residual, curvature } = block;
      if (hessian.isFresh()) hessian.count(total);
      for (let k = 0; k < K - 1; k++) {
        const p = probability[k]!;
        scores(total, inverse, responsibility[k]!, p, scaled[k]!, residual);
        addProducts(rows, q, residual, ofRow[k]!);
        if (!hessian.isFresh()) continue;
        ownCurvature(scaled[k]!, p, curvature);
        hessian.add(k, k, rows, curvature);
        for (let l = 0; l < k; l++) {
          negativeProduct(scaled[k]!, probability[l]!, curvature);
          hessian.add(k, l, rows, curvature);
        }
      }
    },

    gradientNorm: () => largestDerivative(gradient, q, fixedRows),

    newtonStep(step) {
      step.data.fill(0);
      const free = step.data.subarray(0, dimension);
      free.set(gradient);
      if (!hessian.solve(free)) return false;
      if (fixedRows === 0) centreRows(step);
      return true;
    },
  };
}

/** The largest entry of the gradient, that of the last row included where it is free: minus what the others add up to. */
function largestDerivative(gradient: Vector, q: number, fixedRows: 0 | 1): number {
  let most = 0;
  for (let j = 0; j < q; j++) {
    let ofLast = 0;
    for (let at = j; at < gradient.length; at += q) {
      ofLast -= gradient[at]!;
      most = Math.max(most, Math.abs(gradient[at]!));
    }
    if (fixedRows === 0) most = Math.max(most, Math.abs(ofLast));
  }
  return most;
}

function scratchOf(K: number, size: number) {
  const vector = () => new Float64Array(size);
  return {
    size,
    /** Of the gate, those of the last up to the factor in `inverse`. */
    probability: Array.from({ length: K }, vector),
    scaled: Array.from({ length: K }, vector),
    maximum: vector(),
    inverse: vector(),
    residual: vector(),
    curvature: vector(),
  };
}

function invert(values: Vector, out: Vector): void {
  for (let i = 0; i < out.length; i++) out[i] = 1 / values[i]!;
}

/** Of one component: weights p become probabilities; total · p, and r less that. */
function scores(
  total: Vector,
  inverse: Vector,
  r: Vector,
  p: Vector,
  scaled: Vector,
  residual: Vector,
): void {
  for (let i = 0; i < total.length; i++) {
    const probability = p[i]! * inverse[i]!;
    const share = total[i]! * probability;
    p[i] = probability;
    scaled[i] = share;
    residual[i] = r[i]! - share;
  }
}

function ownCurvature(scaled: Vector, p: Vector, out: Vector): void {
  for (let i = 0; i < out.length; i++) out[i] = scaled[i]! * (1 - p[i]!);
}

function negativeProduct(scaled: Vector, p: Vector, out: Vector): void {
  for (let i = 0; i < out.length; i++) out[i] = -(scaled[i]! * p[i]!);
}

/** Subtracts from each row the mean of the rows. */
function centreRows({ rows: K, columns: q, data }: Matrix): void {
  for (let j = 0; j < q; j++) {
    let mean = 0;
    for (let k = 0; k < K; k++) mean += data[k * q + j]! / K;
    for (let k = 0; k < K; k++) data[k * q + j] = data[k * q + j]! - mean;
  }
}
