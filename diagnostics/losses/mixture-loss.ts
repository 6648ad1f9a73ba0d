import type { Vector } from "../../src/math/matrix.ts";
import { type Cells, cellsOf, membersOf } from "./cells.ts";
import { cellExponents, type ExponentMode, expertDistances, expertError } from "./exponents.ts";
import {
  checkComparable,
  type ExpertArrays,
  expertArrays,
  type WeightedMeasure,
  weightArray,
} from "./measures.ts";

/** A loss of a fitted mixture with constant weights. */
export interface MixtureLoss {
  readonly value: number;
  /** Its parts: errors of the cells' weights, and of experts. */
  readonly mass: number;
  readonly experts: number;
  /** For each true atom the fitted atoms in its cell, from 0; a cell may be empty. */
  readonly cells: readonly (readonly number[])[];
}

/**
 * The Voronoi loss of a mixture with weights free of covariates:
 * Σ_j |Σ_{i in cell j} p_i − p*_j| + Σ_j Σ_{i in cell j} p_i (powers of the errors). Cells are
 * nearest true atoms in coefficients and variance. `published` and `refined` are the same here.
 * Throws a UsageError where the measures do not fit. Source: [nguyen2025] for its shared experts.
 */
export function mixtureLoss(
  fit: WeightedMeasure,
  truth: WeightedMeasure,
  mode: ExponentMode = "published",
): MixtureLoss {
  const weight = weightArray(fit);
  return lossAround(
    expertArrays(fit.experts),
    weight,
    expertArrays(truth.experts),
    weightArray(truth),
    mode,
  );
}

/** The loss of weighted atoms around others, whose weights need neither be positive nor sum to 1. */
export function lossAround(
  fit: ExpertArrays,
  weight: Vector,
  truth: ExpertArrays,
  trueWeight: Vector,
  mode: ExponentMode,
): MixtureLoss {
  checkComparable(fit, truth);
  const cells = cellsOf(expertDistances(fit, truth), weight);
  const mass = cells.mass.reduce((sum, value, j) => sum + Math.abs(value - trueWeight[j]!), 0);
  // Without covariates in the gate the published power of slopes is 2 in any cell: the refined one.
  const powers = mode === "published" ? "refined" : mode;
  const experts = expertErrors(fit, weight, truth, cells, powers);
  return { value: mass + experts, mass, experts, cells: membersOf(cells) };
}

/** Errors of the experts in their cells, weighted. */
export function expertErrors(
  fit: ExpertArrays,
  weight: Vector,
  truth: ExpertArrays,
  { home, size }: Pick<Cells, "home" | "size">,
  mode: ExponentMode,
): number {
  let total = 0;
  home.forEach((j, i) => {
    const exponents = cellExponents(mode, size[j]!);
    total += weight[i]! * expertError(fit, i, truth, j, exponents);
  });
  return total;
}
