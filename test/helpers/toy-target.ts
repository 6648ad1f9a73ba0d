import type { Expert } from "../../src/core/expert.ts";
import type { Gate } from "../../src/core/gate.ts";
import type { Move } from "../../src/core/kernel.ts";
import { memberships } from "../../src/core/mixture.ts";
import type { Target } from "../../src/core/target.ts";
import { matrix, row } from "../../src/math/matrix.ts";
import { normal } from "../../src/math/random/normal.ts";
import { type Rng, uniform } from "../../src/math/rng.ts";
import { normalCdf } from "../../src/math/stdlib.ts";

const LOG_2PI = Math.log(2 * Math.PI);

/** y ~ N(mean, 1) with mean ~ N(0, priorSd²): an expert whose every answer fits on a line. */
function meanExpert(y: Float64Array, priorSd: number): Expert {
  return {
    layout: [{ name: "mean", size: 1, support: "real" }],
    dimension: 1,
    updates: [{ block: "mean", method: "conjugate draw" }],
    y,
    logPrior: ([mean]) => -0.5 * (LOG_2PI + (mean! / priorSd) ** 2) - Math.log(priorSd),
    logDensity([mean], out) {
      for (let i = 0; i < y.length; i++) out[i] = -0.5 * (LOG_2PI + (y[i]! - mean!) ** 2);
    },
    mean: ([mean], out) => void out.fill(mean!),
    variance: (_, out) => void out.fill(1),
    cumulative([mean], out) {
      for (let i = 0; i < y.length; i++) out[i] = normalCdf(y[i]! - mean!);
    },
    samplePrior(rng, theta) {
      theta[0] = priorSd * normal(rng);
    },
    simulate(rng, [mean], rows, into) {
      for (const i of rows) into[i] = mean! + normal(rng);
    },
    update(rng, theta, { rows }) {
      const precision = rows.length + priorSd ** -2;
      const sum = rows.reduce((total, i) => total + y[i]!, 0);
      theta[0] = sum / precision + normal(rng) / Math.sqrt(precision);
    },
    maximize(theta, { rows }, priorWeight) {
      const precision = rows.length + priorWeight * priorSd ** -2;
      theta[0] = rows.reduce((total, i) => total + y[i]!, 0) / precision;
    },
  };
}

/** Equal weights without parameters. */
function equalWeights(): Gate {
  return {
    terms: [],
    dimension: 0,
    fixedRows: 0,
    updates: [],
    logPrior: () => 0,
    logWeight: (_, out) => void out.fill(0),
    logProbability: (gamma, out) => void out.data.fill(-Math.log(gamma.rows)),
    samplePrior: () => undefined,
    maximize: () => undefined,
  };
}

/** A mixture of K unit normals with equal weights: the harness is tried on it before anything real. */
export function toyTarget(n: number, K: number, priorSd: number): Target {
  const y = new Float64Array(n);
  const expert = meanExpert(y, priorSd);
  const members = memberships(n);
  return {
    n,
    components: K,
    capacity: K,
    expert,
    gate: equalWeights(),
    features: matrix(n, 1, y),
    logPrior({ theta }) {
      return theta.data.reduce((sum, mean) => sum + expert.logPrior(Float64Array.of(mean)), 0);
    },
    samplePrior(rng) {
      const theta = matrix(K, 1);
      for (let k = 0; k < K; k++) expert.samplePrior(rng, row(theta, k));
      const z = Int32Array.from({ length: n }, () => Math.floor(K * uniform(rng)));
      return { theta, gamma: matrix(K, 0), z };
    },
    simulate(rng, { theta, z }) {
      for (let i = 0; i < n; i++) z[i] = Math.floor(K * uniform(rng));
      members.sort(z, K);
      for (let k = 0; k < K; k++) expert.simulate(rng, row(theta, k), members.of(k).rows, y);
    },
  };
}

/** How the toy's sweep is made wrong: each number is 1 in the right kernel. */
export interface ToyMistakes {
  readonly sdFactor?: number;
  readonly likelihoodPower?: number;
}

/** Gibbs sweep of the toy: allocations, then means. */
export function toyKernel(
  target: Target,
  { sdFactor = 1, likelihoodPower = 1 }: ToyMistakes = {},
): Move {
  const { n, capacity: K, expert } = target;
  const members = memberships(n);
  const logDensity = Array.from({ length: K }, () => new Float64Array(n));
  const weights = new Float64Array(K);
  const draw = (rng: Rng, i: number): number => {
    for (let k = 0; k < K; k++) weights[k] = Math.exp(likelihoodPower * logDensity[k]![i]!);
    let left = uniform(rng) * weights.reduce((sum, weight) => sum + weight, 0);
    let k = 0;
    for (; k < K - 1 && left >= weights[k]!; k++) left -= weights[k]!;
    return k;
  };
  return {
    name: "toy",
    step(rng, state) {
      for (let k = 0; k < K; k++) expert.logDensity(row(state.theta, k), logDensity[k]!);
      for (let i = 0; i < n; i++) state.z[i] = draw(rng, i);
      members.sort(state.z, K);
      for (let k = 0; k < K; k++) {
        const theta = row(state.theta, k);
        const centre = new Float64Array(1);
        expert.update(rng, theta, members.of(k));
        expert.maximize(centre, members.of(k), 1);
        theta[0] = centre[0]! + sdFactor * (theta[0]! - centre[0]!);
      }
      return { state, info: {} };
    },
  };
}
