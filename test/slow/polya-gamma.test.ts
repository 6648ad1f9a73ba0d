import { expect, test } from "vitest";
import { polyaGamma1 } from "../../src/math/random/polya-gamma.ts";
import { polyaGammaFit, TILTS, worstMomentScore } from "../helpers/polya-gamma-tests.ts";

test("four million draws at every tilt have the right mean and variance", () => {
  expect(worstMomentScore(polyaGamma1, 4_000_000)).toBeLessThan(4.5);
});

test("two million draws follow the integrated density at every tilt", () => {
  for (const z of TILTS) expect(polyaGammaFit(polyaGamma1, z, 2_000_000).p).toBeGreaterThan(5e-5);
});
