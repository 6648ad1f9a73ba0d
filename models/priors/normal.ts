import * as v from "valibot";
import { fastLog } from "../../src/math/exp.ts";
import { normal as standardNormal } from "../../src/math/random/normal.ts";
import { normalCdf } from "../../src/math/stdlib.ts";
import { finite, positive } from "../declare.ts";
import { family } from "./family.ts";

const LOG_SQRT_2PI = 0.5 * fastLog(2 * Math.PI);

export const normalFamily = family({
  kind: "normal",
  parameters: { mean: v.optional(finite, 0), sd: positive },
  supports: ["real"],
  density: ({ mean, sd }) => {
    const constant = -fastLog(sd) - LOG_SQRT_2PI;
    return {
      logDensity: (x) => constant - 0.5 * ((x - mean) / sd) ** 2,
      cdf: (x) => normalCdf((x - mean) / sd),
      sample: (rng) => mean + sd * standardNormal(rng),
    };
  },
});

/** Normal with this mean and standard deviation (not variance); a prior on real numbers. */
export const normal = (mean: number, sd: number) => normalFamily.declare({ mean, sd });
