import { fastExp } from "../../src/math/exp.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { cellsOf, membersOf } from "./cells.ts";
import { gateOf } from "./conditional-density.ts";
import { type Covariates, type MeanOptions, meanOverCovariates } from "./covariates.ts";
import { type ExponentMode, expertDistances } from "./exponents.ts";
import { checkComparable, expertArrays, type GatedMeasure } from "./measures.ts";
import { expertErrors, type MixtureLoss } from "./mixture-loss.ts";

/** A functional loss; `error` is that of the means over covariates. */
export interface FunctionalLoss extends MixtureLoss {
  readonly error: number;
}

/**
 * A loss that compares what gates do, not their parameters:
 * Σ_j E|Σ_{i in cell j} π_i(x) − π*_j(x)| + Σ_j Σ_{i in cell j} E π_i(x) (powers of the errors of
 * experts). Cells are nearest true atoms in coefficients and variance. It does not depend on
 * translations of either gate, and is 0 where densities are equal though gate slopes are not.
 * Throws a UsageError where the measures do not fit. Derived for this package.
 */
export function functionalGateLoss(
  fit: GatedMeasure,
  truth: GatedMeasure,
  covariates: Covariates,
  mode: ExponentMode = "published",
  options: MeanOptions = {},
): FunctionalLoss {
  const [fitted, real] = [expertArrays(fit.experts), expertArrays(truth.experts)];
  checkComparable(fitted, real);
  const [K, trueK] = [fit.experts.length, truth.experts.length];
  const pi = probabilities(gateOf(fit), K);
  const truePi = probabilities(gateOf(truth), trueK);
  const mean = (f: (x: Vector) => number) => meanOverCovariates(covariates, f, options);
  const weights = Array.from({ length: K }, (_, i) => mean((x) => pi(x)[i]!));
  const weight = Float64Array.from(weights, ({ value }) => value);
  const cells = cellsOf(expertDistances(fitted, real), weight);
  const members = membersOf(cells);
  const gaps = members.map((cell, j) =>
    mean((x) => {
      const here = pi(x);
      return Math.abs(cell.reduce((sum, i) => sum + here[i]!, 0) - truePi(x)[j]!);
    }),
  );
  const mass = gaps.reduce((sum, { value }) => sum + value, 0);
  const experts = expertErrors(fitted, weight, real, cells, mode);
  const error = gaps.reduce((sum, gap) => sum + gap.error, 0);
  return { value: mass + experts, mass, experts, cells: members, error };
}

/** Gate probabilities at x, in an array that the next call overwrites. */
function probabilities(
  logWeights: (x: Vector, out: Vector) => void,
  K: number,
): (x: Vector) => Vector {
  const out = new Float64Array(K);
  return (x) => {
    logWeights(x, out);
    for (let k = 0; k < K; k++) out[k] = fastExp(out[k]!);
    return out;
  };
}
