import { describe, expect, test } from "vitest";
import {
  fourthEquationHasNoZero,
  fourthEquationOfTwo,
  hermiteCertificate,
  hermitePolynomials,
} from "../../../../diagnostics/losses/hermite-certificate.ts";
import { orderCertificate } from "../../../../diagnostics/losses/order-certificate.ts";
import {
  asText,
  multiply,
  polynomial,
  rational,
  realZeros,
  remainder,
} from "../../../../diagnostics/losses/rational.ts";

/** Equation l of the system, written down anew as the sum over n1 + 2 n2 = l. */
function equation(
  l: number,
  w: readonly number[],
  a: readonly number[],
  b: readonly number[],
): number {
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  let total = 0;
  w.forEach((weight, i) => {
    for (let n2 = 0; 2 * n2 <= l; n2++) {
      const n1 = l - 2 * n2;
      total += (weight * a[i]! ** n1 * b[i]! ** n2) / (factorial(n1) * factorial(n2));
    }
  });
  return total;
}

describe("exact arithmetic", () => {
  test("Hermite's polynomials", () => {
    expect(hermitePolynomials(4)[4]!.map(asText)).toEqual(["3", "0", "-6", "0", "1"]);
    expect(hermitePolynomials(1)).toHaveLength(2);
  });

  test("real zeros are counted once each, and complex ones not", () => {
    expect(realZeros(polynomial(-1n, 0n, 1n))).toBe(2);
    expect(realZeros(polynomial(1n, 0n, 1n))).toBe(0);
    expect(realZeros(polynomial(0n, 0n, 1n))).toBe(1);
    const three = multiply(
      polynomial(-1n, 1n),
      multiply(polynomial(2n, 1n), polynomial(1n, 1n, 1n)),
    );
    expect(realZeros(three)).toBe(2);
    expect(realZeros(multiply(three, polynomial(-3n, 2n)))).toBe(3);
  });

  test("fractions are in lowest terms, and remainders those of long division", () => {
    expect(rational(6n, -4n)).toEqual({ top: -3n, bottom: 2n });
    expect(remainder(polynomial(3n, 0n, -6n, 0n, 1n), polynomial(-1n, 0n, 1n)).map(asText)).toEqual(
      ["-2"],
    );
  });
});

describe.each([2, 3, 4, 5, 8])("a cell of %d atoms", (m) => {
  test("the Gauss–Hermite solution is proved to solve 2m − 1 equations and no more", () => {
    const found = hermiteCertificate(m);
    expect(found).toMatchObject({
      realNodes: m,
      exactDegree: 2 * m - 1,
      solved: 2 * m - 1,
      proved: true,
    });
    // Σ w He_2m = −m!, as Σ w He_m² = 0 where N(0, 1) has m!.
    const factorial = (n: number): bigint => (n < 2 ? 1n : BigInt(n) * factorial(n - 1));
    expect(found.next).toBe(asText(rational(-factorial(m), factorial(2 * m))));
  });
});

test("the equations checked are those of the system: for 2 and 3 atoms by their known nodes", () => {
  const cases = [
    { m: 2, w: [0.5, 0.5], a: [1, -1] },
    { m: 3, w: [2 / 3, 1 / 6, 1 / 6], a: [0, Math.sqrt(3), -Math.sqrt(3)] },
  ];
  for (const { m, w, a } of cases) {
    const b = a.map(() => -0.5);
    for (let l = 1; l < 2 * m; l++) expect(equation(l, w, a, b)).toBeCloseTo(0, 14);
    const [top, bottom] = hermiteCertificate(m).next.split("/").map(Number);
    expect(equation(2 * m, w, a, b)).toBeCloseTo(top! / bottom!, 14);
  }
});

test("for two atoms the fourth equation is proved to have no solution", () => {
  expect(fourthEquationHasNoZero()).toBe(true);
  const coefficients = fourthEquationOfTwo().map(({ top, bottom }) => Number(top) / Number(bottom));
  const p = 0.3;
  const value = coefficients.reduce((sum, c, k) => sum + c * p ** k, 0);
  const b = [(-(1 - p) * (1 + p)) / 6, (-p * (2 - p)) / 6];
  expect(value).toBeCloseTo(equation(4, [p, 1 - p], [1 - p, -p], b), 14);
  for (const l of [1, 2, 3]) expect(equation(l, [p, 1 - p], [1 - p, -p], b)).toBeCloseTo(0, 14);
});

test.each([2, 3, 4, 5])(
  "the search for %d atoms finds a solution of 2m − 1 equations, and none of 2m",
  (m) => {
    const { below, at, order, upperBound, lowerBound } = orderCertificate(m, { starts: 20 });
    expect(order).toBe(2 * m);
    expect(lowerBound.proved).toBe(true);
    expect(upperBound).toBe(m === 2 ? "exact" : "argument");
    expect(below.residual).toBeLessThan(1e-10);
    const spread = below.weights.reduce((sum, w, i) => sum + w * below.a[i]! ** 2, 0);
    expect(spread).toBeCloseTo(1, 10);
    for (let l = 1; l < 2 * m; l++) {
      expect(Math.abs(equation(l, below.weights, below.a, below.b))).toBeLessThan(1e-9);
    }
    const values = Array.from({ length: 2 * m }, (_, l) => equation(l + 1, at.weights, at.a, at.b));
    expect(Math.hypot(...values) / at.residual).toBeCloseTo(1, 6);
    expect(at.residual).toBeGreaterThan(1e-5);
  },
);

test("one atom, or a fraction of one, is refused", () => {
  expect(() => orderCertificate(1)).toThrow(/2 to 12; got 1/);
  expect(() => orderCertificate(2.5)).toThrow(/got 2\.5/);
});
