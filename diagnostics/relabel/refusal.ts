import { toldApart } from "../findings/wording.ts";
import type { Disagreement } from "./loss.ts";

/**
 * Labels are refused when relabelling leaves the worst of them more than this share of the loss
 * that random labels have: draws then mean different things by it. Merely overlapping components
 * lose rows to each other but keep their meaning, so the loss alone does not decide. Shares
 * measured: separated components 0 to 0.03; components one sd apart 0.1 to 0.37; experts that no
 * row needs 0.01 to 0.13; two modes of the posterior under one label 0.38 to 0.53 (chains disagree
 * there, too); an expert that goes from one line to the other 0.5 to 0.75; interchangeable
 * components 0.35 to 1, most above 0.5.
 */
const LARGEST_SHARE_OF_CHANCE = 0.4;

/** Below it only rounding is lost. */
const NEGLIGIBLE_LOSS = 1e-6;

/**
 * Why component summaries must not be shown, in one sentence; undefined where labels can be
 * trusted.
 */
export function refusal({ chance, lossOfLabel }: Disagreement): string | undefined {
  const ofRandom = (2 * chance) / lossOfLabel.length;
  const largest = LARGEST_SHARE_OF_CHANCE * ofRandom;
  const loss = Math.max(...lossOfLabel);
  if (!(loss > Math.max(largest, NEGLIGIBLE_LOSS))) return undefined;
  const [lost, allowed] = toldApart(loss, largest, 2);
  return (
    `Component means are not reported: relabelling loss ${lost} > ${allowed} ` +
    `for component ${lossOfLabel.indexOf(loss) + 1} (random labels would lose ${ofRandom.toFixed(2)}); ` +
    "the draws do not agree which expert is which."
  );
}
