import { finite, positive } from "../../models/declare.ts";
import { family } from "../../models/priors/family.ts";
import { normal as standardNormal } from "../../src/math/random/normal.ts";
import { normalCdf } from "../../src/math/stdlib.ts";

const LOG_SQRT_2PI = 0.5 * Math.log(2 * Math.PI);

export const logNormalFamily = family({
  kind: "log-normal",
  parameters: { location: finite, scale: positive },
  supports: ["positive"],
  density: ({ location, scale }) => {
    const constant = -Math.log(scale) - LOG_SQRT_2PI;
    const standardized = (x: number) => (Math.log(x) - location) / scale;
    return {
      logDensity: (x) =>
        x <= 0 || x === Infinity
          ? Number.NEGATIVE_INFINITY
          : constant - Math.log(x) - 0.5 * standardized(x) ** 2,
      cdf: (x) => (x <= 0 ? 0 : normalCdf(standardized(x))),
      sample: (rng) => Math.exp(location + scale * standardNormal(rng)),
    };
  },
});

/** exp(N(location, scale²)); a prior on positive numbers. */
export const logNormal = (location: number, scale: number) =>
  logNormalFamily.declare({ location, scale });
