import type { GateContrasts } from "../../src/core/gate.ts";
import { fastLog } from "../../src/math/exp.ts";
import type { Matrix, Vector } from "../../src/math/matrix.ts";
import type { NormalRowPrior } from "./softmax-prior.ts";

const LOG_2PI = fastLog(2 * Math.PI);

/** Contrasts of rows that are iid normal, or of which one is zero and the others are iid normal. */
export function softmaxContrasts(prior: NormalRowPrior, fixedRows: 0 | 1): GateContrasts {
  return fixedRows === 0 ? ofIidRows(prior) : ofBaseline(prior);
}

/**
 * Rows iid N(m, s² I): each column of c is N(0, s² (I + 11')), with precision (I − 11' / K) / s². The mean over rows is
 * independent of c, and the likelihood does not depend on it.
 */
function ofIidRows({ sd }: NormalRowPrior): GateContrasts {
  const precision = 1 / (sd * sd);
  return {
    logPrior({ rows: K, columns: q, data }) {
      let squares = 0;
      for (let at = 0; at < (K - 1) * q; at++) squares += data[at]! * data[at]!;
      for (let j = 0; j < q; j++) squares -= columnSum(data, j, K, q) ** 2 / K;
      const constant = (K - 1) * (fastLog(sd) + 0.5 * LOG_2PI) + 0.5 * fastLog(K);
      return -q * constant - 0.5 * precision * squares;
    },

    addDerivatives({ rows: K, columns: q, data }, _, gradient, curvature) {
      for (let j = 0; j < q; j++) {
        const mean = columnSum(data, j, K, q) / K;
        for (let at = j; at < (K - 1) * q; at += q) {
          gradient[at] = gradient[at]! - precision * (data[at]! - mean);
        }
      }
      if (curvature === undefined) return;
      forEachPair(K, q, (a, b) => {
        add(curvature, a, b, precision * ((a === b ? 1 : 0) - 1 / K));
      });
    },

    place(c, _, gamma) {
      const { rows: K, columns: q, data } = gamma;
      for (let j = 0; j < q; j++) {
        const shift = (columnSum(data, j, K, q) - columnSum(c.data, j, K, q)) / K;
        for (let at = j; at < K * q; at += q) data[at] = c.data[at]! + shift;
      }
    },
  };
}

/** The row of component `base` is zero, the others are iid N(m, s² I). */
function ofBaseline({ sd, mean }: NormalRowPrior): GateContrasts {
  const precision = 1 / (sd * sd);
  return {
    logPrior({ rows: K, columns: q, data }, base) {
      let squares = 0;
      for (let at = 0; at < K * q; at++) {
        if (at >= base * q && at < (base + 1) * q) continue;
        squares += (data[at]! - data[base * q + (at % q)]! - mean) ** 2;
      }
      return -q * (K - 1) * (fastLog(sd) + 0.5 * LOG_2PI) - 0.5 * precision * squares;
    },

    addDerivatives(c, base, gradient, curvature) {
      const { rows: K, columns: q, data } = c;
      for (let at = 0; at < K * q; at++) {
        const zero = base * q + (at % q);
        // The last row is no coordinate, nor is the gap of the base to itself.
        const pull = at === zero ? 0 : precision * (data[at]! - data[zero]! - mean);
        if (at < (K - 1) * q) gradient[at] = gradient[at]! - pull;
        if (base < K - 1) gradient[zero] = gradient[zero]! + pull;
      }
      if (curvature !== undefined) addBaselinePrecision(c, base, precision, curvature);
    },

    place(c, base, gamma) {
      const { columns: q, data } = gamma;
      for (let at = 0; at < data.length; at++) {
        data[at] = c.data[at]! - c.data[base * q + (at % q)]!;
      }
    },
  };
}

function addBaselinePrecision(
  { rows: K, columns: q }: Matrix,
  base: number,
  precision: number,
  curvature: Matrix,
): void {
  forEachPair(K, q, (a, b) => {
    const [k, l] = [Math.floor(a / q), Math.floor(b / q)];
    if (k === l) add(curvature, a, b, k === base ? precision * (K - 1) : precision);
    else if (k === base || l === base) add(curvature, a, b, -precision);
  });
}

function columnSum(data: Vector, j: number, K: number, q: number): number {
  let sum = 0;
  for (let at = j; at < K * q; at += q) sum += data[at]!;
  return sum;
}

/** Coordinates a ≥ b of the same column. */
function forEachPair(K: number, q: number, visit: (a: number, b: number) => void): void {
  for (let a = 0; a < (K - 1) * q; a++) for (let b = a % q; b <= a; b += q) visit(a, b);
}

function add({ columns, data }: Matrix, a: number, b: number, amount: number): void {
  data[a * columns + b] = data[a * columns + b]! + amount;
}
