import { expect, it } from "vitest";
import { fastNormalCdf } from "../../../src/math/normal-cdf.ts";
import { normalCdf } from "../../../src/math/stdlib.ts";

it("agrees with the normal cdf to rounding, and relatively in the lower tail", () => {
  for (let j = 0; j <= 40_000; j++) {
    const x = -10 + j * 0.000503;
    const exact = normalCdf(x);
    expect(Math.abs(fastNormalCdf(x) - exact)).toBeLessThanOrEqual(4e-16);
    expect(Math.abs(fastNormalCdf(x) / exact - 1)).toBeLessThan(2e-12);
  }
});

it("has the limits of a cdf, and no value for NaN", () => {
  expect(fastNormalCdf(Number.NEGATIVE_INFINITY)).toBe(0);
  expect(fastNormalCdf(-1e300)).toBe(0);
  expect(fastNormalCdf(9)).toBe(1);
  expect(fastNormalCdf(Number.POSITIVE_INFINITY)).toBe(1);
  expect(fastNormalCdf(Number.NaN)).toBeNaN();
});
