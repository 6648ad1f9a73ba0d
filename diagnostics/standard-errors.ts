import type { State, Target } from "../src/core/target.ts";
import { componentNames } from "../src/core/variables.ts";
import { copy, type Matrix, matrix, row, type Vector } from "../src/math/matrix.ts";
import { type ComponentEstimates, componentEstimates } from "./component-estimates.ts";
import { byRows, constrainedInformation, type Equations } from "./constrained-information.ts";
import { freeCoordinates } from "./free-coordinates.ts";
import {
  dot,
  informationSolver,
  NO_ERRORS,
  type NoErrorsReason,
  type Solve,
} from "./information-solver.ts";
import { informationAt } from "./observed-information.ts";
import { type ReportParameters, reportCentred, reportedParameters } from "./reported-parameters.ts";

/** "observed": inverse information. "sandwich": H⁻¹ (Σ score score') H⁻¹, right also where the model is not. */
export type CovarianceKind = "observed" | "sandwich";

/** Large-sample covariance of reported parameters, given the covariates. Plain data but for the arrays. */
export interface StandardErrors {
  readonly kind: CovarianceKind;
  /** As draws name them, component by component: weight, expert, gate; then lambda, where there is one. */
  readonly names: readonly string[];
  readonly estimate: Vector;
  /** names.length × names.length; singular, as weights and centred gate rows have fixed sums. */
  readonly covariance: Matrix;
  readonly components: readonly ComponentEstimates[];
}

/** No numbers, but why. */
export interface NoStandardErrors {
  readonly kind: CovarianceKind;
  readonly reason: NoErrorsReason;
  readonly message: string;
}

export interface StandardErrorOptions {
  readonly kind?: CovarianceKind;
  /** What the estimate maximizes: 0 (default) the likelihood, 1 the posterior. */
  readonly priorWeight?: number;
  /** Affine: such as `Compiled.report`, for parameters on the scale of the data. */
  readonly report?: ReportParameters;
  /** Of the coordinates of theta, component by component, and then of the free ones of gamma; all free if absent. */
  readonly equations?: Equations;
}

/**
 * Standard errors at a maximum from second derivatives of the log-likelihood with allocations summed
 * out (not of the complete-data one, which forgets that allocations are unknown), by the delta
 * method where parameters are reported otherwise. Source: [louis1982], [white1982].
 */
export function standardErrors(
  target: Target,
  state: State,
  options: StandardErrorOptions = {},
): StandardErrors | NoStandardErrors {
  const { kind = "observed", priorWeight = 0, report = reportCentred(target), equations } = options;
  const free = freeCoordinates(target, state);
  const everywhere = informationAt(target, state, free, priorWeight);
  const information =
    equations === undefined ? everywhere : constrainedInformation(everywhere, equations);
  const solve = informationSolver(information);
  if (typeof solve === "string") return { kind, reason: solve, message: NO_ERRORS[solve] };

  const { values, jacobian } = reportedParameters(target, state, free, report, everywhere.steps);
  const meat = kind === "observed" ? information.observed : information.scoreProducts;
  const slopes = equations === undefined ? jacobian : byRows(jacobian, equations);
  const covariance = sandwich(solve, slopes, meat);
  const ofComponents = range(state.theta.rows).flatMap((k) => componentNames(target, k + 1));
  const names = [...ofComponents, ...(target.deviation === undefined ? [] : ["lambda"])];
  const errors = { kind, names, estimate: values, covariance };
  return { ...errors, components: componentEstimates(target, errors) };
}

/** G' M G for G = H⁻¹ times the Jacobian (p × R). */
function sandwich(solve: Solve, jacobian: Matrix, meat: Matrix): Matrix {
  const G = transpose(jacobian);
  for (let r = 0; r < G.rows; r++) solve(row(G, r));
  const MG = copy(G);
  for (let r = 0; r < G.rows; r++) {
    for (let j = 0; j < meat.rows; j++) row(MG, r)[j] = dot(row(meat, j), row(G, r));
  }
  const out = matrix(G.rows, G.rows);
  for (let r = 0; r < G.rows; r++) {
    for (let s = 0; s <= r; s++) {
      const value = dot(row(G, s), row(MG, r));
      out.data[r * G.rows + s] = value;
      out.data[s * G.rows + r] = value;
    }
  }
  return out;
}

function transpose({ rows, columns, data }: Matrix): Matrix {
  const out = matrix(columns, rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) out.data[j * rows + i] = data[i * columns + j]!;
  }
  return out;
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, j) => j);
}
