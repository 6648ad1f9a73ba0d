import { UsageError } from "../../src/core/errors.ts";
import type { ExponentMode } from "./exponents.ts";
import { type ExpertAtom, expertArrays, type WeightedMeasure, weightArray } from "./measures.ts";
import { lossAround, type MixtureLoss, mixtureLoss } from "./mixture-loss.ts";

/** (1 − lambda) known + lambda mixture, the known density left out. */
export interface DeviatedMeasure {
  readonly lambda: number;
  readonly mixture: WeightedMeasure;
}

function checkLambda(lambda: number): void {
  if (!(lambda >= 0 && lambda <= 1)) {
    throw new UsageError(`lambda must be between 0 and 1; got ${lambda}`);
  }
}

/**
 * Loss of a deviated mixture whose known density is distinguishable from normal mixtures (not one
 * itself): |λ − λ*| + (λ + λ*) times the mixtures' Voronoi loss. Throws a UsageError where the
 * measures do not fit. Its form is inferred from [do2022], which has no covariates; [nguyen2024]
 * treats the model.
 */
export function distinguishableLoss(
  fit: DeviatedMeasure,
  truth: DeviatedMeasure,
  mode: ExponentMode = "published",
): number {
  checkLambda(fit.lambda);
  checkLambda(truth.lambda);
  const { value } = mixtureLoss(fit.mixture, truth.mixture, mode);
  return Math.abs(fit.lambda - truth.lambda) + (fit.lambda + truth.lambda) * value;
}

/** All (λ, G) of the same density as the truth, where the known density is itself a mixture. */
export interface DeviatedCurve {
  /** The atoms of truth and known density together, none twice. */
  readonly atoms: readonly ExpertAtom[];
  /** Weights of λ G at these atoms if (λ, G) is to have the true density; negative: there is no such G. */
  weights(lambda: number): number[];
  /** Least λ at which no weight is negative; the greatest is 1. */
  readonly lower: number;
  /** G at λ, without atoms of weight 0; undefined where there is none. */
  at(lambda: number): WeightedMeasure | undefined;
  /**
   * The λs at which G has at most so many atoms: an interval, or the few values of which this holds.
   */
  within(components: number): readonly number[] | { readonly from: number; readonly to: number };
}

const same = (a: ExpertAtom, b: ExpertAtom): boolean =>
  a.sd === b.sd &&
  a.coefficients.length === b.coefficients.length &&
  a.coefficients.every((value, c) => value === b.coefficients[c]);

/** Weights below this are rounding. */
const NO_WEIGHT = 1e-12;

/**
 * The curve λ G = λ* G* + (λ − λ*) G0 of parameters with the true density, where the known density
 * is the mixture G0: λ is then not identified from above, and from below only as far as atoms of G0
 * outside G* allow. Atoms are one if all their numbers are equal. Derived for this package.
 */
export function deviatedCurve(truth: DeviatedMeasure, known: WeightedMeasure): DeviatedCurve {
  checkLambda(truth.lambda);
  const atoms: ExpertAtom[] = [];
  const collect = (measure: WeightedMeasure): number[] => {
    const weight = weightArray(measure);
    const at = measure.experts.map((expert) => {
      const found = atoms.findIndex((atom) => same(atom, expert));
      return found < 0 ? atoms.push(expert) - 1 : found;
    });
    const out = new Array<number>(atoms.length).fill(0);
    at.forEach((j, k) => {
      out[j]! += weight[k]!;
    });
    return out;
  };
  const ofTruth = collect(truth.mixture);
  const ofKnown = collect(known);
  const star = truth.lambda;
  const weights = (lambda: number) =>
    atoms.map((_, j) => star * (ofTruth[j] ?? 0) + (lambda - star) * (ofKnown[j] ?? 0));
  const shares = atoms.map((_, j) =>
    ofKnown[j]! > 0 ? (ofTruth[j] ?? 0) / ofKnown[j]! : Number.POSITIVE_INFINITY,
  );
  const lower = Math.max(0, star * (1 - Math.min(...shares)));
  const filled = (lambda: number) => weights(lambda).filter((weight) => weight > NO_WEIGHT).length;
  return {
    atoms,
    weights,
    lower,
    at(lambda) {
      const all = weights(lambda);
      if (!(lambda > 0 && lambda <= 1) || all.some((weight) => weight < -NO_WEIGHT))
        return undefined;
      const kept = [...atoms.keys()].filter((j) => all[j]! > NO_WEIGHT);
      const total = kept.reduce((sum, j) => sum + all[j]!, 0);
      return { weights: kept.map((j) => all[j]! / total), experts: kept.map((j) => atoms[j]!) };
    },
    within(components) {
      if (components >= filled((lower + 1) / 2)) return { from: lower, to: 1 };
      const ends = [...new Set([lower, star, 1])].sort((a, b) => a - b);
      return ends.filter((lambda) => filled(lambda) <= components);
    },
  };
}

/** A loss where λ need not be identified, and how far λ is from where it could be. */
export interface NonDistinguishableLoss extends MixtureLoss {
  /** Distance of λ from the λs at which some measure of as many atoms has the true density; Infinity if none has. */
  readonly outside: number;
}

/**
 * Loss of a deviated mixture whose known density is the mixture G0: with h_j the weights of
 * λ* G* + (λ − λ*) G0 at the atoms of G* and G0, and cells of the fitted atoms around these,
 * Σ_j |λ Σ_{i in cell j} p_i − h_j| + λ times the errors of experts. 0 on the whole curve of
 * parameters with the true density, and elsewhere not. Throws a UsageError where the measures do not
 * fit. Derived for this package: it is not claimed to be the loss of [nguyen2024].
 */
export function nonDistinguishableLoss(
  fit: DeviatedMeasure,
  truth: DeviatedMeasure,
  known: WeightedMeasure,
  mode: ExponentMode = "published",
): NonDistinguishableLoss {
  checkLambda(fit.lambda);
  const curve = deviatedCurve(truth, known);
  const loss = lossAround(
    expertArrays(fit.mixture.experts),
    weightArray(fit.mixture).map((weight) => fit.lambda * weight),
    expertArrays(curve.atoms),
    Float64Array.from(curve.weights(fit.lambda)),
    mode,
  );
  return { ...loss, outside: distanceTo(curve.within(fit.mixture.experts.length), fit.lambda) };
}

function distanceTo(set: ReturnType<DeviatedCurve["within"]>, lambda: number): number {
  if ("from" in set) return Math.max(set.from - lambda, lambda - set.to, 0);
  return Math.min(...set.map((value) => Math.abs(value - lambda)));
}
