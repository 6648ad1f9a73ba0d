import { gibbs } from "../../samplers/gibbs.ts";
import type { Start } from "../../samplers/initialize.ts";
import { buildReference } from "../../samplers/marginal/build.ts";
import { createMemory, PILOT_STATES } from "../../samplers/marginal/memory.ts";
import { guidesIn, referenceMoves, type Visit } from "../../samplers/marginal/moves.ts";
import type { Info, Move } from "../../src/core/kernel.ts";
import { marginalPosterior } from "../../src/core/marginal-posterior.ts";
import type { State, Target } from "../../src/core/target.ts";
import { createRng, type Rng } from "../../src/math/rng.ts";

/** A reference made from a pilot of Gibbs sweeps, what it scored, and where the pilot ended. */
export function builtReference(target: Target, start: Start, sweeps = 200) {
  const posterior = marginalPosterior(target);
  const memory = createMemory(posterior.layout);
  const guides = guidesIn(posterior.layout, memory);
  const moves = referenceMoves(target, posterior, guides);
  const kernel = gibbs({ start }).compile(target);
  const rng = createRng(11, 1);
  let state = kernel.init(rng);
  for (let t = 0; t < sweeps; t++) {
    state = kernel.step(rng, state).state;
    const kept = t - (sweeps - PILOT_STATES);
    if (kept >= 0) moves.write(state, memory.pilot[kept]!);
  }
  const score = buildReference(posterior, memory.pilot, memory);
  /** One kind of moves alone, so that kinds can be compared. */
  const only = (visit: Visit): Move => ({
    name: "visit",
    step(by: Rng, at: State) {
      const info: Info = {};
      moves.visit(by, at, visit, info);
      target.gate.translate?.(by, at.gamma);
      moves.allocate(by, at, info);
      return { state: at, info };
    },
  });
  return { posterior, memory, guides, score, state, only };
}
