import { fastExp } from "../exp.ts";
import type { Vector } from "../matrix.ts";

/** Layers of equal area under a decreasing density f on [0, ∞), f(0) = 1. Source: [marsaglia2000a]. */
export interface Ziggurat {
  /** Right edges, widest first: [0] is the virtual width of the base (its area / height), [256] is 0. */
  readonly edge: Vector;
  /** f at the edges; [0] is not used. */
  readonly height: Vector;
}

export const LAYERS = 256;

/**
 * Cuts f into 256 layers of area `area`, the lowest of which holds all beyond `tailStart`.
 * logDensity: log f; inverse: the x ≥ 0 with f(x) = y.
 */
export function ziggurat(
  logDensity: (x: number) => number,
  inverse: (y: number) => number,
  tailStart: number,
  area: number,
): Ziggurat {
  const edge = new Float64Array(LAYERS + 1);
  const height = new Float64Array(LAYERS + 1);
  edge[1] = tailStart;
  height[1] = fastExp(logDensity(tailStart));
  edge[0] = area / height[1];
  for (let layer = 2; layer < LAYERS; layer++) {
    height[layer] = height[layer - 1]! + area / edge[layer - 1]!;
    edge[layer] = inverse(height[layer]!);
  }
  height[LAYERS] = 1;
  return { edge, height };
}
