import { type Rng, uniform } from "../rng.ts";
import { gamma } from "./gamma.ts";

/** Up to this many trials, each is made. */
const SINGLY = 24;

/**
 * A draw from Binomial(trials, p), exact: while trials are many, the middle one of their uniform numbers in ascending
 * order is drawn, and one half is left. NaN unless 0 ≤ p ≤ 1. Source: [relles1972].
 */
export function binomial(rng: Rng, trials: number, p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  let left = trials;
  let chance = p;
  let count = 0;
  while (left > SINGLY && chance > 0 && chance < 1) {
    const middle = Math.floor(left / 2) + 1;
    const below = gamma(rng, middle);
    const above = gamma(rng, left + 1 - middle);
    const at = below / (below + above);
    if (at <= chance) {
      count += middle;
      left -= middle;
      chance = (chance - at) / (1 - at);
    } else {
      left = middle - 1;
      chance /= at;
    }
  }
  if (chance >= 1) return count + left;
  if (chance <= 0) return count;
  for (let t = 0; t < left; t++) if (uniform(rng) < chance) count++;
  return count;
}
