import type { Observations } from "../src/core/data.ts";
import type { CountPrior } from "../src/core/distribution.ts";
import type { Expert } from "../src/core/expert.ts";
import type { Gate } from "../src/core/gate.ts";
import { firstRows, memberships } from "../src/core/mixture.ts";
import type { State, Target } from "../src/core/target.ts";
import { type Matrix, matrix, row } from "../src/math/matrix.ts";
import { categoricalFromLog } from "../src/math/random/categorical.ts";
import type { Rng } from "../src/math/rng.ts";

/** Joins compiled experts and gate into the posterior of a mixture with a fixed or random number of components. */
export function mixtureTarget(
  observations: Observations,
  expert: Expert,
  gate: Gate,
  components: number | CountPrior,
  features: Matrix,
): Target {
  const { n, y } = observations;
  const capacity = typeof components === "number" ? components : components.max;
  const allLogProbability = matrix(capacity, n);
  const members = memberships(n);

  function samplePriorParameters(rng: Rng): Pick<State, "theta" | "gamma"> {
    const K = typeof components === "number" ? components : components.sample(rng);
    const theta = matrix(K, expert.dimension);
    const gamma = matrix(K, gate.dimension);
    for (let k = 0; k < K; k++) expert.samplePrior(rng, row(theta, k));
    for (let k = 0; k < K - gate.fixedRows; k++) gate.samplePrior(rng, row(gamma, k));
    return { theta, gamma };
  }

  function drawAllocations(rng: Rng, gamma: Matrix, z: Int32Array): void {
    const K = gamma.rows;
    const logProbability = firstRows(allLogProbability, K);
    gate.logProbability(gamma, logProbability);
    const weights = new Float64Array(K);
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < K; k++) weights[k] = logProbability.data[k * n + i]!;
      z[i] = categoricalFromLog(rng, weights);
    }
  }

  return {
    n,
    components,
    capacity,
    expert,
    gate,
    features,

    logPrior({ theta, gamma }) {
      const K = theta.rows;
      let total = typeof components === "number" ? 0 : components.logProbability(K);
      for (let k = 0; k < K; k++) total += expert.logPrior(row(theta, k));
      for (let k = 0; k < K - gate.fixedRows; k++) total += gate.logPrior(row(gamma, k));
      return total;
    },

    samplePrior(rng) {
      const parameters = samplePriorParameters(rng);
      const z = new Int32Array(n);
      drawAllocations(rng, parameters.gamma, z);
      return { ...parameters, z };
    },

    simulate(rng, { theta, gamma, z }) {
      drawAllocations(rng, gamma, z);
      members.sort(z, theta.rows);
      for (let k = 0; k < theta.rows; k++) {
        expert.simulate(rng, row(theta, k), members.of(k).rows, y);
      }
    },
  };
}
