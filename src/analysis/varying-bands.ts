import { type CompiledVarying, compileVarying } from "../../models/varying/compile.ts";
import { rowModel } from "../../samplers/varying/interpolate.ts";
import type { Table } from "../core/data.ts";
import { DataError, UsageError } from "../core/errors.ts";
import type { CoefficientCurve } from "../core/varying-fit.ts";
import { matrix } from "../math/matrix.ts";
import type { VaryingFit } from "../run/varying-fit.ts";
import { bandOf } from "./varying-band.ts";
import { bandFindings } from "./varying-band-findings.ts";
import type {
  BandOptions,
  ConstantInterval,
  VaryingBand,
  VaryingBands,
} from "./varying-band-types.ts";
import {
  contrastFunctions,
  curveFunctions,
  probabilityFunctions,
  type VaryingFunction,
} from "./varying-functions.ts";
import { estimatedPaths, type LocalFit, parabolas } from "./varying-paths.ts";

export type {
  BandOptions,
  ConstantInterval,
  MissingBand,
  VaryingBand,
  VaryingBands,
} from "./varying-band-types.ts";

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
