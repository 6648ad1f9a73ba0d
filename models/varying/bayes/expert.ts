import type { Observations } from "../../../src/core/data.ts";
import { ModelError } from "../../../src/core/errors.ts";
import type { Expert } from "../../../src/core/expert.ts";
import type { ExpertPriorDeclaration } from "../../../src/core/model.ts";
import type { RowFamily } from "../../../src/core/varying.ts";
import { fastExp, fastLog } from "../../../src/math/exp.ts";
import type { Vector } from "../../../src/math/matrix.ts";
import { type CoefficientPrior, priorOnCoefficients } from "../../experts/coefficient-prior.ts";
import { coefficientCoordinates } from "../../experts/coordinate-prior.ts";
import { type ExpertShape, layoutOf, updatesOf } from "./expert-layout.ts";
import { expertSteps } from "./expert-steps.ts";
import { type DispersionPrior, trialsOf } from "./families.ts";

/**
 * Experts whose coefficients, and log dispersions, are functions of an index: theta holds the coordinates of `Functions`
 * for the mean, then for the dispersion, whose level is stored as the dispersion itself.
 */
export function varyingExpert(
  observations: Observations,
  prior: ExpertPriorDeclaration,
  shape: ExpertShape,
): Expert {
  const { y, design } = observations;
  const { family, mean, dispersion } = shape;
  const coefficients = normalLevels(prior, design.X.columns);
  const ofDispersion = dispersion && family.dispersionPrior!(prior);
  const trials = trialsOf(observations);
  const rows = rowsOfPresent(y, () => family.rows(y, trials));
  const steps = expertSteps({
    mean,
    levels: coefficientCoordinates(coefficients),
    ...(dispersion === undefined
      ? {}
      : { dispersion: { functions: dispersion, level: ofDispersion!.coordinate } }),
    ...{ isNormal: family.isNormal, offset: design.offset, rows, y },
  });
  return {
    layout: layoutOf(shape, design.terms),
    dimension: mean.size + (dispersion?.size ?? 0),
    updates: updatesOf(shape),
    response: family.response,
    ...(family.takesTrials ? { largest: trials } : {}),
    y,
    ...priorOf(shape, coefficients, ofDispersion),
    ...densitiesOf(observations, shape, rows, trials),
    ...onDispersions(shape, steps),
  };
}

function normalLevels(prior: ExpertPriorDeclaration, p: number): CoefficientPrior {
  const declared = levelPriors(prior);
  const coefficients = priorOnCoefficients(declared, p);
  if (coefficients.isNormal) return coefficients;
  throw new ModelError(
    `levels of sampled functions must have normal priors; got ${JSON.stringify(declared.coefficients)}`,
  );
}

/** The prior of theta, dispersions as such. */
function priorOf(
  { mean, dispersion }: ExpertShape,
  coefficients: CoefficientPrior,
  ofDispersion: DispersionPrior | undefined,
): Pick<Expert, "logPrior" | "samplePrior"> {
  const at = mean.size;
  return {
    logPrior(theta) {
      const total = coefficients.logDensity(theta) + mean.logPrior(theta);
      if (dispersion === undefined) return total;
      return total + ofDispersion!.logDensity(theta[at]!) + dispersion.logPrior(theta.subarray(at));
    },
    samplePrior(rng, theta) {
      coefficients.sample(rng, theta);
      mean.samplePrior(rng, theta);
      if (dispersion === undefined) return;
      theta[at] = ofDispersion!.sample(rng);
      dispersion.samplePrior(rng, theta.subarray(at));
    },
  };
}

/** Everything about the response given theta. */
function densitiesOf(
  { n, y, design }: Observations,
  shape: ExpertShape,
  rows: () => RowFamily,
  trials: Vector,
): Pick<Expert, "logDensity" | "mean" | "variance" | "cumulative" | "simulate"> {
  const predict = predictors(shape, n, design.offset);
  const each = (
    theta: Vector,
    out: Vector,
    of: (family: RowFamily, i: number, eta: number, s: number) => number,
  ): void => {
    const { eta, s } = predict(theta);
    const family = rows();
    for (let i = 0; i < n; i++) out[i] = of(family, i, eta[i]!, s[i]!);
  };
  return {
    logDensity: (theta, out) => each(theta, out, (of, i, eta, s) => of.logDensity(i, eta, s)),
    mean: (theta, out) => each(theta, out, (of, i, eta) => of.mean(i, eta)),
    variance: (theta, out) => each(theta, out, (of, i, eta, s) => of.variance(i, eta, s)),
    cumulative: (theta, out) =>
      each(theta, out, (_, i, eta, s) => shape.family.cumulative(y[i]!, eta, s, trials[i]!)),
    simulate(rng, theta, members, into) {
      const { eta, s } = predict(theta);
      const family = rows();
      for (const i of members) into[i] = family.sample(rng, i, eta[i]!, s[i]!);
    },
  };
}

/** Steps on points, whose dispersion is a logarithm, as steps on theta; what a step left alone keeps its bits. */
function onDispersions(
  { mean, dispersion }: ExpertShape,
  steps: ReturnType<typeof expertSteps>,
): ReturnType<typeof expertSteps> {
  if (dispersion === undefined) return steps;
  const at = mean.size;
  const point = new Float64Array(at + dispersion.size);

  function toPoint(theta: Vector): void {
    point.set(theta);
    point[at] = fastLog(theta[at]!);
  }

  function through(theta: Vector, step: () => void): void {
    toPoint(theta);
    const [log, level] = [point[at], theta[at]!];
    step();
    theta.set(point);
    theta[at] = point[at] === log ? level : fastExp(point[at]!);
  }

  return {
    update: (rng, theta, members) => through(theta, () => steps.update(rng, point, members)),
    maximize: (theta, members, weight) =>
      through(theta, () => steps.maximize(point, members, weight)),
    approximate(members) {
      const { draw, logWeight } = steps.approximate(members);
      return {
        draw(rng, theta) {
          const weight = draw(rng, point);
          theta.set(point);
          theta[at] = fastExp(point[at]!);
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
