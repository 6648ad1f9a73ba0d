import { type Draws, equalLengths, pooled, variable } from "../src/core/draws.ts";
import { mean, standardDeviation } from "../src/math/moments.ts";
import { mad, medianSorted, quantileSorted, sorted } from "../src/math/order.ts";
import { effectiveSampleSize } from "./effective-sample-size.ts";
import { essOfTails } from "./ess-tail.ts";
import { mcseMean } from "./mcse.ts";
import { fold, rankNormalize } from "./rank-normalize.ts";
import { rhatOfScores } from "./rhat.ts";
import { splitChains } from "./split-chains.ts";

/** One row of the table of draws: where a variable lies and how far its draws can be trusted. */
export interface VariableSummary {
  readonly name: string;
  readonly mean: number;
  readonly median: number;
  readonly sd: number;
  readonly mad: number;
  readonly q5: number;
  readonly q95: number;
  readonly rhat: number;
  readonly ess_bulk: number;
  readonly ess_tail: number;
  readonly mcse_mean: number;
}

/** Summary of one variable; chains: c × n. Numbers without a meaning are NaN (see `reasonFor`). */
export function summarizeVariable(name: string, chains: readonly Float64Array[]): VariableSummary {
  const all = pooled(chains);
  const ascending = sorted(all);
  const median = medianSorted(ascending);
  const folded = fold(chains, median);
  const scores = rankNormalize(splitChains(chains));
  return {
    name,
    mean: mean(all),
    median,
    sd: standardDeviation(all),
    mad: mad(all, median),
    q5: quantileSorted(ascending, 0.05),
    q95: quantileSorted(ascending, 0.95),
    rhat: rhatOfScores(scores, folded),
    ess_bulk: effectiveSampleSize(scores),
    ess_tail: essOfTails(chains, ascending),
    mcse_mean: mcseMean.compute(chains),
  };
}

/**
 * A row for each named variable (all of them by default), chains cut to the length of the shortest.
 * Throws a UsageError if a name is not recorded.
 */
export function summarize(
  draws: Draws,
  names: readonly string[] = draws.variables,
): VariableSummary[] {
  const even = equalLengths(draws);
  return names.map((name) => summarizeVariable(name, variable(even, name)));
}
