import { type Rng, uniform } from "../../src/math/rng.ts";
import type { Memory } from "./memory.ts";
import type { Visit } from "./moves.ts";

/** Below this mean acceptance other moves take more of the work. */
const LOW = 0.3;

/** How often moves are tried, as probabilities of an iteration. */
export const SHARES = {
  independence: 2,
  /** With independence proposals that are accepted often; with others. */
  gibbs: [1 / 8, 1 / 4],
  hamiltonian: [1 / 8, 1],
} as const;

const level = ({ get }: Memory): 0 | 1 => (get("accepted") < LOW ? 1 : 0);

/** Whether parameters are updated given allocations: by chance where a reference serves, else always. */
export const drawGibbs = (rng: Rng, memory: Memory): boolean =>
  memory.get("independence") === 0 || uniform(rng) < SHARES.gibbs[level(memory)];

/**
 * What is done around the reference, nothing where none serves: by chance, so that every iteration is one and the same
 * mixture of moves.
 */
export function drawVisit(rng: Rng, memory: Memory, isTuning: boolean): Visit | undefined {
  const { get } = memory;
  if (get("independence") === 0) return undefined;
  const { independence } = SHARES;
  const isDue = uniform(rng) < SHARES.hamiltonian[level(memory)];
  if (get("hamiltonian") === 0 || !(isTuning || isDue)) return { independence };
  return { independence, trajectory: { tangent: get("tangent"), steps: get("steps") } };
}
