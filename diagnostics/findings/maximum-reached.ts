import type { Finding } from "../../src/core/diagnostic.ts";
import type { CountPosterior } from "../count-posterior.ts";
import { rounded } from "./wording.ts";

/** From this posterior probability on, the largest number allowed decides part of the answer. */
const PROBABILITY = 0.01;

/**
 * The largest number of experts that is allowed has posterior probability: a problem where the prior is cut there, a
 * note where it ends there by itself.
 */
export function maximumReached(
  { max, probability }: CountPosterior,
  isTruncated: boolean,
): Finding[] {
  const share = probability[max - 1]!;
  if (!(share >= PROBABILITY) || max === 1) return [];
  const found =
    `the number of experts is at its largest allowed value, ${max}, with posterior probability ` +
    `${rounded(share)}; `;
  if (!isTruncated) {
    const message = `${found}the prior ends there; allow for more, if more are plausible`;
    return [{ code: "last-number-likely", severity: "note", message }];
  }
  const message =
    `${found}the prior is cut off there, so the posterior is, too; raise the maximum ` +
    "(--max-components; --max of select)";
  return [{ code: "maximum-reached", severity: "problem", message }];
}
