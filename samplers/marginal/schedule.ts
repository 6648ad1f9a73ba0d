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
  /** With independence proposals that are accepted often; with others; without any. */
  gibbs: [1 / 8, 1 / 4, 1],
  hamiltonian: [1 / 4, 1],
} as const;

/**
 * Gradients an iteration that Hamiltonian moves may take where there are no independence proposals: about a quarter of
 * the time of its Gibbs sweep, lest moves that do not help cost much.
 */
const GRADIENTS_ALONE = 0.6;

/** What the next iteration does: by chance, so that every iteration is one and the same mixture of moves. */
export function drawTurn(rng: Rng, memory: Memory, isTuning: boolean): Turn {
  const independence = memory.get("independence") === 1;
  const hamiltonian = memory.get("hamiltonian") === 1;
  if (!independence && !hamiltonian) return GIBBS_ONLY;
  const level = independence ? (memory.get("accepted") < LOW ? 1 : 0) : 2;
  const gibbs = uniform(rng) < SHARES.gibbs[level];
  const share =
    level === 2 ? GRADIENTS_ALONE / (memory.get("steps") + 1) : SHARES.hamiltonian[level];
  const alsoHamiltonian = uniform(rng) < share;
  return {
    gibbs,
    independence: independence ? SHARES.independence : 0,
    hamiltonian: hamiltonian && (isTuning || alsoHamiltonian),
  };
}
