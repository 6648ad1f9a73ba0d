import { type Rng, uniform } from "../../src/math/rng.ts";
import type { Memory } from "./memory.ts";

/** What an iteration does beside translating, relabelling and drawing allocations. */
export interface Turn {
  readonly gibbs: boolean;
  /** How many independence proposals. */
  readonly independence: number;
  readonly hamiltonian: boolean;
}

const GIBBS_ONLY: Turn = { gibbs: true, independence: 0, hamiltonian: false };

/** Below this mean acceptance other moves take more of the work. */
const LOW = 0.3;

/** How often moves are tried, as probabilities of an iteration. */
export const SHARES = {
  independence: 2,
  /** With independence proposals that are accepted often; with others. */
  gibbs: [1 / 8, 1 / 4],
  hamiltonian: [1 / 4, 1],
} as const;

/** What the next iteration does: by chance, so that every iteration is one and the same mixture of moves. */
export function drawTurn(rng: Rng, memory: Memory, isTuning: boolean): Turn {
  if (memory.get("independence") === 0) return GIBBS_ONLY;
  const level = memory.get("accepted") < LOW ? 1 : 0;
  const gibbs = uniform(rng) < SHARES.gibbs[level];
  const alsoHamiltonian = uniform(rng) < SHARES.hamiltonian[level];
  return {
    gibbs,
    independence: SHARES.independence,
    hamiltonian: memory.get("hamiltonian") === 1 && (isTuning || alsoHamiltonian),
  };
}
