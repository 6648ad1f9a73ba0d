import { uniform } from "../../src/math/rng.ts";
import { positive } from "../declare.ts";
import { family } from "./family.ts";

export const halfCauchyFamily = family({
  kind: "half-cauchy",
  parameters: { scale: positive },
  supports: ["positive"],
  density: ({ scale }) => {
    const constant = Math.log(2 / Math.PI) - Math.log(scale);
    return {
      logDensity: (x) =>
        x < 0 ? Number.NEGATIVE_INFINITY : constant - Math.log1p((x / scale) ** 2),
      cdf: (x) => (x <= 0 ? 0 : (2 / Math.PI) * Math.atan(x / scale)),
      sample: (rng) => scale * Math.tan((Math.PI / 2) * uniform(rng)),
    };
  },
});

/** |Cauchy(0, scale)|, whose median is `scale`: a vague prior on a standard deviation [gelman2006]. */
export const halfCauchy = (scale: number) => halfCauchyFamily.declare({ scale });
