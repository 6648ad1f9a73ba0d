import type { Info, Move } from "../../src/core/kernel.ts";
import { firstRows, gateSummary, logJoint, mixtureScratch } from "../../src/core/mixture.ts";
import { logShareDensity, ratioOf } from "../../src/core/share-density.ts";
import type { Deviation, DeviationState, State, Target } from "../../src/core/target.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import { logistic, logSumExp } from "../../src/math/log-sum-exp.ts";
import { type Matrix, matrix, type Vector } from "../../src/math/matrix.ts";
import { beta } from "../../src/math/random/beta.ts";
import { sliceSample } from "../../src/math/random/slice.ts";
import { type Rng, uniform } from "../../src/math/rng.ts";

/**
 * Draws the share λ of the mixture given which rows it has made, moves it with these summed out, then for each row whether the known density or the
 * mixture has made it, components summed out, and its component: of a row of the mixture from the full conditional, of
 * one of the known density from the gate, which it tells nothing. Info as of `allocate`.
 */
export function allocateDeviated(target: Target): Move {
  const { n, capacity, gate } = target;
  const scratch = mixtureScratch(target);
  const summarize = gateSummary(target);
  const gates = matrix(capacity, n);
  const ratios = new Float64Array(n);

  return {
    name: "allocate",
    parts: [
      "share of the mixture, given rows and with them summed out",
      "rows of the known density, then allocations",
    ],
    step(rng, state) {
      const K = state.theta.rows;
      const summary = summarize(state.gamma);
      const info: Info = { gate_entropy: summary.entropy };
      for (let k = 0; k < K; k++) info[`weight[${k + 1}]`] = summary.mean[k]!;
      drawShare(rng, target.deviation!, state.deviation!);
      const joint = logJoint(target, state, scratch);
      moveShare(rng, target.deviation!, state.deviation!, joint, ratios);
      const logProbability = firstRows(gates, K);
      gate.logProbability(state.gamma, logProbability);
      info["log_likelihood"] = drawRows(rng, state, joint, logProbability);
      return { state, info };
    },
  };
}

/** Draws the share of the mixture given which density has made each row. */
export function drawShare(
  rng: Rng,
  { a, b }: Deviation,
  { lambda, fromKnown }: DeviationState,
): void {
  let known = 0;
  for (let i = 0; i < fromKnown.length; i++) known += fromKnown[i]!;
  lambda[0] = beta(rng, a + fromKnown.length - known, b + known);
}

/** sd of the log odds of a share that few rows tell of. */
const WIDTH = 1;
const MOST_LOG_ODDS = 35;

/** Moves the share with all rows summed out, by a slice of its log odds, and the joint with it; ratios: scratch. */
function moveShare(
  rng: Rng,
  { a, b }: Deviation,
  { lambda }: DeviationState,
  { rows, columns: n, data }: Matrix,
  ratios: Vector,
): void {
  const K = rows - 1;
  const odds = fastLog(lambda[0]!) - fastLog(1 - lambda[0]!);
  if (!(Math.abs(odds) < MOST_LOG_ODDS)) return;
  for (let i = 0; i < n; i++) {
    ratios[i] = ratioOf(logSumExp(data, i, K, n) - data[K * n + i]! - odds);
  }
  const t = sliceSample(rng, (x) => logShareDensity(ratios, a, b, x), odds, WIDTH);
  const next = logistic(t);
  const ofMixture = fastLog(next) - fastLog(lambda[0]!);
  const ofKnown = fastLog(logistic(-t)) - fastLog(1 - lambda[0]!);
  for (let at = 0; at < K * n; at++) data[at] = data[at]! + ofMixture;
  for (let at = K * n; at < rows * n; at++) data[at] = data[at]! + ofKnown;
  lambda[0] = next;
}

/** Rewrites which density has made each row, and its component; returns the log-likelihood, both summed out. */
function drawRows(rng: Rng, state: State, joint: Matrix, logProbability: Matrix): number {
  const { rows, columns: n, data } = joint;
  const K = rows - 1;
  const { fromKnown } = state.deviation!;
  let total = 0;
  for (let i = 0; i < n; i++) {
    const log = logSumExp(data, i, rows, n);
    total += log;
    const isKnown = uniform(rng) < fastExp(data[K * n + i]! - log);
    fromKnown[i] = isKnown ? 1 : 0;
    state.z[i] = isKnown
      ? drawn(rng, logProbability.data, i, K, n, 0)
      : drawn(rng, data, i, K, n, logSumExp(data, i, K, n));
  }
  return total;
}

/** A component with probability exp(logs[k, i] − logTotal). */
function drawn(
  rng: Rng,
  logs: Float64Array,
  i: number,
  K: number,
  n: number,
  logTotal: number,
): number {
  let threshold = uniform(rng);
  for (let k = 0; k < K - 1; k++) {
    threshold -= fastExp(logs[k * n + i]! - logTotal);
    if (threshold <= 0) return k;
  }
  return K - 1;
}
