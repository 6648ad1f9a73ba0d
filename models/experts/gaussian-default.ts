import type { Design, Observations } from "../../src/core/data.ts";
import type { NormalInverseGammaDeclaration } from "../../src/core/model.ts";
import type { Vector } from "../../src/math/matrix.ts";

const SCALE = 100;
const SHAPE = 1;
const RELATIVE_RATE = 0.01;

/**
 * Normal–inverse-gamma: the expert's variance is allowed to be far below the response's (less its offset), and the
 * coefficients may reach several sds of the response per sd of their covariate, whatever the scale of the design:
 * a prior that is narrow there would widen sd without a word. See docs/decisions/0006.
 */
export function defaultPrior({ y, design }: Observations): NormalInverseGammaDeclaration {
  const working = y.map((value, i) => value - (design.offset?.[i] ?? 0));
  const mean = working.reduce((total, value) => total + value, 0) / y.length;
  const squares = working.reduce((total, value) => total + (value - mean) ** 2, 0);
  // The mean of equal values may be rounded, and their variance then is not 0.
  const variance = working.every((value) => value === working[0]) ? 1 : squares / y.length;
  const scale = scales(design, (mean * mean) / variance).map(round);
  return {
    kind: "normal-inverse-gamma",
    mean: design.terms.map((term) => (term === INTERCEPT ? round(mean) : 0)),
    scale: scale.every((one) => one === scale[0]) ? scale[0]! : scale,
    shape: SHAPE,
    rate: round(RELATIVE_RATE * variance),
  };
}

const INTERCEPT = "(Intercept)";

/**
 * Prior variance of each coefficient over σ²: 100 where columns have mean 0 and sd 1. An intercept is as far from the
 * mean response as the other columns' means take it; without one, the columns must reach that mean themselves.
 * squaredMean: that of the response over its variance.
 */
function scales({ terms, X }: Design, squaredMean: number): number[] {
  const columns = terms.map((_, j) => moments(X.data, j, X.columns));
  const intercept = terms.indexOf(INTERCEPT);
  if (intercept < 0) {
    return columns.map((c) => (SCALE * (1 + squaredMean)) / (c.mean ** 2 + c.variance || 1));
  }
  const slopes = columns.map((c) => SCALE / (c.variance || 1));
  const others = slopes.map((slope, j) => (j === intercept ? 0 : slope * columns[j]!.mean ** 2));
  return slopes.map((slope, j) =>
    j === intercept ? SCALE + others.reduce((total, one) => total + one, 0) : slope,
  );
}

/** Mean and variance (n − 1) of column j of a design. */
function moments(X: Vector, j: number, stride: number): { mean: number; variance: number } {
  const column = X.filter((_, at) => at % stride === j);
  const mean = column.reduce((total, value) => total + value, 0) / column.length;
  if (column.every((value) => value === column[0])) return { mean, variance: 0 };
  const squares = column.reduce((total, value) => total + (value - mean) ** 2, 0);
  return { mean, variance: squares / (column.length - 1) };
}

/** Four significant digits: a default prior is meant to be read. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}
