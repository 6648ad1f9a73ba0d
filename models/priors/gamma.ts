import { fastLog } from "../../src/math/exp.ts";
import { gamma as standardGamma } from "../../src/math/random/gamma.ts";
import { gammaCdf, logGamma } from "../../src/math/stdlib.ts";
import { positive } from "../declare.ts";
import { family } from "./family.ts";

export const gammaFamily = family({
  kind: "gamma",
  parameters: { shape: positive, rate: positive },
  supports: ["positive"],
  density: ({ shape, rate }) => {
    const constant = shape * fastLog(rate) - logGamma(shape);
    return {
      logDensity: (x) =>
        x <= 0 || x === Number.POSITIVE_INFINITY
          ? Number.NEGATIVE_INFINITY
          : constant + (shape - 1) * fastLog(x) - rate * x,
      cdf: (x) => (x <= 0 ? 0 : gammaCdf(x, shape, rate)),
      sample: (rng) => standardGamma(rng, shape) / rate,
    };
  },
});

/** Gamma with mean shape / rate; a prior on positive numbers. */
export const gamma = (shape: number, rate: number) => gammaFamily.declare({ shape, rate });
