import { compile } from "../../models/compile.ts";
import { sampler } from "../../samplers/index.ts";
import type { Move } from "../../src/core/kernel.ts";
import type { ExpertPriorDeclaration, ModelDeclaration } from "../../src/core/model.ts";
import type { Target } from "../../src/core/target.ts";
import { tableFrom } from "../../src/data/table.ts";
import { type Decision, decide } from "./decision.ts";
import { geweke } from "./geweke.ts";
import {
  expertParameters,
  gateParameters,
  type Observables,
  only,
  together,
} from "./observables.ts";
import { jointQuantities, labelInvariant } from "./row-quantities.ts";
import { sbc } from "./sbc.ts";

/** A sampler on a tiny model whose coefficients are functions of u. */
export interface FunctionCase {
  readonly family: "gaussian" | "binomial" | "negative-binomial";
  readonly dispersion: boolean;
  readonly components: ModelDeclaration["components"];
  readonly gateUpdate?: string;
  readonly sampler?: string;
  readonly what?: { readonly experts?: readonly string[]; readonly gate?: readonly string[] };
}

const PRIORS: Readonly<Record<FunctionCase["family"], ExpertPriorDeclaration>> = {
  gaussian: {
    kind: "independent",
    coefficients: { kind: "normal", mean: 0.2, sd: 1 },
    variance: { kind: "inverse-gamma", shape: 4, rate: 2 },
  },
  binomial: { kind: "coefficients", coefficients: { kind: "normal", mean: 0.2, sd: 1 } },
  "negative-binomial": {
    kind: "overdispersed",
    coefficients: { kind: "normal", mean: 0.5, sd: 0.5 },
    size: { kind: "gamma", shape: 4, rate: 1 },
  },
};

/** Rows of the tiny table, without a pattern. */
const ROWS = {
  y: [2, 0, 1, 3, 0, 1, 4, 2],
  x: [-1.5, 0.7, -0.2, 1.8, -1.1, 1.2, 0.1, -0.6],
  u: [0, 0.1, 0.3, 0.35, 0.5, 0.75, 0.8, 1],
  m: [4, 5, 4, 6, 4, 5, 7, 4],
};

/** The model: one covariate in experts and gate, a line and a parabola besides the level. */
export function functionModel({
  family,
  dispersion,
  components,
  what,
}: FunctionCase): ModelDeclaration {
  const trials = family === "binomial" ? " + trials(m)" : "";
  return {
    experts: { family, formula: `y ~ x${trials}`, prior: PRIORS[family] },
    gate: { kind: "softmax", formula: "~ x", prior: { kind: "normal", mean: 0, sd: 1 } },
    components,
    standardize: false,
    varying: {
      index: "u",
      experts: what?.experts ?? "all",
      gate: what?.gate ?? "all",
      dispersion,
      basis: 2,
      scale: 0.7,
      unit: 1,
    },
  };
}

export function compileFunctions(tiny: FunctionCase): { target: Target; kernel: Move } {
  const { target } = compile(functionModel(tiny), tableFrom(ROWS));
  return { target, kernel: functionKernel(target, tiny) };
}

/** The sampler of a case on its target, or on a broken one. */
export function functionKernel(
  target: Target,
  { sampler: name = "gibbs", gateUpdate }: FunctionCase,
): Move {
  return sampler(name, gateUpdate === undefined ? {} : { gateUpdate }).compile(target);
}

/** Parameters and their squares, densities of rows, and numbers of components; none with heavy tails. */
function observablesOf(target: Target): Observables {
  const single = (of: Observables): Observables =>
    only(
      of,
      of.names.filter((name) => !name.includes(" · ")),
    );
  const counts = [
    "gate_entropy",
    "K_filled",
    ...(typeof target.components === "number" ? [] : ["K"]),
  ];
  return together(
    single(expertParameters(target)),
    single(gateParameters(target)),
    jointQuantities(target),
    only(labelInvariant(target), counts),
  );
}

export function gewekeOnFunctions(target: Target, kernel: Move, sweeps = 300): Decision {
  const observables = observablesOf(target);
  return decide((seed, effort) =>
    geweke(target, kernel, {
      chains: 24,
      sweeps: sweeps * effort,
      seed,
      priorDraws: 5000 * effort,
      observables,
    }),
  );
}

export function calibrationOfFunctions(target: Target, kernel: Move): Decision {
  const observables = labelInvariant(target);
  return decide((seed, effort) =>
    sbc(target, kernel, {
      replicates: 100 * effort,
      draws: 19,
      bins: 10,
      warmup: 50,
      observables,
      seed,
    }),
  );
}
