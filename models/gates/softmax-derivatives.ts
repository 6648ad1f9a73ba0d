import { columnLogSumExp, exponentiateColumns } from "../../src/math/columns.ts";
import {
  addGramSquare,
  addGramTriangle,
  addProducts,
  linearPredictor,
} from "../../src/math/gram.ts";
import { type Matrix, matrix, row, type Vector } from "../../src/math/matrix.ts";

/** Rows looked at together, so that what is made of them stays in the nearest cache. */
const BLOCK = 512;

/** Σ_i Σ_k r_ki log π_k(x_i) of a softmax gate, K × n weights r, and its derivatives. */
export interface SoftmaxLikelihood {
  /** Σ r_ki. */
  readonly weight: number;
  /**
   * The value at gamma (K × q). Adds the gradient over the first `free` rows to `gradient` and the lower triangle
   * of the negative Hessian to `hessian`, free · q squared.
   */
  evaluate(gamma: Matrix, gradient: Vector, hessian: Vector): number;
}

/** The likelihood of weights r under a softmax of w_i'γ_k, whose first `free` rows of gamma can move. W: n × q. */
export function softmaxLikelihood(
  W: Vector,
  q: number,
  responsibility: Matrix,
  free: number,
): SoftmaxLikelihood {
  const { rows: K, columns: n } = responsibility;
  const full = blockOf(K, q, free, Math.min(BLOCK, n));
  const rest = n % full.size === 0 ? full : blockOf(K, q, free, n % full.size);
  let weight = 0;
  for (let at = 0; at < K * n; at++) weight += responsibility.data[at]!;
  return {
    weight,
    evaluate(gamma, gradient, hessian) {
      let value = 0;
      for (let from = 0; from < n; from += full.size) {
        const block = n - from < full.size ? rest : full;
        block.load(W, responsibility, from);
        value += block.value(gamma);
        block.addDerivatives(gradient, hessian);
      }
      return value;
    },
  };
}

/** The likelihood of `size` neighbouring rows. */
function blockOf(K: number, q: number, free: number, size: number) {
  const probability = matrix(K, size);
  const normalizer = new Float64Array(size);
  const total = new Float64Array(size);
  const scaled = new Float64Array(size);
  const residual = new Float64Array(size);
  const weight = new Float64Array(size);
  const logSumExp = columnLogSumExp(size);
  const stride = free * q;
  let design: Vector = new Float64Array(0);
  let responsibility: readonly Vector[] = [];

  return {
    size,

    load(W: Vector, { columns: n, data }: Matrix, from: number): void {
      design = W.subarray(from * q, (from + size) * q);
      responsibility = Array.from({ length: K }, (_, k) =>
        data.subarray(k * n + from, k * n + from + size),
      );
      total.fill(0);
      for (const of of responsibility) add(of, total);
    },

    /** The value; leaves the gate's probabilities for `addDerivatives`. */
    value(gamma: Matrix): number {
      for (let k = 0; k < K; k++) {
        linearPredictor(design, q, size, row(gamma, k), row(probability, k));
      }
      logSumExp(probability, normalizer);
      let value = 0;
      for (let k = 0; k < K; k++) {
        value += weightedLogs(responsibility[k]!, row(probability, k), normalizer);
      }
      exponentiateColumns(probability, normalizer);
      return value;
    },

    addDerivatives(gradient: Vector, hessian: Vector): void {
      for (let k = 0; k < free; k++) {
        weights(total, row(probability, k), responsibility[k]!, scaled, residual, weight);
        addProducts(design, q, residual, gradient.subarray(k * q, (k + 1) * q));
        addGramTriangle(design, q, weight, hessian, { first: k * q * (stride + 1), stride });
        for (let l = 0; l < k; l++) {
          negativeProduct(scaled, row(probability, l), weight);
          addGramSquare(design, q, weight, hessian, { first: k * q * stride + l * q, stride });
        }
      }
    },
  };
}

function add(values: Vector, sum: Vector): void {
  for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + values[i]!;
}

/** Σ r_i (linear_i − normalizer_i). */
function weightedLogs(r: Vector, linear: Vector, normalizer: Vector): number {
  let total = 0;
  for (let i = 0; i < r.length; i++) total += r[i]! * (linear[i]! - normalizer[i]!);
  return total;
}

/** Of one component: total · p, then r less that (its score), and that times 1 − p (its curvature). */
function weights(
  total: Vector,
  p: Vector,
  r: Vector,
  scaled: Vector,
  residual: Vector,
  curvature: Vector,
): void {
  for (let i = 0; i < total.length; i++) {
    const share = total[i]! * p[i]!;
    scaled[i] = share;
    residual[i] = r[i]! - share;
    curvature[i] = share * (1 - p[i]!);
  }
}

function negativeProduct(a: Vector, b: Vector, out: Vector): void {
  for (let i = 0; i < out.length; i++) out[i] = -(a[i]! * b[i]!);
}
