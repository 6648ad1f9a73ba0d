import {
  logJoint,
  mixtureScratch,
  sumOutAllocation,
  toResponsibilities,
} from "../src/core/mixture.ts";
import type { State, Target } from "../src/core/target.ts";
import { fastLog } from "../src/math/exp.ts";
import type { Vector } from "../src/math/matrix.ts";

/** What a criterion may ask of a fit. */
export interface FitSummary {
  readonly logLikelihood: number;
  /** Number of free parameters. */
  readonly df: number;
  /** Number of rows. */
  readonly n: number;
  readonly components: number;
  /** −Σ responsibility · log responsibility, in nats. */
  readonly entropy: number;
  /** The largest log-likelihood of one component with the same formulas, where it is known. */
  readonly logLikelihoodOfOne?: number;
}

/** A number by which fits to the same rows are ranked. */
export interface InformationCriterion {
  readonly name: string;
  /** In words: which of the definitions in use this is. */
  readonly formula: string;
  readonly better: "smaller";
  readonly reference: string;
  /** NaN where the criterion is not defined for this fit. */
  value(fit: FitSummary): number;
}

const bic = ({ logLikelihood, df, n }: FitSummary): number => df * Math.log(n) - 2 * logLikelihood;
const aic = ({ logLikelihood, df }: FitSummary): number => 2 * df - 2 * logLikelihood;

/** Every information criterion; a new one is an entry here. */
export const informationCriteria: readonly InformationCriterion[] = [
  {
    name: "aic",
    formula: "-2 · log-likelihood + 2 · df",
    better: "smaller",
    reference: "[akaike1974]",
    value: aic,
  },
  {
    name: "aicc",
    formula: "AIC + 2 · df · (df + 1) / (n - df - 1); none where n ≤ df + 1",
    better: "smaller",
    reference: "[hurvich1989]",
    value: (fit) => {
      const spare = fit.n - fit.df - 1;
      return spare > 0 ? aic(fit) + (2 * fit.df * (fit.df + 1)) / spare : Number.NaN;
    },
  },
  {
    name: "bic",
    formula: "-2 · log-likelihood + df · log n",
    better: "smaller",
    reference: "[schwarz1978]",
    value: bic,
  },
  {
    name: "icl",
    formula: "BIC + 2 · entropy of the responsibilities (not of the most probable allocation)",
    better: "smaller",
    reference: "[biernacki2000]",
    value: (fit) => bic(fit) + 2 * fit.entropy,
  },
  {
    name: "nec",
    formula:
      "entropy of the responsibilities / (log-likelihood - log-likelihood of one component); " +
      "1 for one component; none where more components do not fit better",
    better: "smaller",
    reference: "[celeux1996]",
    value: normalizedEntropy,
  },
];

function normalizedEntropy(fit: FitSummary): number {
  if (fit.components === 1) return 1;
  const gain = fit.logLikelihood - (fit.logLikelihoodOfOne ?? Number.NaN);
  return gain > 0 ? fit.entropy / gain : Number.NaN;
}

/**
 * Number of free parameters of a mixture: those of K experts and of K − 1 rows of the gate (a common
 * translation of all rows changes nothing) and of λ beside a known density, less one a constraint.
 */
export function degreesOfFreedom(
  { expert, gate, deviation }: Target,
  K: number,
  constraints = 0,
): number {
  const share = deviation === undefined ? 0 : 1;
  return K * expert.dimension + (K - 1) * gate.dimension + share - constraints;
}

/** What the criteria ask of a state, where everything is free but for the constraints. */
export function fitSummary(
  target: Target,
  state: State,
  { constraints = 0, logLikelihoodOfOne }: FitSummaryOptions = {},
): FitSummary {
  const scratch = mixtureScratch(target);
  const joint = logJoint(target, state, scratch);
  const logLikelihood = sumOutAllocation(joint, scratch);
  const components = state.theta.rows;
  return {
    logLikelihood,
    df: degreesOfFreedom(target, components, constraints),
    n: target.n,
    components,
    entropy: entropy(toResponsibilities(joint, scratch).data),
    ...(logLikelihoodOfOne === undefined ? {} : { logLikelihoodOfOne }),
  };
}

/** What a state alone does not tell. */
export interface FitSummaryOptions {
  /** How many equations the parameters were held to. */
  readonly constraints?: number;
  readonly logLikelihoodOfOne?: number;
}

/** −Σ p log p, of which 0 log 0 is 0. */
function entropy(probabilities: Vector): number {
  let total = 0;
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i]!;
    if (p > 0) total -= p * fastLog(p);
  }
  return total;
}
