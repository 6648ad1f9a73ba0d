import type { Acceptance } from "../../src/core/gate.ts";
import { cholesky } from "../../src/math/cholesky.ts";
import { fastLogOfNormal } from "../../src/math/exp.ts";
import { addGramAndProducts } from "../../src/math/gram-and-products.ts";
import { type Matrix, row, type Vector } from "../../src/math/matrix.ts";
import { normalFromPrecision } from "../../src/math/random/multivariate-normal.ts";
import { polyaGammas } from "../../src/math/random/polya-gamma.ts";
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
  const { n, q, W } = rows;
  const odds = new Float64Array(n);
  const omega = new Float64Array(n);
  const response = new Float64Array(n);
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
      logOdds(rows, k, odds, response);
      polyaGammas(rng, odds, omega);
      respond(omega, z, k, response);
      precision.fill(0);
      rhs.fill(0);
      prior.addPrecision(precision);
      prior.addRhs(rhs);
      addGramAndProducts(W, q, omega, response, precision, rhs);
      cholesky(precision, q);
      normalFromPrecision(rng, precision, rhs, gammaRow);
      rows.replace(k, gammaRow);
    }
    return EXACT;
  };
}

/** The log odds of component k against the others, and what is taken off its linear predictor for them, c_i. */
function logOdds(rows: GateRows, k: number, odds: Vector, rest: Vector): void {
  const { others, shift } = rows;
  const logs = rows.logs(k);
  for (let i = 0; i < odds.length; i++) {
    const log = fastLogOfNormal(others[i]!);
    odds[i] = logs[i]! - log;
    rest[i] = shift[i]! + log;
  }
}

/** What row i adds to the right-hand side, ω_i c_i + 1(z_i = k) − ½; replaces c. */
function respond(omega: Vector, z: Int32Array, k: number, c: Vector): void {
  for (let i = 0; i < c.length; i++) {
    // A number made of the comparison: which rows are k's no processor can foresee.
    c[i] = omega[i]! * c[i]! + Number(z[i] === k) - 0.5;
  }
}
