import type { Info, Move } from "../../src/core/kernel.ts";
import { memberships } from "../../src/core/mixture.ts";
import type { Target } from "../../src/core/target.ts";
import { fastLog } from "../../src/math/exp.ts";
import { row } from "../../src/math/matrix.ts";
import { uniform } from "../../src/math/rng.ts";
import { levels } from "../levels.ts";
import { levelsOf } from "./thin-empties.ts";

/**
 * Updates the gate row by row given fresh levels, with which rows are independent: each is proposed from a density
 * close to its own and accepted by Metropolis. Source: [argiento2022].
 */
export function updateGateGivenLevels(target: Target): Move {
  const given = levelsOf(target, "the gate update given levels");
  const drawLevels = levels(target);
  const members = memberships(target.n);
  const proposal = new Float64Array(target.gate.dimension);
  return {
    name: "gate given levels",
    step(rng, state) {
      const K = state.gamma.rows;
      const info: Info = { "gate.proposed": K, "gate.accepted": 0 };
      given.load(drawLevels(rng, state));
      members.sort(state.z, K);
      for (let k = 0; k < K; k++) {
        const { rows } = members.of(k);
        const current = row(state.gamma, k);
        const old = given.logWeight(rows, current);
        const logRatio = given.draw(rng, rows, proposal) - old;
        if (!(fastLog(uniform(rng)) < logRatio)) continue;
        info["gate.accepted"] = info["gate.accepted"]! + 1;
        current.set(proposal);
      }
      return { state, info };
    },
  };
}
