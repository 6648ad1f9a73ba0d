import type { CheckInput } from "../../diagnostics/check.ts";
import { exactFits } from "../../diagnostics/findings/degenerate-expert.ts";
import { type Separation, separation } from "../../diagnostics/findings/gate-separation.ts";
import { type Loo, psisLoo } from "../../diagnostics/psis-loo.ts";
import { bestResponsibilities } from "../../diagnostics/relabel/classification.ts";
import { type Waic, waic } from "../../diagnostics/waic.ts";
import type { Table } from "../core/data.ts";
import { type DrawIndex, evenDraws, pointwiseLogLikelihood } from "../core/posterior.ts";
import type { Target } from "../core/target.ts";
import { sortedBlocks } from "../core/variables.ts";
import { buildDesign, responseOf } from "../data/design.ts";
import { type Matrix, row, type Vector } from "../math/matrix.ts";
import { standardDeviation } from "../math/moments.ts";
import { createRng } from "../math/rng.ts";
import { type Fitted, someRows } from "./fitted.ts";

/** How much of the pointwise log-likelihood, rows times draws, is looked at. */
const LIMITS = {
  /** Doubles that it may take, 400 MB; with more rows than fit with enough draws, some rows stand for all. */
  most: 5e7,
  /** Above so many some draws, but enough, stand for all: sums err by little more. */
  plenty: 2e7,
  /** PSIS needs so many before it can tell a bad row. */
  enoughDraws: 1000,
};
const FEWEST_DRAWS = 100;
const MOST_ROWS_OF_GATE = 20_000;
const MOST_ROWS = 5000;
const PRIOR_DRAWS = 2000;

/** Expected log predictive density by two estimates, from the same draws. */
export interface PredictiveAccuracy {
  /** Sums and their standard errors are of all rows; `pointwise` and `paretoK` of those that were looked at. */
  readonly loo: Loo;
  readonly waic: Waic;
  /** Which rows of the table were looked at (0-based): all of them, unless there are very many. */
  readonly rows: Int32Array;
  /** Their log-likelihood (rows × S), and which draws its columns are. */
  readonly pointwise: Matrix;
  readonly picks: readonly DrawIndex[];
}

/** PSIS-LOO and WAIC; undefined where there are fewer than 100 draws. */
export function predictiveAccuracy(
  fitted: Fitted,
  { most, plenty, enoughDraws } = LIMITS,
): PredictiveAccuracy | undefined {
  const { compiled, draws, over } = fitted;
  const total = draws.chains.reduce((sum, { iterations }) => sum + iterations, 0);
  const mostRows = Math.floor(most / Math.min(total, enoughDraws));
  const { table, rows } = someRows(compiled.table, mostRows);
  const wanted = Math.max(Math.floor(plenty / rows.length), enoughDraws);
  const picks = evenDraws(draws, Math.min(wanted, Math.floor(most / rows.length)));
  if (picks.length < FEWEST_DRAWS) return undefined;
  const pointwise = pointwiseLogLikelihood(over(table), draws, picks);
  const logLikelihood = {
    draws: picks.length,
    rows: rows.length,
    column: (i: number, out: Float64Array) => out.set(row(pointwise, i)),
  };
  const chainLengths = chainLengthsOf(picks);
  // From m even rows the sum over n is n / m times theirs; so is its standard error, that of the choice included.
  const scale = compiled.table.rows / rows.length;
  const loo = psisLoo(logLikelihood, { chainLengths });
  const { elpd, se, pWaic, waic: criterion, ...rest } = waic(logLikelihood);
  return {
    loo: {
      ...loo,
      elpd: scale * loo.elpd,
      se: scale * loo.se,
      pLoo: scale * loo.pLoo,
      sePLoo: scale * loo.sePLoo,
      looic: scale * loo.looic,
    },
    waic: {
      ...rest,
      elpd: scale * elpd,
      se: scale * se,
      pWaic: scale * pWaic,
      waic: scale * criterion,
    },
    rows,
    pointwise,
    picks,
  };
}

/** How many of the picked draws each chain gave, in the order of the chains. */
export function chainLengthsOf(picks: readonly DrawIndex[]): number[] {
  const lengths = new Map<number, number>();
  for (const { chain } of picks) lengths.set(chain, (lengths.get(chain) ?? 0) + 1);
  return [...lengths.values()];
}

/** What the detectors look at beside the draws. */
export function evidence(fitted: Fitted): Pick<CheckInput, "separation" | "closeness" | "prior"> {
  const { compiled, draws, over } = fitted;
  const { table } = someRows(compiled.table, MOST_ROWS);
  const responsibility = bestResponsibilities(over(table), draws);
  return {
    ...closenessOf(fitted, table, responsibility),
    prior: priorOfScales(compiled.target),
    ...gateEvidence(fitted),
  };
}

/** Only a density with a scale can grow without bound; the probability of a count cannot. */
function closenessOf(
  fitted: Fitted,
  table: Table,
  responsibility: Matrix,
): Pick<CheckInput, "closeness"> {
  const { compiled, target, over } = fitted;
  const scales = sortedBlocks(target).map(({ name }) => name);
  if (target.expert.response === "count" || scales.length === 0) return {};
  const y = responseOf(compiled.designs.experts, table);
  const responseSd = sdToExplain(fitted, table, y);
  return { closeness: { responseSd, scales, exact: exactFits(over(table), y, responsibility) } };
}

/** Sd of what experts have to explain: of the response less its offset. */
function sdToExplain({ compiled }: Fitted, table: Table, y: Vector): number {
  const { offset } = buildDesign(compiled.designs.experts, table);
  return standardDeviation(offset === undefined ? y : y.map((value, i) => value - offset[i]!));
}

/** Whether the gate's likelihood has a maximum; only a gate with covariates can lack one. */
function gateEvidence({ compiled, draws, over }: Fitted): { separation?: Separation } {
  const { gate, varying } = compiled.model;
  // Functions can separate rows wherever the index does; only their prior keeps them smooth.
  if (compiled.target.capacity === 1 || gate.kind !== "softmax" || varying !== undefined) return {};
  const { table } = someRows(compiled.table, MOST_ROWS_OF_GATE);
  return { separation: separation(compiled.over(table), bestResponsibilities(over(table), draws)) };
}

/** Prior draws of the sorted scales, by the names under which the posterior's are recorded. */
function priorOfScales({ expert, capacity, components }: Target): Record<string, Float64Array> {
  if (typeof components !== "number") return {};
  const rng = createRng(1);
  const theta = new Float64Array(expert.dimension);
  const draws: Record<string, Float64Array> = {};
  for (const { name, position } of sortedBlocks({ expert })) {
    const sorted = Array.from({ length: capacity }, () => new Float64Array(PRIOR_DRAWS));
    for (let s = 0; s < PRIOR_DRAWS; s++) {
      const values = sorted.map(() => {
        expert.samplePrior(rng, theta);
        return theta[position]!;
      });
      values
        .sort((a, b) => a - b)
        .forEach((value, k) => {
          sorted[k]![s] = value;
        });
    }
    sorted.forEach((values, k) => {
      draws[`${name}_sorted[${k + 1}]`] = values;
    });
  }
  return draws;
}
