import * as v from "valibot";
import { keyed, must } from "../declare.ts";
import { count, countKind, max } from "./kind.ts";

/** Equal probabilities on lower … upper; its builder is `uniform` of the priors. */
export const uniformCount = countKind({
  kind: "uniform",
  parameters: ["lower", "upper"],
  example: "uniform(1,8)",
  schema: v.pipe(
    keyed({
      kind: v.literal("uniform"),
      lower: count,
      upper: count,
      max: v.exactOptional(max),
    }),
    v.check(({ lower, upper }) => lower <= upper, must("uniform with `lower` ≤ `upper`")),
    v.check(
      ({ upper, max = upper }) => max === upper,
      must("uniform with `max` equal to `upper`, or without `max`"),
    ),
    v.transform((prior) => ({ ...prior, max: prior.upper })),
  ),
  words: ({ lower, upper }) => `K uniform on ${lower} … ${upper}`,
  logWeights: ({ lower, max }) =>
    Float64Array.from({ length: max }, (_, j) => (j + 1 < lower ? Number.NEGATIVE_INFINITY : 0)),
});
