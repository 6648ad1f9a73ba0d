import { pooled } from "../../src/core/draws.ts";
import { fastExp, fastLog } from "../../src/math/exp.ts";
import { logSumExp } from "../../src/math/log-sum-exp.ts";
import { mcseMean } from "../mcse.ts";

/** Evidence for a constant function against a varying one. */
export interface BayesFactor {
  /** Log of p(data | constant) / p(data | varying): above 0 for a constant. */
  readonly logBayesFactor: number;
  /** Its Monte Carlo standard error; NaN where there are too few draws. */
  readonly mcse: number;
  /** The same under other prior scales of this function alone, by reweighting the draws. */
  readonly sensitivity: readonly ScaledBayesFactor[];
}

export interface ScaledBayesFactor {
  readonly scale: number;
  readonly logBayesFactor: number;
  readonly mcse: number;
}

/** Draws of what a Bayes factor is made of; the arrays hold one number a draw, chain by chain. */
export interface ScaleDraws {
  /** Log density of the scales at 0 given all else, normalised. */
  readonly logDensityAtZero: readonly Float64Array[];
  /** Sum of the squared scales, how many there are, and their prior sd. */
  readonly squares: readonly Float64Array[];
  readonly count: number;
  readonly psi: number;
}

const HALF_LOG_2PI = 0.5 * fastLog(2 * Math.PI);

/**
 * Savage and Dickey's ratio p(s = 0 | y) / p(s = 0), the posterior density the mean over draws of the conditional one.
 * With another prior scale ψ' of s the ratio is divided by p(y | ψ') / p(y | ψ) = E(p(s | ψ') / p(s | ψ)), over the same
 * draws. Source: [dickey1971], [verdinelli1995].
 */
export function savageDickey(draws: ScaleDraws, scales: readonly number[]): BayesFactor {
  const { logDensityAtZero, squares, count, psi } = draws;
  const density = logMean(logDensityAtZero);
  const logBayesFactor = density.value + count * (fastLog(psi) + HALF_LOG_2PI);
  return {
    logBayesFactor,
    mcse: density.mcse,
    sensitivity: scales.map((scale) => {
      const power = 0.5 * (1 / psi ** 2 - 1 / scale ** 2);
      const constant = count * (fastLog(psi) - fastLog(scale));
      const evidence = logMean(squares.map((of) => of.map((square) => constant + power * square)));
      return {
        scale,
        logBayesFactor: logBayesFactor - evidence.value,
        mcse: Math.hypot(density.mcse, evidence.mcse),
      };
    }),
  };
}

/** Log of the mean of exponentials, and its Monte Carlo standard error. */
function logMean(logs: readonly Float64Array[]): { readonly value: number; readonly mcse: number } {
  const all = pooled(logs);
  const value = logSumExp(all) - fastLog(all.length);
  const relative = logs.map((chain) => chain.map((log) => fastExp(log - value)));
  const isConstant = relative.every((chain) => chain.every((one) => one === relative[0]![0]));
  return { value, mcse: isConstant ? 0 : mcseMean.compute(relative) };
}
