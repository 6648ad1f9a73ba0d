import type { Observations } from "../../../src/core/data.ts";
import type { Support } from "../../../src/core/distribution.ts";
import { ModelError } from "../../../src/core/errors.ts";
import type { ExpertPriorDeclaration } from "../../../src/core/model.ts";
import type { RowFamily } from "../../../src/core/varying.ts";
import { INTERCEPT } from "../../../src/data/design.ts";
import { binomialCdf } from "../../../src/math/binomial.ts";
import { fastExp } from "../../../src/math/exp.ts";
import type { Vector } from "../../../src/math/matrix.ts";
import { mean, standardDeviation } from "../../../src/math/moments.ts";
import { negativeBinomialCdf } from "../../../src/math/negative-binomial.ts";
import { fastNormalCdf } from "../../../src/math/normal-cdf.ts";
import type { Rng } from "../../../src/math/rng.ts";
import { binomialDefault } from "../../experts/binomial-default.ts";
import { coefficientVariances, readable } from "../../experts/coefficient-scale.ts";
import type { Coordinate } from "../../experts/coordinate-prior.ts";
import { scalePrior } from "../../experts/gaussian-scale.ts";
import { boundedSize } from "../../experts/negative-binomial-distribution.ts";
import { defaultPrior as countsDefault } from "../../experts/poisson-default.ts";
import { logCoordinate, sizePrior } from "../../experts/size-prior.ts";
import { binomialRows } from "../binomial.ts";
import { gaussianRows } from "../gaussian.ts";
import { negativeBinomialRows } from "../negative-binomial.ts";

/** The prior of a dispersion's level, on the dispersion itself and as a coordinate, its logarithm. */
export interface DispersionPrior {
  logDensity(dispersion: number): number;
  sample(rng: Rng): number;
  readonly coordinate: Coordinate;
}

/** What sampling functions of an index needs of a family beyond its rows. */
export interface SampledFamily {
  readonly prior: ExpertPriorDeclaration["kind"];
  /** Name of the dispersion in draws; absent where there is none. */
  readonly dispersion?: "sd" | "size";
  /** Whether responses are normal around the linear predictor, so that its functions have normal conditionals. */
  readonly isNormal: boolean;
  readonly response: Support;
  /** Whether responses are successes of trials. */
  readonly takesTrials: boolean;
  /** What a scale of 1 means for the experts' functions, on the scale of the linear predictor. */
  unit(observations: Observations): number;
  defaultPrior(observations: Observations): ExpertPriorDeclaration;
  dispersionPrior?(prior: ExpertPriorDeclaration): DispersionPrior;
  rows(y: Vector, trials: Vector): RowFamily;
  cumulative(y: number, eta: number, s: number, trials: number): number;
}

/** Of coefficients, in sds of the response a sd of the covariate. */
const SD = 2.5;
const RELATIVE_RATE = 0.01;

const families: Readonly<Record<string, SampledFamily>> = {
  gaussian: {
    prior: "independent",
    dispersion: "sd",
    isNormal: true,
    response: "real",
    takesTrials: false,
    unit: (observations) => readable(spreadOf(observations).sd),
    defaultPrior: gaussianDefault,
    dispersionPrior(prior) {
      const { logDensity, sample } = scalePrior(ofKind("independent", prior));
      return { logDensity, sample, coordinate: logCoordinate(logDensity, sample) };
    },
    rows: (y) => gaussianRows(y, 1),
    cumulative: (y, eta, s) => fastNormalCdf((y - eta) * fastExp(-s)),
  },
  binomial: {
    prior: "coefficients",
    isNormal: false,
    response: "count",
    takesTrials: true,
    unit: () => 1,
    defaultPrior: (observations) => binomialDefault(observations, trialsOf(observations)),
    rows: binomialRows,
    cumulative: (y, eta, _s, trials) => binomialCdf(y, trials, eta),
  },
  "negative-binomial": {
    prior: "overdispersed",
    dispersion: "size",
    isNormal: false,
    response: "count",
    takesTrials: false,
    unit: () => 1,
    defaultPrior: (observations) => ({
      kind: "overdispersed",
      coefficients: countsDefault(observations).coefficients,
      dispersion: { kind: "exponential", rate: 1 },
    }),
    dispersionPrior(prior) {
      const { logDensity, sample, coordinate } = sizePrior(ofKind("overdispersed", prior));
      return { logDensity, sample: (rng) => boundedSize(sample(rng)), coordinate };
    },
    rows: (y) => negativeBinomialRows(y),
    cumulative: (y, eta, s) => negativeBinomialCdf(y, eta, boundedSize(fastExp(s))),
  },
};

/** Throws a ModelError that lists the families whose functions can be sampled. */
export function sampledFamily(name: string): SampledFamily {
  const family = families[name];
  if (family !== undefined) return family;
  throw new ModelError(
    `experts with varying coefficients must be of a family among ${Object.keys(families).join(", ")}; got ${name}`,
    { family: name },
  );
}

/** Trials of every row, 1 where the formula does not say. */
export const trialsOf = ({ n, design }: Observations): Vector =>
  design.trials ?? new Float64Array(n).fill(1);

/** The prior as one of this kind; throws a ModelError for another. */
export function ofKind<K extends ExpertPriorDeclaration["kind"]>(
  kind: K,
  prior: ExpertPriorDeclaration,
): Extract<ExpertPriorDeclaration, { kind: K }> {
  if (prior.kind === kind) return prior as Extract<ExpertPriorDeclaration, { kind: K }>;
  throw new ModelError(
    `the prior of experts with sampled functions must be of kind "${kind}" for this family; got "${prior.kind}"`,
    { kind: prior.kind },
  );
}

/** Mean and sd of the response less its offset; sd 1 where all are equal. */
function spreadOf({ y, design }: Observations): { mean: number; sd: number } {
  const working = y.map((value, i) => value - (design.offset?.[i] ?? 0));
  const isConstant = working.every((value) => value === working[0]);
  return { mean: mean(working), sd: isConstant ? 1 : standardDeviation(working) };
}

/** Independent: coefficients normal with sd 2.5 sds of the response, its variance as by default without an index. */
function gaussianDefault(observations: Observations): ExpertPriorDeclaration {
  const { design } = observations;
  const { mean: middle, sd } = spreadOf(observations);
  const variances = coefficientVariances(design, (SD * sd) ** 2, (SD * middle) ** 2);
  return {
    kind: "independent",
    coefficients: design.terms.map((term, j) => ({
      kind: "normal",
      mean: term === INTERCEPT ? readable(middle) : 0,
      sd: readable(Math.sqrt(variances[j]!)),
    })),
    variance: { kind: "inverse-gamma", shape: 1, rate: readable(RELATIVE_RATE * sd * sd) },
  };
}
