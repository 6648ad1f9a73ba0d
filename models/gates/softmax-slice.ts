import type { Distribution } from "../../src/core/distribution.ts";
import type { Acceptance } from "../../src/core/gate.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import { linearPredictor } from "../../src/math/gram.ts";
import { type Matrix, row, type Vector } from "../../src/math/matrix.ts";
import { sliceSample } from "../../src/math/random/slice.ts";
import type { Rng } from "../../src/math/rng.ts";
import { type GateRows, LARGEST_EXPONENT } from "./softmax-rows.ts";

const EXACT: Acceptance = { proposed: 0, accepted: 0 };

/** Update of gate rows under any prior: slice sampling, one coefficient after another. Source: [neal2003]. */
export function sliceUpdate(rows: GateRows, prior: Distribution, width: number, fixedRows: 0 | 1) {
  const { n, q, W, shift, others } = rows;
  const base = new Float64Array(n);

  /** Log conditional of coefficient j at value g; base holds the linear predictor without it, less the shift. */
  function logConditional(j: number, score: number, g: number): number {
    let logSum = 0;
    let product = 1;
    for (let i = 0; i < n; i++) {
      const exponent = base[i]! + W[i * q + j]! * g;
      const excess = Math.max(0, exponent - LARGEST_EXPONENT);
      logSum += excess;
      product *= others[i]! + fastExp(exponent - excess);
      if (product > 1e150 || product < 1e-150) {
        logSum += fastLog(product);
        product = 1;
      }
    }
    return prior.logDensity(g) + score * g - logSum - fastLog(product);
  }

  /** Slices through the coefficients of row k, whose other components are isolated. */
  function updateRow(rng: Rng, k: number, current: Vector, z: Int32Array): void {
    for (let j = 0; j < q; j++) {
      linearPredictor(W, q, n, current, base);
      let score = 0;
      for (let i = 0; i < n; i++) {
        base[i] = base[i]! - W[i * q + j]! * current[j]! - shift[i]!;
        if (z[i] === k) score += W[i * q + j]!;
      }
      const logDensity = (g: number) => logConditional(j, score, g);
      current[j] = sliceSample(rng, logDensity, current[j]!, width, -Infinity, Infinity);
    }
  }

  return (rng: Rng, gamma: Matrix, z: Int32Array): Acceptance => {
    if (gamma.rows === 1) {
      for (let j = 0; j < (1 - fixedRows) * q; j++) gamma.data[j] = prior.sample(rng);
      return EXACT;
    }
    rows.refresh(gamma);
    for (let k = 0; k < gamma.rows - fixedRows; k++) {
      rows.isolate(k);
      updateRow(rng, k, row(gamma, k), z);
      rows.replace(k, row(gamma, k));
    }
    return EXACT;
  };
}
