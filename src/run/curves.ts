import { compileReported } from "../../models/compile.ts";
import type { Table } from "../core/data.ts";
import type { Draws, LabelledDraws } from "../core/draws.ts";
import { forEachState } from "../core/posterior.ts";
import { textOf } from "../data/expression.ts";
import { numbersOf } from "../data/table.ts";
import { matrix, row, type Vector } from "../math/matrix.ts";
import { type CovariateGrid, covariateGrid, mainCovariate } from "./curves-grid.ts";
import { predict } from "./predict.ts";
import { predictComponents } from "./predict-components.ts";
import {
  drawsToUse,
  type Fitted,
  observedResponse,
  summarizeDraws,
  type Uncertain,
  uncertain,
  withComponentsOf,
} from "./predict-rows.ts";

/** A mean with the 5% and 95% quantiles around it, point by point. */
export interface CurveBand {
  readonly mean: Vector;
  readonly lower: Vector;
  readonly upper: Vector;
}

/** The model along its main covariate; experts and gates only where labels are comparable. */
export interface ModelCurves {
  readonly x: string;
  readonly y: string;
  readonly grid: Vector;
  /** What the other covariates are held at, in words; absent when there are none. */
  readonly held?: string;
  /** E(y | x, component) and P(component | x): posterior means and bands, one a component. */
  readonly experts?: readonly CurveBand[];
  readonly gates?: readonly CurveBand[];
  /** Mean and central 90% interval of a new y. */
  readonly predictive: CurveBand;
}

/** How fine curves are, and from how many draws. */
export interface CurveOptions {
  /** 100 by default. */
  readonly points?: number;
  /** 500 by default. */
  readonly draws?: number;
}

const POINTS = 100;
const DRAWS = 500;

/**
 * Curves over the main covariate of the model, from its least to its greatest value in the table, the other
 * covariates held. Undefined where the model has no numeric covariate.
 */
export function curves(
  fitted: Fitted,
  draws: Draws,
  table: Table,
  labelled?: LabelledDraws,
  { points = POINTS, draws: most = DRAWS }: CurveOptions = {},
): ModelCurves | undefined {
  const x = mainCovariate(fitted.designs, table);
  if (x === undefined) return undefined;
  const grid = covariateGrid(fitted, table, x, points);
  const { mean, quantiles } = predict(fitted, draws, grid.table, {
    draws: most,
    probabilities: [0.05, 0.95],
  });
  return {
    x,
    y: responseName(fitted),
    grid: grid.grid,
    ...(grid.held === undefined ? {} : { held: grid.held }),
    ...(labelled === undefined ? {} : componentCurves(fitted, labelled, grid, most)),
    predictive: { mean: mean.mean, lower: quantiles[0]!, upper: quantiles[1]! },
  };
}

function componentCurves(
  fitted: Fitted,
  labelled: LabelledDraws,
  { table }: CovariateGrid,
  most: number,
): { experts: CurveBand[]; gates: CurveBand[] } {
  const { probability } = predictComponents(fitted, labelled, table, { draws: most });
  return { experts: expertMeans(fitted, labelled, table, most), gates: probability.map(band) };
}

function expertMeans(
  fitted: Fitted,
  labelled: LabelledDraws,
  table: Table,
  most: number,
): CurveBand[] {
  const { model, designs } = withComponentsOf(fitted, labelled);
  const target = compileReported(model, designs, table);
  const picks = drawsToUse(labelled, most);
  const S = picks.length;
  const value = new Float64Array(target.n);
  const values = Array.from({ length: target.capacity }, () => matrix(target.n, S));
  forEachState(target, labelled, picks, ({ theta }, s) => {
    values.forEach(({ data }, k) => {
      target.expert.mean(row(theta, k), value);
      for (let i = 0; i < target.n; i++) data[i * S + s] = value[i]!;
    });
  });
  return values.map((of) => {
    const out = uncertain(target.n);
    summarizeDraws(of, 0, out);
    return band(out);
  });
}

/** The data over a covariate; the last two only where labels are comparable. */
export interface CurvePoints {
  readonly x: Vector;
  readonly y: Vector;
  /** 0-based index of the most likely component of each row, and its posterior probability. */
  readonly expert?: Int32Array;
  readonly probability?: Vector;
}

/** The rows of the table over one of its numeric columns. */
export function curvePoints(
  fitted: Fitted,
  table: Table,
  x: string,
  labelled?: LabelledDraws,
  { draws: most = DRAWS }: CurveOptions = {},
): CurvePoints {
  const points = { x: numbersOf(table, x, x), y: observedResponse(fitted.designs, table) };
  if (labelled === undefined) return points;
  const { probabilityGivenY = [] } = predictComponents(fitted, labelled, table, { draws: most });
  const expert = new Int32Array(table.rows);
  const probability = new Float64Array(table.rows);
  for (let i = 0; i < table.rows; i++) {
    probabilityGivenY.forEach(({ mean }, k) => {
      if (mean[i]! <= probability[i]!) return;
      expert[i] = k;
      probability[i] = mean[i]!;
    });
  }
  return { ...points, expert, probability };
}

function band({ mean, q5, q95 }: Uncertain): CurveBand {
  return { mean, lower: q5, upper: q95 };
}

function responseName({ designs }: Fitted): string {
  const { response } = designs.experts;
  if (response === undefined) return "y";
  return response.kind === "variable" ? response.name : textOf(response);
}
