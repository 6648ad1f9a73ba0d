import type { Finding } from "../../src/core/diagnostic.ts";

/** Above it rows change hands often enough to be told. */
const NOTABLE_LOSS = 0.1;

/** A refusal is a problem; a large loss of labels that can be trusted is a note. */
export function relabellingFindings(relabelling: {
  readonly loss: number;
  readonly refused?: string;
}): Finding[] {
  const { loss, refused } = relabelling;
  if (refused !== undefined) {
    const advice = "trust the label-invariant variables and predictions, or fit fewer experts";
    return [{ code: "relabelling-refused", severity: "problem", message: `${refused}; ${advice}` }];
  }
  if (!(loss > NOTABLE_LOSS)) return [];
  const message =
    `relabelling loss is ${loss.toFixed(2)} > ${NOTABLE_LOSS}: from draw to draw many rows move between ` +
    "experts, which overlap or have more than one arrangement; " +
    "read component summaries together with the probabilities of the rows";
  return [{ code: "relabelling-loss", severity: "note", message }];
}
