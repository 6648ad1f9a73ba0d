import { looPit, pit } from "../../diagnostics/pit.ts";
import { densityCheck } from "../../diagnostics/predictive-check.ts";
import { residuals } from "../../diagnostics/residuals.ts";
import type { Table } from "../core/data.ts";
import { evenDraws } from "../core/posterior.ts";
import { responseOf } from "../data/design.ts";
import type { Vector } from "../math/matrix.ts";
import type { PredictiveChecks, ReportInput } from "../report/input.ts";
import { curvePoints, curves } from "../run/curves.ts";
import { predict } from "../run/predict.ts";
import { drawnMixture } from "../run/predict-mixture.ts";
import { replicate } from "../run/replicate.ts";
import { chainLengthsOf, type PredictiveAccuracy } from "./evidence.ts";
import { type Fitted, someRows } from "./fitted.ts";
import type { Labelling } from "./labels.ts";

/** Rows that pictures and predictive checks look at. */
const MOST_ROWS = 2000;
const PIT_DRAWS = 500;
const RESIDUAL_DRAWS = 200;

/** Curves and points over the main covariate, where there is one, and predictive checks. */
export function fitPictures(
  fitted: Fitted,
  { labelled }: Labelling,
  accuracy: PredictiveAccuracy | undefined,
): Pick<ReportInput, "curves" | "points" | "checks"> {
  const { compiled, draws } = fitted;
  const { table } = someRows(compiled.table, MOST_ROWS);
  const over = curves(compiled, draws, compiled.table, labelled);
  const points = over && curvePoints(compiled, table, over.x, labelled);
  const y = responseOf(compiled.designs.experts, table);
  const density = densityCheck(y, replicate(compiled, draws, table));
  const checks: PredictiveChecks = {
    ...(density === undefined ? {} : { density }),
    pit: transform(fitted, table, y, accuracy),
  };
  if (over === undefined || points === undefined) return { checks };
  const { mean } = predict(compiled, draws, table, { draws: RESIDUAL_DRAWS, probabilities: [] });
  const along = residuals(over.x, points.x, y, mean.mean);
  return { curves: over, points, checks: { ...checks, residuals: along } };
}

/** P(new y ≤ y[i]): leave-one-out where the pointwise log-likelihood is of just these rows. */
function transform(
  { draws, over }: Fitted,
  table: Table,
  y: Vector,
  accuracy: PredictiveAccuracy | undefined,
): Vector {
  const whole = accuracy !== undefined && accuracy.pointwise.rows === table.rows;
  const picks = whole ? accuracy.picks : evenDraws(draws, PIT_DRAWS);
  const cumulative = drawnMixture(over(table), draws, picks).cdf(y);
  if (!whole) return pit(cumulative);
  return looPit(cumulative, accuracy.pointwise, chainLengthsOf(picks));
}
