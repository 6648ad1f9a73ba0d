import {
  CONJUGATE,
  CONSTANT,
  INDEPENDENT,
  SHIFTED_SOFTMAX,
  SLICED,
  SOFTMAX,
} from "./gibbs-cases.ts";
import type { TinyModel } from "./tiny-targets.ts";

const COEFFICIENTS = {
  kind: "coefficients",
  coefficients: { kind: "normal", mean: 0.2, sd: 0.8 },
} as const;

const OVERDISPERSED = {
  kind: "overdispersed",
  coefficients: { kind: "normal", mean: 0.2, sd: 0.6 },
  size: { kind: "gamma", shape: 4, rate: 1 },
} as const;

/** Every family, gate and kind of design whose allocations can be summed out with derivatives. */
export const marginalCases: Readonly<Record<string, TinyModel>> = {
  "conjugate experts": { experts: CONJUGATE, gate: SOFTMAX, components: 2, rows: 8 },
  "three experts, shifted gate": {
    experts: CONJUGATE,
    gate: SHIFTED_SOFTMAX,
    components: 3,
    rows: 9,
    gateScale: 1.3,
  },
  "baseline gate": {
    experts: INDEPENDENT,
    gate: { ...SHIFTED_SOFTMAX, baseline: "last" },
    components: 3,
    rows: 8,
  },
  "constant gate with an offset": {
    experts: CONJUGATE,
    gate: CONSTANT,
    components: 3,
    rows: 8,
    offset: true,
  },
  "priors of heavy tails": { experts: SLICED, gate: SOFTMAX, components: 2, rows: 8 },
  counts: {
    family: "poisson",
    experts: COEFFICIENTS,
    gate: SOFTMAX,
    components: 2,
    rows: 8,
    offset: true,
  },
  successes: {
    family: "binomial",
    experts: COEFFICIENTS,
    gate: SOFTMAX,
    components: 3,
    rows: 8,
    trials: [3, 1, 7, 2, 5, 4, 1, 9],
  },
  "overdispersed counts": {
    family: "negative-binomial",
    experts: OVERDISPERSED,
    gate: { ...SOFTMAX, baseline: "last" },
    components: 2,
    rows: 8,
  },
};
