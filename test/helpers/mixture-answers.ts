import type { Target } from "../../src/core/target.ts";
import { matrix, row } from "../../src/math/matrix.ts";
import { type Decision, decide } from "./decision.ts";
import {
  type Conditional,
  dirichletGate,
  enumerate,
  expectedLogSd,
  fittedMean,
  type GateGivenAllocation,
  logisticGate,
} from "./enumeration.ts";
import {
  CONJUGATE,
  CONSTANT,
  compileCase,
  GATE_SD,
  type GibbsCase,
  SHIFTED_SOFTMAX,
  SOFTMAX,
} from "./gibbs-cases.ts";
import type { Observables } from "./observables.ts";
import { posteriorMeans } from "./posterior-means.ts";
import { COVARIATE, designRows, offsetOf, RESPONSE } from "./tiny-targets.ts";

/** A row whose predictions are looked at, and two rows that may share an expert. */
const ANCHOR = 3;
const PAIR = [0, 4] as const;

/** Label-free functionals of two conjugate regressions, in the order in which `mixtureFunctionals` reads them. */
const conditionals: Readonly<Record<string, Conditional>> = {
  "rows of a pair share an expert": ({ z }) => (z[PAIR[0]] === z[PAIR[1]] ? 1 : 0),
  K_filled: ({ z }) => new Set(z).size,
  "mean log sd": ({ fits }) => 0.5 * (expectedLogSd(fits[0]) + expectedLogSd(fits[1])),
  "product of log sds": ({ fits }) => expectedLogSd(fits[0]) * expectedLogSd(fits[1]),
  "log sd of the anchor's expert": ({ z, fits }) => expectedLogSd(fits[z[ANCHOR] === 0 ? 0 : 1]),
  "mean of the anchor's expert": ({ z, fits }) => anchorMean(fits[z[ANCHOR] === 0 ? 0 : 1]),
  "predictive mean at the anchor": ({ fits, gate }) => {
    const first = gate.first[ANCHOR]!;
    return first * anchorMean(fits[0]) + (1 - first) * anchorMean(fits[1]);
  },
  "gate entropy": ({ gate }) => gate.entropy,
};

const anchorMean = (fit: Parameters<typeof fittedMean>[1]) =>
  fittedMean([1, COVARIATE[ANCHOR]!], fit);

/**
 * What a chain on the tiny target of two conjugate experts should average to, by enumerating all allocations; with an
 * offset the means are those less the offset.
 */
function mixtureFunctionals(
  target: Target,
  offset: boolean,
  gate: (z: readonly number[]) => GateGivenAllocation,
): Observables {
  const { n } = target;
  const shift = offset ? offsetOf(COVARIATE[ANCHOR]!) : 0;
  const y = RESPONSE.slice(0, n).map((v, i) => v - (offset ? offsetOf(COVARIATE[i]!) : 0));
  const log = matrix(2, n);
  const mean = new Float64Array(n);
  const sdAt = target.expert.dimension - 1;
  return {
    names: Object.keys(conditionals),
    expected: enumerate({ X: designRows(n), y }, CONJUGATE, gate, Object.values(conditionals)),
    observe({ theta, gamma, z }, out) {
      target.gate.logProbability(gamma, log);
      const own = z[ANCHOR]!;
      const logSds = [0, 1].map((k) => Math.log(row(theta, k)[sdAt]!));
      const fitted = [0, 1].map((k) => {
        target.expert.mean(row(theta, k), mean);
        return mean[ANCHOR]! - shift;
      });
      const first = Math.exp(log.data[ANCHOR]!);
      out[0] = z[PAIR[0]] === z[PAIR[1]] ? 1 : 0;
      out[1] = new Set(z).size;
      out[2] = 0.5 * (logSds[0]! + logSds[1]!);
      out[3] = logSds[0]! * logSds[1]!;
      out[4] = logSds[own]!;
      out[5] = fitted[own]!;
      out[6] = first * fitted[0]! + (1 - first) * fitted[1]!;
      out[7] = log.data.reduce((sum, l) => sum - (Math.exp(l) * l) / n, 0);
    },
  };
}

const tiny: GibbsCase = { experts: CONJUGATE, gate: SOFTMAX, components: 2, rows: 8 };
const baseline: GibbsCase = { ...tiny, gate: { ...SOFTMAX, baseline: "last" } };

/** The gate of a difference of rows with this sd, over the tiny model's design. */
const gateOf = (sd: number) => () => logisticGate(designRows(tiny.rows), sd);

/** The difference of two free rows has √2 times the sd of one; against a baseline it has that of one. */
const symmetric = gateOf(GATE_SD * Math.SQRT2);
const shifted = gateOf(SHIFTED_SOFTMAX.prior.sd * Math.SQRT2);
const dirichlet = () => dirichletGate(CONSTANT.prior.concentration);

/** Two experts on a few rows, with how the evidence of their gate is had. */
export interface MixtureCase {
  readonly model: GibbsCase;
  readonly gate: () => (z: readonly number[]) => GateGivenAllocation;
}

export const mixtureCases: Readonly<Record<string, MixtureCase>> = {
  "a constant gate": { model: { ...tiny, gate: CONSTANT, rows: 10 }, gate: dirichlet },
  "a constant gate and an offset": {
    model: { ...tiny, gate: CONSTANT, offset: true },
    gate: dirichlet,
  },
  "a Laplace-t gate": { model: { ...tiny, gateUpdate: "laplace" }, gate: symmetric },
  "a Pólya-Gamma gate": { model: { ...tiny, gateUpdate: "polya-gamma" }, gate: symmetric },
  "a gate with prior mean": { model: { ...tiny, gate: SHIFTED_SOFTMAX }, gate: shifted },
  "a baseline, Laplace-t": {
    model: { ...baseline, gateUpdate: "laplace" },
    gate: gateOf(GATE_SD),
  },
  "a baseline, Pólya-Gamma": {
    model: { ...baseline, gateUpdate: "polya-gamma" },
    gate: gateOf(GATE_SD),
  },
};

const CHAINS = 16;
const WARMUP = 200;
const SWEEPS = 1500;

/** Whether the Gibbs kernel's posterior means are those of enumeration; `power` multiplies its sweeps. */
export function testByEnumeration({ model, gate }: MixtureCase, power = 1): Decision {
  const { target, kernel } = compileCase(model);
  const observables = mixtureFunctionals(target, model.offset === true, gate());
  return decide((seed, effort) =>
    posteriorMeans(kernel, {
      chains: CHAINS,
      warmup: WARMUP,
      sweeps: SWEEPS * effort * power,
      observables,
      seed,
    }),
  );
}
