import * as v from "valibot";
import { fastLog } from "../../src/math/exp.ts";
import { log1p } from "../../src/math/log-sum-exp.ts";
import { keyed, positive } from "../declare.ts";
import { type CountOptions, countKind, fromRatios, maxOrDefault } from "./kind.ts";

export const betaNegativeBinomialCount = countKind({
  kind: "beta-negative-binomial",
  alias: "bnb",
  parameters: ["shape", "a", "b"],
  example: "bnb(1,4,3)",
  schema: keyed({
    kind: v.literal("beta-negative-binomial"),
    shape: positive,
    a: positive,
    b: positive,
    max: maxOrDefault,
  }),
  words: ({ shape, a, b, max }, short) =>
    `K − 1 ~ beta-negative-binomial(${[shape, a, b].map(short).join(", ")}), K ≤ ${max}`,
  logWeights: ({ shape, a, b, max }) =>
    fromRatios(max, (K) => {
      const successes = shape + K - 1;
      return fastLog(b + K - 1) - fastLog(K) - log1p(a / successes + b / successes);
    }),
});

/**
 * K − 1 ~ Poisson(λ), λ ~ Gamma(shape, rate = p / (1 − p)), p ~ Beta(a, b), λ and p integrated out: more mass on
 * K = 1 and a heavier tail than a Poisson; (1, 4, 3) is a common choice. K ≤ max, renormalised. [fruhwirth2021]
 */
export const betaNegativeBinomial = (
  shape: number,
  a: number,
  b: number,
  options: CountOptions = {},
) => betaNegativeBinomialCount.declare({ shape, a, b, ...options });
