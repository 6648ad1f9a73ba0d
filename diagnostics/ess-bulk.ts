import type { Diagnostic } from "../src/core/diagnostic.ts";
import { effectiveSampleSize } from "./effective-sample-size.ts";
import { rankNormalize } from "./rank-normalize.ts";
import { splitChains } from "./split-chains.ts";

/**
 * Effective sample size of the bulk: how many independent draws would estimate the centre as well.
 * chains: c × n. NaN if a draw is NaN, all are equal, or n < 6; infinite draws count by their rank.
 * Aim for 100 a chain.
 */
export const essBulk: Diagnostic = {
  name: "ess_bulk",
  reference: "[vehtari2021]",
  compute: (chains) => effectiveSampleSize(rankNormalize(splitChains(chains))),
};
