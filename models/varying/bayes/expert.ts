import type { Members, Observations } from "../../../src/core/data.ts";
import { ModelError } from "../../../src/core/errors.ts";
import type { Block, Expert } from "../../../src/core/expert.ts";
import type { ExpertPriorDeclaration } from "../../../src/core/model.ts";
import type { RowFamily } from "../../../src/core/varying.ts";
import { fastExp, fastLog } from "../../../src/math/exp.ts";
import type { Vector } from "../../../src/math/matrix.ts";
import { priorOnCoefficients } from "../../experts/coefficient-prior.ts";
import { coefficientCoordinates } from "../../experts/coordinate-prior.ts";
import { type ExpertFunctions, expertSteps } from "./expert-steps.ts";
import { type SampledFamily, trialsOf } from "./families.ts";
import type { Functions } from "./functions.ts";

/** Functions of an expert: of the mean's coefficients, and of the log dispersion where the family has one. */
export interface ExpertShape {
  readonly family: SampledFamily;
  readonly mean: Functions;
  readonly dispersion?: Functions;
}

/**
 * Experts whose coefficients, and log dispersions, are functions of an index: theta holds the coordinates of `Functions`
 * for the mean, then for the dispersion, whose level is stored as the dispersion itself.
 */
export function varyingExpert(
  observations: Observations,
  prior: ExpertPriorDeclaration,
  shape: ExpertShape,
): Expert {
  const { n, y, design } = observations;
  const { family, mean, dispersion } = shape;
  const p = design.X.columns;
  const coefficients = priorOnCoefficients(levelPriors(prior), p);
  if (!coefficients.isNormal) {
    throw new ModelError(
      `levels of sampled functions must have normal priors; got ${JSON.stringify(levelPriors(prior).coefficients)}`,
    );
  }
  const ofDispersion = dispersion && family.dispersionPrior!(prior);
  const trials = trialsOf(observations);
  const rows = rowsOfPresent(y, () => family.rows(y, trials));
  const at = mean.size;
  const point = new Float64Array(at + (dispersion?.size ?? 0));
  const functions: ExpertFunctions = {
    mean,
    levels: coefficientCoordinates(coefficients),
    ...(dispersion === undefined
      ? {}
      : { dispersion: { functions: dispersion, level: ofDispersion!.coordinate } }),
    isNormal: family.isNormal,
    offset: design.offset,
    rows,
    y,
  };
  const steps = expertSteps(functions);
  const predict = predictors(shape, n, design.offset);

  function toPoint(theta: Vector): void {
    point.set(theta);
    if (dispersion !== undefined) point[at] = fastLog(theta[at]!);
  }

  /** A level that a step left alone keeps its bits. */
  function through(theta: Vector, step: () => void): void {
    toPoint(theta);
    const [log, level] = [point[at], theta[at]!];
    step();
    theta.set(point);
    if (dispersion !== undefined) theta[at] = point[at] === log ? level : fastExp(point[at]!);
  }

  return {
    layout: layoutOf(shape, design.terms),
    dimension: point.length,
    updates: updatesOf(shape),
    response: family.response,
    ...(family.takesTrials ? { largest: trials } : {}),
    y,

    logPrior(theta) {
      let total = coefficients.logDensity(theta) + mean.logPrior(theta);
      if (dispersion !== undefined) {
        total += ofDispersion!.logDensity(theta[at]!) + dispersion.logPrior(theta.subarray(at));
      }
      return total;
    },

    samplePrior(rng, theta) {
      coefficients.sample(rng, theta);
      mean.samplePrior(rng, theta);
      if (dispersion === undefined) return;
      theta[at] = ofDispersion!.sample(rng);
      dispersion.samplePrior(rng, theta.subarray(at));
    },

    logDensity(theta, out) {
      const { eta, s } = predict(theta);
      const family = rows();
      for (let i = 0; i < n; i++) out[i] = family.logDensity(i, eta[i]!, s[i]!);
    },

    mean(theta, out) {
      const { eta } = predict(theta);
      const family = rows();
      for (let i = 0; i < n; i++) out[i] = family.mean(i, eta[i]!);
    },

    variance(theta, out) {
      const { eta, s } = predict(theta);
      const family = rows();
      for (let i = 0; i < n; i++) out[i] = family.variance(i, eta[i]!, s[i]!);
    },

    cumulative(theta, out) {
      const { eta, s } = predict(theta);
      for (let i = 0; i < n; i++) out[i] = family.cumulative(y[i]!, eta[i]!, s[i]!, trials[i]!);
    },

    simulate(rng, theta, members, into) {
      const { eta, s } = predict(theta);
      const family = rows();
      for (const i of members) into[i] = family.sample(rng, i, eta[i]!, s[i]!);
    },

    update: (rng, theta, members) => through(theta, () => steps.update(rng, point, members)),
    maximize: (theta, members, weight) =>
      through(theta, () => steps.maximize(point, members, weight)),

    approximate(members: Members) {
      const { draw, logWeight } = steps.approximate(members);
      return {
        draw(rng, theta) {
          const weight = draw(rng, point);
          theta.set(point);
          if (dispersion !== undefined) theta[at] = fastExp(point[at]!);
          return weight;
        },
        logWeight(theta) {
          toPoint(theta);
          return logWeight(point);
        },
      };
    },
  };
}

/** The priors on coefficients that a declaration holds; each kind but the conjugate one does. */
function levelPriors(prior: ExpertPriorDeclaration) {
  if (prior.kind !== "normal-inverse-gamma") return prior;
  throw new ModelError(
    'experts with sampled functions must have independent priors; got "normal-inverse-gamma"; ' +
      "write gaussian(formula, { coefficients: normal(…), variance: inverseGamma(…) })",
    { kind: prior.kind },
  );
}

/** Rows of the present response, which may be rewritten between calls. */
function rowsOfPresent(y: Vector, make: () => RowFamily): () => RowFamily {
  let seen: Vector | undefined;
  let made: RowFamily | undefined;
  return () => {
    if (seen === undefined || made === undefined || !isSame(seen, y)) {
      seen = y.slice();
      made = make();
    }
    return made;
  };
}

function isSame(a: Vector, b: Vector): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i] && !Number.isNaN(b[i])) return false;
  return true;
}

/** Predictors of all rows; the vectors are reused. */
function predictors({ mean, dispersion }: ExpertShape, n: number, offset: Vector | undefined) {
  const eta = new Float64Array(n);
  const s = new Float64Array(n);
  const linear = new Float64Array(mean.rows.length);
  const logLinear = new Float64Array(dispersion?.rows.length ?? 0);
  return (theta: Vector): { readonly eta: Vector; readonly s: Vector } => {
    mean.toLinear(theta, linear);
    mean.rows.predict(linear, undefined, eta);
    if (offset !== undefined) for (let i = 0; i < n; i++) eta[i] = eta[i]! + offset[i]!;
    if (dispersion !== undefined) {
      dispersion.toLinear(theta.subarray(mean.size), logLinear);
      logLinear[0] = fastLog(logLinear[0]!);
      dispersion.rows.predict(logLinear, undefined, s);
    }
    return { eta, s };
  };
}

function layoutOf({ family, mean, dispersion }: ExpertShape, terms: readonly string[]): Block[] {
  const isMean = mean.varying.length === 0 && family.isNormal;
  const blocks: Block[] = [
    {
      name: "coef",
      size: terms.length,
      support: "real",
      terms,
      ...(isMean ? { moment: "mean" } : {}),
    },
    ...functionBlocks("coef", mean),
  ];
  if (dispersion === undefined) return blocks;
  const name = family.dispersion!;
  const isSd = dispersion.varying.length === 0 && name === "sd";
  blocks.push({ name, size: 1, support: "positive", ...(isSd ? { moment: "sd" } : {}) });
  return [...blocks, ...functionBlocks(name, dispersion)];
}

/** Scales and shapes of the functions that vary. */
function functionBlocks(name: string, { varying, rows }: Functions): Block[] {
  if (varying.length === 0) return [];
  return [
    { name: `${name}_scale`, size: varying.length, support: "real" },
    { name: `${name}_shape`, size: varying.length * rows.basis, support: "real" },
  ];
}

function updatesOf({ family, dispersion }: ExpertShape) {
  const smooth = "independence Metropolis from a t at the mode, scales by slices";
  const mean = {
    block: "coef and its functions",
    method: family.isNormal ? "conjugate draws (normal)" : smooth,
  };
  if (dispersion === undefined) return [mean];
  return [mean, { block: `${family.dispersion} and its function`, method: smooth }];
}
