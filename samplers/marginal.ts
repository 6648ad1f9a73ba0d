import { SamplerError } from "../src/core/errors.ts";
import type { Info, Kernel, Move, Sampler, Transition } from "../src/core/kernel.ts";
import { marginalPosterior, whyNotMarginal } from "../src/core/marginal-posterior.ts";
import type { State, Target } from "../src/core/target.ts";
import type { Rng } from "../src/math/rng.ts";
import type { GibbsOptions } from "./gibbs.ts";
import { initialize } from "./initialize.ts";
import { firstPilot, freeze, learner } from "./marginal/learning.ts";
import { createMemory, type Memory } from "./marginal/memory.ts";
import { guidesIn, referenceMoves } from "./marginal/moves.ts";
import { notesOf } from "./marginal/notes.ts";
import { drawGibbs, drawVisit } from "./marginal/schedule.ts";
import { GOOD_ENOUGH } from "./marginal/score.ts";
import { isTuning } from "./marginal/tuning.ts";
import { permuteLabels } from "./moves/permute-labels.ts";
import { translateGate } from "./moves/translate-gate.ts";
import { updateExperts } from "./moves/update-experts.ts";
import { updateGate } from "./moves/update-gate.ts";
import { piloted } from "./piloted.ts";

/** The second is as long as the first, the third twice and the fourth three times as long. */
const MOST_PILOTS = 4;

/**
 * The default for a fixed number of experts: moves of all parameters at once with the allocations summed out, by
 * independence Metropolis and Hamiltonian moves around a normal approximation of the posterior that warm-up makes, mixed
 * with Gibbs sweeps. Where such an approximation cannot be made, Gibbs sweeps alone, as `piloted` starts them; where it
 * serves badly, Gibbs sweeps.
 * Source: [tierney1994], [beskos2011].
 */
export function marginal(options: GibbsOptions = {}): Sampler {
  const plain = piloted(options);
  const { start = "kmeans", gateUpdate = "default" } = options;
  return {
    name: "marginal",
    reference: "[tierney1994]",
    options: { ...options },
    compile(target) {
      if (typeof target.components !== "number") {
        throw new SamplerError(
          "marginal needs a fixed number of components; the model has a prior on it. Use auto, reversible-jump or mfm",
        );
      }
      const whyNot = whyNotMarginal(target);
      if (whyNot !== undefined) {
        const notes = () => notesOf({} as Memory, whyNot);
        return { ...plain.compile(target), name: "marginal", notes };
      }
      return compileMarginal(target, gateUpdate, (rng) => initialize(rng, target, start));
    },
  };
}

function compileMarginal(target: Target, gateUpdate: string, init: (rng: Rng) => State): Kernel {
  const posterior = marginalPosterior(target);
  const memory = createMemory(posterior.layout);
  const moves = referenceMoves(target, posterior, guidesIn(posterior.layout, memory));
  const trials = { first: firstPilot(target.n), most: MOST_PILOTS, asked: GOOD_ENOUGH };
  const learn = learner(posterior, trials, memory);
  const translate = translateGate(target);
  const relabel = [...translate, permuteLabels(target)];
  const parameters = [updateExperts(target), updateGate(target, gateUpdate)];

  return {
    name: "marginal",
    moves: [...PARAMETER_MOVES, ...relabel.map(({ name }) => name), "allocate"],
    learned: memory.data,
    notes: () => notesOf(memory, undefined),
    init(rng) {
      memory.data.fill(0);
      return init(rng);
    },
    step(rng, start, warmup = false): Transition {
      if (!warmup) freeze(memory);
      const info: Info = {};
      let state = start;
      const gibbs = drawGibbs(rng, memory);
      const visit = drawVisit(rng, memory, isTuning(memory));
      if (gibbs) state = run(parameters, rng, state, info);
      if (visit !== undefined) moves.visit(rng, state, visit, info);
      state = run(visit === undefined ? relabel : translate, rng, state, info);
      moves.allocate(rng, state, info);
      if (warmup) learn(gibbs, info, (point) => moves.write(state, point));
      return { state, info };
    },
  };
}

const PARAMETER_MOVES = [
  "experts and gate given allocations, in one iteration of 8 (in all where the next moves are not used)",
  "jumps of all parameters, allocations summed out, 2 times",
  "Hamiltonian moves of all parameters, allocations summed out, in one iteration of 8",
];

function run(moves: readonly Move[], rng: Rng, start: State, info: Info): State {
  let state = start;
  for (const move of moves) {
    const transition = move.step(rng, state);
    state = transition.state;
    Object.assign(info, transition.info);
  }
  return state;
}
