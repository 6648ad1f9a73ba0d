import type { Finding } from "../../src/core/diagnostic.ts";
import { type Draws, pooled, variable } from "../../src/core/draws.ts";
import { median, sorted } from "../../src/math/order.ts";
import { count, fewOf, rounded, toldApart } from "./wording.ts";

/** From this posterior probability on, the model asks for fewer experts. */
const EMPTY_PROBABILITY = 0.05;

export function emptyExpert(draws: Draws): Finding[] {
  if (!["K", "K_filled"].every((name) => draws.variables.includes(name))) return [];
  const K = pooled(variable(draws, "K"));
  const filled = pooled(variable(draws, "K_filled"));
  const empty = filled.filter((value, s) => value < K[s]!).length / filled.length;
  if (!(empty >= EMPTY_PROBABILITY)) return [];
  const message =
    `an expert has no row with posterior probability ${rounded(empty)}; ` +
    "the data may not need so many experts, and an empty one only repeats its prior; " +
    "compare with one expert fewer";
  return [{ code: "empty-expert", severity: "problem", message }];
}

/** Posterior medians outside these prior probabilities are far in a tail. */
const TAIL = 0.005;
const FEWEST_PRIOR_DRAWS = 1000;

/** prior: for each recorded label-invariant variable its draws under the prior, 1000 or more. */
export function priorDataConflict(
  draws: Draws,
  prior: Readonly<Record<string, Float64Array>>,
): Finding[] {
  const conflicts = Object.entries(prior).flatMap(([name, values]) => {
    if (values.length < FEWEST_PRIOR_DRAWS || !draws.variables.includes(name)) return [];
    const centre = median(pooled(variable(draws, name)));
    const below = shareBelow(sorted(values), centre);
    return below < TAIL || below > 1 - TAIL ? [{ name, centre, below }] : [];
  });
  if (conflicts.length === 0) return [];
  const { name, centre, below } = conflicts[0]!;
  const [side, tail] = below < 0.5 ? ["below", below] : ["above", 1 - below];
  const message =
    `the posterior contradicts the prior of ${fewOf(conflicts.map((conflict) => conflict.name))}: ` +
    `the posterior median of ${name}, ${rounded(centre)}, lies ${side} all but ${rounded(100 * tail)} % of the prior; ` +
    "prior and data pull against each other; allow for such values in the prior, or check the unit of the data";
  return [{ code: "prior-data-conflict", severity: "problem", message }];
}

/** Share of ascending values that are smaller than x, ties by half. */
function shareBelow(ascending: Float64Array, x: number): number {
  let smaller = 0;
  let equal = 0;
  for (const value of ascending) {
    if (value < x) smaller++;
    else if (value === x) equal++;
  }
  return (smaller + equal / 2) / ascending.length;
}

/** Rows whose leave-one-out weights have a Pareto k-hat above the threshold. */
export function highParetoK(loo: {
  readonly badK: number;
  readonly kThreshold: number;
  readonly paretoK: Float64Array;
  readonly rowNumbers?: Int32Array;
}): Finding[] {
  if (loo.badK === 0) return [];
  const worst = loo.paretoK.reduce((best, k, i) => (k > loo.paretoK[best]! ? i : best), 0);
  const row = loo.rowNumbers?.[worst] ?? worst + 1;
  const [largest, threshold] = toldApart(loo.paretoK[worst]!, loo.kThreshold);
  const message =
    `Pareto k-hat exceeds ${threshold} for ${loo.badK} of ${count(loo.paretoK.length, "row")} ` +
    `(largest ${largest}, row ${row}); elpd by PSIS-LOO is unreliable there; ` +
    "look at these rows, and compare models by cross-validation with refits";
  return [{ code: "high-pareto-k", severity: "problem", message }];
}
