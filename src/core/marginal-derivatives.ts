import { addProducts } from "../math/gram.ts";
import type { Vector } from "../math/matrix.ts";
import type { ExpertRows, RowSlopes } from "./expert-rows.ts";
import type { PassParameters, RowBlock } from "./marginal-block.ts";
import { invertBoth, products, toShares, total } from "./marginal-loops.ts";

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

/** By component and row, what the gradient of the log-likelihood is made of. */
export interface Scores {
  /** Responsibility times derivatives of the log density, by linear predictor and by u. */
  readonly eta: readonly Vector[];
  readonly u: readonly Vector[];
  /** Responsibility less probability. */
  readonly residual: readonly Vector[];
}

/** By component, derivatives of log densities, and scores; and room for weights. */
export interface SlopeScratch {
  readonly slopes: readonly RowSlopes[];
  readonly scores: Scores;
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
      const { scores } = own;
      const slopes = own.slopes[k]!;
      rows.slopes(block.from, eta[k]!, at.u(k), slopes, second);
      toShares(jointSum, weightSum, joint[k]!, weight[k]!, scores.residual[k]!);
      products(joint[k]!, slopes.eta, scores.eta[k]!);
      if (rows.others === 1) products(joint[k]!, slopes.u, scores.u[k]!);
    }
    return own;
  };
}

/** The gradient of the log-likelihood, summed over blocks. */
export interface GradientSums {
  begin(): void;
  add(block: RowBlock, scores: Scores): void;
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
    add(block, scores) {
      for (let k = 0; k < K; k++) {
        const at = layout.expert(k) + p;
        if (rows.others === 1) sums[at] = sums[at]! + total(scores.u[k]!);
        addProducts(block.X, p, scores.eta[k]!, coefficients[k]!);
        if (k < K - 1) addProducts(block.W, q, scores.residual[k]!, gates[k]!);
      }
    },
    addTo(out) {
      for (let j = 0; j < dimension; j++) out[j] = out[j]! + sums[j]!;
    },
  };
}

function scratchOf(K: number, size: number): SlopeScratch {
  const vector = () => new Float64Array(size);
  const vectors = () => Array.from({ length: K }, vector);
  return {
    slopes: Array.from({ length: K }, () => ({
      eta: vector(),
      u: vector(),
      etaEta: vector(),
      etaU: vector(),
      uu: vector(),
    })),
    scores: { eta: vectors(), u: vectors(), residual: vectors() },
    both: vector(),
    work: vector(),
  };
}
