import type { Members } from "../../src/core/data.ts";
import { memberships } from "../../src/core/mixture.ts";
import type { DeviationState, State, Target } from "../../src/core/target.ts";
import { row, type Vector } from "../../src/math/matrix.ts";
import type { Rng } from "../../src/math/rng.ts";
import { drawShare } from "../moves/allocate-deviated.ts";
import { permuteLabels } from "../moves/permute-labels.ts";
import { translateGate } from "../moves/translate-gate.ts";
import { ofMixture } from "../moves/update-experts.ts";
import type { TemperedLikelihood } from "./tempered-likelihood.ts";

/**
 * A sweep that leaves p(θ, γ) Π_i Σ_k π_k(x_i) f(y_i | x_i, θ_k)^t_i invariant, in place: with the allocations drawn, experts
 * are updated by members of weight t_i, and the gate, which t does not touch, as always. Beside a known density the share of
 * the mixture is drawn as well, and experts learn from rows of the mixture alone.
 */
export function temperedSweep(target: Target, likelihood: TemperedLikelihood) {
  const { n, expert, gate, deviation } = target;
  const members = memberships(n);
  const warm = { rows: new Int32Array(n), weight: new Float64Array(n) };
  const update = gate.updates[0]!;
  // Rows of a symmetric gate start in every order and no order is special; a baseline is.
  const moves = [
    ...translateGate(target),
    ...(gate.fixedRows === 1 ? [permuteLabels(target)] : []),
  ];

  /** Those that the known density has not made and that count by now. */
  function warmMembers(k: number, t: Vector, at: DeviationState | undefined): Members {
    const { rows } = ofMixture(members.of(k), at);
    let count = 0;
    for (let m = 0; m < rows.length; m++) {
      const i = rows[m]!;
      if (!(t[i]! > 0)) continue;
      warm.rows[count] = i;
      warm.weight[count++] = t[i]!;
    }
    return { rows: warm.rows.subarray(0, count), weight: warm.weight.subarray(0, count) };
  }

  function updateExperts(rng: Rng, t: Vector, { theta, z, deviation: at }: State): void {
    members.sort(z, theta.rows);
    for (let k = 0; k < theta.rows; k++) {
      const own = warmMembers(k, t, at);
      if (own.rows.length === 0) expert.samplePrior(rng, row(theta, k));
      else expert.update(rng, row(theta, k), own);
    }
  }

  return (rng: Rng, t: Vector, state: State): void => {
    likelihood.load(state);
    likelihood.allocate(rng, t, state);
    if (deviation !== undefined) drawShare(rng, deviation, state.deviation!);
    updateExperts(rng, t, state);
    update.step(rng, state.gamma, state.z);
    for (const move of moves) move.step(rng, state);
  };
}
