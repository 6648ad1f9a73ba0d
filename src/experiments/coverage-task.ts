import { type Compiled, compile, compileReported } from "../../models/compile.ts";
import { covarianceErrors, type WithErrors } from "../analysis/maximum-errors.ts";
import type { Table } from "../core/data.ts";
import { pooled, variable } from "../core/draws.ts";
import { UsageError } from "../core/errors.ts";
import type { State } from "../core/target.ts";
import { componentNames } from "../core/variables.ts";
import { quantileSorted, sorted } from "../math/order.ts";
import { createRng, uint32 } from "../math/rng.ts";
import { matchedTo } from "../run/component-order.ts";
import { reportedAt } from "../run/reported.ts";
import { labelFreeReported, matrixOf } from "./label-free.ts";
import { maximumFit } from "./maximum-fit.ts";
import { type OwnDesign, ownDesign } from "./own-design.ts";
import type { CoveragePlan } from "./plan.ts";
import { posteriorFit } from "./posterior-fit.ts";

/** Whether each interval holds the truth, and its length. */
export interface CoverageResult {
  readonly status: "ok" | "degenerate" | "no standard errors";
  readonly covered: Readonly<Record<string, boolean>>;
  readonly length: Readonly<Record<string, number>>;
}

const DATA = 0x636f;
const FIT = 0x6370;

/**
 * A response from the truth, intervals from the fit: of a posterior equal-tailed ones of what does
 * not depend on labels; of a maximum Wald intervals of the components, matched to the true ones.
 */
export function coverageTask(plan: CoveragePlan, index: number): CoverageResult {
  const own = ownDesign(plan.model, plan.design.columns);
  const state = trueState(plan, own.compiled);
  const { model, designs, table } = own.compiled;
  const reported = compileReported(model, designs, table);
  reported.simulate(createRng(plan.seed, 0, DATA, index), state);
  const drawn = own.withResponse(reported.expert.y);
  const seed = uint32(createRng(plan.seed, 0, FIT, index));
  return plan.method === "mle"
    ? ofMaximum(plan, drawn, state, seed)
    : ofPosterior(plan, own, drawn, state, seed);
}

/** The truth as a state; throws a UsageError where it is not of the shape of the model. */
export function trueState({ truth }: CoveragePlan, { target }: Compiled): State {
  const theta = matrixOf(truth.theta);
  const gamma = matrixOf(truth.gamma);
  const { dimension: d } = target.expert;
  const { dimension: q } = target.gate;
  if (theta.columns !== d || gamma.columns !== q) {
    throw new UsageError(
      `\`truth\` of the plan must have ${d} numbers a row of theta and ${q} a row of gamma for this model; ` +
        `got ${theta.columns} and ${gamma.columns}`,
    );
  }
  return { theta, gamma, z: new Int32Array(target.n) };
}

function ofPosterior(
  { chains, warmup, draws, level, model }: CoveragePlan,
  { compiled }: OwnDesign,
  table: Table,
  state: State,
  seed: number,
): CoverageResult {
  const fit = posteriorFit(model, table, { seed, chains, warmup, draws });
  const met = { ...compiled, ...compile(compiled.model, table) };
  const covered: Record<string, boolean> = {};
  const length: Record<string, number> = {};
  for (const [name, value] of labelFreeReported(met, state)) {
    if (name === "K" || name === "K_filled") continue;
    const values = sorted(pooled(variable(fit.draws, name)));
    const low = quantileSorted(values, (1 - level) / 2);
    const high = quantileSorted(values, (1 + level) / 2);
    covered[name] = low <= value && value <= high;
    length[name] = high - low;
  }
  return { status: "ok", covered, length };
}

/** On the scale of the data throughout: the truth is then a state of the target. */
function ofMaximum(
  { model, starts, level }: CoveragePlan,
  table: Table,
  truth: State,
  seed: number,
): CoverageResult {
  const { compiled, best, settings } = maximumFit({ ...model, standardize: false }, table, {
    seed,
    starts,
  });
  const none = { covered: {}, length: {} };
  if (best.degenerate) return { status: "degenerate", ...none };
  const { target } = compiled;
  const found = matchedTo(target, truth, { ...best, z: new Int32Array(table.rows) });
  const { components } = covarianceErrors(compiled, found, settings, "observed", level);
  const actual = reportedAt(compiled, truth);
  const covered: Record<string, boolean> = {};
  const length: Record<string, number> = {};
  let at = 0;
  components.forEach((component, k) => {
    for (const [name, interval] of intervalsOf(component, componentNames(target, k + 1))) {
      const value = actual[at++]!;
      const [low, high] = interval;
      if (low === null || high === null) continue;
      covered[name] = low <= value && value <= high;
      length[name] = high - low;
    }
  });
  if (Object.keys(covered).length === 0) return { status: "no standard errors", ...none };
  return { status: "ok", covered, length };
}

/** The intervals of a component in the order of its recorded variables: weight, theta, gate. */
function intervalsOf(
  { weightInterval, coefficients, sd, others = {}, gate }: WithErrors["components"][number],
  names: readonly string[],
) {
  const rest = [
    ...Object.values(coefficients),
    ...(sd === undefined ? [] : [sd]),
    ...Object.values(others),
    ...Object.values(gate),
  ].map(({ interval }) => interval);
  return [weightInterval, ...rest].map((interval, j) => [names[j]!, interval] as const);
}
