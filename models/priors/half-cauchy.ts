import { fastLog } from "../../src/math/exp.ts";
import { log1p } from "../../src/math/log-sum-exp.ts";
import { normal } from "../../src/math/random/normal.ts";
import { positive } from "../declare.ts";
import { family } from "./family.ts";

export const halfCauchyFamily = family({
  kind: "half-cauchy",
  parameters: { scale: positive },
  supports: ["positive"],
  density: ({ scale }) => {
    const constant = fastLog(2 / Math.PI) - fastLog(scale);
    return {
      logDensity: (x) => (x < 0 ? Number.NEGATIVE_INFINITY : constant - log1p((x / scale) ** 2)),
      cdf: (x) => (x <= 0 ? 0 : (2 / Math.PI) * Math.atan(x / scale)),
      sample: (rng) => scale * Math.abs(normal(rng) / normal(rng)),
    };
  },
});

/** |Cauchy(0, scale)|, whose median is `scale`: a vague prior on a standard deviation [gelman2006]. */
export const halfCauchy = (scale: number) => halfCauchyFamily.declare({ scale });
