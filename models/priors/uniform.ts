import { fastLog } from "../../src/math/exp.ts";
import { uniform as standardUniform } from "../../src/math/rng.ts";
import { finite } from "../declare.ts";
import { family } from "./family.ts";

export const uniformFamily = family({
  kind: "uniform",
  parameters: { lower: finite, upper: finite },
  jointly: { be: "uniform with `lower` < `upper`", holds: ({ lower, upper }) => lower < upper },
  supports: ["positive", "real"],
  onlyIf: { on: "positive", be: "lower ≥ 0", holds: ({ lower }) => lower >= 0 },
  density: ({ lower, upper }) => {
    const constant = -fastLog(upper - lower);
    return {
      // 0 · x keeps a NaN a NaN.
      logDensity: (x) => (x < lower || x > upper ? Number.NEGATIVE_INFINITY : constant + 0 * x),
      cdf: (x) => Math.min(1, Math.max(0, (x - lower) / (upper - lower))),
      sample: (rng) => lower + (upper - lower) * standardUniform(rng),
    };
  },
});

/** Uniform between two finite bounds; a prior on real numbers, or on positive ones where lower ≥ 0. */
export const uniform = (lower: number, upper: number) => uniformFamily.declare({ lower, upper });
