import { memberships } from "../../src/core/mixture.ts";
import type { State, Target } from "../../src/core/target.ts";
import { row } from "../../src/math/matrix.ts";
import type { Rng } from "../../src/math/rng.ts";
import { permuteLabels } from "../moves/permute-labels.ts";
import { translateGate } from "../moves/translate-gate.ts";
import type { TemperedLikelihood } from "./tempered-likelihood.ts";

/**
 * A sweep that leaves p(θ, γ) Π_i Σ_k π_k(x_i) f(y_i | x_i, θ_k)^t invariant, in place: with the allocations drawn, experts
 * are updated by members of weight t, and the gate, which t does not touch, as always.
 */
export function temperedSweep(target: Target, likelihood: TemperedLikelihood) {
  const { n, expert, gate } = target;
  const members = memberships(n);
  const weight = new Float64Array(n);
  const update = gate.updates[0]!;
  // Rows of a symmetric gate start in every order and no order is special; a baseline is.
  const moves = [
    ...translateGate(target),
    ...(gate.fixedRows === 1 ? [permuteLabels(target)] : []),
  ];

  function updateExperts(rng: Rng, { theta, z }: State): void {
    members.sort(z, theta.rows);
    for (let k = 0; k < theta.rows; k++) {
      const { rows } = members.of(k);
      if (rows.length === 0) expert.samplePrior(rng, row(theta, k));
      else expert.update(rng, row(theta, k), { rows, weight: weight.subarray(0, rows.length) });
    }
  }

  return (rng: Rng, t: number, state: State): void => {
    weight.fill(t);
    likelihood.load(state);
    likelihood.allocate(rng, t, state.z);
    updateExperts(rng, state);
    update.step(rng, state.gamma, state.z);
    for (const move of moves) move.step(rng, state);
  };
}
