import { essBulk } from "../../diagnostics/ess-bulk.ts";
import { compile } from "../../models/compile.ts";
import { equalLengths, pooled, variable } from "../core/draws.ts";
import { createRng, type Rng, uint32, uniform } from "../math/rng.ts";
import { labelFree } from "./label-free.ts";
import { ownDesign } from "./own-design.ts";
import type { CalibrationPlan } from "./plan.ts";
import { posteriorFit } from "./posterior-fit.ts";

/** Ranks of what the prior drew among draws of the posterior, 0 … `ranks` of the plan. */
export interface CalibrationResult {
  readonly ranks: Readonly<Record<string, number>>;
  /** Effective sample size of the variable that has the least; null where none has one. */
  readonly ess: number | null;
}

const DATA = 0x7362;
const FIT = 0x7363;
const TIES = 0x7364;

/**
 * Parameters and data from the prior, draws from their posterior, ranks of the former among the
 * latter; ties are broken at random. Source: [talts2018].
 */
export function calibrationTask(plan: CalibrationPlan, index: number): CalibrationResult {
  const { seed, model, design, chains, warmup, draws } = plan;
  const { compiled, withResponse } = ownDesign(model, design.columns);
  const rng = createRng(seed, 0, DATA, index);
  const state = compiled.target.samplePrior(rng);
  compiled.target.simulate(rng, state);
  const table = withResponse(compiled.target.expert.y);
  const truth = labelFree(compile(compiled.model, table), state);
  const fit = posteriorFit(compiled.model, table, {
    seed: uint32(createRng(seed, 0, FIT, index)),
    chains,
    warmup,
    draws,
  });
  const even = equalLengths(fit.draws);
  const ties = createRng(seed, 0, TIES, index);
  const ranks: Record<string, number> = {};
  let least = Number.POSITIVE_INFINITY;
  for (const [name, value] of truth) {
    if (name === "K" && typeof model.components === "number") continue;
    const values = variable(even, name);
    ranks[name] = rankOf(ties, value, spread(pooled(values), plan.ranks));
    const ess = essBulk.compute(values);
    if (ess < least) least = ess;
  }
  return { ranks, ess: Number.isFinite(least) ? least : null };
}

/** `count` values, evenly spread. */
function spread(values: Float64Array, count: number): Float64Array {
  return Float64Array.from(
    { length: count },
    (_, i) => values[Math.floor(((i + 0.5) * values.length) / count)]!,
  );
}

function rankOf(rng: Rng, truth: number, values: Float64Array): number {
  let below = 0;
  let equal = 0;
  for (const value of values) {
    if (value < truth) below += 1;
    else if (value === truth) equal += 1;
  }
  return below + Math.floor(uniform(rng) * (equal + 1));
}
