import { dendrogramOfDraws } from "../../diagnostics/dendrogram.ts";
import { atomCounts } from "../../diagnostics/merge-truncate-merge.ts";
import { summarize } from "../../diagnostics/summarize.ts";
import { type VariationalOptions, variationalBound } from "../../samplers/variational.ts";
import { predictiveAccuracy } from "../analysis/evidence.ts";
import { type Fitted, invariants, refit } from "../analysis/fitted.ts";
import { evidenceOfFit } from "../analysis/run-evidence.ts";
import { elpdSummary } from "../analysis/summary.ts";
import type { Table } from "../core/data.ts";
import { SamplerError } from "../core/errors.ts";
import type { ModelDeclaration } from "../core/model.ts";
import { createRng } from "../math/rng.ts";
import type { AtomsLeft, OneCount, SelectionInput } from "../report/selection-input.ts";
import type { SelectOptions } from "./options.ts";
import { runOf } from "./runs.ts";

/** The stream of the variational bounds, beside those of the chains. */
const BOUNDS = 0xb0;
const MANY_ROWS = 1000;

/** A run with so many experts, and what it says by itself. */
export interface CountFit {
  readonly fitted: Fitted;
  readonly count: OneCount;
}

/** Samples the model with `components` experts; LOO, WAIC, the evidence and a lower bound of it come from it. */
export async function fitCount(
  model: ModelDeclaration,
  table: Table,
  components: number,
  options: SelectOptions,
): Promise<CountFit> {
  const { seed = 1 } = options;
  const run = await runOf({ ...model, components }, table, `fixed-${components}`, {
    ...options,
    seed: seed + components,
  });
  const fitted = refit(run, table);
  const rhats = summarize(fitted.draws, invariants(fitted)).map(({ rhat }) => rhat);
  const rhat = Math.max(...rhats.filter(Number.isFinite));
  return {
    fitted,
    count: {
      components,
      rhat,
      ...accuracy(fitted),
      evidenceOfDraws: evidenceOfFit(fitted),
      ...boundOf(fitted, seed, components),
    },
  };
}

/** With many rows a bound is had from fewer starts and steps: its approximation is nearer to normal, too. */
function effortOf(rows: number): VariationalOptions {
  return rows > MANY_ROWS ? { restarts: 2, steps: 500, evaluations: 400 } : {};
}

/** Nothing where a prior does not cover the line, so that no normal approximation is below it. */
function boundOf(
  { compiled: { target, table } }: Fitted,
  seed: number,
  components: number,
): Pick<OneCount, "bound"> {
  const rng = createRng(seed, BOUNDS, components);
  try {
    const found = variationalBound(rng, target, effortOf(table.rows));
    const { bound: value, se, boundWithLabels: withLabels, mixtureBound } = found;
    const ofMixture = mixtureBound === undefined ? {} : { ofMixture: mixtureBound.bound };
    return { bound: { value, se, withLabels, ...ofMixture } };
  } catch (error) {
    if (error instanceof SamplerError) return {};
    throw error;
  }
}

function accuracy(fitted: Fitted): Pick<OneCount, "loo" | "waic"> {
  const found = predictiveAccuracy(fitted);
  if (found === undefined) return {};
  const { loo, waic } = elpdSummary(found);
  return {
    loo: {
      value: loo.elpd,
      se: loo.se,
      p: loo.p_loo,
      pointwise: found.loo.pointwise,
      worstK: loo.worst_pareto_k,
      badK: loo.bad_pareto_k,
    },
    waic: { value: waic.elpd, se: waic.se, p: waic.p_waic },
  };
}

/** What is left of the draws with the most experts when those that are alike are merged. */
export function merged(
  { target, draws }: Fitted,
  seed: number,
): Pick<SelectionInput, "atoms" | "dendrogram"> {
  if (target.capacity < 2) return { atoms: [] };
  const atoms = atomCounts(createRng(seed, BOUNDS), target, draws).map(
    ({ thresholds: { constant, most }, counts, mode }): AtomsLeft => ({
      constant,
      most,
      counts,
      mode,
    }),
  );
  const { levels, chosen } = dendrogramOfDraws(target, draws);
  const dsc = Object.fromEntries(levels.map(({ components, dsc }) => [`${components}`, dsc]));
  return { atoms, dendrogram: { dsc, chosen } };
}
