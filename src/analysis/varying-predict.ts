import { varyingFamily } from "../../models/varying/families.ts";
import { rowModel } from "../../samplers/varying/interpolate.ts";
import { predictorOf } from "../../samplers/varying/layout.ts";
import type { Table } from "../core/data.ts";
import type { Finding } from "../core/diagnostic.ts";
import { UsageError } from "../core/errors.ts";
import { matrix, type Vector } from "../math/matrix.ts";
import type { VaryingFit } from "../run/varying-fit.ts";
import { newRows, parametersOf } from "../run/varying-rows.ts";
import {
  mixtureCdf,
  mixtureDensity,
  mixtureQuantile,
  type RowMixtures,
} from "./varying-predict-mixtures.ts";
import { outsideError, type Places, placeFindings, placesOf } from "./varying-predict-places.ts";

export interface VaryingPredictOptions {
  /** Take rows whose index lies outside that of the data, with the coefficients of the nearest end; an error unless true. */
  readonly extrapolate?: boolean;
  /** Of the quantiles of a new y; 0.05, 0.5 and 0.95 by default. */
  readonly probabilities?: readonly number[];
  /** Values of y, the same for every row, at which density and cdf are wanted too. */
  readonly at?: readonly number[];
}

/** One component at each row. */
export interface ComponentPrediction {
  /** Of its expert, on the scale of the response; successes of all trials for binomial experts. */
  readonly mean: Vector;
  readonly sd: Vector;
  /** By the gate, from x and u alone. */
  readonly probability: Vector;
  /** Given the response too; NaN where there is none. */
  readonly responsibility: Vector;
}

function checkValues(at: readonly number[]): void {
  const bad = at.find((y) => !Number.isFinite(y));
  if (bad === undefined) return;
  throw new UsageError(`values of y must be finite numbers; got ${bad}`);
}

/** What a fit says of rows, in the order of the table. */
export interface VaryingPrediction extends Places {
  readonly rows: number;
  /** E(y | x, z, u): components' means by the gate's probabilities, whether or not the response is there. */
  readonly mean: Vector;
  readonly sd: Vector;
  readonly probabilities: readonly number[];
  /** Of a new y, the estimates taken for the truth: one vector a probability. Of counts, whole numbers. */
  readonly quantiles: readonly Vector[];
  /** log f(y | x, z, u) and P(Y ≤ y | x, z, u); NaN where there is no response. */
  readonly logDensity: Vector;
  readonly cdf: Vector;
  /** The response less `mean`. */
  readonly residual: Vector;
  /** One entry for each value asked for. */
  readonly at: readonly { readonly y: number; readonly density: Vector; readonly cdf: Vector }[];
  readonly components: readonly ComponentPrediction[];
  readonly findings: readonly Finding[];
}

/**
 * Predicts rows by a fit, coefficients interpolated between grid points. The response may be missing, in rows or whole.
 * Throws a DataError for missing covariates and, unless `extrapolate`, for an index outside that of the data, a
 * UsageError for probabilities that are none.
 */
export function predictVarying(
  fit: VaryingFit,
  table: Table,
  { extrapolate = false, probabilities = PROBABILITIES, at = [] }: VaryingPredictOptions = {},
): VaryingPrediction {
  checkProbabilities(probabilities);
  checkValues(at);
  const rows = newRows(fit, table);
  const places = placesOf(fit, rows);
  if (places.outside > 0 && !extrapolate) throw outsideError(fit, rows);
  const { components, logDensity, mixtures } = predictRows(fit, rows);
  const { order, problem, response } = rows;
  const n = order.length;
  const inTable = (values: Vector): Vector => {
    const out = new Float64Array(n);
    order.forEach((place, i) => {
      out[place] = values[i]!;
    });
    return out;
  };
  const cdfAt = (y: Vector): Vector => {
    const out = new Float64Array(n);
    mixtureCdf(mixtures, y, out);
    return inTable(out);
  };
  const mean = inTable(mixtures.mean);
  return {
    rows: table.rows,
    mean,
    sd: inTable(mixtures.sd),
    probabilities,
    quantiles: probabilities.map((p) => inTable(mixtureQuantile(mixtures, p))),
    logDensity: inTable(logDensity),
    cdf: cdfAt(Float64Array.from(order, (place) => response[place]!)),
    residual: response.map((y, i) => y - mean[i]!),
    at: at.map((y) => ({
      y,
      density: inTable(mixtureDensity(mixtures, problem, y)),
      cdf: cdfAt(new Float64Array(n).fill(y)),
    })),
    components: components.map(({ mean, sd, probability, responsibility }) => ({
      mean: inTable(mean),
      sd: inTable(sd),
      probability: inTable(probability),
      responsibility: inTable(responsibility),
    })),
    ...places,
    findings: placeFindings(fit, places),
  };
}

const PROBABILITIES = [0.05, 0.5, 0.95];

function checkProbabilities(probabilities: readonly number[]): void {
  const bad = probabilities.find((p) => !(p > 0 && p < 1));
  if (bad === undefined) return;
  throw new UsageError(`\`probabilities\` must lie between 0 and 1, ends excluded; got ${bad}`);
}

/** What a fit says of rows, in the order of the problem. */
interface PredictedRows extends Pick<VaryingPrediction, "components" | "logDensity"> {
  readonly mixtures: RowMixtures;
}

function predictRows(
  fit: VaryingFit,
  { problem, order, response }: ReturnType<typeof newRows>,
): PredictedRows {
  const { grid, theta } = parametersOf(fit);
  const { layout, terms, predict } = rowModel(problem);
  const { n, components: K, family, offset } = problem;
  const column = (): Vector => new Float64Array(n).fill(Number.NaN);
  const components = Array.from({ length: K }, () => ({
    ...{ mean: column(), sd: column(), probability: column(), responsibility: column() },
  }));
  const [mean, sd, logDensity] = [column(), column(), column()];
  const [weight, eta, dispersion] = [matrix(n, K), matrix(n, K), matrix(n, K)];
  const predictors = new Float64Array(layout.predictors);
  for (let i = 0; i < n; i++) {
    const hasResponse = !Number.isNaN(response[order[i]!]!);
    predict(i, grid, theta, predictors);
    const density = terms.value(i, predictors);
    if (hasResponse) logDensity[i] = density;
    let [first, second] = [0, 0];
    for (let k = 0; k < K; k++) {
      const of = components[k]!;
      const at = i * K + k;
      const p = terms.probability[k]!;
      weight.data[at] = p;
      eta.data[at] = predictors[predictorOf(layout, k, 0)]! + offset[i]!;
      dispersion.data[at] = layout.hasDispersion ? predictors[predictorOf(layout, k, 1)]! : 0;
      const variance = family.variance(i, eta.data[at]!, dispersion.data[at]!);
      of.mean[i] = family.mean(i, eta.data[at]!);
      of.sd[i] = Math.sqrt(variance);
      of.probability[i] = p;
      if (hasResponse) of.responsibility[i] = terms.responsibility[k]!;
      first += p * of.mean[i]!;
      second += p * variance;
    }
    for (const of of components) second += of.probability[i]! * (of.mean[i]! - first) ** 2;
    mean[i] = first;
    sd[i] = Math.sqrt(second);
  }
  const isCount = varyingFamily(fit.family).response === "count";
  return {
    components,
    logDensity,
    mixtures: { family, isCount, weight, eta, dispersion, mean, sd },
  };
}
