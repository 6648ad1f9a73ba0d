import * as v from "valibot";
import { fastLog } from "../../src/math/exp.ts";
import { log1p } from "../../src/math/log-sum-exp.ts";
import { gamma as standardGamma } from "../../src/math/random/gamma.ts";
import { normal as standardNormal } from "../../src/math/random/normal.ts";
import { logGamma, studentCdf } from "../../src/math/stdlib.ts";
import { finite, positive } from "../declare.ts";
import { family } from "./family.ts";

export const studentTFamily = family({
  kind: "student-t",
  parameters: { df: positive, location: v.optional(finite, 0), scale: positive },
  supports: ["real"],
  density: ({ df, location, scale }) => {
    const constant =
      logGamma((df + 1) / 2) - logGamma(df / 2) - 0.5 * fastLog(df * Math.PI) - fastLog(scale);
    return {
      logDensity: (x) => constant - 0.5 * (df + 1) * log1p(((x - location) / scale) ** 2 / df),
      cdf: (x) => studentCdf((x - location) / scale, df),
      sample: (rng) =>
        location + (scale * standardNormal(rng)) / Math.sqrt(standardGamma(rng, df / 2) / (df / 2)),
    };
  },
});

/** location + scale · t with `df` degrees of freedom; a prior on real numbers with heavy tails. */
export const studentT = (df: number, location: number, scale: number) =>
  studentTFamily.declare({ df, location, scale });
