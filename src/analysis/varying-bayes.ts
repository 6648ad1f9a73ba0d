import { summarize } from "../../diagnostics/summarize.ts";
import type { CountInput } from "../../models/moe.ts";
import { moe } from "../../models/moe.ts";
import type { VaryingModel } from "../../models/varying.ts";
import type { Table } from "../core/data.ts";
import { SamplerError, UsageError } from "../core/errors.ts";
import type { ModelDeclaration } from "../core/model.ts";
import { evenDraws, forEachState } from "../core/posterior.ts";
import type { Run } from "../core/run.ts";
import { buildDesign } from "../data/design.ts";
import { createRng } from "../math/rng.ts";
import { sample } from "../run/sample.ts";
import type { SampleOptions } from "../run/sample-options.ts";
import { atLikeliest } from "./conditional.ts";
import { countAnalysis } from "./count.ts";
import { invariants, refit } from "./fitted.ts";
import { labelComponents } from "./labels.ts";
import type {
  PosteriorContrast,
  PosteriorCurve,
  PosteriorProbability,
} from "./varying-bayes-bands.ts";
import { curveCollector } from "./varying-bayes-curves.ts";
import { type ConstantFunction, factorCollector } from "./varying-bayes-factors.ts";
import { recordedFunctions } from "./varying-bayes-parts.ts";

export interface SampleVaryingOptions extends SampleOptions {
  /** Prior sd ψ of a function's scale, in sds of a Gaussian response, in units of the linear predictor elsewhere; 1. */
  readonly psi?: number;
  /** How many coefficients a function has: of a line, a parabola and cosines; 10. */
  readonly basis?: number;
  /** A prior on the number of components, instead of the model's number. */
  readonly components?: CountInput;
}

/** The model that `sampleVarying` samples: functions as a declaration of `moe`. Throws a ModelError. */
export function sampledModel(
  { varying, ...model }: VaryingModel,
  { psi, basis, components }: Pick<SampleVaryingOptions, "psi" | "basis" | "components"> = {},
): ModelDeclaration {
  const functions = {
    ...varying,
    ...(psi === undefined ? {} : { scale: psi }),
    ...(basis === undefined ? {} : { basis }),
  };
  return moe({
    ...model,
    components: components ?? model.components,
    varying: functions as NonNullable<ModelDeclaration["varying"]>,
  });
}

/**
 * Chains with a random number of components start with the fewest: splits find more where the data have them, but
 * components with tens of parameters that a start has made seldom die again.
 */
const UPWARDS: SampleOptions = { sampler: "ascending", starts: ["fewest"] };

/**
 * Draws from the posterior of a varying-coefficient mixture: a run like any other, which `analyze`, `predict`, run folders
 * and reports take. Unless said, the sampler is "piloted", or "ascending" where the number of components is random. Throws as `sample` does.
 */
export function sampleVarying(
  model: VaryingModel,
  table: Table,
  options: SampleVaryingOptions = {},
): Promise<Run> {
  const { psi, basis, components, ...rest } = options;
  const declared = sampledModel(model, options);
  const isFixed = typeof declared.components === "number";
  return sample(declared, table, { ...(isFixed ? { sampler: "piloted" } : UPWARDS), ...rest });
}

export interface VaryingPosteriorOptions {
  /** Probability of intervals and bands; 0.95. */
  readonly level?: number;
  /** Points of the grid, evenly over the range of the index, 51; or the points on the index scaled to 0 … 1. */
  readonly points?: number | readonly number[];
  /** Also bands of differences between components. */
  readonly contrasts?: boolean;
  /** Rows of the gate's covariates to give probabilities of components at. */
  readonly at?: Table;
  /** Draws at most that curves, and Bayes factors, are computed from; 4000 and 500. */
  readonly curveDraws?: number;
  readonly factorDraws?: number;
  /** Prior scales, relative to the one sampled under, at which Bayes factors are given besides; 0.5, 1 and 2. */
  readonly relativeScales?: readonly number[];
}

/** What a run says of the functions; plain data. */
export interface VaryingPosterior {
  readonly components: number;
  readonly level: number;
  readonly curves: readonly PosteriorCurve[];
  readonly contrasts: readonly PosteriorContrast[];
  /** By row of `at`, and component. */
  readonly probabilities: readonly (readonly PosteriorProbability[])[];
  /** For each function that varies, evidence for a constant one. */
  readonly bayesFactors: readonly ConstantFunction[];
  /** Why there are neither, where draws do not agree which component is which. */
  readonly refused?: string;
}

const STREAM = 0x5d1c;

/**
 * Posterior functions on the scale of the data with simultaneous credible bands, and Bayes factors of constant against
 * varying ones, from draws relabelled as a whole; with a random number of components, from those with the likeliest.
 * table: the data of the run. Throws a UsageError where the run has no functions.
 */
export function varyingPosterior(
  run: Run,
  table: Table,
  options: VaryingPosteriorOptions = {},
): VaryingPosterior {
  const { level = 0.95, points = 51, curveDraws = 4000, factorDraws = 500, at: rows } = options;
  if (!(level > 0 && level < 1)) {
    throw new UsageError(`\`level\` must be between 0 and 1; got ${level}`, { level });
  }
  const fitted = refit(run, table);
  if (fitted.draws.chains.length === 0) {
    throw new SamplerError("at least one chain must have draws; none has; continue the run");
  }
  const count = countAnalysis(fitted);
  const at = atLikeliest(fitted, count);
  const { labelled, refused } = labelComponents(
    at,
    {},
    summarize(fitted.draws, invariants(fitted)),
    count,
  );
  const K = at.target.capacity;
  const head = { components: K, level };
  const recorded = recordedFunctions(at.compiled.model, at.compiled.designs, at.compiled.table);
  if (labelled === undefined) {
    const nothing = { curves: [], contrasts: [], probabilities: [], bayesFactors: [] };
    return { ...head, ...nothing, ...(refused === undefined ? {} : { refused }) };
  }
  const grid =
    typeof points === "number"
      ? Float64Array.from({ length: points }, (_, g) => g / (points - 1))
      : Float64Array.from(points);
  const forCurves = evenDraws(labelled, curveDraws);
  const curves = curveCollector(recorded, K, grid, forCurves.length);
  forEachState(at.target, labelled, forCurves, curves.add);
  const forFactors = evenDraws(labelled, factorDraws);
  const factors = factorCollector(recorded, at.target, K, forFactors.length);
  const rng = createRng(run.settings.seed, STREAM);
  forEachState(at.target, labelled, forFactors, (state, s) => factors.add(rng, state, s));
  const relative = options.relativeScales ?? [0.5, 1, 2];
  return {
    ...head,
    curves: curves.curves(level),
    contrasts: options.contrasts === true ? curves.contrasts(level) : [],
    probabilities:
      rows === undefined
        ? []
        : curves.probabilities(buildDesign(at.compiled.designs.gate, rows).X, level),
    bayesFactors: factors.factors(forFactors, relative),
  };
}
