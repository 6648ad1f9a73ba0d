import { bandLimits } from "../../diagnostics/bands/band.ts";
import { gumbelCritical, tubeCritical } from "../../diagnostics/bands/critical.ts";
import { multiplierCritical } from "../../diagnostics/bands/multiplier.ts";
import { correlations, pathLength } from "../../diagnostics/bands/paths.ts";
import { type CompiledVarying, compileVarying } from "../../models/varying/compile.ts";
import { rowModel } from "../../samplers/varying/interpolate.ts";
import type { Table } from "../core/data.ts";
import type { Finding } from "../core/diagnostic.ts";
import { DataError, UsageError } from "../core/errors.ts";
import type { CoefficientCurve } from "../core/varying-fit.ts";
import { logistic } from "../math/log-sum-exp.ts";
import { type Matrix, matrix, type Vector } from "../math/matrix.ts";
import { createRng } from "../math/rng.ts";
import type { VaryingFit } from "../run/varying-fit.ts";
import { bandFindings } from "./varying-band-findings.ts";
import {
  contrastFunctions,
  curveFunctions,
  probabilityFunctions,
  type VaryingFunction,
} from "./varying-functions.ts";
import { type EstimatedPath, estimatedPaths, parabolas } from "./varying-paths.ts";

export interface BandOptions {
  /** Of intervals and bands alike; 0.95. */
  readonly level?: number;
  /**
   * Where a simultaneous band's critical value comes from: the tube formula (default), draws of the process of weighted
   * scores, or the limit law as the R package VCMoE uses it.
   */
  readonly kind?: "tube" | "multiplier" | "gumbel";
  /**
   * "corrected" (default): around local parabolas, whose bias is of smaller order, with their own variance, leave-one-out
   * scores, second-order bias of maxima and t quantiles. "none": around the fit's own lines, plain sandwich.
   */
  readonly bias?: "corrected" | "none";
  /** Of `multiplier`. */
  readonly draws?: number;
  readonly seed?: number;
  /** Rows of the gate's covariates to give probabilities of components at. */
  readonly at?: Table;
  /** Also bands of differences between components. */
  readonly contrasts?: boolean;
}

/** An interval at each grid point and a simultaneous band of one function; NaN where there is none. Plain data. */
export interface VaryingBand {
  /** 1 … K. */
  readonly component: number;
  /** Of a contrast: the component subtracted. */
  readonly against?: number;
  readonly part: CoefficientCurve["part"] | "probability";
  /** As in the fit's curves; of a probability the number of the row of `at`. */
  readonly term: string;
  /** In units of the index: the fit's grid. */
  readonly u: readonly number[];
  /** The fit's own estimate, and what the band lies around: the same unless bias is corrected. */
  readonly estimate: readonly number[];
  readonly centre: readonly number[];
  /** Of a probability, of its log odds. */
  readonly se: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  readonly simultaneousLower: readonly number[];
  readonly simultaneousUpper: readonly number[];
  /** On the normal scale, before t quantiles take its place. */
  readonly critical: number;
}

export interface VaryingBands {
  readonly level: number;
  readonly kind: NonNullable<BandOptions["kind"]>;
  readonly bias: NonNullable<BandOptions["bias"]>;
  /** Of the fit's curves, in their order; those that do not vary are in `constants`. */
  readonly curves: readonly VaryingBand[];
  readonly contrasts: readonly VaryingBand[];
  readonly probabilities: readonly VaryingBand[];
  readonly findings: readonly Finding[];
}

const DRAWS = 2000;
const STREAM = 0x6264;

/**
 * Confidence intervals and simultaneous bands of the coefficient functions of a fit with the estimator "local"; `table`
 * holds the rows that were fitted. Throws a UsageError for options that cannot be, a DataError for another table.
 */
export function varyingBands(
  fit: VaryingFit,
  table: Table,
  options: BandOptions = {},
): VaryingBands {
  const { level = 0.95, kind = "tube", bias = "corrected", draws = DRAWS, seed = 1 } = options;
  checkOptions(fit, level, draws);
  const { compiled, grid, theta } = refitted(fit, table);
  const functionsOf = (problem: CompiledVarying["problem"]) => {
    const seen = { ...compiled, problem };
    const curves = curveFunctions(seen);
    return {
      curves,
      contrasts: options.contrasts === true ? contrastFunctions(curves) : [],
      probabilities: options.at === undefined ? [] : probabilityFunctions(seen, options.at),
    };
  };
  const own = flat(functionsOf(compiled.problem));
  const local =
    bias === "none"
      ? { problem: compiled.problem, theta, converged: fit.points.map((p) => p.converged) }
      : parabolas(compiled, grid, fit.bandwidth, theta);
  const functions = functionsOf(local.problem);
  const paths = estimatedPaths(local.problem, grid, fit.bandwidth, local.theta, flat(functions));
  const settings = { level, kind, bias, draws, seed };
  const bands = paths.map((path, f) =>
    bandOf(fit, path, valuesOf(own[f]!, theta), { ...settings, stream: f }),
  );
  const [first, second] = [functions.curves.length, functions.contrasts.length];
  return {
    ...{ level, kind, bias },
    curves: bands.slice(0, first),
    contrasts: bands.slice(first, first + second),
    probabilities: bands.slice(first + second),
    findings: bandFindings(fit, bands, local.converged),
  };
}

function checkOptions({ estimator }: VaryingFit, level: number, draws: number): void {
  if (!(level > 0 && level < 1)) {
    throw new UsageError(`\`level\` must be between 0 and 1; got ${level}`);
  }
  if (!(Number.isSafeInteger(draws) && draws >= 100)) {
    throw new UsageError(`\`draws\` must be a whole number of at least 100; got ${draws}`);
  }
  if (estimator !== "local") {
    throw new UsageError(
      `bands must be of a fit with the estimator "local"; got "${estimator}", whose standard errors are not those of ` +
        "the local likelihood; fit again, or use the bootstrap",
    );
  }
}

/** Relative; far below what one row changes. */
const SAME = 1e-9;

function refitted(fit: VaryingFit, table: Table) {
  const compiled = compileVarying(fit.model, table, fit.penalty);
  const { low, high } = fit.index;
  const grid = Float64Array.from(fit.grid, (u) => (u - low) / (high - low));
  const theta = matrix(grid.length, fit.theta[0]!.length, Float64Array.from(fit.theta.flat()));
  const isSize = compiled.problem.n === fit.rows;
  const found = isSize ? rowModel(compiled.problem).logLikelihood(grid, theta) : Number.NaN;
  if (!(Math.abs(found - fit.logLikelihood) <= SAME * (1 + Math.abs(found)))) {
    throw new DataError(
      `bands must be given the table that was fitted, ${fit.rows} rows with log-likelihood ${fit.logLikelihood}; got ` +
        `${compiled.problem.n} rows with ${found}`,
      { rows: compiled.problem.n, logLikelihood: found },
    );
  }
  return { compiled, grid, theta };
}

const flat = (all: Readonly<Record<string, readonly VaryingFunction[]>>): VaryingFunction[] =>
  Object.values(all).flat();

function valuesOf(of: VaryingFunction, theta: Matrix): Vector {
  const { rows, columns, data } = theta;
  return Float64Array.from({ length: rows }, (_, g) =>
    of.value(data.subarray(g * columns, (g + 1) * columns)),
  );
}

interface BandSettings {
  readonly level: number;
  readonly kind: VaryingBands["kind"];
  readonly bias: VaryingBands["bias"];
  readonly draws: number;
  readonly seed: number;
  readonly stream: number;
}

function bandOf(
  { grid: u, bandwidth }: VaryingFit,
  { of, value, bias, plain, corrected }: EstimatedPath,
  own: Vector,
  settings: BandSettings,
): VaryingBand {
  const { level, kind } = settings;
  const isCorrected = settings.bias === "corrected";
  const path = isCorrected ? corrected : plain;
  const centre = isCorrected ? value.map((at, g) => at - bias[g]!) : value;
  const critical = criticalOf(path, bandwidth, settings);
  const limits = bandLimits(centre, path, { level, critical, student: isCorrected });
  const scaled = of.part === "probability" ? logistic : (x: number): number => x;
  const shown = (values: Vector): number[] => Array.from(values, scaled);
  const { component, against, part, term } = of;
  return {
    ...{ component, part, term, u, critical },
    ...(against === undefined ? {} : { against }),
    estimate: shown(own),
    centre: shown(centre),
    se: [...limits.se],
    lower: shown(limits.lower),
    upper: shown(limits.upper),
    simultaneousLower: shown(limits.simultaneousLower),
    simultaneousUpper: shown(limits.simultaneousUpper),
  };

  function criticalOf(
    influences: EstimatedPath["plain"],
    h: number,
    { draws, seed, stream }: BandSettings,
  ): number {
    if (kind === "gumbel") return gumbelCritical(level, h);
    const correlation = correlations(influences);
    if (kind === "tube") return tubeCritical(level, pathLength(correlation));
    return multiplierCritical(createRng(seed, STREAM, stream), correlation, level, draws);
  }
}
