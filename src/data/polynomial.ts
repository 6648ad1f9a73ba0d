import { DataError } from "../core/errors.ts";
import type { Vector } from "../math/matrix.ts";

/**
 * The three-term recurrence of polynomials that are orthogonal over the points they were learned from:
 * p_{k+1}(x) = (x − alpha[k]) p_k(x) − (norm2[k] / norm2[k − 1]) p_{k−1}(x), norm2[k] = Σ p_k².
 */
export interface PolynomialPlan {
  readonly alpha: readonly number[];
  readonly norm2: readonly number[];
}

/** Learns the recurrence up to `degree`; throws a DataError if x has too few different values. Source: [forsythe1957]. */
export function learnPolynomial(x: Vector, degree: number, label: string): PolynomialPlan {
  const different = countUpTo(x, degree + 1);
  if (different <= degree) {
    throw new DataError(
      `${label} must have more than ${degree} different values to work on; there are ${different}`,
      { term: label, different },
    );
  }
  const alpha: number[] = [];
  const norm2 = [x.length];
  let before = new Float64Array(x.length);
  let current = new Float64Array(x.length).fill(1);
  for (let k = 0; k < degree; k++) {
    alpha.push(weightedMean(x, current));
    const next = step({ alpha, norm2 }, k, x, before, current);
    norm2.push(next.reduce((total, value) => total + value * value, 0));
    before = current;
    current = next;
  }
  return { alpha, norm2 };
}

/** The polynomials of degree 1, 2, … at x, each with sum of squares 1 over the points learned from. */
export function applyPolynomial(plan: PolynomialPlan, x: Vector): Vector[] {
  let before = new Float64Array(x.length);
  let current = new Float64Array(x.length).fill(1);
  return plan.alpha.map((_, k) => {
    const next = step(plan, k, x, before, current);
    before = current;
    current = next;
    const norm = Math.sqrt(plan.norm2[k + 1]!);
    return next.map((value) => value / norm);
  });
}

/** x, x², …: the columns of `poly(x, degree, raw = TRUE)`. */
export function powers(x: Vector, degree: number): Vector[] {
  return Array.from({ length: degree }, (_, k) => x.map((value) => value ** (k + 1)));
}

function step(
  { alpha, norm2 }: PolynomialPlan,
  k: number,
  x: Vector,
  before: Vector,
  current: Vector,
): Float64Array<ArrayBuffer> {
  const centre = alpha[k]!;
  const ratio = k === 0 ? 0 : norm2[k]! / norm2[k - 1]!;
  return Float64Array.from(x, (value, i) => (value - centre) * current[i]! - ratio * before[i]!);
}

function weightedMean(x: Vector, p: Vector): number {
  let sum = 0;
  let weight = 0;
  for (let i = 0; i < x.length; i++) {
    const square = p[i]! * p[i]!;
    sum += square * x[i]!;
    weight += square;
  }
  return sum / weight;
}

function countUpTo(x: Vector, limit: number): number {
  const seen = new Set<number>();
  for (const value of x) {
    seen.add(value);
    if (seen.size === limit) break;
  }
  return seen.size;
}
