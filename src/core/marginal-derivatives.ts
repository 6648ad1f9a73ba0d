import { addProducts } from "../math/gram.ts";
import type { Vector } from "../math/matrix.ts";
import type { ExpertRows, RowSlopes } from "./expert-rows.ts";
import { differences, inner, invert, multiply, products } from "./marginal-loops.ts";
import type { PassParameters, RowBlock } from "./marginal-rows.ts";

/** Where a component's coordinates stand in a point: its contrasts (none of the last), coefficients and u. */
export interface PointLayout {
  readonly dimension: number;
  readonly components: number;
  readonly q: number;
  readonly p: number;
  /** Coordinates of an expert: p, or p + 1 with u last. */
  readonly d: number;
  gate(k: number): number;
  expert(k: number): number;
}

/** By component, derivatives of log densities; and room for weights. */
export interface SlopeScratch {
  readonly slopes: readonly RowSlopes[];
  readonly both: Vector;
  readonly work: Vector;
}

/**
 * After a pass over a block: derivatives of each expert's log density, responsibilities in place of joint densities and
 * probabilities in place of weights.
 */
export function slopesOf(K: number, rows: ExpertRows) {
  const bySize = new Map<number, SlopeScratch>();

  function scratch(size: number): SlopeScratch {
    const found = bySize.get(size) ?? scratchOf(K, size);
    bySize.set(size, found);
    return found;
  }

  return (block: RowBlock, at: PassParameters, second: boolean): SlopeScratch => {
    const own = scratch(block.size);
    const { joint, jointSum, weight, weightSum, eta } = block.scratch;
    invert(jointSum);
    invert(weightSum);
    for (let k = 0; k < K; k++) {
      rows.slopes(block.from, eta[k]!, at.u(k), own.slopes[k]!, second);
      multiply(jointSum, joint[k]!);
      if (k < K - 1) multiply(weightSum, weight[k]!);
    }
    return own;
  };
}

/** A function that adds a block's share of the gradient of the log-likelihood, after `slopesOf`. */
export function gradientSums({ components: K, q, p, ...layout }: PointLayout, rows: ExpertRows) {
  return (block: RowBlock, { slopes, work }: SlopeScratch, out: Vector): void => {
    const { joint, weight } = block.scratch;
    for (let k = 0; k < K; k++) {
      const r = joint[k]!;
      const first = layout.expert(k);
      products(r, slopes[k]!.eta, work);
      addProducts(block.X, p, work, out.subarray(first, first + p));
      if (rows.others === 1) out[first + p] = out[first + p]! + inner(r, slopes[k]!.u);
      if (k === K - 1) continue;
      const gate = layout.gate(k);
      differences(r, weight[k]!, work);
      addProducts(block.W, q, work, out.subarray(gate, gate + q));
    }
  };
}

function scratchOf(K: number, size: number): SlopeScratch {
  const vector = () => new Float64Array(size);
  return {
    slopes: Array.from({ length: K }, () => ({
      eta: vector(),
      u: vector(),
      etaEta: vector(),
      etaU: vector(),
      uu: vector(),
    })),
    both: vector(),
    work: vector(),
  };
}
