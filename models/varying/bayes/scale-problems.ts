import type { Members } from "../../../src/core/data.ts";
import { columnLogSumExp } from "../../../src/math/columns.ts";
import { fastExp } from "../../../src/math/exp.ts";
import { type Matrix, matrix, row, type Vector } from "../../../src/math/matrix.ts";
import type { RowTerms } from "./row-terms.ts";
import type { ScaleProblem } from "./scale-density.ts";

/**
 * One scale of an expert given all else: the predictors of the members are base + s · curve (by member), `terms` their
 * likelihood, and s ~ N(0, psi²) a priori.
 */
export function expertScale(
  terms: RowTerms,
  base: Vector,
  curve: Vector,
  psi: number,
): ScaleProblem {
  const eta = new Float64Array(base.length);
  const slope = new Float64Array(base.length);
  const bend = new Float64Array(base.length);
  const at = ([s]: Vector): Vector => {
    for (let m = 0; m < terms.count; m++) eta[m] = base[m]! + s! * curve[m]!;
    return eta;
  };
  return {
    dimension: 1,
    value: (scales) => terms.value(at(scales)) - 0.5 * (scales[0]! / psi) ** 2,
    derivatives(scales, gradient, curvature) {
      const value = terms.derivatives(at(scales), slope, bend);
      gradient[0] = -scales[0]! / psi ** 2;
      curvature[0] = 1 / psi ** 2;
      for (let m = 0; m < terms.count; m++) {
        gradient[0] = gradient[0]! + slope[m]! * curve[m]!;
        curvature[0] = curvature[0]! + bend[m]! * curve[m]! ** 2;
      }
      return value - 0.5 * (scales[0]! / psi) ** 2;
    },
  };
}

/**
 * The scales of one term of the gate, of all components together, given all else: the predictors of component k are
 * base[k] + s_k curve[k] (K × n), allocations z, and s_k ~ N(0, psi²) a priori.
 */
export function gateScales(base: Matrix, curve: Matrix, z: Int32Array, psi: number): ScaleProblem {
  const { rows: K, columns: n } = base;
  const eta = matrix(K, n);
  const normalizer = new Float64Array(n);
  const logSumExp = columnLogSumExp(n);
  const p = new Float64Array(K);

  function value(scales: Vector): number {
    let total = 0;
    for (let k = 0; k < K; k++) {
      const [out, from, by] = [row(eta, k), row(base, k), row(curve, k)];
      for (let i = 0; i < n; i++) out[i] = from[i]! + scales[k]! * by[i]!;
      total -= 0.5 * (scales[k]! / psi) ** 2;
    }
    logSumExp(eta, normalizer);
    for (let i = 0; i < n; i++) total += eta.data[z[i]! * n + i]! - normalizer[i]!;
    return total;
  }

  return {
    dimension: K,
    value,
    derivatives(scales, gradient, curvature) {
      const total = value(scales);
      curvature.fill(0);
      for (let k = 0; k < K; k++) {
        gradient[k] = -scales[k]! / psi ** 2;
        curvature[k * (K + 1)] = 1 / psi ** 2;
      }
      for (let i = 0; i < n; i++) {
        for (let k = 0; k < K; k++) {
          p[k] = fastExp(eta.data[k * n + i]! - normalizer[i]!);
          const c = curve.data[k * n + i]!;
          gradient[k] = gradient[k]! + ((z[i] === k ? 1 : 0) - p[k]!) * c;
          curvature[k * (K + 1)] = curvature[k * (K + 1)]! + p[k]! * c * c;
          for (let l = 0; l <= k; l++) {
            const other = curve.data[l * n + i]!;
            curvature[k * K + l] = curvature[k * K + l]! - p[k]! * p[l]! * c * other;
          }
        }
      }
      return total;
    },
  };
}

/** The rows given, each with weight 1. */
export const membersOf = (rows: Int32Array): Members => ({
  rows,
  weight: new Float64Array(rows.length).fill(1),
});
