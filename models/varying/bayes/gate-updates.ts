import type { Acceptance, GateUpdate } from "../../../src/core/gate.ts";
import { type Matrix, matrix, row, type Vector } from "../../../src/math/matrix.ts";
import { polyaGamma1 } from "../../../src/math/random/polya-gamma.ts";
import type { Rng } from "../../../src/math/rng.ts";
import { type GateRows, gateRows } from "../../gates/softmax-rows.ts";
import type { Functions } from "./functions.ts";
import { gateRowTerms } from "./gate-terms.ts";
import type { LaplaceFunctions } from "./laplace.ts";
import { type LevelPriors, normalFunctions } from "./normal-functions.ts";
import { smoothFunctions } from "./smooth-functions.ts";

/** Weights of all components with rows of gamma as coordinates of functions, kept from one update to the next. */
export function functionWeights(functions: Functions) {
  const { n, length } = functions.rows;
  const rows = gateRows(functions.rows.columns().data, n, length);
  let linear = matrix(0, length);
  return {
    rows,
    /** gamma as entries of the linear predictor, K × length. */
    linearOf(gamma: Matrix): Matrix {
      if (linear.rows !== gamma.rows) linear = matrix(gamma.rows, length);
      for (let k = 0; k < gamma.rows; k++) functions.toLinear(row(gamma, k), row(linear, k));
      return linear;
    },
  };
}

export type FunctionWeights = ReturnType<typeof functionWeights>;

type Step = (
  rng: Rng,
  row: Vector,
  k: number,
  rows: GateRows,
  z: Int32Array,
) => boolean | undefined;

/**
 * One row of gamma after another. By Pólya-Gamma augmentation a row given the others is a normal regression
 * [polson2013]; by Laplace its levels and shapes are proposed at their mode [tierney1994].
 */
export function gateUpdates(
  functions: Functions,
  prior: LevelPriors,
  laplace: () => LaplaceFunctions,
  weights: () => FunctionWeights,
): GateUpdate[] {
  return [
    {
      name: "polya-gamma",
      method: "Pólya-Gamma augmentation, one row at a time, its functions by normal draws",
      step: rowByRow(functions, weights, () => polyaGammaStep(functions, prior)),
    },
    {
      name: "laplace",
      method: "independence Metropolis from a t at the mode, one row at a time, scales by slices",
      step: rowByRow(functions, weights, () => laplaceStep(functions, prior, laplace())),
    },
  ];
}

function rowByRow(
  functions: Functions,
  weights: () => FunctionWeights,
  make: () => Step,
): GateUpdate["step"] {
  let step: Step | undefined;
  const linear = new Float64Array(functions.rows.length);
  return (rng, gamma, z): Acceptance => {
    step ??= make();
    const tally: Acceptance = { proposed: 0, accepted: 0 };
    const { rows, linearOf } = weights();
    rows.refresh(linearOf(gamma));
    for (let k = 0; k < gamma.rows; k++) {
      const own = row(gamma, k);
      if (gamma.rows > 1) rows.isolate(k);
      const accepted = step(rng, own, gamma.rows > 1 ? k : -1, rows, z);
      if (accepted !== undefined) {
        tally.proposed++;
        if (accepted) tally.accepted++;
      }
      functions.toLinear(own, linear);
      rows.replace(k, linear);
    }
    return tally;
  };
}

/** k is −1 where there is no other component: then the likelihood is flat. */
function polyaGammaStep(functions: Functions, prior: LevelPriors): Step {
  const { n, length } = functions.rows;
  const linear = new Float64Array(length);
  const eta = new Float64Array(n);
  const omega = new Float64Array(n);
  const working = new Float64Array(n);
  const gram = new Float64Array(length * length);
  const cross = new Float64Array(length);
  const draw = normalFunctions(functions, prior);
  const { others, loadOthers } = gateRowTerms(n);
  return (rng, own, k, rows, z) => {
    gram.fill(0);
    cross.fill(0);
    if (k >= 0) {
      loadOthers(rows);
      functions.toLinear(own, linear);
      functions.rows.predict(linear, undefined, eta);
      for (let i = 0; i < n; i++) {
        const w = polyaGamma1(rng, eta[i]! - others[i]!);
        omega[i] = w;
        working[i] = w * others[i]! + (z[i] === k ? 0.5 : -0.5);
      }
      functions.rows.gram(undefined, omega, gram);
      functions.rows.cross(undefined, working, cross);
    }
    draw(rng, own, gram, cross);
    return undefined;
  };
}

function laplaceStep(functions: Functions, prior: LevelPriors, laplace: LaplaceFunctions): Step {
  const { n, length } = functions.rows;
  const update = smoothFunctions(functions, laplace);
  const normal = normalFunctions(functions, prior);
  const nothing = { gram: new Float64Array(length * length), cross: new Float64Array(length) };
  const { terms, loadOthers, loadAllocations } = gateRowTerms(n);
  return (rng, own, k, rows, z) => {
    if (k < 0) {
      normal(rng, own, nothing.gram, nothing.cross);
      return undefined;
    }
    loadOthers(rows);
    loadAllocations(z, k);
    return update(rng, own, terms, prior.mean);
  };
}
