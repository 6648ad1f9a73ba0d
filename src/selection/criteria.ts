import {
  type FitSummary,
  fitSummary,
  informationCriteria,
} from "../../diagnostics/information-criteria.ts";
import type { GridModel, ModelName, RankedBy } from "../report/grid-input.ts";
import { stateOf } from "../run/climb-task.ts";
import type { Fit } from "./refits.ts";

/** What `maximizeGrid` ranks by when every model is judged by rows that it has not seen. */
export const crossValidated: RankedBy = {
  name: "cv",
  formula: "Σ_i log p(y_i | x_i) at the maximum without the fold of row i",
  better: "larger",
};

/** What a fit is to the information criteria. */
export function summaryOf(
  { compiled: { target }, best }: Fit,
  logLikelihoodOfOne?: number,
): FitSummary {
  const state = stateOf(target.n, best);
  return fitSummary(target, state, logLikelihoodOfOne === undefined ? {} : { logLikelihoodOfOne });
}

/** The value of a criterion by name; NaN where it is not defined. */
export function criterionOf(name: string, fit: FitSummary): number {
  return informationCriteria.find((one) => one.name === name)!.value(fit);
}

/** Log-likelihood, degrees of freedom and every criterion of a fit. */
export function criteriaOf(fit: Fit, logLikelihoodOfOne?: number) {
  const summary = summaryOf(fit, logLikelihoodOfOne);
  const { logLikelihood, df } = summary;
  const orNull = (name: string): number | null => {
    const value = criterionOf(name, summary);
    return Number.isFinite(value) ? value : null;
  };
  return {
    logLikelihood,
    df,
    aic: criterionOf("aic", summary),
    aicc: orNull("aicc"),
    bic: criterionOf("bic", summary),
    icl: criterionOf("icl", summary),
    nec: orNull("nec"),
    converged: fit.best.converged,
    degenerate: fit.best.degenerate,
  };
}

/** The best model by each criterion, degenerate ones only where there are no others; of equals, the first. */
export function bestBy(
  criteria: readonly RankedBy[],
  models: readonly GridModel[],
): Record<string, ModelName> {
  const regular = models.filter(({ degenerate }) => !degenerate);
  const candidates = regular.length > 0 ? regular : models;
  return Object.fromEntries(
    criteria.flatMap(({ name, better }) => {
      const sign = better === "smaller" ? 1 : -1;
      const best = candidates
        .map((model) => ({ model, loss: sign * criterionIn(name, model) }))
        .filter(({ loss }) => Number.isFinite(loss))
        .reduce<Ranked | undefined>(
          (a, b) => (a === undefined || b.loss < a.loss ? b : a),
          undefined,
        );
      if (best === undefined) return [];
      const { formula, components } = best.model;
      return [[name, { formula, components }]];
    }),
  );
}

interface Ranked {
  readonly model: GridModel;
  readonly loss: number;
}

function criterionIn(name: string, model: GridModel): number {
  if (name === "cv") return model.cv?.value ?? Number.NaN;
  return model[name as "aic" | "aicc" | "bic" | "icl" | "nec"] ?? Number.NaN;
}
