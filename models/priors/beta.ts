import { fastLog } from "../../src/math/exp.ts";
import { beta as betaVariate } from "../../src/math/random/beta.ts";
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
      sample: (rng) => betaVariate(rng, a, b),
    };
  },
});

/** Beta with mean a / (a + b); a prior on numbers between 0 and 1. */
export const beta = (a: number, b: number) => betaFamily.declare({ a, b });
