import type { State, Target } from "../src/core/target.ts";
import { componentNames } from "../src/core/variables.ts";
import { cholesky, solveCholesky } from "../src/math/cholesky.ts";
import { copy, type Matrix, matrix, row, type Vector } from "../src/math/matrix.ts";
import { type ComponentEstimates, componentEstimates } from "./component-estimates.ts";
import { freeCoordinates } from "./free-coordinates.ts";
import { type Information, informationAt } from "./observed-information.ts";
import { type ReportParameters, reportCentred, reportedParameters } from "./reported-parameters.ts";

/** Pivots of the information scaled to a unit diagonal that are below this are noise. */
const SMALLEST_PIVOT = 1e-9;
/** Twice the log-likelihood that a Newton step would gain; at a maximum it is nil. */
const LARGEST_DECREMENT = 1e-2;

/** Why there are no standard errors. */
export type NoErrorsReason =
  | "not-finite"
  | "not-positive-definite"
  | "nearly-singular"
  | "not-a-maximum";

const MESSAGES: Readonly<Record<NoErrorsReason, string>> = {
  "not-finite": "the log-likelihood or a derivative of it is not finite at the estimate",
  "not-positive-definite":
    "the log-likelihood does not curve downwards in every direction: a saddle, a flat ridge or an empty component",
  "nearly-singular": "some parameters, or differences of them, are not identified by these rows",
  "not-a-maximum":
    "the estimate is not a maximum: the slope is not nil (a bound, or too few steps)",
};

/** "observed": inverse information. "sandwich": H⁻¹ (Σ score score') H⁻¹, right also where the model is not. */
export type CovarianceKind = "observed" | "sandwich";

/** Large-sample covariance of reported parameters, given the covariates. Plain data but for the arrays. */
export interface StandardErrors {
  readonly kind: CovarianceKind;
  /** As draws name them, component by component: weight, expert, gate. */
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
}

/**
 * Standard errors at a maximum from second derivatives of the log-likelihood with allocations summed
 * out (not of the complete-data one, which forgets that allocations are unknown), by the delta
 * method where parameters are reported otherwise. Source: [louis1982], [white1982].
 */
export function standardErrors(
  target: Target,
  state: State,
  { kind = "observed", priorWeight = 0, report = reportCentred(target) }: StandardErrorOptions = {},
): StandardErrors | NoStandardErrors {
  const free = freeCoordinates(target, state);
  const information = informationAt(target, state, free, priorWeight);
  const solve = solver(information);
  if (typeof solve === "string") return { kind, reason: solve, message: MESSAGES[solve] };

  const { values, jacobian } = reportedParameters(target, state, free, report, information.steps);
  const meat = kind === "observed" ? information.observed : information.scoreProducts;
  const covariance = sandwich(solve, jacobian, meat);
  const names = range(state.theta.rows).flatMap((k) => componentNames(target, k + 1));
  const errors = { kind, names, estimate: values, covariance };
  return { ...errors, components: componentEstimates(target, errors) };
}

type Solve = (b: Vector) => void;

/** b ← H⁻¹ b by the Cholesky factor of H scaled to a unit diagonal; or why there is none. */
function solver({ observed, scoreProducts, gradient }: Information): Solve | NoErrorsReason {
  const p = observed.rows;
  const numbers = [observed.data, scoreProducts.data, gradient];
  if (!numbers.every((values) => values.every(Number.isFinite))) return "not-finite";
  const scale = gradient.map((_, j) => 1 / Math.sqrt(observed.data[j * (p + 1)]!));
  if (!scale.every(Number.isFinite)) return "not-positive-definite";
  const L = observed.data.map((h, at) => h * scale[Math.floor(at / p)]! * scale[at % p]!);
  if (!cholesky(L, p)) return "not-positive-definite";
  if (range(p).some((j) => L[j * (p + 1)]! ** 2 < SMALLEST_PIVOT)) return "nearly-singular";

  const solve = (b: Vector): void => {
    for (let j = 0; j < p; j++) b[j] = b[j]! * scale[j]!;
    solveCholesky(L, p, b);
    for (let j = 0; j < p; j++) b[j] = b[j]! * scale[j]!;
  };
  const newton = gradient.slice();
  solve(newton);
  return dot(gradient, newton) > LARGEST_DECREMENT ? "not-a-maximum" : solve;
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

function dot(a: Vector, b: Vector): number {
  let total = 0;
  for (let j = 0; j < a.length; j++) total += a[j]! * b[j]!;
  return total;
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, j) => j);
}
