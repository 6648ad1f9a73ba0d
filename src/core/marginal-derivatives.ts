import { addProducts } from "../math/gram.ts";
import type { Vector } from "../math/matrix.ts";
import type { ExpertRows, RowSlopes } from "./expert-rows.ts";
import type { PassParameters, RowBlock } from "./marginal-block.ts";
import { invertBoth, products, toShares, weighted } from "./marginal-loops.ts";

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
  /** Responsibilities less probabilities. */
  readonly residual: readonly Vector[];
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
    invertBoth(jointSum, weightSum);
    for (let k = 0; k < K; k++) {
      rows.slopes(block.from, eta[k]!, at.u(k), own.slopes[k]!, second);
      toShares(jointSum, weightSum, joint[k]!, weight[k]!, own.residual[k]!);
    }
    return own;
  };
}

/** The gradient of the log-likelihood, summed over blocks. */
export interface GradientSums {
  begin(): void;
  /** Adds a block's share, after `slopesOf`. */
  add(block: RowBlock, scratch: SlopeScratch): void;
  addTo(out: Vector): void;
}

export function gradientSums(layout: PointLayout, rows: ExpertRows): GradientSums {
  const { components: K, q, p, dimension } = layout;
  const sums = new Float64Array(dimension);
  const view = (first: number, size: number) => sums.subarray(first, first + size);
  const gates = Array.from({ length: K - 1 }, (_, k) => view(layout.gate(k), q));
  const coefficients = Array.from({ length: K }, (_, k) => view(layout.expert(k), p));
  return {
    begin: () => void sums.fill(0),
    add(block, { slopes, residual, work }) {
      const { joint } = block.scratch;
      for (let k = 0; k < K; k++) {
        const { eta, u } = slopes[k]!;
        if (rows.others === 1) {
          const at = layout.expert(k) + p;
          sums[at] = sums[at]! + weighted(joint[k]!, eta, u, work);
        } else products(joint[k]!, eta, work);
        addProducts(block.X, p, work, coefficients[k]!);
        if (k < K - 1) addProducts(block.W, q, residual[k]!, gates[k]!);
      }
    },
    addTo(out) {
      for (let j = 0; j < dimension; j++) out[j] = out[j]! + sums[j]!;
    },
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
    residual: Array.from({ length: K }, vector),
    both: vector(),
    work: vector(),
  };
}
