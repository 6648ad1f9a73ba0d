import { looPit, pit, withinSteps } from "../../diagnostics/pit.ts";
import { countCheck, densityCheck } from "../../diagnostics/predictive-check.ts";
import { residuals } from "../../diagnostics/residuals.ts";
import type { Table } from "../core/data.ts";
import { evenDraws } from "../core/posterior.ts";
import { responseOf } from "../data/design.ts";
import type { Vector } from "../math/matrix.ts";
import { createRng } from "../math/rng.ts";
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
/** Enough for the 5% and 95% quantiles of each bar. */
const COUNT_REPLICATES = 200;

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
  const checks: PredictiveChecks = {
    ...distributionCheck(fitted, table, y),
    pit: transform(fitted, table, y, accuracy),
  };
  if (over === undefined || points === undefined) return { checks };
  const options = { draws: RESIDUAL_DRAWS, probabilities: [] };
  const { mean, sd } = predict(compiled, draws, table, options);
  const along = residuals(over.x, points.x, y, mean.mean, isCount(fitted) ? sd : undefined);
  return { curves: over, points, checks: { ...checks, residuals: along } };
}

const isCount = ({ target }: Fitted): boolean => target.expert.response === "count";

/** The data among data sets that the posterior makes. */
function distributionCheck(
  fitted: Fitted,
  table: Table,
  y: Vector,
): Pick<PredictiveChecks, "density" | "counts"> {
  const { compiled, draws } = fitted;
  if (isCount(fitted)) {
    const replicates = replicate(compiled, draws, table, { replicates: COUNT_REPLICATES });
    return { counts: countCheck(y, replicates) };
  }
  const density = densityCheck(y, replicate(compiled, draws, table));
  return density === undefined ? {} : { density };
}

/** P(new y ≤ y[i]): leave-one-out where the pointwise log-likelihood is of just these rows. */
function transform(
  fitted: Fitted,
  table: Table,
  y: Vector,
  accuracy: PredictiveAccuracy | undefined,
): Vector {
  const { draws, over } = fitted;
  const whole = accuracy !== undefined && accuracy.pointwise.rows === table.rows;
  const picks = whole ? accuracy.picks : evenDraws(draws, PIT_DRAWS);
  const mixture = drawnMixture(over(table), draws, picks);
  const cumulative = isCount(fitted)
    ? withinSteps(createRng(1), mixture.cdf(y), mixture.cdf(y.map((count) => count - 1)))
    : mixture.cdf(y);
  if (!whole) return pit(cumulative);
  return looPit(cumulative, accuracy.pointwise, chainLengthsOf(picks));
}
