import type { Vector } from "../matrix.ts";
import { type Rng, uniform } from "../rng.ts";

/** Layers of equal area under an even density f that decreases on [0, ∞), f(0) = 1. */
export interface Ziggurat {
  /** Right edges, widest first: [0] is the virtual width of the base (its area / height), [256] is 0. */
  readonly edge: Vector;
  /** Whether x, beyond the next edge of its layer ≥ 1, is kept: a uniform height in the layer is below f(x). */
  readonly isInWedge: (rng: Rng, layer: number, x: number) => boolean;
}

const LAYERS = 256;

/**
 * Cuts f into 256 layers of area `area`, the lowest of which holds all beyond `tailStart`.
 * inverse: the x ≥ 0 with f(x) = y. Source: [marsaglia2000a].
 */
export function ziggurat(
  f: (x: number) => number,
  inverse: (y: number) => number,
  tailStart: number,
  area: number,
): Ziggurat {
  const edge = new Float64Array(LAYERS + 1);
  const height = new Float64Array(LAYERS + 1);
  edge[1] = tailStart;
  height[1] = f(tailStart);
  edge[0] = area / height[1];
  for (let layer = 2; layer < LAYERS; layer++) {
    height[layer] = height[layer - 1]! + area / edge[layer - 1]!;
    edge[layer] = inverse(height[layer]!);
  }
  height[LAYERS] = 1;

  const isInWedge = (rng: Rng, layer: number, x: number): boolean => {
    const low = height[layer]!;
    return low + uniform(rng) * (height[layer + 1]! - low) < f(x);
  };
  return { edge, isInWedge };
}
