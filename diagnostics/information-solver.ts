import { cholesky, solveCholesky } from "../src/math/cholesky.ts";
import type { Vector } from "../src/math/matrix.ts";
import type { Information } from "./observed-information.ts";

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

export const NO_ERRORS: Readonly<Record<NoErrorsReason, string>> = {
  "not-finite": "the log-likelihood or a derivative of it is not finite at the estimate",
  "not-positive-definite":
    "the log-likelihood does not curve downwards in every direction: a saddle, a flat ridge or an empty component",
  "nearly-singular": "some parameters, or differences of them, are not identified by these rows",
  "not-a-maximum":
    "the estimate is not a maximum: the slope is not nil (a bound, or too few steps)",
};

/** b ← H⁻¹ b. */
export type Solve = (b: Vector) => void;

/** b ← H⁻¹ b by the Cholesky factor of H scaled to a unit diagonal; or why there is none. */
export function informationSolver({
  observed,
  scoreProducts,
  gradient,
}: Information): Solve | NoErrorsReason {
  const p = observed.rows;
  const numbers = [observed.data, scoreProducts.data, gradient];
  if (!numbers.every((values) => values.every(Number.isFinite))) return "not-finite";
  const scale = gradient.map((_, j) => 1 / Math.sqrt(observed.data[j * (p + 1)]!));
  if (!scale.every(Number.isFinite)) return "not-positive-definite";
  const L = observed.data.map((h, at) => h * scale[Math.floor(at / p)]! * scale[at % p]!);
  if (!cholesky(L, p)) return "not-positive-definite";
  if (scale.some((_, j) => L[j * (p + 1)]! ** 2 < SMALLEST_PIVOT)) return "nearly-singular";

  const solve = (b: Vector): void => {
    for (let j = 0; j < p; j++) b[j] = b[j]! * scale[j]!;
    solveCholesky(L, p, b);
    for (let j = 0; j < p; j++) b[j] = b[j]! * scale[j]!;
  };
  const newton = gradient.slice();
  solve(newton);
  return dot(gradient, newton) > LARGEST_DECREMENT ? "not-a-maximum" : solve;
}

export function dot(a: Vector, b: Vector): number {
  let total = 0;
  for (let j = 0; j < a.length; j++) total += a[j]! * b[j]!;
  return total;
}
