import { compileCount } from "../../models/counts/index.ts";
import type { CountPrior } from "../../src/core/distribution.ts";
import type { Expert } from "../../src/core/expert.ts";
import type { Target } from "../../src/core/target.ts";
import { digamma } from "./digamma.ts";
import { CONJUGATE, GATE_SD, SOFTMAX } from "./gibbs-cases.ts";
import {
  exactNormalGate,
  expertParameters,
  gateParameters,
  type Observables,
  together,
  withExact,
} from "./observables.ts";
import { jointQuantities } from "./row-quantities.ts";
import { type RandomModel, tinyTarget } from "./tiny-targets.ts";

/** Few enough experts that every number of them is often met. */
export const UNIFORM = compileCount({ kind: "uniform", lower: 1, upper: 4, max: 4 });

export const HEAVY_TAILED = compileCount({
  kind: "beta-negative-binomial",
  shape: 1,
  a: 4,
  b: 3,
  max: 6,
});

/** One rule a kernel can be put to: the prior, or a joint law, that it must keep. */
export type Setting = "no data" | "flat likelihood" | "Geweke";

const models: Readonly<Record<Setting, RandomModel>> = {
  "no data": { experts: CONJUGATE, gate: SOFTMAX, components: HEAVY_TAILED, rows: 0 },
  "flat likelihood": { experts: CONJUGATE, gate: SOFTMAX, components: UNIFORM, rows: 6 },
  Geweke: { experts: CONJUGATE, gate: SOFTMAX, components: UNIFORM, rows: 8 },
};

/** The target of a setting, and what is looked at, exact expectations included. */
export function randomCountCase(setting: Setting) {
  const model = models[setting];
  const target = tinyTarget(model);
  const tried = setting === "flat likelihood" ? flat(target) : target;
  return { target: tried, observables: randomCountObservables(tried, setting) };
}

/** The target with experts that say nothing of the response, so that its posterior is its prior. */
export function flat(target: Target): Target {
  const { samplePrior } = target.expert;
  const expert: Expert = {
    ...target.expert,
    logDensity: (_, out) => void out.fill(0),
    update: (rng, theta) => samplePrior(rng, theta),
    approximate: () => ({
      draw(rng, theta) {
        samplePrior(rng, theta);
        return 0;
      },
      logWeight: () => 0,
    }),
  };
  return { ...target, expert, simulate: () => undefined };
}

function randomCountObservables(target: Target, setting: Setting): Observables {
  const prior = target.components as CountPrior;
  const logSd = 0.5 * (Math.log(CONJUGATE.rate) - digamma(CONJUGATE.shape));
  const logDensity = setting === "Geweke" ? -0.5 * (Math.log(2 * Math.PI) + 1) - logSd : 0;
  return together(
    withExact(countQuantities(target), exactCount(prior, logSd)),
    withExact(expertParameters(target), { "log sd": logSd }),
    withExact(gateParameters(target), exactGate(target, prior)),
    ...(target.n === 0
      ? []
      : [
          withExact(jointQuantities(target), {
            "log f(y | z)": logDensity,
            "log f(y | z) of row 0": logDensity,
          }),
        ]),
  );
}

/** The number of components, whether it is each of 1, 2, …, and its products with means over components. */
function countQuantities({ capacity, expert }: Target): Observables {
  const names = ["K", ...numbersUpTo(capacity).map((k) => `K = ${k}`), "K · log sd", "K · gate²"];
  const sdAt = expert.dimension - 1;
  return {
    names,
    expected: names.map(() => undefined),
    observe({ theta, gamma }, out) {
      const K = theta.rows;
      out.fill(0);
      out[0] = K;
      out[K] = 1;
      for (let k = 0; k < K; k++) {
        out[capacity + 1] = out[capacity + 1]! + Math.log(theta.data[k * theta.columns + sdAt]!);
        out[capacity + 2] = out[capacity + 2]! + gamma.data[k * gamma.columns]! ** 2;
      }
    },
  };
}

function exactCount(prior: CountPrior, logSd: number): Record<string, number> {
  const mean = expectation(prior, (K) => K);
  const exact: Record<string, number> = {
    K: mean,
    "K · log sd": mean * logSd,
    "K · gate²": mean * GATE_SD ** 2,
  };
  for (const k of numbersUpTo(prior.max)) exact[`K = ${k}`] = Math.exp(prior.logProbability(k));
  return exact;
}

function exactGate(target: Target, prior: CountPrior): Record<string, number> {
  const exact = { ...exactNormalGate(target, GATE_SD) };
  const inverse = expectation(prior, (K) => 1 / K);
  for (let j = 0; j < target.gate.dimension; j++) {
    exact[`level of gate[${j}], squared`] = GATE_SD ** 2 * inverse;
  }
  return exact;
}

/** Σ p(K) f(K). */
export function expectation(prior: CountPrior, f: (K: number) => number): number {
  return numbersUpTo(prior.max).reduce(
    (sum, K) => sum + Math.exp(prior.logProbability(K)) * f(K),
    0,
  );
}

export function numbersUpTo(last: number): number[] {
  return Array.from({ length: last }, (_, j) => j + 1);
}
