import * as v from "valibot";
import { log1p } from "../../src/math/log-sum-exp.ts";
import { keyed, number } from "../declare.ts";
import { type CountOptions, countKind, fromRatios, maxOrDefault } from "./kind.ts";

const probability = number("a number > 0 and < 1", (x) => x > 0 && x < 1);

export const geometricCount = countKind({
  kind: "geometric",
  parameters: ["probability"],
  example: "geometric(0.3)",
  schema: keyed({ kind: v.literal("geometric"), probability, max: maxOrDefault }),
  words: ({ probability, max }, short) => `K − 1 ~ geometric(${short(probability)}), K ≤ ${max}`,
  // −log(1 + p / (1 − p)) is log(1 − p), also where p is tiny.
  logWeights: ({ probability, max }) =>
    fromRatios(max, () => -log1p(probability / (1 - probability))),
});

/** K − 1 failures before a success of this probability: K = 1 is the most probable. K ≤ max, renormalised. */
export const geometric = (probability: number, options: CountOptions = {}) =>
  geometricCount.declare({ probability, ...options });
