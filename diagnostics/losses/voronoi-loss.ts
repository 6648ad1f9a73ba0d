import { UsageError } from "../../src/core/errors.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import { logSumExp } from "../../src/math/log-sum-exp.ts";
import { membersOf } from "./cells.ts";
import { type ExponentMode, expertDistances } from "./exponents.ts";
import {
  checkComparable,
  type GatedArrays,
  type GatedMeasure,
  gatedArrays,
  massesOf,
} from "./measures.ts";
import { type Problem, solve } from "./voronoi-solver.ts";

/** The Voronoi loss of a fitted measure, and where its infimum lies. */
export interface VoronoiLoss {
  readonly value: number;
  /** Its parts: errors of the cells' masses; of gate slopes; of experts. */
  readonly mass: number;
  readonly gate: number;
  readonly experts: number;
  /** What is subtracted from every fitted gate row to align it with the truth. */
  readonly translation: { readonly intercept: number; readonly slopes: readonly number[] };
  /** For each true atom the fitted atoms in its cell, from 0; a cell may be empty. */
  readonly cells: readonly (readonly number[])[];
  /**
   * Whether this is proved to be the infimum over all translations to within `gap`: so with at most
   * one gate slope. With more, it is the least that was found from many starts; `gap` is NaN.
   */
  readonly global: boolean;
  readonly gap: number;
}

/**
 * The Voronoi loss of a fitted mixture of experts against the true one, the least over translations
 * (t0, t1) of the gate, under which densities do not change:
 * Σ_j |Σ_{i in cell j} mass_i − e^t0 mass*_j| + Σ_j Σ_{i in cell j} mass_i (powers of the errors).
 * Fitted masses are first scaled to the truth's total, so that the value does not depend on the
 * fit's translation either. Cells are nearest true atoms in gate slopes, coefficients and variance.
 * Throws a UsageError where the measures do not fit. Source: [nguyen2023], [nguyen2025].
 */
export function voronoiLoss(
  fit: GatedMeasure,
  truth: GatedMeasure,
  mode: ExponentMode = "published",
): VoronoiLoss {
  const problem = problemOf(gatedArrays(fit), gatedArrays(truth), mode);
  const q = problem.fit.slopes.columns;
  const { value, mass, gate, experts, cells, level, slopes, gap } = solve(problem);
  const scale = logSumExp(problem.fit.logMass) - logSumExp(problem.truth.logMass);
  return {
    value,
    mass,
    gate,
    experts,
    translation: { intercept: scale + fastLog(level), slopes: [...slopes] },
    cells: membersOf(cells),
    global: q <= 1,
    gap: q <= 1 ? gap : Number.NaN,
  };
}

function problemOf(fit: GatedArrays, truth: GatedArrays, mode: ExponentMode): Problem {
  checkComparable(fit, truth);
  if (fit.slopes.columns !== truth.slopes.columns) {
    throw new UsageError(
      "both gates must have as many slopes a row; " +
        `got ${fit.slopes.columns} and ${truth.slopes.columns}`,
    );
  }
  const trueMass = truth.logMass.map(fastExp);
  const total = trueMass.reduce((sum, mass) => sum + mass, 0);
  const mass = massesOf(fit.logMass, total);
  return { fit, truth, mass, trueMass, mode, distance: expertDistances(fit, truth) };
}
