import type { Acceptance } from "../../src/core/gate.ts";
import { cholesky } from "../../src/math/cholesky.ts";
import { fastLog } from "../../src/math/exp.ts";
import { linearPredictor, weightedGram } from "../../src/math/gram.ts";
import { type Matrix, row } from "../../src/math/matrix.ts";
import { normalFromPrecision } from "../../src/math/random/multivariate-normal.ts";
import { polyaGamma1 } from "../../src/math/random/polya-gamma.ts";
import type { Rng } from "../../src/math/rng.ts";
import type { NormalRowPrior } from "./softmax-prior.ts";
import type { GateRows } from "./softmax-rows.ts";

const EXACT: Acceptance = { proposed: 0, accepted: 0 };

/**
 * Gibbs update of one row of gamma after another by Pólya-Gamma augmentation: given the other rows, component k
 * against the rest is a logistic regression with offset −c_i, c_i = log Σ_{j≠k} exp(w_i'γ_j).
 * Source: [polson2013] §3.3 and its supplement for the multinomial case.
 */
export function polyaGammaUpdate(rows: GateRows, prior: NormalRowPrior, fixedRows: 0 | 1) {
  const { n, q, W, shift, others } = rows;
  const linear = new Float64Array(n);
  const omega = new Float64Array(n);
  const working = new Float64Array(n);
  const precision = new Float64Array(q * q);
  const rhs = new Float64Array(q);

  return (rng: Rng, gamma: Matrix, z: Int32Array): Acceptance => {
    rows.refresh(gamma);
    for (let k = 0; k < gamma.rows - fixedRows; k++) {
      const gammaRow = row(gamma, k);
      if (gamma.rows === 1) {
        prior.sample(rng, gammaRow);
        continue;
      }
      rows.isolate(k);
      linearPredictor(W, q, n, gammaRow, linear);
      for (let i = 0; i < n; i++) {
        const c = shift[i]! + fastLog(others[i]!);
        const w = polyaGamma1(rng, linear[i]! - c);
        omega[i] = w;
        working[i] = c + (z[i] === k ? 0.5 : -0.5) / w;
      }
      precision.fill(0);
      rhs.fill(0);
      prior.addPrecision(precision);
      prior.addRhs(rhs);
      weightedGram(W, q, undefined, omega, working, precision, rhs);
      cholesky(precision, q);
      normalFromPrecision(rng, precision, rhs, gammaRow);
      rows.replace(k, gammaRow);
    }
    return EXACT;
  };
}
