import type { Table } from "../core/data.ts";
import type { Draws } from "../core/draws.ts";
import { UsageError } from "../core/errors.ts";
import type { DrawIndex } from "../core/posterior.ts";
import { matrix, type Vector } from "../math/matrix.ts";
import { type DrawnMixture, drawnMixture } from "./predict-mixture.ts";
import { invertCdf, invertCountCdf } from "./predict-quantile.ts";
import {
  drawsToUse,
  type Fitted,
  rowBlocks,
  summarizeDraws,
  type Uncertain,
  uncertain,
} from "./predict-rows.ts";

/** How to predict. */
export interface PredictOptions {
  /** Use at most so many draws, evenly spread over chains and iterations; 1000 by default. */
  readonly draws?: number;
  /** Of the quantiles of a new y; 0.05, 0.5 and 0.95 by default. */
  readonly probabilities?: readonly number[];
  /** Values of y, the same for every row, at which density and cdf are wanted too. */
  readonly at?: readonly number[];
}

/** Density (of counts: probability) and cdf of y | x at one value a row; the means over the draws are those of the posterior predictive. */
export interface PredictiveAt {
  readonly density: Uncertain;
  readonly cdf: Uncertain;
}

/** The same at the response of the table. */
export interface ObservedAt extends PredictiveAt {
  /** The response less its predictive mean. */
  readonly residual: Vector;
}

/**
 * The posterior predictive distribution of y | x, row by row, on the scale of the formula's response.
 * Nothing here depends on labels.
 */
export interface Predictions {
  readonly rows: number;
  /** E(y | x, data), and the interval of E(y | x, parameters) over the draws. */
  readonly mean: Uncertain;
  /** Sd of a new y. */
  readonly sd: Vector;
  readonly probabilities: readonly number[];
  /** Of a new y: one vector a probability. Of counts, whole numbers: the smallest whose cdf reaches the probability. */
  readonly quantiles: readonly Vector[];
  /** At the response of the table; NaN in rows without one, absent where no row has one. */
  readonly observed?: ObservedAt;
  /** One entry for each value asked for. */
  readonly at: readonly (PredictiveAt & { readonly y: number })[];
}

/**
 * Predicts y for the rows of a table: exact in the mixture over the draws, without simulation.
 * Throws a DataError for missing columns, unseen levels and missing covariates, a UsageError for bad options.
 */
export function predict(
  fitted: Fitted,
  draws: Draws,
  table: Table,
  options: PredictOptions = {},
): Predictions {
  const probabilities = checkProbabilities(options.probabilities ?? [0.05, 0.5, 0.95]);
  const at = checkValues(options.at ?? []);
  const picks = drawsToUse(draws, options.draws);
  const out = emptyPredictions(table.rows, probabilities, at);
  let anyObserved = false;
  for (const { target, from } of rowBlocks(fitted, table)) {
    const observed = target.expert.y.slice();
    const mixture = drawnMixture(target, draws, picks);
    writeMoments(mixture, picks, from, out);
    const has = observed.some((y) => !Number.isNaN(y));
    anyObserved ||= has;
    writeAt(mixture, observed, from, out.observed);
    for (const [i, y] of observed.entries()) {
      out.observed.residual[from + i] = y - out.mean.mean[from + i]!;
    }
    for (const entry of out.at) {
      writeAt(mixture, new Float64Array(mixture.rows).fill(entry.y), from, entry);
    }
    writeQuantiles(mixture, target.expert.response === "count", from, out);
  }
  if (anyObserved) return out;
  const { observed: _, ...rest } = out;
  return rest;
}

function checkProbabilities(probabilities: readonly number[]): readonly number[] {
  const bad = probabilities.find((p) => !(p > 0 && p < 1));
  if (bad === undefined) return probabilities;
  throw new UsageError(`probabilities must lie between 0 and 1, ends excluded; got ${bad}`);
}

function checkValues(values: readonly number[]): readonly number[] {
  const bad = values.find((y) => !Number.isFinite(y));
  if (bad === undefined) return values;
  throw new UsageError(`values of y must be finite numbers; got ${bad}`);
}

function emptyPredictions(
  rows: number,
  probabilities: readonly number[],
  at: readonly number[],
): Predictions & { readonly observed: ObservedAt } {
  return {
    rows,
    mean: uncertain(rows),
    sd: new Float64Array(rows),
    probabilities,
    quantiles: probabilities.map(() => new Float64Array(rows)),
    observed: {
      density: uncertain(rows),
      cdf: uncertain(rows),
      residual: new Float64Array(rows),
    },
    at: at.map((y) => ({ y, density: uncertain(rows), cdf: uncertain(rows) })),
  };
}

/** The mean, and the sd by the law of total variance. */
function writeMoments(
  mixture: DrawnMixture,
  picks: readonly DrawIndex[],
  from: number,
  out: Predictions,
): void {
  const S = picks.length;
  const means = matrix(mixture.rows, S);
  const within = new Float64Array(mixture.rows);
  mixture.moments(means, within);
  summarizeDraws(means, from, out.mean);
  for (let i = 0; i < mixture.rows; i++) {
    const centre = out.mean.mean[from + i]!;
    let between = 0;
    for (let s = 0; s < S; s++) between += (means.data[i * S + s]! - centre) ** 2;
    out.sd[from + i] = Math.sqrt(within[i]! + between / S);
  }
}

function writeAt(mixture: DrawnMixture, y: Vector, from: number, out: PredictiveAt): void {
  summarizeDraws(mixture.density(y), from, out.density);
  summarizeDraws(mixture.cdf(y), from, out.cdf);
}

function writeQuantiles(
  mixture: DrawnMixture,
  counts: boolean,
  from: number,
  out: Predictions,
): void {
  const invert = counts ? invertCountCdf : invertCdf;
  const rows = (v: Vector) => v.subarray(from, from + mixture.rows);
  const range = { mean: rows(out.mean.mean), sd: rows(out.sd) };
  out.probabilities.forEach((p, j) => {
    invert(mixture.average, p, range, rows(out.quantiles[j]!));
  });
}
