import type { Finding } from "../../src/core/diagnostic.ts";
import { type Draws, equalLengths, longChains, variable } from "../../src/core/draws.ts";
import { mean } from "../../src/math/moments.ts";
import { reason } from "../reason.ts";
import { rhat } from "../rhat.ts";
import type { VariableSummary } from "../summarize.ts";
import { count, fewOf, rounded } from "./wording.ts";

/** Above it chains disagree; source: [vehtari2021] §5. */
export const WORST_RHAT = 1.01;
/**
 * Below so many effective draws a chain the diagnostics themselves are noise; source: [vehtari2021]
 * §4.
 */
export const FEWEST_EFFECTIVE = 100;

/** variables: the summaries to judge, of label-invariant variables only. */
export function chainsDisagree(draws: Draws, variables: readonly VariableSummary[]): Finding[] {
  const bad = variables
    .filter((summary) => summary.rhat > WORST_RHAT)
    .sort((a, b) => b.rhat - a.rhat);
  if (bad.length === 0) return [];
  const worst = bad[0]!;
  const message =
    `chains disagree: R-hat is ${rounded(worst.rhat)} > ${WORST_RHAT} for ${fewOf(bad.map(({ name }) => name))}` +
    `${oddChain(draws, worst.name)}; the draws do not represent the posterior; ` +
    "run longer, and if a chain stays apart look for a second mode or another number of experts";
  return [{ code: "chains-disagree", severity: "problem", message }];
}

/** Without the odd chain, at most so much of the excess of R-hat over 1 remains. */
const EXCESS_LEFT = 0.2;

/** Names the chain without which the others agree, if there is one. */
function oddChain(draws: Draws, name: string): string {
  const even = equalLengths(draws);
  const chains = variable(even, name);
  if (chains.length < 3) return "";
  const excess = rhat.compute(chains) - 1;
  const without = chains.map((_, c) => rhat.compute(chains.filter((_, other) => other !== c)) - 1);
  const odd = without.reduce((best, value, c) => (value < without[best]! ? c : best), 0);
  const allowed = Math.max(EXCESS_LEFT * excess, WORST_RHAT - 1);
  if (!(without[odd]! <= allowed)) return "";
  const shown = draws.variables.includes("log_likelihood") ? "log_likelihood" : name;
  const means = variable(even, shown).map(mean);
  const others = mean(Float64Array.from(means.filter((_, c) => c !== odd)));
  return (
    ` because chain ${even.chains[odd]!.chain} sits elsewhere ` +
    `(mean ${shown} ${rounded(means[odd]!)}, the others ${rounded(others)})`
  );
}

export function lowEss(chains: number, variables: readonly VariableSummary[]): Finding[] {
  const fewest = FEWEST_EFFECTIVE * chains;
  const smaller = ({ ess_bulk, ess_tail }: VariableSummary): number =>
    Number.isNaN(ess_tail) ? ess_bulk : Math.min(ess_bulk, ess_tail);
  const bad = variables
    .filter((summary) => smaller(summary) < fewest)
    .sort((a, b) => smaller(a) - smaller(b));
  if (bad.length === 0) return [];
  const worst = bad[0]!;
  const message =
    `effective sample size is ${rounded(smaller(worst))} < ${fewest} (${FEWEST_EFFECTIVE} a chain) for ` +
    `${fewOf(bad.map(({ name }) => name))}; means and quantiles of these are not yet precise; ` +
    `draw about ${Math.ceil(fewest / Math.max(smaller(worst), 1))} times as many`;
  return [{ code: "low-ess", severity: "problem", message }];
}

/** NaN is expected where a variable is constant by design; a draw that is not finite never is. */
export function notFinite(draws: Draws, variables: readonly VariableSummary[]): Finding[] {
  const bad = variables
    .map(({ name }) => name)
    .filter((name) => reason(variable(draws, name)) === "not-finite");
  if (bad.length === 0) return [];
  const message =
    `${count(bad.length, "variable")} hold NaN or infinite draws: ${fewOf(bad)}; ` +
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
