import { gibbs } from "../../samplers/gibbs.ts";
import type { Move } from "../../src/core/kernel.ts";
import type { Target } from "../../src/core/target.ts";
import { type Decision, decide } from "./decision.ts";
import { digamma } from "./digamma.ts";
import { geweke } from "./geweke.ts";
import {
  type Exact,
  exactNormalGate,
  expertParameters,
  gateParameters,
  type Observables,
  together,
  withExact,
} from "./observables.ts";
import { jointQuantities, labelInvariant } from "./row-quantities.ts";
import { sbc } from "./sbc.ts";
import { type TinyModel, tinyTarget } from "./tiny-targets.ts";

export const CONJUGATE = {
  kind: "normal-inverse-gamma",
  mean: 0.3,
  scale: 1.5,
  shape: 4,
  rate: 2,
} as const;

export const INDEPENDENT = {
  kind: "independent",
  coefficients: { kind: "normal", mean: 0.2, sd: 1.2 },
  variance: { kind: "inverse-gamma", shape: 3, rate: 2 },
} as const;

export const SLICED = {
  kind: "independent",
  coefficients: { kind: "student-t", df: 5, location: 0, scale: 1 },
  sd: { kind: "half-cauchy", scale: 0.5 },
} as const;

export const GATE_SD = 1.5;

export const SOFTMAX = {
  kind: "softmax",
  formula: "~ x",
  prior: { kind: "normal", mean: 0, sd: GATE_SD },
} as const;

export const SHIFTED_SOFTMAX = { ...SOFTMAX, prior: { kind: "normal", mean: 0.8, sd: 1 } } as const;

export const SLICED_SOFTMAX = {
  ...SOFTMAX,
  prior: { kind: "student-t", df: 5, location: 0, scale: 1 },
} as const;

export const CONSTANT = {
  kind: "constant",
  prior: { kind: "dirichlet", concentration: 1.5 },
} as const;

/** A sampler on a tiny model. */
export interface GibbsCase extends TinyModel {
  readonly gateUpdate?: string;
}

/** Every path through the fixed-K kernel. */
export const gibbsCases: Readonly<Record<string, GibbsCase>> = {
  "conjugate experts, Laplace-t gate": {
    experts: CONJUGATE,
    gate: SOFTMAX,
    components: 2,
    rows: 8,
    gateUpdate: "laplace",
  },
  "conjugate experts, Pólya-Gamma gate": {
    experts: CONJUGATE,
    gate: SOFTMAX,
    components: 2,
    rows: 8,
    gateUpdate: "polya-gamma",
  },
  "three experts, Laplace-t gate": {
    experts: CONJUGATE,
    gate: SHIFTED_SOFTMAX,
    components: 3,
    rows: 8,
    gateUpdate: "laplace",
  },
  "three experts, Pólya-Gamma gate": {
    experts: CONJUGATE,
    gate: SHIFTED_SOFTMAX,
    components: 3,
    rows: 8,
    gateUpdate: "polya-gamma",
  },
  "independent priors, last expert as baseline, Laplace-t gate": {
    experts: INDEPENDENT,
    gate: { ...SOFTMAX, baseline: "last" },
    components: 3,
    rows: 8,
    gateUpdate: "laplace",
  },
  "independent priors, last expert as baseline, Pólya-Gamma gate": {
    experts: INDEPENDENT,
    gate: { ...SHIFTED_SOFTMAX, baseline: "last" },
    components: 3,
    rows: 8,
    gateUpdate: "polya-gamma",
  },
  "sliced experts with an offset": {
    experts: SLICED,
    gate: SOFTMAX,
    components: 2,
    rows: 6,
    offset: true,
  },
  "sliced gate": { experts: CONJUGATE, gate: SLICED_SOFTMAX, components: 2, rows: 8 },
  "constant gate with an offset": {
    experts: CONJUGATE,
    gate: CONSTANT,
    components: 3,
    rows: 8,
    offset: true,
  },
};

/** The case's target and kernel. */
export function compileCase(tiny: GibbsCase) {
  const target = tinyTarget(tiny);
  return { target, kernel: kernelOf(target, tiny) };
}

/** The sampler of a case on another (say, broken) target. */
export function kernelOf(target: Target, { gateUpdate }: GibbsCase) {
  return gibbs(gateUpdate === undefined ? {} : { gateUpdate }).compile(target);
}

/** Everything that Geweke's test looks at, with the exact expectations that the priors have. */
export function gewekeObservables(target: Target, tiny: TinyModel): Observables {
  const { mean, sd } = { ...tiny.gate.prior };
  const normal = tiny.gate.kind === "softmax" && mean === 0;
  const gateExact = normal ? exactNormalGate(target, Number(sd)) : {};
  const { family = "gaussian" } = tiny;
  const exact = family === "gaussian" ? gaussianExpectations(tiny) : { expert: {}, joint: {} };
  return together(
    withExact(expertParameters(target), exact.expert),
    withExact(gateParameters(target), gateExact),
    withExact(jointQuantities(target), exact.joint),
  );
}

/** What is known of Gaussian experts, whose log density depends on y only through a standard normal residual. */
function gaussianExpectations(tiny: TinyModel): { readonly expert: Exact; readonly joint: Exact } {
  const logSd = expectedLogSd(tiny);
  const logDensity = -0.5 * (Math.log(2 * Math.PI) + 1) - logSd;
  return {
    expert: { "log sd": logSd },
    joint: { "log f(y | z)": logDensity, "log f(y | z) of row 0": logDensity },
  };
}

/** E(log sd): of the inverse-gamma variances, and of a half-Cauchy sd. */
function expectedLogSd({ experts }: TinyModel): number {
  if (experts === SLICED) return Math.log(SLICED.sd.scale);
  const { shape, rate } = experts === INDEPENDENT ? INDEPENDENT.variance : CONJUGATE;
  return 0.5 * (Math.log(rate) - digamma(shape));
}

/** Sizes of the suite that runs with the ordinary tests; the slow one has `power` times as many sweeps. */
const CHAINS = 24;
const SWEEPS = 600;
const PRIOR_DRAWS = 10_000;

/** Geweke's test of a kernel for the case's target. */
export function testByGeweke(target: Target, kernel: Move, tiny: TinyModel, power = 1): Decision {
  const observables = gewekeObservables(target, tiny);
  return decide((seed, effort) =>
    geweke(target, kernel, {
      chains: CHAINS,
      sweeps: SWEEPS * effort * power,
      observables,
      seed,
      priorDraws: PRIOR_DRAWS * effort * power,
    }),
  );
}

const REPLICATES = 200;

/** Simulation-based calibration of a kernel for the target, on quantities that do not depend on labels. */
export function testBySbc(target: Target, kernel: Move, power = 1): Decision {
  const observables = labelInvariant(target);
  return decide((seed, effort) =>
    sbc(target, kernel, {
      replicates: REPLICATES * effort * power,
      draws: 31,
      bins: 16,
      warmup: 100,
      observables,
      seed,
    }),
  );
}
