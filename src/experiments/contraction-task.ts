import { dendrogram, dendrogramOfDraws } from "../../diagnostics/dendrogram.ts";
import { atomCounts, MTM_CONSTANTS } from "../../diagnostics/merge-truncate-merge.ts";
import { compileReported } from "../../models/compile.ts";
import { fromFormula } from "../../models/declare-from-formula.ts";
import type { Table } from "../core/data.ts";
import { variable } from "../core/draws.ts";
import type { ModelDeclaration } from "../core/model.ts";
import { evenDraws, forEachState } from "../core/posterior.ts";
import { matrix } from "../math/matrix.ts";
import { createRng, uint32 } from "../math/rng.ts";
import { stateOf } from "../run/climb-task.ts";
import { isRootMeanSquare, type Measured } from "./coordinate-errors.ts";
import { type Place, placeOf } from "./grid.ts";
import { maximumFit } from "./maximum-fit.ts";
import { measure } from "./measures.ts";
import { fittedOf } from "./mixing.ts";
import type { ContractionPlan, Fit, Truth } from "./plan.ts";
import { type PosteriorFit, posteriorFit } from "./posterior-fit.ts";
import { drawData, familyOf, formulaOf } from "./truth.ts";

/** What one task of a contraction plan has found; numbers without meaning are null. */
export interface ContractionResult {
  readonly status: "ok" | "degenerate" | "not converged" | "unsettled";
  readonly values: Readonly<Record<string, number | null>>;
  /** Probability of each number of experts, by how it is chosen: 1 for the one chosen where there is but one. */
  readonly choices: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Streams of data begin with (seed, 0, this), those of fits with (seed, 0, the next). */
const DATA = 0x6578;
const FIT = 0x6579;
const CHOICE = 0x657a;

/** Above this R-hat chains do not agree. */
const UNSETTLED = 1.05;

/** Data depend on truth, size and replicate alone: every fit sees the same. */
export function contractionTask(plan: ContractionPlan, index: number): ContractionResult {
  const place = placeOf(plan, index);
  const truth = plan.truths[place.truth]!;
  const fit = plan.fits[place.fit]!;
  const n = plan.sizes[place.size]!;
  const table = drawData(createRng(plan.seed, 0, DATA, place.truth, n, place.replicate), truth, n);
  const { components, priors, known } = fit;
  const model = fromFormula({
    formula: formulaOf(truth),
    family: familyOf(truth),
    components,
    ...(priors === undefined ? {} : { prior: priors }),
    ...(known === undefined ? {} : { known }),
  });
  const seed = uint32(createRng(...fitStream(FIT, plan, place)));
  if (fit.method === "mle") return ofMaximum(truth, fit, model, table, seed);
  return ofPosterior(truth, fit, model, table, seed, createRng(...fitStream(CHOICE, plan, place)));
}

function fitStream(stream: number, { seed, sizes }: ContractionPlan, place: Place): number[] {
  return [seed, 0, stream, place.truth, place.fit, sizes[place.size]!, place.replicate];
}

function ofMaximum(
  truth: Truth,
  fit: Fit,
  model: ModelDeclaration,
  table: Table,
  seed: number,
): ContractionResult {
  const { compiled, best } = maximumFit(model, table, { seed, starts: fit.starts });
  if (best.degenerate) return { status: "degenerate", values: {}, choices: {} };
  const state = stateOf(compiled.target.n, best);
  const theta = matrix(best.theta.rows, best.theta.columns);
  const gamma = matrix(best.gamma.rows, best.gamma.columns);
  compiled.report(state, theta, gamma);
  const values = measure(truth, fittedOf(truth, theta, gamma, best.lambda), fit.measure);
  const choices = fit.choose.includes("dendrogram")
    ? { dendrogram: { [dendrogram(compiled.target, state).chosen]: 1 } }
    : {};
  return { status: best.converged ? "ok" : "not converged", values: finite(values), choices };
}

function ofPosterior(
  truth: Truth,
  fit: Fit,
  model: ModelDeclaration,
  table: Table,
  seed: number,
  rng: ReturnType<typeof createRng>,
): ContractionResult {
  const { chains, warmup, draws } = fit;
  const found = posteriorFit(model, table, { seed, chains, warmup, draws });
  const values = fit.measure.length === 0 ? {} : meanOverDraws(truth, fit, found);
  const choices: Record<string, Record<string, number>> = {};
  for (const choice of fit.choose) {
    if (choice === "posterior") choices["posterior"] = sharesOfK(found);
    else if (choice === "dendrogram") {
      choices["dendrogram"] = { [dendrogramOfDraws(onDataScale(found), found.draws).chosen]: 1 };
    } else {
      atomCounts(rng, onDataScale(found), found.draws).forEach(({ mode }, c) => {
        choices[`merge-truncate-merge ${MTM_CONSTANTS[c]}`] = { [mode]: 1 };
      });
    }
  }
  return {
    status: found.rhat > UNSETTLED ? "unsettled" : "ok",
    values: finite({ ...values, rhat: found.rhat }),
    choices,
  };
}

const onDataScale = ({ compiled: { model, designs, table } }: PosteriorFit) =>
  compileReported(model, designs, table);

/** Posterior means of the measures; of root mean squares, the root of the mean square. */
function meanOverDraws(truth: Truth, fit: Fit, found: PosteriorFit): Measured {
  const sums: Record<string, { total: number; count: number }> = {};
  const picks = evenDraws(found.draws, fit.lossDraws);
  forEachState(onDataScale(found), found.draws, picks, ({ theta, gamma, deviation }) => {
    const found = fittedOf(truth, theta, gamma, deviation?.lambda[0]);
    const one = measure(truth, found, fit.measure);
    for (const [name, value] of Object.entries(one)) {
      if (Number.isNaN(value)) continue;
      const { total = 0, count = 0 } = sums[name] ?? {};
      const power = isRootMeanSquare(name) ? value * value : value;
      sums[name] = { total: total + power, count: count + 1 };
    }
  });
  return Object.fromEntries(
    Object.entries(sums).map(([name, { total, count }]) => {
      const mean = total / count;
      return [name, isRootMeanSquare(name) ? Math.sqrt(mean) : mean];
    }),
  );
}

function sharesOfK({ draws }: PosteriorFit): Record<string, number> {
  const counts = new Map<number, number>();
  let total = 0;
  for (const chain of variable(draws, "K")) {
    for (const K of chain) {
      counts.set(K, (counts.get(K) ?? 0) + 1);
      total += 1;
    }
  }
  const byNumber = [...counts].sort(([a], [b]) => a - b);
  return Object.fromEntries(byNumber.map(([K, count]) => [K, count / total]));
}

function finite(values: Measured): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Number.isFinite(value) ? value : null]),
  );
}
