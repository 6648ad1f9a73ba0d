import type { ModelDeclaration } from "../../src/core/model.ts";
import type { Problem } from "./problems.d.mts";

/** The posterior of peers/baseline-gate.stan: independent priors, the last expert as baseline. */
export function modelOf({ experts, covariates }: Problem): ModelDeclaration {
  const terms = Array.from({ length: covariates }, (_, j) => `x${j + 1}`).join(" + ");
  return {
    experts: {
      family: "gaussian",
      formula: `y ~ ${terms}`,
      prior: {
        kind: "independent",
        coefficients: { kind: "normal", mean: 0, sd: 10 },
        variance: { kind: "inverse-gamma", shape: 2, rate: 1 },
      },
    },
    gate: {
      kind: "softmax",
      formula: `~ ${terms}`,
      prior: { kind: "normal", mean: 0, sd: 2.5 },
      baseline: "last",
    },
    components: experts,
    standardize: false,
  };
}
