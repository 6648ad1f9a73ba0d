import { fastExp, fastLog } from "../../src/math/exp.ts";
import { logGammaVariate } from "../../src/math/random/gamma.ts";
import { betaCdf, logGamma } from "../../src/math/stdlib.ts";
import { positive } from "../declare.ts";
import { family } from "./family.ts";

export const betaFamily = family({
  kind: "beta",
  parameters: { a: positive, b: positive },
  supports: ["unit"],
  density: ({ a, b }) => {
    const constant = logGamma(a + b) - logGamma(a) - logGamma(b);
    return {
      logDensity: (x) =>
        x <= 0 || x >= 1
          ? Number.NEGATIVE_INFINITY
          : constant + (a - 1) * fastLog(x) + (b - 1) * Math.log1p(-x),
      cdf: (x) => (x <= 0 ? 0 : x >= 1 ? 1 : betaCdf(x, a, b)),
      sample: (rng) => {
        // A / (A + B) of two gammas, by logarithms: with tiny shapes both are below every double.
        const logA = logGammaVariate(rng, a);
        return 1 / (1 + fastExp(logGammaVariate(rng, b) - logA));
      },
    };
  },
});

/** Beta with mean a / (a + b); a prior on numbers between 0 and 1. */
export const beta = (a: number, b: number) => betaFamily.declare({ a, b });
