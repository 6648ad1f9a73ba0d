import type { Finding } from "../../src/core/diagnostic.ts";
import { type Draws, equalLengths, longChains, variable } from "../../src/core/draws.ts";
import { mean } from "../../src/math/moments.ts";
import { reason } from "../reason.ts";
import type { VariableSummary } from "../summarize.ts";
import { chainPlaces } from "./chain-places.ts";
import { FEWEST_EFFECTIVE, WORST_RHAT } from "./limits.ts";
import { unsettled } from "./unsettled.ts";
import { comparison, count, fewOf } from "./wording.ts";

/**
 * variables: the summaries to judge, of label-invariant variables only; isRandom: whether the number of experts is, so
 * that chains can disagree on it.
 */
export function chainsDisagree(
  draws: Draws,
  variables: readonly VariableSummary[],
  isRandom = false,
): Finding[] {
  const bad = variables
    .filter((summary) => summary.rhat > WORST_RHAT)
    .sort((a, b) => b.rhat - a.rhat);
  if (bad.length === 0) return [];
  const worst = bad[0]!;
  const chains = longChains(draws.chains).length;
  const who = chains === 1 ? "the halves of the chain disagree" : "chains disagree";
  const places = chainPlaces(draws, worst.name);
  const onCount = isRandom && bad.some(({ name }) => name === "K") ? onNumber(draws, who) : "";
  const elsewhere = isRandom ? START_ELSEWHERE_RANDOM : START_ELSEWHERE;
  const message =
    `${who}: R-hat is ${comparison(worst.rhat, WORST_RHAT)} for ${fewOf(bad.map(({ name }) => name))}; ` +
    `${places === "" ? "" : `${places}; `}${onCount}the draws do not represent the posterior; ` +
    (unsettled(bad, chains) === undefined ? RUN_LONGER : elsewhere);
  return [{ code: "chains-disagree", severity: "problem", message }];
}

const RUN_LONGER = "run longer, and look at the traces if a chain stays apart";
const START_ELSEWHERE =
  "try other seeds, another start (--start em), a longer warm-up, or priors that say more; " +
  "only if chains still part, ask whether the number of experts is right";

const START_ELSEWHERE_RANDOM =
  "try a longer warm-up, other seeds, or priors that say more, and see where each chain started and " +
  "when it left there";

/** What chains have for the number of experts, where they do not agree. */
function onNumber(draws: Draws, who: string): string {
  const means = variable(equalLengths(draws), "K").map((chain) => mean(chain).toFixed(2));
  return `${who} on the number of experts, whose mean by chain is ${means.join(", ")}; `;
}

export function lowEss(chains: number, variables: readonly VariableSummary[]): Finding[] {
  const fewest = FEWEST_EFFECTIVE * chains;
  const smaller = ({ ess_bulk, ess_tail }: VariableSummary): number =>
    Number.isNaN(ess_tail) ? ess_bulk : Math.min(ess_bulk, ess_tail);
  const bad = variables
    .filter((summary) => smaller(summary) < fewest)
    .sort((a, b) => smaller(a) - smaller(b));
  if (bad.length === 0) return [];
  const size = smaller(bad[0]!);
  const stuck = chains > 1 && unsettled(variables, chains) !== undefined;
  const message =
    `effective sample size is ${comparison(size, fewest)} (${FEWEST_EFFECTIVE} a chain) for ` +
    `${fewOf(bad.map(({ name }) => name))}; means and quantiles of these are not yet precise; ` +
    (stuck
      ? "more draws do not help chains that are stuck in different places: make them agree first"
      : `draw about ${Math.ceil(fewest / Math.max(size, 1))} times as many`);
  return [{ code: "low-ess", severity: "problem", message }];
}

/** R-hat of one chain compares its halves: what it never met, it cannot show. */
export function oneChain(draws: Draws): Finding[] {
  if (longChains(draws.chains).length !== 1) return [];
  const message = "one chain cannot show that chains agree: it may have missed a mode; run four";
  return [{ code: "one-chain", severity: "note", message }];
}

/** NaN is expected where a variable is constant by design; a draw that is not finite never is. */
export function notFinite(draws: Draws, variables: readonly VariableSummary[]): Finding[] {
  const bad = variables
    .map(({ name }) => name)
    .filter((name) => reason(variable(draws, name)) === "not-finite");
  if (bad.length === 0) return [];
  const message =
    `${count(bad.length, "variable")} ${bad.length === 1 ? "holds" : "hold"} NaN or infinite draws: ${fewOf(bad)}; ` +
    "nothing can be said of their convergence; find out what made them";
  return [{ code: "not-finite", severity: "problem", message }];
}

/** Fewer draws than a diagnostic needs are no evidence of convergence. */
export function tooFewDraws(draws: Draws): Finding[] {
  const shortest = Math.min(...longChains(draws.chains).map(({ iterations }) => iterations));
  if (draws.chains.length > 0 && shortest >= 6) return [];
  const found =
    draws.chains.length === 0 ? "there are no chains" : `a chain has ${count(shortest, "draw")}`;
  const message = `${found}; convergence cannot be judged from fewer than 6 draws a chain; draw more`;
  return [{ code: "too-few-draws", severity: "problem", message }];
}
