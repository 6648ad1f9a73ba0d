import { fastExp } from "../exp.ts";
import type { Rng } from "../rng.ts";
import { logGammaVariate } from "./gamma.ts";

/** A draw from Beta(a, b), as A / (A + B) of two gammas; by logarithms, as with tiny shapes both are below every double. */
export function beta(rng: Rng, a: number, b: number): number {
  const logA = logGammaVariate(rng, a);
  return 1 / (1 + fastExp(logGammaVariate(rng, b) - logA));
}
