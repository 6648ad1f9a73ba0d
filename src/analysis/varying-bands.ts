import { type CompiledVarying, compileVarying } from "../../models/varying/compile.ts";
import { rowModel } from "../../samplers/varying/interpolate.ts";
import type { Table } from "../core/data.ts";
import type { Finding } from "../core/diagnostic.ts";
import { DataError, UsageError } from "../core/errors.ts";
import type { CoefficientCurve } from "../core/varying-fit.ts";
import { matrix } from "../math/matrix.ts";
import type { VaryingFit } from "../run/varying-fit.ts";
import { bandOf } from "./varying-band.ts";
import { bandFindings } from "./varying-band-findings.ts";
import {
  contrastFunctions,
  curveFunctions,
  probabilityFunctions,
  type VaryingFunction,
} from "./varying-functions.ts";
import { estimatedPaths, type LocalFit, parabolas } from "./varying-paths.ts";

export interface BandOptions {
  /** Of intervals and bands alike; 0.95. */
  readonly level?: number;
  /**
   * Where a simultaneous band's critical value comes from: the tube formula (default), draws of the process of weighted
   * scores, or the limit law as the R package VCMoE uses it.
   */
  readonly kind?: "tube" | "multiplier" | "gumbel";
  /**
   * "corrected" (default): around local parabolas at the same bandwidth, whose smoothing bias is of smaller order, with
   * their own variance. "none": around the fit's own lines, which holds its level where the bandwidth is small.
   */
  readonly bias?: "corrected" | "none";
  /**
   * true (default): each row's score as it is without the row, t quantiles, log dispersions less their bias to second
   * order. false: the plain sandwich, normal quantiles.
   */
  readonly smallSample?: boolean;
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
  /** Grid points without a band, and why; absent where there are none. */
  readonly missing?: readonly MissingBand[];
}

export interface MissingBand {
  readonly u: number;
  /**
   * "few-rows": a component has fewer effective rows than its expert has local parameters. "not-converged": no maximum
   * was reached. "not-definite": minus the Hessian is not positive definite there.
   */
  readonly reason: "few-rows" | "not-converged" | "not-definite";
}

/** A coefficient that does not vary: profile estimator, its standard error by the influence of each row. */
export interface ConstantInterval {
  readonly component: number;
  readonly part: CoefficientCurve["part"];
  readonly term: string;
  readonly estimate: number;
  readonly centre: number;
  readonly se: number;
  readonly lower: number;
  readonly upper: number;
}

export interface VaryingBands {
  readonly level: number;
  readonly kind: NonNullable<BandOptions["kind"]>;
  readonly bias: NonNullable<BandOptions["bias"]>;
  readonly smallSample: boolean;
  /** Of the fit's curves, in their order. */
  readonly curves: readonly VaryingBand[];
  /** Of those that do not vary, once more. */
  readonly constants: readonly ConstantInterval[];
  readonly contrasts: readonly VaryingBand[];
  readonly probabilities: readonly VaryingBand[];
  readonly findings: readonly Finding[];
}

const DRAWS = 2000;

/**
 * Confidence intervals and simultaneous bands of the coefficient functions of a fit with the estimator "local"; `table`
 * holds the rows that were fitted. Throws a UsageError for options that cannot be, a DataError for another table.
 */
export function varyingBands(
  fit: VaryingFit,
  table: Table,
  options: BandOptions = {},
): VaryingBands {
  const { level = 0.95, kind = "tube", draws = DRAWS, seed = 1 } = options;
  const { bias = "corrected", smallSample = true } = options;
  checkOptions(fit, level, draws);
  const { compiled, local } = refitted(fit, table);
  const { grid, bandwidth, theta } = local;
  const used = bias === "none" ? local : parabolas(compiled, grid, bandwidth, theta);
  const own = functionsOf(compiled, local, options);
  const functions = functionsOf(compiled, used, options);
  const paths = estimatedPaths(used, flat(functions), smallSample);
  const settings = { level, kind, draws, seed, smallSample };
  const bands = flat(own).map((of, stream) =>
    bandOf(fit, { of, theta }, used, paths[stream]!, { ...settings, stream }),
  );
  const [first, second] = [own.curves.length, own.contrasts.length];
  const curves = bands.slice(0, first);
  return {
    ...{ level, kind, bias, smallSample, curves },
    constants: curves.filter((_, f) => !own.curves[f]!.varies).map(constantOf),
    contrasts: bands.slice(first, first + second),
    probabilities: bands.slice(first + second),
    findings: bandFindings(fit, bands),
  };
}

interface Functions {
  readonly curves: readonly VaryingFunction[];
  readonly contrasts: readonly VaryingFunction[];
  readonly probabilities: readonly VaryingFunction[];
}

function functionsOf(
  compiled: CompiledVarying,
  { problem }: LocalFit,
  { contrasts = false, at }: BandOptions,
): Functions {
  const seen = { ...compiled, problem };
  const curves = curveFunctions(seen);
  return {
    curves,
    contrasts: contrasts ? contrastFunctions(curves) : [],
    probabilities: at === undefined ? [] : probabilityFunctions(seen, at),
  };
}

const flat = ({ curves, contrasts, probabilities }: Functions): VaryingFunction[] => [
  ...curves,
  ...contrasts,
  ...probabilities,
];

function constantOf(band: VaryingBand): ConstantInterval {
  const { component, part, term } = band;
  const at = Math.max(
    0,
    band.se.findIndex((se) => !Number.isNaN(se)),
  );
  return {
    ...{ component, term, part: part as CoefficientCurve["part"] },
    ...{ estimate: band.estimate[at]!, centre: band.centre[at]!, se: band.se[at]! },
    ...{ lower: band.lower[at]!, upper: band.upper[at]! },
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

function refitted(fit: VaryingFit, table: Table): { compiled: CompiledVarying; local: LocalFit } {
  const compiled = compileVarying(fit.model, table, fit.penalty);
  const { problem } = compiled;
  const { low, high } = fit.index;
  const grid = Float64Array.from(fit.grid, (u) => (u - low) / (high - low));
  const theta = matrix(grid.length, fit.theta[0]!.length, Float64Array.from(fit.theta.flat()));
  const found = problem.n === fit.rows ? rowModel(problem).logLikelihood(grid, theta) : Number.NaN;
  if (!(Math.abs(found - fit.logLikelihood) <= SAME * (1 + Math.abs(found)))) {
    throw new DataError(
      `bands must be given the table that was fitted, ${fit.rows} rows with log-likelihood ${fit.logLikelihood}; got ` +
        `${problem.n} rows with ${found}`,
      { rows: problem.n, logLikelihood: found },
    );
  }
  const converged = fit.points.map((point) => point.converged);
  return { compiled, local: { problem, grid, bandwidth: fit.bandwidth, theta, converged } };
}
