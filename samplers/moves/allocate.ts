import type { Info, Move } from "../../src/core/kernel.ts";
import {
  type GateSummary,
  gateSummary,
  logJoint,
  type MixtureScratch,
  mixtureScratch,
} from "../../src/core/mixture.ts";
import type { State, Target } from "../../src/core/target.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import { logSumExp } from "../../src/math/log-sum-exp.ts";
import { type Matrix, matrix, row, type Vector } from "../../src/math/matrix.ts";
import { type Rng, uniform } from "../../src/math/rng.ts";
import { allocateDeviated } from "./allocate-deviated.ts";

const LOG_2_POW_500 = fastLog(2 ** 500);

/**
 * Draws every allocation from its full conditional, z_i ∝ π_k(x_i) f(y_i | x_i, θ_k). On the way it meets what is
 * recorded of the state, so info holds `log_likelihood` (the normalising constants), `gate_entropy` and `weight[k]`.
 */
export function allocate(target: Target): Move {
  return target.deviation === undefined ? allocateMixture(target) : allocateDeviated(target);
}

function allocateMixture(target: Target): Move {
  const { n, capacity, expert } = target;
  const scratch = mixtureScratch(target);
  const summarize = gateSummary(target);
  const cumulative = matrix(capacity, n);
  const total = new Float64Array(n);
  const names = Array.from({ length: capacity }, (_, k) => `weight[${k + 1}]`);

  /** Row k becomes Σ_{j ≤ k} weight · density; returns the rows in use. */
  function accumulate({ theta }: State, { weight }: GateSummary): void {
    total.fill(0);
    for (let k = 0; k < theta.rows; k++) {
      expert.logDensity(row(theta, k), scratch.logDensity);
      addWeighted(weight.data, scratch.logDensity, k * n, total, cumulative.data);
    }
  }

  return {
    name: "allocate",
    step(rng, state) {
      const summary = summarize(state.gamma);
      accumulate(state, summary);
      const inLogs = allocateInLogs(target, state, scratch);
      const logLikelihood = drawAllocations(
        rng,
        {
          cumulative: cumulative.data,
          total,
          inverseSum: summary.inverseSum,
          last: (state.theta.rows - 1) * n,
        },
        state.z,
        inLogs,
      );
      const info: Info = { log_likelihood: logLikelihood, gate_entropy: summary.entropy };
      for (let k = 0; k < state.theta.rows; k++) info[names[k]!] = summary.mean[k]!;
      return { state, info };
    },
  };
}

/** total[i] += weight[start + i] · exp logDensity[i], also written to cumulative[start + i]. */
function addWeighted(
  weight: Vector,
  logDensity: Vector,
  start: number,
  total: Vector,
  cumulative: Vector,
): void {
  for (let i = 0, at = start; i < total.length; i++, at++) {
    const sum = total[i]! + weight[at]! * fastExp(logDensity[i]!);
    total[i] = sum;
    cumulative[at] = sum;
  }
}

interface Sums {
  readonly cumulative: Vector;
  /** Where the row of the last component begins. */
  readonly last: number;
  readonly total: Vector;
  readonly inverseSum: Vector;
}

/**
 * z[i] = k with probability ∝ cumulative[k, i] − cumulative[k − 1, i]; returns Σ_i log (total[i] · inverseSum[i]).
 * A row whose density leaves the range of doubles is left to `inLogs`, with its uniform draw.
 */
function drawAllocations(
  rng: Rng,
  { cumulative, last, total, inverseSum }: Sums,
  z: Int32Array,
  inLogs: (i: number, u: number) => number,
): number {
  const n = total.length;
  let logSum = 0;
  let product = 1;
  let scalings = 0;
  for (let i = 0; i < n; i++) {
    const u = uniform(rng);
    const density = total[i]! * inverseSum[i]!;
    // Densities between these need no logarithm of their own: running products, scaled, stay in the range of doubles.
    if (!(density > 1e-150 && density < 1e150)) {
      logSum += inLogs(i, u);
      continue;
    }
    const threshold = u * total[i]!;
    // All are counted by numbers rather than branches, which no processor can foresee.
    let k = 0;
    for (let at = i; at < last; at += n) k += Number(cumulative[at]! < threshold);
    z[i] = k;
    product *= density;
    if (product > 2 ** 500) {
      product *= 2 ** -500;
      scalings++;
    } else if (product < 2 ** -500) {
      product *= 2 ** 500;
      scalings--;
    }
  }
  return logSum + fastLog(product) + scalings * LOG_2_POW_500;
}

/** A function that allocates row i by the uniform u and returns its log-likelihood, all in logs. */
function allocateInLogs(target: Target, state: State, scratch: MixtureScratch) {
  let joint: Matrix | undefined;
  return (i: number, u: number): number => {
    joint ??= logJoint(target, state, scratch);
    const { rows: K, columns: n, data } = joint;
    const logTotal = logSumExp(data, i, K, n);
    let threshold = u;
    let k = 0;
    for (; k < K - 1; k++) {
      threshold -= fastExp(data[k * n + i]! - logTotal);
      if (threshold <= 0) break;
    }
    state.z[i] = k;
    return logTotal;
  };
}
