import { UsageError } from "../../src/core/errors.ts";
import { overfitOrder } from "./exponents.ts";
import {
  fourthEquationHasNoZero,
  type HermiteCertificate,
  hermiteCertificate,
} from "./hermite-certificate.ts";
import { LOG_WEIGHT_BOUND, type OrderSearch, searchOrder } from "./order-search.ts";

/** What is known of r̄(m), and how. */
export interface OrderCertificate {
  readonly m: number;
  /** 2m: proved as a lower bound; as an upper bound by an argument that this program does not check, but for m = 2. */
  readonly order: number;
  /** Proved in exact arithmetic: a non-trivial solution at r = 2m − 1, so that r̄(m) ≥ 2m. */
  readonly lowerBound: HermiteCertificate;
  /**
   * Of r̄(m) ≤ 2m: `exact` if proved in exact arithmetic (m = 2), else `argument`: by a count of the
   * zeros of a combination of m + 1 normal densities, which no program has checked.
   */
  readonly upperBound: "exact" | "argument";
  /** Numerical, and no proof: least residuals found with bounded log weights, at r = 2m − 1 and at 2m. */
  readonly below: OrderSearch;
  readonly at: OrderSearch;
  readonly logWeightBound: number;
}

/** How the numerical search goes. */
export interface OrderSearchOptions {
  /** Random starts: 60. */
  readonly starts?: number;
  readonly seed?: number;
}

/**
 * r̄(m), the least r at which Σ_i w_i Σ_(n1 + 2 n2 = l) a_i^n1 b_i^n2 / (n1! n2!) = 0, l = 1 … r, has
 * no solution with positive w_1 … w_m and some a_i other than 0, with what proves it and what only
 * suggests it. The argument for r̄(m) ≤ 2m: with v large the equations say that the mixture of
 * N(a_i, v + 2 b_i) has the first r moments of N(0, v); the difference of the two, if not 0, has at
 * most 2m changes of sign [kalai2010], and a polynomial of degree 2m with the same signs would have
 * a mean other than 0. Throws a UsageError unless 2 ≤ m ≤ 12. Derived for this package.
 */
export function orderCertificate(
  m: number,
  { starts = 60, seed = 1 }: OrderSearchOptions = {},
): OrderCertificate {
  if (!(Number.isInteger(m) && m >= 2 && m <= 12)) {
    throw new UsageError(`m must be a whole number from 2 to 12; got ${m}`);
  }
  return {
    m,
    order: overfitOrder(m),
    lowerBound: hermiteCertificate(m),
    upperBound: m === 2 && fourthEquationHasNoZero() ? "exact" : "argument",
    below: searchOrder(m, 2 * m - 1, starts, seed),
    at: searchOrder(m, 2 * m, starts, seed),
    logWeightBound: LOG_WEIGHT_BOUND,
  };
}
