import { fastLog } from "../../src/math/exp.ts";
import { sampleExponential } from "../../src/math/stdlib.ts";
import { positive } from "../declare.ts";
import { family } from "./family.ts";

export const exponentialFamily = family({
  kind: "exponential",
  parameters: { rate: positive },
  supports: ["positive"],
  density: ({ rate }) => {
    const constant = fastLog(rate);
    return {
      logDensity: (x) => (x < 0 ? Number.NEGATIVE_INFINITY : constant - rate * x),
      cdf: (x) => (x <= 0 ? 0 : -Math.expm1(-rate * x)),
      sample: (rng) => sampleExponential(rng, rate),
    };
  },
});

/** Exponential with mean 1 / rate; a prior on positive numbers. */
export const exponential = (rate: number) => exponentialFamily.declare({ rate });
