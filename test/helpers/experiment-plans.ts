import type { Truth } from "../../src/experiments/plan.ts";

/** Two experts that cross, well apart. */
export const twoExperts = {
  name: "two",
  covariates: { kind: "uniform", lower: [-1], upper: [1] },
  gate: [
    { intercept: 0.3, slopes: [1.2] },
    { intercept: 0, slopes: [0] },
  ],
  experts: [
    { coefficients: [0.8, 1.5], sd: 0.2 },
    { coefficients: [-0.8, -1], sd: 0.3 },
  ],
} as const satisfies Truth;

/** Small fits of 2 × `replicates` data sets, a few milliseconds each. */
export const smallPlan = (replicates: number) => ({
  kind: "contraction",
  name: "small",
  seed: 3,
  truths: [twoExperts],
  fits: [
    {
      name: "maximum",
      method: "mle",
      components: 2,
      starts: 1,
      measure: ["loss", "parameters"],
      choose: ["dendrogram"],
    },
  ],
  sizes: [60, 120],
  replicates,
});

/** Two lines that deviate from a Laplace density by half of the rows. */
export const deviatedTruth = {
  name: "deviated",
  covariates: { kind: "uniform", lower: [-1], upper: [1] },
  weights: [0.4, 0.6],
  experts: twoExperts.experts,
  known: "laplace(0.3*x, 1)",
  lambda: 0.5,
} as const satisfies Truth;

/** Two curves under a softmax gate. */
export const twoCurves = {
  ...twoExperts,
  name: "curves",
  experts: [
    { amplitude: 2, coefficients: [2], sd: 0.2 },
    { amplitude: 1.2, coefficients: [-3], sd: 0.3 },
  ],
} as const satisfies Truth;
