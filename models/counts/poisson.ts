import * as v from "valibot";
import { fastLog } from "../../src/math/exp.ts";
import { keyed, positive } from "../declare.ts";
import { countKind, fromRatios, maxOrDefault } from "./kind.ts";

/** K − 1 ~ Poisson(rate). */
export const poissonCount = countKind({
  kind: "poisson",
  parameters: ["rate"],
  example: "poisson(1)",
  schema: keyed({ kind: v.literal("poisson"), rate: positive, max: maxOrDefault }),
  words: ({ rate, max }, short) => `K − 1 ~ Poisson(${short(rate)}), K ≤ ${max}`,
  logWeights: ({ rate, max }) => fromRatios(max, (K) => fastLog(rate) - fastLog(K)),
});
