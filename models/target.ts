import type { Observations } from "../src/core/data.ts";
import type { CountPrior } from "../src/core/distribution.ts";
import type { Expert } from "../src/core/expert.ts";
import type { Gate } from "../src/core/gate.ts";
import { memberships } from "../src/core/mixture.ts";
import type { Deviation, DeviationState, State, Target } from "../src/core/target.ts";
import { type Matrix, matrix, row } from "../src/math/matrix.ts";
import { beta as betaVariate } from "../src/math/random/beta.ts";
import { categoricalFromLog } from "../src/math/random/categorical.ts";
import { type Rng, uniform } from "../src/math/rng.ts";

/** Joins compiled experts and gate into the posterior of a mixture with a fixed or random number of components. */
export function mixtureTarget(
  observations: Observations,
  expert: Expert,
  gate: Gate,
  components: number | CountPrior,
  features: () => Matrix,
  deviation?: Deviation,
): Target {
  const { n, y } = observations;
  const capacity = typeof components === "number" ? components : components.max;
  let members: ReturnType<typeof memberships> | undefined;

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
    const logProbability = matrix(K, n);
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
    ...(deviation === undefined ? {} : { deviation }),
    get features() {
      return features();
    },

    logPrior({ theta, gamma, deviation: at }) {
      const K = theta.rows;
      let total = typeof components === "number" ? 0 : components.logProbability(K);
      if (deviation !== undefined) total += deviation.logPrior(at!.lambda[0]!);
      for (let k = 0; k < K; k++) total += expert.logPrior(row(theta, k));
      for (let k = 0; k < K - gate.fixedRows; k++) total += gate.logPrior(row(gamma, k));
      return total;
    },

    samplePrior(rng) {
      const parameters = samplePriorParameters(rng);
      const z = new Int32Array(n);
      drawAllocations(rng, parameters.gamma, z);
      if (deviation === undefined) return { ...parameters, z };
      const lambda = Float64Array.of(betaVariate(rng, deviation.a, deviation.b));
      return { ...parameters, z, deviation: drawDeviation(rng, n, lambda) };
    },

    simulate(rng, { theta, gamma, z, deviation: at }) {
      drawAllocations(rng, gamma, z);
      members ??= memberships(n);
      members.sort(z, theta.rows);
      for (let k = 0; k < theta.rows; k++) {
        expert.simulate(rng, row(theta, k), members.of(k).rows, y);
      }
      if (deviation === undefined) return;
      drawFromKnown(rng, at!.lambda[0]!, at!.fromKnown);
      deviation.known.simulate(rng, rowsWhere(at!.fromKnown), y);
    },
  };
}

function drawDeviation(rng: Rng, n: number, lambda: Float64Array): DeviationState {
  const fromKnown = new Uint8Array(n);
  drawFromKnown(rng, lambda[0]!, fromKnown);
  return { lambda, fromKnown };
}

/** Which rows the known density has made, before y is seen. */
function drawFromKnown(rng: Rng, lambda: number, fromKnown: Uint8Array): void {
  for (let i = 0; i < fromKnown.length; i++) fromKnown[i] = uniform(rng) < lambda ? 0 : 1;
}

function rowsWhere(flags: Uint8Array): Int32Array {
  return Int32Array.from(flags.keys()).filter((i) => flags[i] === 1);
}
