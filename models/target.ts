import type { Observations } from "../src/core/data.ts";
import type { Expert } from "../src/core/expert.ts";
import type { Gate } from "../src/core/gate.ts";
import { memberships } from "../src/core/mixture.ts";
import type { State, Target } from "../src/core/target.ts";
import { type Matrix, matrix, row } from "../src/math/matrix.ts";
import { categoricalFromLog } from "../src/math/random/categorical.ts";
import type { Rng } from "../src/math/rng.ts";

/** Joins compiled experts and gate into the posterior of a mixture with a fixed number of components. */
export function mixtureTarget(
  observations: Observations,
  expert: Expert,
  gate: Gate,
  components: number,
  features: Matrix,
): Target {
  const { n, y } = observations;
  const logProbability = matrix(components, n);
  const members = memberships(n);

  function samplePriorParameters(rng: Rng): Pick<State, "theta" | "gamma"> {
    const theta = matrix(components, expert.dimension);
    const gamma = matrix(components, gate.dimension);
    for (let k = 0; k < components; k++) expert.samplePrior(rng, row(theta, k));
    for (let k = 0; k < components - gate.fixedRows; k++) gate.samplePrior(rng, row(gamma, k));
    return { theta, gamma };
  }

  function drawAllocations(rng: Rng, gamma: Matrix, z: Int32Array): void {
    gate.logProbability(gamma, logProbability);
    const weights = new Float64Array(components);
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < components; k++) weights[k] = logProbability.data[k * n + i]!;
      z[i] = categoricalFromLog(rng, weights);
    }
  }

  return {
    n,
    components,
    capacity: components,
    expert,
    gate,
    features,

    logPrior({ theta, gamma }) {
      let total = 0;
      for (let k = 0; k < components; k++) total += expert.logPrior(row(theta, k));
      for (let k = 0; k < components - gate.fixedRows; k++) total += gate.logPrior(row(gamma, k));
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
      members.sort(z, components);
      for (let k = 0; k < components; k++) {
        expert.simulate(rng, row(theta, k), members.of(k).rows, y);
      }
    },
  };
}
