import { GRAMS_AND_PRODUCTS } from "./gram-bodies.ts";
import type { Vector } from "./matrix.ts";

/**
 * Adds Σ_i w_i x_i x_i' to `gram` (d × d, both triangles) and Σ_i s_i x_i to `out` (d) in one pass. X: n × d, n the length
 * of the weights w and of s.
 */
export function addGramAndProducts(
  X: Vector,
  d: number,
  weights: Vector,
  sums: Vector,
  gram: Vector,
  out: Vector,
): void {
  const body = GRAMS_AND_PRODUCTS[d - 1];
  if (body === undefined) addGramAndProductsReference(X, d, weights, sums, gram, out);
  else body(X, weights, sums, gram, out);
}

/** The same, plainly. */
export function addGramAndProductsReference(
  X: Vector,
  d: number,
  weights: Vector,
  sums: Vector,
  gram: Vector,
  out: Vector,
): void {
  for (let i = 0, at = 0; i < weights.length; i++, at += d) {
    for (let j = 0; j < d; j++) {
      const wx = weights[i]! * X[at + j]!;
      for (let k = 0; k < d; k++) gram[j * d + k]! += wx * X[at + k]!;
      out[j]! += sums[i]! * X[at + j]!;
    }
  }
}
