import * as v from "valibot";
import { fastLog } from "../../src/math/exp.ts";
import { keyed, must, number } from "../declare.ts";
import { countKind, MOST_COMPONENTS, max } from "./kind.ts";

const weight = number("a number ≥ 0", (x) => x >= 0 && Number.isFinite(x));

const table = v.pipe(
  v.array(weight, must("a list of numbers ≥ 0, one for each of 1, 2, …")),
  v.check(
    (weights) => weights.some((x) => x > 0),
    must("a list with at least one number > 0, such as [0.5, 0.3, 0.2]"),
  ),
  v.maxLength(MOST_COMPONENTS, ({ input }) => {
    return `must be a list of at most ${MOST_COMPONENTS} numbers; got ${input.length}.`;
  }),
);

export const weightsCount = countKind({
  kind: "weights",
  parameters: ["weights"],
  list: true,
  example: "weights(0.5,0.3,0.2)",
  schema: v.pipe(
    keyed({ kind: v.literal("weights"), weights: table, max: v.exactOptional(max) }),
    v.check(
      ({ weights, max = weights.length }) => max === weights.length,
      must("weights with `max` equal to their number, or without `max`"),
    ),
    v.transform((prior) => ({ ...prior, max: prior.weights.length })),
  ),
  words: ({ weights }, short) =>
    `P(K) ∝ ${weights.map(short).join(", ")} for K = 1 … ${weights.length}`,
  logWeights: ({ weights }) => Float64Array.from(weights, fastLog),
});

/** Any prior: numbers in proportion to the probabilities of 1, 2, … components. */
export const weights = (weights: readonly number[]) => weightsCount.declare({ weights });
