import { logJoint, memberships, mixtureScratch, toResponsibilities } from "../src/core/mixture.ts";
import type { State, Target } from "../src/core/target.ts";
import { type Matrix, matrix, row } from "../src/math/matrix.ts";
import type { Rng } from "../src/math/rng.ts";
import { allocate } from "./moves/allocate.ts";
import { kMeansPartition, randomPartition } from "./partition.ts";

/**
 * Where a chain starts. kmeans: groups of (x, y) and a few EM steps. em: a random partition and many EM steps.
 * random: a random partition and one maximization. prior: a draw from the prior.
 */
export type Start = "kmeans" | "em" | "random" | "prior";

export const starts: readonly Start[] = ["kmeans", "em", "random", "prior"];

const EM_STEPS: Readonly<Record<Start, number>> = { kmeans: 5, em: 50, random: 0, prior: 0 };

/** A starting state of the kind asked for, allocations drawn given its parameters. */
export function initialize(rng: Rng, target: Target, start: Start): State {
  const state = target.samplePrior(rng);
  if (start !== "prior") {
    const partition = start === "kmeans" ? kMeansPartition : randomPartition;
    maximizeFrom(target, state, partition(rng, target.features, state.theta.rows));
    for (let step = 0; step < EM_STEPS[start]; step++) emStep(target, state);
  }
  return allocate(target).step(rng, state).state;
}

/** Maximizes the parameters given a partition of the rows. */
function maximizeFrom(target: Target, state: State, z: Int32Array): void {
  const { n } = target;
  const K = state.theta.rows;
  const responsibility = matrix(K, n);
  for (let i = 0; i < n; i++) responsibility.data[z[i]! * n + i] = 1;
  const members = memberships(n);
  members.sort(z, K);
  for (let k = 0; k < K; k++) target.expert.maximize(row(state.theta, k), members.of(k), 1);
  target.gate.maximize(state.gamma, responsibility, 1);
}

/** One EM step towards the posterior mode, in place. */
function emStep(target: Target, state: State): void {
  const scratch = mixtureScratch(target);
  const responsibility: Matrix = toResponsibilities(logJoint(target, state, scratch), scratch);
  const rows = Int32Array.from({ length: target.n }, (_, i) => i);
  for (let k = 0; k < state.theta.rows; k++) {
    target.expert.maximize(row(state.theta, k), { rows, weight: row(responsibility, k) }, 1);
  }
  target.gate.maximize(state.gamma, responsibility, 1);
}
