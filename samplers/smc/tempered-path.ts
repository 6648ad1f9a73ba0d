import type { State, Target } from "../../src/core/target.ts";
import type { Vector } from "../../src/math/matrix.ts";
import type { Rng } from "../../src/math/rng.ts";
import type { Population } from "./population.ts";
import type { Schedule } from "./schedule.ts";
import { temperedDeviated } from "./tempered-deviated.ts";
import { temperedLikelihood } from "./tempered-likelihood.ts";
import { temperedSweep } from "./tempered-sweep.ts";

/** A path from the prior (t = 0) to the posterior (t = 1), or from a known density alone where there is one. */
export interface TemperedPath {
  /** logWeight[i] of particle i for the step between two points, allocations summed out. */
  incrementalWeights(particles: Population, from: number, to: number, logWeight: Vector): void;
  /** Leaves the distribution at t invariant, in place. */
  sweep(rng: Rng, t: number, state: State): void;
}

export function temperedPath(target: Target, schedule: Schedule): TemperedPath {
  const likelihood =
    target.deviation === undefined ? temperedLikelihood(target) : temperedDeviated(target);
  const sweep = temperedSweep(target, likelihood);
  const before = new Float64Array(target.n);
  const after = new Float64Array(target.n);
  return {
    incrementalWeights(particles, from, to, logWeight) {
      schedule(from, before);
      schedule(to, after);
      for (let i = 0; i < particles.length; i++) {
        likelihood.load(particles[i]!);
        logWeight[i] = likelihood.value(after) - likelihood.value(before);
      }
    },
    sweep(rng, t, state) {
      schedule(t, after);
      sweep(rng, after, state);
    },
  };
}
