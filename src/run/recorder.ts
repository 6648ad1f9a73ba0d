import type { Info } from "../core/kernel.ts";
import {
  firstRows,
  gateSummary,
  logJoint,
  mixtureScratch,
  sumOutAllocation,
} from "../core/mixture.ts";
import type { State, Target } from "../core/target.ts";
import { sortedBlocks, variableNames } from "../core/variables.ts";
import { fastExp } from "../math/exp.ts";
import { type Matrix, matrix, row } from "../math/matrix.ts";
import type { Recorder } from "./drive.ts";

/** A target together with the way from its own scale to the scale of the data. */
export interface Reported {
  readonly target: Target;
  /** Writes theta (K × d) and gamma (K × q) on the scale of the data. */
  report(state: State, theta: Matrix, gamma: Matrix): void;
}

/** The few rows at which predictions are recorded: a target over them alone, on the scale of the data. */
export interface Anchors {
  /** Row numbers, 1-based. */
  readonly rows: readonly number[];
  readonly target: Target;
}

/** Writes draws in the order of `variableNames`; what a draw with fewer components lacks is NaN. */
export function createRecorder({ target, report }: Reported, anchors: Anchors): Recorder {
  const { capacity, expert, gate } = target;
  const allTheta = matrix(capacity, expert.dimension);
  const allGamma = matrix(capacity, gate.dimension);
  const gates = createGateSummary(target);
  const likelihood = createLikelihood(target);
  const predict = createPrediction(anchors.target);
  const sort = createSorting(target);
  return {
    variables: variableNames(target, anchors.rows),
    record(state, info, out) {
      const K = state.theta.rows;
      const theta = firstRows(allTheta, K);
      const gamma = firstRows(allGamma, K);
      report(state, theta, gamma);
      const logLikelihood = info["log_likelihood"] ?? likelihood(state);
      const { weight, entropy } = gates(state, info);
      out[0] = logLikelihood;
      out[1] = logLikelihood + target.logPrior(state);
      out[2] = K;
      out[3] = filled(state.z, K);
      out[4] = entropy;
      let from = 5;
      if (state.deviation !== undefined) out[from++] = state.deviation.lambda[0]!;
      let at = sort(theta, out, from);
      at = predict({ ...state, theta, gamma }, out, at);
      for (let k = 0; k < K; k++) {
        out[at++] = weight[k]!;
        out.set(row(theta, k), at);
        at += theta.columns;
        out.set(row(gamma, k), at);
        at += gamma.columns;
      }
      out.fill(Number.NaN, at);
    },
  };
}

/** How many of K components have a row. */
function filled(z: Int32Array, K: number): number {
  const seen = new Uint8Array(K);
  let count = 0;
  for (let i = 0; i < z.length && count < K; i++) {
    count += 1 - seen[z[i]!]!;
    seen[z[i]!] = 1;
  }
  return count;
}

/** Log-likelihood with the allocations summed out, for kernels whose steps do not say it. */
function createLikelihood(target: Target): (state: State) => number {
  let scratch: ReturnType<typeof mixtureScratch> | undefined;
  return (state) => {
    scratch ??= mixtureScratch(target);
    return sumOutAllocation(logJoint(target, state, scratch), scratch);
  };
}

/** Mean gate probability of each component, and the mean entropy of the gate: from the step's info where it says them. */
function createGateSummary(target: Target) {
  const weight = new Float64Array(target.capacity);
  let summarize: ReturnType<typeof gateSummary> | undefined;
  return (state: State, info: Info) => {
    const entropy = info["gate_entropy"];
    if (entropy === undefined) {
      summarize ??= gateSummary(target);
      const summary = summarize(state.gamma);
      return { weight: summary.mean, entropy: summary.entropy };
    }
    for (let k = 0; k < state.theta.rows; k++) weight[k] = info[`weight[${k + 1}]`]!;
    return { weight, entropy };
  };
}

/** Writes the ordered values of every positive scalar, where the number of components is fixed. */
function createSorting(target: Target) {
  const positions =
    typeof target.components === "number" ? sortedBlocks(target).map((b) => b.position) : [];
  return (theta: Matrix, out: Float64Array, from: number): number => {
    let at = from;
    for (const position of positions) {
      const values = out.subarray(at, at + theta.rows);
      for (let k = 0; k < theta.rows; k++) values[k] = row(theta, k)[position]!;
      values.sort();
      at += theta.rows;
    }
    return at;
  };
}

/** Writes the predictive mean, then the density of the observed response, at each row of a target. */
function createPrediction(target: Target) {
  const scratch = mixtureScratch(target);
  const all = matrix(target.capacity, target.n);
  const mean = new Float64Array(target.n);
  return (state: State, out: Float64Array, from: number): number => {
    const { theta, gamma } = state;
    const means = out.subarray(from, from + target.n).fill(0);
    const logProbability = firstRows(all, theta.rows);
    target.gate.logProbability(gamma, logProbability);
    for (let k = 0; k < theta.rows; k++) {
      target.expert.mean(row(theta, k), mean);
      const logs = row(logProbability, k);
      for (let i = 0; i < target.n; i++) means[i] = means[i]! + fastExp(logs[i]!) * mean[i]!;
    }
    addKnownMean(target, state, means, mean);
    sumOutAllocation(logJoint(target, state, scratch), scratch);
    for (let i = 0; i < target.n; i++) out[from + target.n + i] = fastExp(scratch.logDensity[i]!);
    return from + 2 * target.n;
  };
}

/** Means of the mixture become those of the whole, where it deviates from a known density. */
function addKnownMean(
  { deviation }: Target,
  state: State,
  means: Float64Array,
  scratch: Float64Array,
): void {
  if (deviation === undefined) return;
  const lambda = state.deviation!.lambda[0]!;
  deviation.known.mean(scratch);
  for (let i = 0; i < means.length; i++) {
    means[i] = lambda * means[i]! + (1 - lambda) * scratch[i]!;
  }
}
