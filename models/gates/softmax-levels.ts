import type { GateGivenLevels } from "../../src/core/gate.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import { linearPredictor } from "../../src/math/gram.ts";
import type { Vector } from "../../src/math/matrix.ts";
import { newton } from "../../src/math/newton.ts";
import { multivariateT } from "../../src/math/random/elliptical.ts";
import { dot, rowStep } from "./row-step.ts";
import type { NormalRowPrior } from "./softmax-prior.ts";

/** Degrees of freedom of the proposal: heavier tails than the target's. */
const DF = 12;
/** The search for the mode ends with a step that promises less than half of this. */
const TOLERANCE = 0.05;
/** Beyond this a linear predictor's exponential is taken for what it is there: no density to speak of. */
const LARGEST_EXPONENT = 600;

/**
 * One row of a softmax gate given levels: h(γ) = N(γ) exp(Σ_{i ∈ members} w_i'γ − Σ_i u_i e^(w_i'γ)) is the posterior
 * of a Poisson regression, log-concave; q is a t around its mode. The search starts where the intercept alone would
 * fit, a function of levels and members only. Source: [argiento2022] (the levels), [tierney1994] §2.3.2 (the proposal).
 */
export function softmaxGivenLevels(
  W: Vector,
  n: number,
  q: number,
  prior: NormalRowPrior,
  hasIntercept: boolean,
): GateGivenLevels {
  const logLevels = new Float64Array(n);
  const linear = new Float64Array(n);
  const rate = new Float64Array(n);
  const score = new Float64Array(q);
  const mode = new Float64Array(q);
  const { factor, step } = rowStep(W, q, prior, { weight: rate, expected: rate, score });
  const proposal = multivariateT(q, DF);
  let total = 0;

  /** log h, leaving the rates of all rows for the step. */
  function evaluate(row: Vector): number {
    linearPredictor(W, q, n, row, linear);
    const sum = addRates(linear, logLevels, rate);
    return prior.logDensity(row) + dot(row, score) - sum;
  }

  const climb = newton({ dimension: q, evaluate, newtonStep: step });

  function findMode(members: Int32Array): void {
    sumRows(W, q, members, score);
    mode.fill(0);
    if (hasIntercept) mode[0] = fastLog((members.length + 0.5) / total);
    climb(mode, TOLERANCE);
  }

  return {
    load(levels) {
      logLevels.set(levels);
      total = 0;
      for (let i = 0; i < n; i++) total += fastExp(levels[i]!);
    },

    draw(rng, members, row) {
      findMode(members);
      const logDensity = proposal.draw(rng, mode, factor, row);
      return evaluate(row) - logDensity;
    },

    logWeight(members, row) {
      findMode(members);
      const logDensity = proposal.logDensity(mode, factor, row);
      return evaluate(row) - logDensity;
    },

    isBelow(row, limit) {
      let sum = 0;
      for (let i = 0; i < n && sum < limit; i++) {
        let eta = logLevels[i]!;
        for (let j = 0; j < q; j++) eta += W[i * q + j]! * row[j]!;
        sum += fastExp(eta);
      }
      return sum < limit;
    },
  };
}

/** rate[i] = exp(linear[i] + logLevels[i]); returns their sum. */
function addRates(linear: Vector, logLevels: Vector, rate: Vector): number {
  let sum = 0;
  for (let i = 0; i < rate.length; i++) {
    const own = fastExp(Math.min(linear[i]! + logLevels[i]!, LARGEST_EXPONENT));
    rate[i] = own;
    sum += own;
  }
  return sum;
}

function sumRows(W: Vector, q: number, rows: Int32Array, out: Vector): void {
  out.fill(0);
  for (const i of rows) for (let j = 0; j < q; j++) out[j] = out[j]! + W[i * q + j]!;
}
