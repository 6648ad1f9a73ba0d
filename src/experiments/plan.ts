import type { GateRow } from "../../diagnostics/losses/measures.ts";
import type { PriorFile } from "../../models/json.ts";
import type { CountDeclaration } from "../core/distribution.ts";
import type { ModelDeclaration } from "../core/model.ts";

/** How a covariate of simulated data is drawn. */
export interface CovariatesPlan {
  readonly kind: "uniform" | "normal";
  /** Uniform: ends of each covariate. */
  readonly lower?: readonly number[];
  readonly upper?: readonly number[];
  /** Normal. */
  readonly mean?: readonly number[];
  readonly sd?: readonly number[];
}

/** An expert of a truth: sd, not variance. */
export interface TrueExpert {
  /** Linear: the intercept first, then a slope a covariate. Tanh: the slopes inside the curve alone. */
  readonly coefficients: readonly number[];
  /** Of tanh experts, amplitude · tanh(slopes · x). */
  readonly amplitude?: number;
  readonly sd: number;
}

/** A mixture of normal experts that data are drawn from; with `known`, what deviates from that density. */
export interface Truth {
  readonly name: string;
  readonly covariates: CovariatesPlan;
  /** A softmax gate, or `weights` that do not depend on covariates. */
  readonly gate?: readonly GateRow[];
  readonly weights?: readonly number[];
  readonly experts: readonly TrueExpert[];
  /** A density in the covariates, "laplace(0.3*x, 1)", and the share `lambda` of the mixture beside it. */
  readonly known?: string;
  readonly lambda?: number;
}

/** What is measured of a fit against the truth; see `measures.ts`. */
export type Measure = "loss" | "functional" | "hellinger" | "parameters" | "merged" | "lambda";

/** How the number of experts is read off a fit. */
export type Choice = "posterior" | "merge-truncate-merge" | "dendrogram";

/** A model fitted to every data set. */
export interface Fit {
  readonly name: string;
  readonly method: "mle" | "posterior";
  readonly components: number | CountDeclaration;
  readonly priors?: PriorFile;
  /** The known density of the truths, of which the fit estimates the share of the mixture. */
  readonly known?: string;
  readonly measure: readonly Measure[];
  readonly choose: readonly Choice[];
  /** Of EM. */
  readonly starts: number;
  /** Of a posterior. */
  readonly chains: number;
  readonly warmup: number;
  readonly draws: number;
  /** Draws whose losses are averaged. */
  readonly lossDraws: number;
}

/** How fast fits come near the truth, and how often they find its number of experts. */
export interface ContractionPlan {
  readonly kind: "contraction";
  readonly name: string;
  readonly seed: number;
  readonly truths: readonly Truth[];
  readonly fits: readonly Fit[];
  readonly sizes: readonly number[];
  readonly replicates: number;
}

/** The covariates of a user's own design: a column a name, a value a row. */
export type DesignColumns = Readonly<Record<string, readonly (number | string)[]>>;

interface OwnModelPlan {
  readonly name: string;
  readonly seed: number;
  readonly model: ModelDeclaration;
  readonly design: { readonly columns: DesignColumns };
  readonly replicates: number;
  readonly chains: number;
  readonly warmup: number;
  readonly draws: number;
}

/** Simulation-based calibration: ranks of what the prior drew among draws of the posterior. */
export interface CalibrationPlan extends OwnModelPlan {
  readonly kind: "calibration";
  /** Draws that a rank is taken among, spread evenly over all. */
  readonly ranks: number;
}

/** How often intervals hold the truth. */
export interface CoveragePlan extends OwnModelPlan {
  readonly kind: "coverage";
  readonly method: "mle" | "posterior";
  readonly level: number;
  /** On the scale of the data: theta K × d and gamma K × q. */
  readonly truth: { readonly theta: number[][]; readonly gamma: number[][] };
  readonly starts: number;
}

export type Plan = ContractionPlan | CalibrationPlan | CoveragePlan;
