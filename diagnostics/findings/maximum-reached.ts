import type { Finding } from "../../src/core/diagnostic.ts";
import type { CountPosterior } from "../count-posterior.ts";
import { rounded } from "./wording.ts";

/** From this posterior probability on, the largest number allowed decides part of the answer. */
const PROBABILITY = 0.01;

/** isTruncated: whether the prior is cut at its maximum, rather than ends there by itself. */
export function maximumReached(
  { max, probability }: CountPosterior,
  isTruncated: boolean,
): Finding[] {
  const share = probability[max - 1]!;
  if (!(share >= PROBABILITY) || max === 1) return [];
  const message =
    `the number of experts is at its largest allowed value, ${max}, with posterior probability ` +
    `${rounded(share)}; ` +
    (isTruncated
      ? "what lies beyond is cut off; raise the maximum"
      : "the prior ends there; allow for more, if more are plausible");
  return [{ code: "maximum-reached", severity: isTruncated ? "problem" : "note", message }];
}
