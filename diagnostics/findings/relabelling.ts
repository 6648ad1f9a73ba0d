import type { Finding } from "../../src/core/diagnostic.ts";
import { comparison, sentence } from "./wording.ts";

/** Above it rows change hands often enough to be told. */
const NOTABLE_LOSS = 0.1;

/**
 * A refusal is a problem; a large loss of labels that can be trusted is a note. apart: whether
 * chains are in different places, so that what is pooled over them has no meaning either.
 */
export function relabellingFindings(
  { loss, refused }: { readonly loss: number; readonly refused?: string },
  apart: boolean,
): Finding[] {
  if (refused !== undefined) {
    const message = `${sentence(refused)} ${apart ? AGREE_FIRST : TRUST_THE_REST}`;
    return [{ code: "relabelling-refused", severity: "problem", message }];
  }
  if (!(loss > NOTABLE_LOSS)) return [];
  const message =
    `relabelling loss is ${comparison(loss, NOTABLE_LOSS, 2)}: from draw to draw many rows move between ` +
    "experts, which overlap or have more than one arrangement; " +
    "read component summaries together with the probabilities of the rows";
  return [{ code: "relabelling-loss", severity: "note", message }];
}

const AGREE_FIRST = "Make the chains agree first; predictions are averages over them, too.";
const TRUST_THE_REST = "Trust the label-invariant variables and predictions, or fit fewer experts.";
