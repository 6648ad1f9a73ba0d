import { countPriorOf } from "../src/core/count.ts";
import { SamplerError } from "../src/core/errors.ts";
import type { State, Target } from "../src/core/target.ts";
import { matrix, row } from "../src/math/matrix.ts";
import { beta } from "../src/math/random/beta.ts";
import type { Rng } from "../src/math/rng.ts";
import { settle } from "./initialize.ts";

/**
 * Where a chain with a random number of components starts: with the fewest the prior allows, with the most, halfway, or
 * with a draw from the prior. All but the last are the best of several short EM runs with that number.
 */
export type CountStart = "fewest" | "most" | "middle" | "prior";

export const countStarts: readonly CountStart[] = ["fewest", "most", "middle", "prior"];

/** What a sampler for a random number of components can be told. */
export interface RandomCountOptions {
  readonly start?: CountStart;
  /** One of the updates that the gate offers, or "default". */
  readonly gateUpdate?: string;
}

const KNOWN = ["start", "gateUpdate"];

/** The start asked for; throws a SamplerError where an option or a start is unknown. */
export function startOf(sampler: string, options: RandomCountOptions): CountStart {
  const unknown = Object.keys(options).filter((name) => !KNOWN.includes(name));
  if (unknown.length > 0) {
    throw new SamplerError(
      `options of ${sampler} must be among ${KNOWN.join(", ")}; got ${unknown.join(", ")}`,
      { unknown },
    );
  }
  const { start = "fewest" } = options;
  if (countStarts.includes(start)) return start;
  throw new SamplerError(`start must be one of ${countStarts.join(", ")}; got "${start}"`, {
    start,
  });
}

/** A starting state with the number of components that `start` says, allocations drawn given its parameters. */
export function initializeCount(rng: Rng, target: Target, start: CountStart): State {
  if (start === "prior") return settle(rng, target, target.samplePrior(rng), "prior");
  return initializeWith(rng, target, countAt(target, start));
}

/** A starting state with K components, the best of several short EM runs. */
export function initializeWith(rng: Rng, target: Target, K: number): State {
  const state = {
    theta: matrix(K, target.expert.dimension),
    gamma: matrix(K, target.gate.dimension),
    z: new Int32Array(target.n),
    ...startDeviation(rng, target),
  };
  for (let k = 0; k < K; k++) {
    target.expert.samplePrior(rng, row(state.theta, k));
    target.gate.samplePrior(rng, row(state.gamma, k));
  }
  return settle(rng, target, state, target.n === 0 ? "prior" : "em");
}

/** A share from its prior, all rows made by the mixture; nothing where there is no known density. */
function startDeviation(rng: Rng, { n, deviation }: Target): Pick<State, "deviation"> {
  if (deviation === undefined) return {};
  const lambda = Float64Array.of(beta(rng, deviation.a, deviation.b));
  return { deviation: { lambda, fromKnown: new Uint8Array(n) } };
}

function countAt(target: Target, start: Exclude<CountStart, "prior">): number {
  const allowed = allowedCounts(target);
  const last = allowed.length - 1;
  const index = { fewest: 0, most: last, middle: (last + 1) >> 1 }[start];
  return allowed[index]!;
}

/** Numbers of components with positive probability, in order. */
export function allowedCounts(target: Target): number[] {
  const prior = countPriorOf(target, "a start");
  return Array.from({ length: prior.max }, (_, k) => k + 1).filter(
    (K) => prior.logProbability(K) > Number.NEGATIVE_INFINITY,
  );
}
