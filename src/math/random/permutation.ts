import { integerBelow, type Rng } from "../rng.ts";

/** Fills `out` with a uniformly random permutation of 0 … out.length − 1 (Fisher–Yates). */
export function permutation(rng: Rng, out: Int32Array): void {
  for (let i = 0; i < out.length; i++) {
    const j = integerBelow(rng, i + 1);
    out[i] = out[j]!;
    out[j] = i;
  }
}
