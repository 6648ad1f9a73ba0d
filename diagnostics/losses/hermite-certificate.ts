import {
  add,
  asText,
  isZero,
  multiply,
  type Polynomial,
  plus,
  polynomial,
  type Rational,
  rational,
  realZeros,
  remainder,
  scale,
  times,
  ZERO,
} from "./rational.ts";

/**
 * What exact arithmetic says of the solution a = zeros of Hermite's polynomial He_m, w =
 * Gauss–Hermite weights, b = −1/2 of the system of a cell of m atoms.
 */
export interface HermiteCertificate {
  /** Distinct real zeros of He_m: m, or there is no such solution. */
  readonly realNodes: number;
  /** Greatest degree up to which the weights give every moment of N(0, 1). */
  readonly exactDegree: number;
  /** The equations l = 1, 2, … that hold before the first that does not: 2m − 1. */
  readonly solved: number;
  /** The value of that first equation, as a fraction: not 0. */
  readonly next: string;
  /** Whether this proves a non-trivial solution with positive weights at r = 2m − 1, so r̄(m) ≥ 2m. */
  readonly proved: boolean;
}

const X = polynomial(0n, 1n);

/** Hermite's polynomials (probabilists') of degree 0 to n: He_(k+1) = x He_k − k He_(k−1). */
export function hermitePolynomials(n: number): Polynomial[] {
  const out = [polynomial(1n), X];
  for (let k = 1; k < n; k++) {
    out.push(add(multiply(X, out[k]!), scale(out[k - 1]!, rational(BigInt(-k)))));
  }
  return out.slice(0, n + 1);
}

/** E Z^k of Z ~ N(0, 1). */
function normalMoment(k: number): Rational {
  if (k % 2 === 1) return ZERO;
  let out = 1n;
  for (let odd = 1; odd < k; odd += 2) out *= BigInt(odd);
  return rational(out);
}

const meanOf = (p: Polynomial): Rational =>
  p.reduce((sum, value, k) => plus(sum, times(value, normalMoment(k))), ZERO);

function factorial(n: number): bigint {
  let out = 1n;
  for (let k = 2; k <= n; k++) out *= BigInt(k);
  return out;
}

const power = (k: number): Polynomial =>
  Array.from({ length: k + 1 }, (_, j) => rational(j === k ? 1n : 0n));

/**
 * Checks that solution in exact arithmetic. Weights are those of the interpolating rule: Σ w_i P(a_i)
 * = E (P mod He_m)(Z), so that no zero need be known. Positive they are since w_i = E L_i(Z)², L_i
 * the interpolating polynomial of node i, as soon as the rule is exact to degree 2m − 2. As
 * exp(a t − t²/2) generates Hermite's polynomials, equation l reads Σ w_i He_l(a_i) / l! = 0. m ≥ 2.
 */
export function hermiteCertificate(m: number): HermiteCertificate {
  const hermite = hermitePolynomials(2 * m + 1);
  const nodes = hermite[m]!;
  const rule = (p: Polynomial) => meanOf(remainder(p, nodes));
  let exactDegree = -1;
  const exactAt = (k: number) =>
    isZero(plus(rule(power(k)), times(normalMoment(k), rational(-1n))));
  while (exactDegree < 2 * m && exactAt(exactDegree + 1)) exactDegree++;
  const equation = (l: number) => times(rule(hermite[l]!), rational(1n, factorial(l)));
  let solved = 0;
  while (solved < 2 * m && isZero(equation(solved + 1))) solved++;
  const realNodes = realZeros(nodes);
  const proved = m >= 2 && realNodes === m && exactDegree >= 2 * m - 2 && solved >= 2 * m - 1;
  return { realNodes, exactDegree, solved, next: asText(equation(solved + 1)), proved };
}

/**
 * The fourth equation of a cell of two atoms where the first three hold, as a polynomial in the
 * weight p of the first, scaled so that weights sum to 1 and a = (1 − p, −p): every non-trivial
 * solution has this form.
 */
export function fourthEquationOfTwo(): Polynomial {
  const p = X;
  const q = polynomial(1n, -1n);
  const minus = (f: Polynomial) => scale(f, rational(-1n));
  // Equations 2 and 3 are linear in b; these are their solutions, and are checked.
  const a = [q, minus(p)];
  const b = [
    scale(multiply(q, polynomial(1n, 1n)), rational(-1n, 6n)),
    scale(multiply(p, polynomial(2n, -1n)), rational(-1n, 6n)),
  ];
  const equation = (term: (a: Polynomial, b: Polynomial) => Polynomial) =>
    add(multiply(p, term(a[0]!, b[0]!)), multiply(q, term(a[1]!, b[1]!)));
  const square = (f: Polynomial) => multiply(f, f);
  const half = rational(1n, 2n);
  const firstThree = [
    equation((u) => u),
    equation((u, v) => add(scale(square(u), half), v)),
    equation((u, v) => add(scale(multiply(u, square(u)), rational(1n, 6n)), multiply(u, v))),
  ];
  if (firstThree.some((f) => f.length > 0)) return [];
  return equation((u, v) =>
    add(
      add(scale(square(square(u)), rational(1n, 24n)), scale(multiply(square(u), v), half)),
      scale(square(v), half),
    ),
  );
}

/** Whether r̄(2) ≤ 4 is proved: the fourth equation is p (p − 1) (p² − p + 1) / 36, not 0 for 0 < p < 1. */
export function fourthEquationHasNoZero(): boolean {
  const factor = polynomial(1n, -1n, 1n);
  const claimed = scale(multiply(polynomial(0n, -1n, 1n), factor), rational(1n, 36n));
  const difference = add(fourthEquationOfTwo(), scale(claimed, rational(-1n)));
  return difference.length === 0 && realZeros(factor) === 0;
}
