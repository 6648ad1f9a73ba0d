import { sampler } from "../../samplers/index.ts";
import { memoriesByCount } from "../../samplers/marginal/by-count.ts";
import { type Memory, PHASE } from "../../samplers/marginal/memory.ts";
import { guidesIn, referenceMoves, type Visit } from "../../samplers/marginal/moves.ts";
import { birthDeath } from "../../samplers/moves/birth-death.ts";
import { marginalMoves, type Repeated } from "../../samplers/moves/marginal.ts";
import { permuteLabels } from "../../samplers/moves/permute-labels.ts";
import { translateGate } from "../../samplers/moves/translate-gate.ts";
import { CHOICE_LENGTH } from "../../samplers/scale-choice.ts";
import { sweep } from "../../samplers/sweep.ts";
import type { Info, Kernel, Move } from "../../src/core/kernel.ts";
import { marginalPosterior } from "../../src/core/marginal-posterior.ts";
import type { State, Target } from "../../src/core/target.ts";
import type { Rng } from "../../src/math/rng.ts";
import { type Parts, roughReference } from "./marginal-kernels.ts";
import { births, type Recipe } from "./random-count-kernels.ts";

/** As if warm-up had made a reference for every number of components from 2 on, and all had passed. */
function force(target: Target, memories: ReadonlyMap<number, Memory>): void {
  for (const [K, { data, set }] of memories) {
    data.set(roughReference(marginalPosterior(target, K)).data);
    set("phase", PHASE.frozen);
    set("attempts", 1);
    set("independence", 1);
    // So low that Hamiltonian moves are tried every time.
    set("accepted", 0.2);
    set("hamiltonian", 1);
    set("tangent", 0.2);
    set("steps", 3);
  }
}

/** A sampler for a random number of components that uses rough references, which the target had no part in. */
export function withRoughReferences(name: string, target: Target): Kernel {
  const kernel = sampler(name, {}).compile(target);
  const memories = memoriesByCount(target, kernel.learned!.subarray(CHOICE_LENGTH));
  force(target, memories);
  return {
    ...kernel,
    init(rng: Rng) {
      const state = kernel.init(rng);
      force(target, memories);
      return state;
    },
  };
}

const VISIT: Visit = { independence: 2, trajectory: { tangent: 0.2, steps: 3 } };

/** The parts of the moves around the rough reference of each number of components. */
function visitsOf(
  target: Target,
  change: (parts: Parts, K: number) => Partial<Parts> = () => ({}),
  what: Visit = VISIT,
) {
  const visits = new Map<number, ReturnType<typeof referenceMoves>>();
  for (let K = 2; K <= target.capacity; K++) {
    const posterior = marginalPosterior(target, K);
    const whole = { posterior, ...guidesIn(posterior.layout, roughReference(posterior)) };
    const { posterior: used, ...guides } = { ...whole, ...change(whole, K) };
    visits.set(K, referenceMoves(target, used, guides));
  }
  return (rng: Rng, state: State, info: Info): void =>
    void visits.get(state.theta.rows)?.visit(rng, state, what, info);
}

/** Moves around references by hand, and births and deaths: nothing else moves parameters. */
export const visitsAndBirths =
  (change?: (parts: Parts, K: number) => Partial<Parts>, what?: Visit): Recipe =>
  (target) =>
    around(target, [asMove(visitsOf(target, change, what)), births(target)]);

/** The same, but births take the parameters for those of before the visit. */
export const visitsBehindBirths: Recipe = (target) => {
  const visit = visitsOf(target);
  const make: Repeated["make"] = (of, ratio) => {
    const move = birthDeath(of, ratio);
    return {
      name: move.name,
      step(rng, state, info, warmup) {
        visit(rng, state, {});
        return move.step(rng, state, info, warmup);
      },
    };
  };
  return around(target, [marginalMoves(target, [{ make, times: 2 }])]);
};

const around = (target: Target, moves: readonly Move[]): Move =>
  sweep("sweep", [...translateGate(target), permuteLabels(target), ...moves]);

function asMove(visit: (rng: Rng, state: State, info: Info) => void): Move {
  return {
    name: "visits",
    step(rng, state) {
      const info: Info = {};
      visit(rng, state, info);
      return { state, info };
    },
  };
}
