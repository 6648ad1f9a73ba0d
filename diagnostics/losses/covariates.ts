import { UsageError } from "../../src/core/errors.ts";
import { fastExp } from "../../src/math/exp.ts";
import { row, type Vector } from "../../src/math/matrix.ts";
import { type Estimate, integrateAdaptively } from "../../src/math/quadrature.ts";
import { primeUpTo, shiftedLattices } from "../../src/math/quasi-monte-carlo.ts";
import { normalQuantile } from "../../src/math/stdlib.ts";

/**
 * The distribution of covariates over which a distance is averaged: independent and uniform,
 * independent and normal, or points with weights (equal if absent), such as the rows of a table.
 */
export type Covariates =
  | {
      readonly kind: "uniform";
      readonly lower: readonly number[];
      readonly upper: readonly number[];
    }
  | { readonly kind: "normal"; readonly mean: readonly number[]; readonly sd: readonly number[] }
  | {
      readonly kind: "points";
      readonly points: readonly (readonly number[])[];
      readonly weights?: readonly number[];
    };

/** How means over covariates are computed. */
export interface MeanOptions {
  /** Relative tolerance of quadrature: 1e-9 for one covariate, 1e-6 for two. */
  readonly tolerance?: number;
  /** Points of each of the randomly shifted lattices for three covariates or more: 1021. */
  readonly points?: number;
  /** How many of them: 8. */
  readonly copies?: number;
  readonly seed?: number;
}

const NORMAL_REACH = 9;
const SQRT_2PI = Math.sqrt(2 * Math.PI);

/** One covariate: where it lies, its density, and its quantiles. */
interface Margin {
  readonly from: number;
  readonly to: number;
  density(x: number): number;
  quantile(u: number): number;
}

/**
 * The mean of f over covariates; the error is an estimate, 0 for points. f must not keep its
 * argument. rounding: error that a mean of this size has anyway, below which quadrature need not go.
 */
export function meanOverCovariates(
  covariates: Covariates,
  f: (x: Vector) => number,
  options: MeanOptions = {},
  rounding: (value: number) => number = () => 0,
): Estimate {
  if (covariates.kind === "points") return meanOverPoints(covariates, f);
  const margins = marginsOf(covariates);
  if (margins.length > 2) return meanOverLattices(margins, f, options);
  const tolerance = options.tolerance ?? (margins.length < 2 ? 1e-9 : 1e-6);
  const allowed = (value: number) => tolerance * Math.abs(value) + rounding(value);
  return nested(margins, f, new Float64Array(margins.length), 0, allowed);
}

function meanOverPoints(
  { points, weights }: Extract<Covariates, { kind: "points" }>,
  f: (x: Vector) => number,
): Estimate {
  if (points.length === 0 || (weights && weights.length !== points.length)) {
    throw new UsageError(
      "covariates must have a point, and a weight a point if any; " +
        `got ${points.length} points, ${weights?.length ?? "no"} weights`,
    );
  }
  const total = weights?.reduce((sum, weight) => sum + weight, 0) ?? points.length;
  const value = points.reduce(
    (sum, point, i) => sum + ((weights?.[i] ?? 1) / total) * f(Float64Array.from(point)),
    0,
  );
  return { value, error: 0 };
}

function marginsOf(covariates: Exclude<Covariates, { kind: "points" }>): Margin[] {
  if (covariates.kind === "uniform") {
    const { lower, upper } = covariates;
    return lower.map((from, c) => {
      const to = upper[c]!;
      if (!(to > from)) {
        throw new UsageError(
          `uniform covariates need upper > lower; covariate ${c + 1} has ${from} to ${to}`,
        );
      }
      return { from, to, density: () => 1 / (to - from), quantile: (u) => from + u * (to - from) };
    });
  }
  return covariates.mean.map((mean, c) => {
    const sd = covariates.sd[c]!;
    if (!(sd > 0)) {
      throw new UsageError(`normal covariates need sd > 0; covariate ${c + 1} has ${sd}`);
    }
    return {
      from: mean - NORMAL_REACH * sd,
      to: mean + NORMAL_REACH * sd,
      density: (x) => fastExp(-0.5 * ((x - mean) / sd) ** 2) / (SQRT_2PI * sd),
      quantile: (u) => mean + sd * normalQuantile(u),
    };
  });
}

/** Adaptive quadrature over the covariates from number c on, the others being set. */
function nested(
  margins: readonly Margin[],
  f: (x: Vector) => number,
  x: Vector,
  c: number,
  allowed: (value: number) => number,
): Estimate {
  if (c === margins.length) return { value: f(x), error: 0 };
  const { from, to, density } = margins[c]!;
  const integrand = (value: number): number => {
    x[c] = value;
    const inner = c === margins.length - 1 ? f(x) : nested(margins, f, x, c + 1, allowed).value;
    return density(value) * inner;
  };
  const { value, error } = integrateAdaptively(integrand, from, to, allowed);
  return { value, error: error + (margins.length - 1 - c) * allowed(value) };
}

/** The mean over shifted lattices; its error is twice the standard error over the copies. */
function meanOverLattices(
  margins: readonly Margin[],
  f: (x: Vector) => number,
  { points = 1021, copies = 8, seed = 1 }: MeanOptions,
): Estimate {
  const x = new Float64Array(margins.length);
  const means = shiftedLattices(primeUpTo(points), margins.length, copies, seed).map((lattice) => {
    let total = 0;
    for (let i = 0; i < lattice.rows; i++) {
      const u = row(lattice, i);
      for (let c = 0; c < x.length; c++) x[c] = margins[c]!.quantile(u[c]!);
      total += f(x);
    }
    return total / lattice.rows;
  });
  const value = means.reduce((sum, mean) => sum + mean, 0) / copies;
  const squares = means.reduce((sum, mean) => sum + (mean - value) ** 2, 0);
  return { value, error: 2 * Math.sqrt(squares / (copies * (copies - 1))) };
}
