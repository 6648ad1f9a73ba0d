import type { Distribution } from "../../src/core/distribution.ts";
import type { Acceptance } from "../../src/core/gate.ts";
import { fastExp } from "../../src/math/exp.ts";
import { linearPredictor } from "../../src/math/gram.ts";
import { type Matrix, row } from "../../src/math/matrix.ts";
import { sliceSample } from "../../src/math/random/slice.ts";
import type { Rng } from "../../src/math/rng.ts";
import type { GateRows } from "./softmax-rows.ts";

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
      product *= others[i]! + fastExp(base[i]! + W[i * q + j]! * g);
      if (product > 1e150 || product < 1e-150) {
        logSum += Math.log(product);
        product = 1;
      }
    }
    return prior.logDensity(g) + score * g - logSum - Math.log(product);
  }

  return (rng: Rng, gamma: Matrix, z: Int32Array): Acceptance => {
    rows.refresh(gamma);
    for (let k = 0; k < gamma.rows - fixedRows; k++) {
      const current = row(gamma, k);
      rows.isolate(k);
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
      rows.replace(k, current);
    }
    return EXACT;
  };
}
