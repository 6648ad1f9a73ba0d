import { matrix, row } from "../../src/math/matrix.ts";
import type { ExpertArrays } from "./measures.ts";

/**
 * Which powers of the errors a loss adds up where one true atom is covered by several. `exact`: 1
 * throughout. `strong`: 2, for strongly identifiable experts. `published`, `refined`: for linear
 * normal experts with unknown variance; `published` has the powers of the literature, `refined`
 * those derived for this package, which are smaller.
 */
export type ExponentMode = "exact" | "strong" | "published" | "refined";

/** Powers of the norms of the errors of one atom. */
export interface Exponents {
  readonly gate: number;
  readonly intercept: number;
  readonly slopes: number;
  readonly variance: number;
}

const LINEAR: Exponents = { gate: 1, intercept: 1, slopes: 1, variance: 1 };
const SQUARED: Exponents = { gate: 2, intercept: 2, slopes: 2, variance: 2 };

/**
 * r̄(m): the least order at which the polynomial system of a cell of m atoms has no solution, 1 for
 * m = 1 and 2m beyond. Derived for this package; `orderCertificate` says what of it is proved.
 */
export const overfitOrder = (m: number): number => (m <= 1 ? 1 : 2 * m);

/**
 * The powers in a cell of m fitted atoms. Source: [nguyen2023] for `published`, with r̄(m) = 2m;
 * [nguyen2025] for `strong`; `refined` is derived for this package.
 */
export function cellExponents(mode: ExponentMode, m: number): Exponents {
  if (mode === "exact" || m <= 1) return LINEAR;
  if (mode === "strong") return SQUARED;
  const r = overfitOrder(m);
  return mode === "published"
    ? { gate: r, intercept: r, slopes: r / 2, variance: r / 2 }
    : { gate: 2, intercept: r, slopes: 2, variance: r / 2 };
}

/** Euclidean norm of the difference of two rows from column `from` to before column `to`. */
function distance(a: Float64Array, b: Float64Array, from: number, to: number): number {
  let total = 0;
  for (let c = from; c < to; c++) total += (a[c]! - b[c]!) ** 2;
  return Math.sqrt(total);
}

/**
 * Sum of powers of the errors of a fitted expert i against a true one j. Where intercept and slopes
 * have the same power, that power of their joint norm.
 */
export function expertError(
  fit: ExpertArrays,
  i: number,
  truth: ExpertArrays,
  j: number,
  { intercept, slopes, variance }: Exponents,
): number {
  const a = row(fit.coefficients, i);
  const b = row(truth.coefficients, j);
  const ofVariance = Math.abs(fit.variance[i]! - truth.variance[j]!) ** variance;
  if (intercept === slopes) return distance(a, b, 0, a.length) ** slopes + ofVariance;
  return distance(a, b, 0, 1) ** intercept + distance(a, b, 1, a.length) ** slopes + ofVariance;
}

/** fitted × true: squared distance of the experts' coefficients and variances. */
export function expertDistances(fit: ExpertArrays, truth: ExpertArrays) {
  const out = matrix(fit.variance.length, truth.variance.length);
  for (let i = 0; i < out.rows; i++) {
    for (let j = 0; j < out.columns; j++) {
      out.data[i * out.columns + j] = expertError(fit, i, truth, j, SQUARED);
    }
  }
  return out;
}
