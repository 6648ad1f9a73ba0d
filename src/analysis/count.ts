import { departures, neverDrawn } from "../../diagnostics/count-moves.ts";
import { countPosterior } from "../../diagnostics/count-posterior.ts";
import { compileCount } from "../../models/counts/index.ts";
import { equalLengths, variable } from "../core/draws.ts";
import { fastExp } from "../math/exp.ts";
import type { CountReport } from "../report/input.ts";
import type { Fitted } from "./fitted.ts";

/** Kinds of prior that end by themselves: at their last number nothing is cut off. */
const BOUNDED = ["uniform", "weights"];

/** What is said of a random number of components. */
export interface CountAnalysis extends CountReport {
  /** Whether the prior is cut at its maximum. */
  readonly isTruncated: boolean;
}

/** The posterior of the number of components; undefined where that number is fixed. */
export function countAnalysis({ compiled, draws, run }: Fitted): CountAnalysis | undefined {
  const { components } = compiled.model;
  if (typeof components === "number") return undefined;
  const prior = compileCount(components);
  const probabilities = Array.from({ length: prior.max }, (_, k) =>
    fastExp(prior.logProbability(k + 1)),
  );
  const even = equalLengths(draws);
  const posterior = countPosterior(variable(even, "K"), variable(even, "K_filled"), probabilities);
  const found = departures(run.chains, posterior.mode);
  return {
    ...posterior,
    departures: found,
    neverDrawn: neverDrawn(posterior, found, run.settings.thin),
    isTruncated: !BOUNDED.includes(components.kind),
  };
}
