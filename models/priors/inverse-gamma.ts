import { fastLog } from "../../src/math/exp.ts";
import { gamma as standardGamma } from "../../src/math/random/gamma.ts";
import { gammaCdf, logGamma } from "../../src/math/stdlib.ts";
import { positive } from "../declare.ts";
import { family } from "./family.ts";

export const inverseGammaFamily = family({
  kind: "inverse-gamma",
  parameters: { shape: positive, rate: positive },
  supports: ["positive"],
  density: ({ shape, rate }) => {
    const constant = shape * fastLog(rate) - logGamma(shape);
    return {
      logDensity: (x) =>
        x <= 0 ? Number.NEGATIVE_INFINITY : constant - (shape + 1) * fastLog(x) - rate / x,
      cdf: (x) => (x <= 0 ? 0 : 1 - gammaCdf(1 / x, shape, rate)),
      sample: (rng) => rate / standardGamma(rng, shape),
    };
  },
});

/** 1 / Gamma(shape, rate): mean rate / (shape − 1), mode rate / (shape + 1); a prior on a variance. */
export const inverseGamma = (shape: number, rate: number) =>
  inverseGammaFamily.declare({ shape, rate });
