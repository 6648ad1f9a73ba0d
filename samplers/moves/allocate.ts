import type { Info, Move } from "../../src/core/kernel.ts";
import { addLogDensities, gateSummary, mixtureScratch } from "../../src/core/mixture.ts";
import type { Target } from "../../src/core/target.ts";
import { columnMaxima } from "../../src/math/columns.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import type { Matrix, Vector } from "../../src/math/matrix.ts";
import { type Rng, uniform } from "../../src/math/rng.ts";

/**
 * Draws every allocation from its full conditional, z_i ∝ π_k(x_i) f(y_i | x_i, θ_k). On the way it meets what is
 * recorded of the state, so info holds `log_likelihood` (the normalising constants), `gate_entropy` and `weight[k]`.
 */
export function allocate(target: Target): Move {
  const scratch = mixtureScratch(target);
  const summarize = gateSummary(target);
  const maxima = new Float64Array(target.n);
  const cumulative = new Float64Array(target.capacity);
  return {
    name: "allocate",
    step(rng, state) {
      const { logProbability, weight, entropy } = summarize(state.gamma);
      const joint = addLogDensities(target, state, logProbability, scratch);
      columnMaxima(joint, maxima);
      const logLikelihood = drawAllocations(rng, joint, maxima, cumulative, state.z);
      const info: Info = { log_likelihood: logLikelihood, gate_entropy: entropy };
      for (let k = 0; k < joint.rows; k++) info[`weight[${k + 1}]`] = weight[k]!;
      return { state, info };
    },
  };
}

/**
 * z[i] = k with probability ∝ exp joint[k, i]; returns Σ_i log Σ_k exp joint[k, i].
 * maxima: the largest entry of each column; cumulative: scratch, length ≥ K.
 */
function drawAllocations(
  rng: Rng,
  { rows: K, columns: n, data }: Matrix,
  maxima: Vector,
  cumulative: Vector,
  z: Int32Array,
): number {
  let total = 0;
  let product = 1;
  for (let i = 0; i < n; i++) {
    const max = maxima[i]!;
    let sum = 0;
    for (let k = 0, at = i; k < K; k++, at += n) {
      sum += fastExp(data[at]! - max);
      cumulative[k] = sum;
    }
    const threshold = sum * uniform(rng);
    let k = 0;
    while (cumulative[k]! < threshold && k < K - 1) k++;
    z[i] = k;
    total += max;
    product *= sum;
    if (product > 1e150) {
      total += fastLog(product);
      product = 1;
    }
  }
  return total + fastLog(product);
}
