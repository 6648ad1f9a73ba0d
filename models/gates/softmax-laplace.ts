import type { Acceptance } from "../../src/core/gate.ts";
import { solveLowerTransposed } from "../../src/math/cholesky.ts";
import { fastLog } from "../../src/math/exp.ts";
import { log1p } from "../../src/math/log-sum-exp.ts";
import { type Matrix, row, type Vector } from "../../src/math/matrix.ts";
import { gamma as gammaVariate } from "../../src/math/random/gamma.ts";
import { normal } from "../../src/math/random/normal.ts";
import { type Rng, uniform } from "../../src/math/rng.ts";
import { rowProblem } from "./softmax-mode.ts";
import type { NormalRowPrior } from "./softmax-prior.ts";
import type { GateRows } from "./softmax-rows.ts";

/** Degrees of freedom of the proposal: heavier tails than the target, which are those of a normal density or lighter. */
const DF = 12;
/** A first search for the mode looks at so many rows and a fiftieth of all, when there are more than twice as many. */
const SUBSET_ROWS = 200;
/**
 * The search ends with a step that promises less than 1 + n / this: the proposal only has to be close, and the more
 * rows, the nearer the target is to a normal density, whose mode one step of Newton's reaches from anywhere.
 */
const ROWS_PER_UNIT = 500;

/**
 * Independence Metropolis update of one row of gamma after another: the proposal is a multivariate t around the mode
 * of p(γ_k | z, other rows), with its curvature. Mode and curvature depend on z and the other rows only, never on
 * the current γ_k, so the step leaves the conditional invariant.
 * Source: [tierney1994] §2.3.2 (independence chains).
 */
export function laplaceUpdate(rows: GateRows, prior: NormalRowPrior, fixedRows: 0 | 1) {
  const { n, q } = rows;
  const full = rowProblem(rows.W, n, q, prior, 1);
  const stride = Math.floor(n / (SUBSET_ROWS + n / 50));
  const coarse = stride >= 2 ? rowProblem(rows.W, n, q, prior, stride) : undefined;
  const noise = new Float64Array(q);
  const proposal = new Float64Array(q);
  const mode = new Float64Array(q);

  function findMode(k: number, z: Int32Array): void {
    mode.fill(0);
    coarse?.load(rows, k, z);
    coarse?.climb(mode, 1);
    full.load(rows, k, z);
    full.climb(mode, 1 + n / ROWS_PER_UNIT);
  }

  /** The conditional at the current row, from its cached weights where these are exact. */
  function currentValueOf(k: number, current: Vector): number {
    return rows.isCapped() ? full.value(current) : full.valueOfKnown(current, rows.weights(k));
  }

  return (rng: Rng, gamma: Matrix, z: Int32Array): Acceptance => {
    const tally: Acceptance = { proposed: 0, accepted: 0 };
    rows.refresh(gamma);
    for (let k = 0; k < gamma.rows - fixedRows; k++) {
      const current = row(gamma, k);
      if (gamma.rows === 1) {
        prior.sample(rng, current);
        continue;
      }
      rows.isolate(k);
      findMode(k, z);
      const spread = Math.sqrt((0.5 * DF) / gammaVariate(rng, 0.5 * DF));
      let proposedDistance = 0;
      for (let j = 0; j < q; j++) {
        noise[j] = spread * normal(rng);
        proposedDistance += noise[j]! ** 2;
      }
      solveLowerTransposed(full.factor, q, noise);
      for (let j = 0; j < q; j++) proposal[j] = mode[j]! + noise[j]!;
      // The proposal last: its weights stay in `full`.
      const currentValue = currentValueOf(k, current);
      const logRatio =
        full.value(proposal) -
        currentValue +
        logT(q, full.distance(current, mode)) -
        logT(q, proposedDistance);
      tally.proposed++;
      if (fastLog(uniform(rng)) < logRatio) {
        tally.accepted++;
        current.set(proposal);
        rows.adopt(k, current, full.log, full.weight);
      }
    }
    return tally;
  };
}

/** Log density of a standard t in q dimensions, up to a constant. */
function logT(q: number, squaredDistance: number): number {
  return -0.5 * (DF + q) * log1p(squaredDistance / DF);
}
