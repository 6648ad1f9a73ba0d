import { ModelError } from "../../src/core/errors.ts";
import type { Acceptance, Gate, GateFamily, GateGivenLevels } from "../../src/core/gate.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import { log1p } from "../../src/math/log-sum-exp.ts";
import { type Matrix, matrix } from "../../src/math/matrix.ts";
import { logGammaVariate } from "../../src/math/random/gamma.ts";
import type { Rng } from "../../src/math/rng.ts";
import { logGamma } from "../../src/math/stdlib.ts";
import { dirichlet } from "../priors/dirichlet.ts";
import { constantContrasts } from "./constant-contrasts.ts";

/**
 * Weights that do not depend on covariates: an ordinary mixture with a symmetric Dirichlet prior. A component's row is
 * the log of a Gamma(concentration, 1) variate, so rows are iid a priori and normalise to Dirichlet weights.
 */
export const constant: GateFamily = {
  kind: "constant",
  reference: "[diebolt1994]",
  defaultPrior: dirichlet(1),

  compile(design, declaration): Gate {
    const prior = declaration.prior ?? constant.defaultPrior;
    if (prior.kind !== "dirichlet") {
      throw new ModelError(
        `the prior of a constant gate must be dirichlet; got ${prior.kind}. For a normal prior write the gate "~ 1"`,
      );
    }
    const concentration = Number(prior["concentration"]);
    const n = design.X.rows;
    const normalizing = logGamma(concentration);
    const counts: number[] = [];

    function step(rng: Rng, gamma: Matrix, z: Int32Array): Acceptance {
      const K = gamma.rows;
      counts.length = K;
      counts.fill(0);
      for (let i = 0; i < z.length; i++) counts[z[i]!] = counts[z[i]!]! + 1;
      for (let k = 0; k < K; k++) gamma.data[k] = logGammaVariate(rng, concentration + counts[k]!);
      // Weights and total are independent a priori, and the likelihood sees the weights only.
      const total = logGammaVariate(rng, K * concentration) - logSum(gamma);
      for (let k = 0; k < K; k++) gamma.data[k] = gamma.data[k]! + total;
      return { proposed: 0, accepted: 0 };
    }

    return {
      terms: ["(Intercept)"],
      dimension: 1,
      fixedRows: 0,
      updates: [{ name: "conjugate", method: "conjugate draw (Dirichlet)", step }],
      logPrior: ([logWeight]) => concentration * logWeight! - fastExp(logWeight!) - normalizing,

      logProbability(gamma, out) {
        const normalizer = logSum(gamma);
        for (let k = 0; k < gamma.rows; k++) {
          out.data.fill(gamma.data[k]! - normalizer, k * n, (k + 1) * n);
        }
      },

      logWeight: ([logWeight], out) => void out.fill(logWeight!),
      design: { terms: ["(Intercept)"], X: matrix(n, 1, new Float64Array(n).fill(1)) },

      contrasts: constantContrasts(concentration),

      samplePrior(rng, gammaRow) {
        gammaRow[0] = logGammaVariate(rng, concentration);
      },

      givenLevels: givenLevels(concentration),

      maximize(gamma, responsibility, priorWeight) {
        const K = gamma.rows;
        for (let k = 0; k < K; k++) {
          let weight = priorWeight * concentration;
          for (let i = 0; i < n; i++) weight += responsibility.data[k * n + i]!;
          gamma.data[k] = fastLog(Math.max(weight, Number.MIN_VALUE));
        }
        // The likelihood sees the weights only; the prior is highest where their total is K · concentration.
        const level = fastLog(K * concentration) - logSum(gamma);
        for (let k = 0; k < K; k++) gamma.data[k] = gamma.data[k]! + level;
      },
    };
  },
};

/** Given levels the exponential of a row is again a gamma variate: every draw is exact, whatever the row. */
function givenLevels(concentration: number): GateGivenLevels {
  let total = 0;
  const logWeight = (members: Int32Array): number => {
    const shape = concentration + members.length;
    return logGamma(shape) - logGamma(concentration) - shape * log1p(total);
  };
  return {
    load(logLevels) {
      total = 0;
      for (let i = 0; i < logLevels.length; i++) total += fastExp(logLevels[i]!);
    },
    draw(rng, members, row) {
      row[0] = logGammaVariate(rng, concentration + members.length) - log1p(total);
      return logWeight(members);
    },
    logWeight,
    isBelow: ([logWeight], limit) => total * fastExp(logWeight!) < limit,
  };
}

function logSum({ rows, data }: Matrix): number {
  let max = data[0]!;
  for (let k = 1; k < rows; k++) max = Math.max(max, data[k]!);
  let sum = 0;
  for (let k = 0; k < rows; k++) sum += fastExp(data[k]! - max);
  return max + fastLog(sum);
}
