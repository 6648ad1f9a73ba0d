import { fastLog } from "../../src/math/exp.ts";
import { normal as standardNormal } from "../../src/math/random/normal.ts";
import { normalCdf } from "../../src/math/stdlib.ts";
import { positive } from "../declare.ts";
import { family } from "./family.ts";

const LOG_SQRT_2_OVER_PI = 0.5 * fastLog(2 / Math.PI);

export const halfNormalFamily = family({
  kind: "half-normal",
  parameters: { sd: positive },
  supports: ["positive"],
  density: ({ sd }) => {
    const constant = LOG_SQRT_2_OVER_PI - fastLog(sd);
    return {
      logDensity: (x) => (x < 0 ? Number.NEGATIVE_INFINITY : constant - 0.5 * (x / sd) ** 2),
      cdf: (x) => (x <= 0 ? 0 : 2 * normalCdf(x / sd) - 1),
      sample: (rng) => Math.abs(sd * standardNormal(rng)),
    };
  },
});

/** |N(0, sd²)|: `sd` is that of the normal before folding; a prior on positive numbers. */
export const halfNormal = (sd: number) => halfNormalFamily.declare({ sd });
