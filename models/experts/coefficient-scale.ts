import type { Design } from "../../src/core/data.ts";
import type { CoefficientsDeclaration } from "../../src/core/model.ts";
import { INTERCEPT } from "../../src/data/design.ts";
import type { Vector } from "../../src/math/matrix.ts";

/**
 * Prior variance of each coefficient on the scale of the design: `spread` where columns have mean 0 and sd 1. An
 * intercept is as far from the middle of the linear predictor as the other columns' means take it; without one, the
 * columns must reach that middle, whose square is `level`, themselves.
 */
export function coefficientVariances({ terms, X }: Design, spread: number, level: number) {
  const columns = terms.map((_, j) => moments(X.data, j, X.columns));
  const intercept = terms.indexOf(INTERCEPT);
  if (intercept < 0) return columns.map((c) => (spread + level) / (c.mean ** 2 + c.variance || 1));
  const slopes = columns.map((c) => spread / (c.variance || 1));
  const others = slopes.map((slope, j) => (j === intercept ? 0 : slope * columns[j]!.mean ** 2));
  return slopes.map((slope, j) =>
    j === intercept ? spread + others.reduce((total, one) => total + one, 0) : slope,
  );
}

/**
 * Normal priors of the coefficients of a design on the scale of the linear predictor: sd `sd` per sd of a covariate, around
 * `centre` for the intercept and around 0 otherwise; one for all where they are alike.
 */
export function normalCoefficients(
  design: Design,
  centre: number,
  sd: number,
): CoefficientsDeclaration {
  const variances = coefficientVariances(design, sd * sd, centre * centre);
  const coefficients = design.terms.map((term, j) => ({
    kind: "normal",
    mean: term === INTERCEPT ? readable(centre) : 0,
    sd: readable(Math.sqrt(variances[j]!)),
  }));
  const [first] = coefficients;
  const alike = coefficients.every((one) => one.mean === first!.mean && one.sd === first!.sd);
  return { kind: "coefficients", coefficients: alike ? first! : coefficients };
}

/** Mean and variance (n − 1) of column j of a design. */
function moments(X: Vector, j: number, stride: number): { mean: number; variance: number } {
  const n = X.length / stride;
  let total = 0;
  let isConstant = true;
  for (let at = j; at < X.length; at += stride) {
    total += X[at]!;
    if (X[at]! !== X[j]!) isConstant = false;
  }
  const mean = total / n;
  if (isConstant) return { mean, variance: 0 };
  let squares = 0;
  for (let at = j; at < X.length; at += stride) squares += (X[at]! - mean) ** 2;
  return { mean, variance: squares / (n - 1) };
}

/** Four significant digits: a default prior is meant to be read. */
export function readable(value: number): number {
  return Number(value.toPrecision(4));
}
