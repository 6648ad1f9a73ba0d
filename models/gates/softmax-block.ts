import { approximateMaxima, shiftExponentiateAndSum } from "../../src/math/blocks.ts";
import {
  addGramTriangle,
  addProducts,
  type BlockPlace,
  linearPredictor,
} from "../../src/math/gram.ts";
import { type Matrix, row, type Vector } from "../../src/math/matrix.ts";

/** What a softmax gate makes of a run of neighbouring rows, step by step. */
export interface SoftmaxBlock {
  /** Of the rows that begin at `from`: log weights up to an amount a row, and the sum of the weights of each. */
  logWeight(from: number, gamma: Matrix, joint: readonly Vector[], sum: Vector): void;
  /** Given responsibilities that add up to `total`: adds the gradients by all rows of gamma but the last to `gradients`. */
  addScores(responsibility: readonly Vector[], total: Vector, gradients: readonly Vector[]): void;
  /** After that: adds components k ≥ l's part of minus the Hessian to the lower triangle of a block of `out`. */
  addCurvature(k: number, l: number, out: Vector, place: BlockPlace): void;
}

/** In plain loops. W: n × q. */
export function softmaxBlock(W: Vector, q: number, K: number): SoftmaxBlock {
  let rows: Vector = W;
  let block = scratchOf(K, 0);

  return {
    logWeight(from, gamma, joint, sum) {
      const size = sum.length;
      if (block.size !== size) block = scratchOf(K, size);
      const { probability, maximum, inverse } = block;
      rows = W.subarray(from * q, (from + size) * q);
      for (let k = 0; k < K; k++) linearPredictor(rows, q, size, row(gamma, k), joint[k]!);
      approximateMaxima(joint, maximum);
      shiftExponentiateAndSum(joint, maximum, probability, sum);
      invert(sum, inverse);
    },

    addScores(responsibility, total, gradients) {
      const { probability, inverse, scaled, residual } = block;
      for (let k = 0; k < K - 1; k++) {
        scores(total, inverse, responsibility[k]!, probability[k]!, scaled[k]!, residual);
        addProducts(rows, q, residual, gradients[k]!);
      }
    },

    addCurvature(k, l, out, place) {
      const { probability, scaled, curvature } = block;
      if (k === l) ownCurvature(scaled[k]!, probability[k]!, curvature);
      else negativeProduct(scaled[k]!, probability[l]!, curvature);
      addGramTriangle(rows, q, curvature, out, place);
    },
  };
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
