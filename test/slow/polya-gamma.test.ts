import { expect, test } from "vitest";
import { polyaGamma1 } from "../../src/math/random/polya-gamma.ts";
import {
  IN_BINS,
  polyaGammaFit,
  polyaGammaTails,
  SAMPLERS,
  TILTS,
  worstMomentScore,
} from "../helpers/polya-gamma-tests.ts";

test("four million draws at every tilt have the right mean and variance", () => {
  expect(worstMomentScore(polyaGamma1, 4_000_000)).toBeLessThan(4.5);
});

test("two million draws follow the integrated density at every tilt", () => {
  for (const z of TILTS) expect(polyaGammaFit(polyaGamma1, z, 2_000_000).p).toBeGreaterThan(5e-5);
});

test.each(SAMPLERS)("draws %s are right in every bin", (_, sampler) => {
  // 280 scores: P(one beyond 5) < 2e-4.
  expect(worstMomentScore(sampler, 400_000, IN_BINS)).toBeLessThan(5);
  const p = IN_BINS.map((z, bin) => polyaGammaTails(sampler, z, 200_000, 500 + bin));
  expect(Math.min(...p)).toBeGreaterThan(1e-6);
});
