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

/** Doubles that the pointwise log-likelihood may take: 400 MB. */
const MOST_CELLS = 5e7;
const FEWEST_DRAWS = 100;
const MOST_ROWS = 5000;
const PRIOR_DRAWS = 2000;

/** Expected log predictive density by two estimates, from the same draws. */
export interface PredictiveAccuracy {
  readonly loo: Loo;
  readonly waic: Waic;
  /** Log-likelihood of each row (n × S), and which draws its columns are. */
  readonly pointwise: Matrix;
  readonly picks: readonly DrawIndex[];
}

/** PSIS-LOO and WAIC, from as many draws as memory allows; undefined where these are too few. */
export function predictiveAccuracy({ target, draws }: Fitted): PredictiveAccuracy | undefined {
  const picks = evenDraws(draws, Math.floor(MOST_CELLS / target.n));
  if (picks.length < FEWEST_DRAWS) return undefined;
  const pointwise = pointwiseLogLikelihood(target, draws, picks);
  const logLikelihood = {
    draws: picks.length,
    rows: target.n,
    column: (i: number, out: Float64Array) => out.set(row(pointwise, i)),
  };
  const each = picks.length / draws.chains.length;
  const chainLengths = draws.chains.map(() => each);
  return {
    loo: psisLoo(logLikelihood, { chainLengths }),
    waic: waic(logLikelihood),
    pointwise,
    picks,
  };
}

/** What the detectors look at beside the draws. */
export function evidence(fitted: Fitted): Pick<CheckInput, "separation" | "closeness" | "prior"> {
  const { compiled, draws, over } = fitted;
  const { table } = someRows(compiled.table, MOST_ROWS);
  const responsibility = bestResponsibilities(over(table), draws);
  const y = responseOf(compiled.designs.experts, table);
  const responseSd = sdToExplain(fitted, table, y);
  const exact = exactFits(over(table), y, responsibility);
  return {
    closeness: { responseSd, exact },
    prior: priorOfScales(compiled.target),
    ...gateEvidence(fitted),
  };
}

/** Sd of what experts have to explain: of the response less its offset. */
function sdToExplain({ compiled }: Fitted, table: Table, y: Vector): number {
  const { offset } = buildDesign(compiled.designs.experts, table);
  return standardDeviation(offset === undefined ? y : y.map((value, i) => value - offset[i]!));
}

/** Whether the gate's likelihood has a maximum; only a gate with covariates can lack one. */
function gateEvidence({ compiled, draws, target }: Fitted): { separation?: Separation } {
  if (target.capacity === 1 || compiled.model.gate.kind !== "softmax") return {};
  return { separation: separation(compiled.target, bestResponsibilities(target, draws)) };
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
