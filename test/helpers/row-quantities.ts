import { firstRows } from "../../src/core/mixture.ts";
import type { State, Target } from "../../src/core/target.ts";
import { sortedBlocks } from "../../src/core/variables.ts";
import { type Matrix, matrix, row } from "../../src/math/matrix.ts";
import type { Observables } from "./observables.ts";

interface Rows {
  /** K × n, log gate probabilities. */
  readonly logGate: Matrix;
  /** K × n, log expert densities. */
  readonly logExpert: Matrix;
}

function rows(target: Target): Rows {
  return {
    logGate: matrix(target.capacity, target.n),
    logExpert: matrix(target.capacity, target.n),
  };
}

/** Writes into the first K rows of the scratch. */
function evaluate(target: Target, { theta, gamma }: State, { logGate, logExpert }: Rows): void {
  target.gate.logProbability(gamma, firstRows(logGate, gamma.rows));
  for (let k = 0; k < theta.rows; k++) target.expert.logDensity(row(theta, k), row(logExpert, k));
}

/** What ties parameters, allocations and data together; a stale z or a wrong likelihood shows here. */
export function jointQuantities(target: Target): Observables {
  const { n, capacity } = target;
  const scratch = rows(target);
  const filled = new Uint8Array(capacity);
  const names = ["log f(y | z)", "log P(z)", "log f(y | z) of row 0", "log_likelihood", "K_filled"];
  return {
    names,
    expected: names.map(() => undefined),
    observe(state, out) {
      evaluate(target, state, scratch);
      out.fill(0);
      filled.fill(0);
      for (let i = 0; i < n; i++) {
        const at = state.z[i]! * n + i;
        filled[state.z[i]!] = 1;
        out[0] = out[0]! + scratch.logExpert.data[at]! / n;
        out[1] = out[1]! + scratch.logGate.data[at]! / n;
        if (i === 0) out[2] = scratch.logExpert.data[at]!;
        out[3] = out[3]! + logMarginal(scratch, n, state.theta.rows, i);
      }
      out[4] = filled.reduce((sum, one) => sum + one, 0);
    },
  };
}

function logMarginal({ logGate, logExpert }: Rows, n: number, K: number, i: number): number {
  let max = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < K; k++) {
    max = Math.max(max, logGate.data[k * n + i]! + logExpert.data[k * n + i]!);
  }
  let sum = 0;
  for (let k = 0; k < K; k++) {
    sum += Math.exp(logGate.data[k * n + i]! + logExpert.data[k * n + i]! - max);
  }
  return max + Math.log(sum);
}

/**
 * What diagnostics call label-invariant: the quantities whose ranks and posterior means mean something. Ordered scales
 * where the number of components is fixed, that number where it is not.
 */
export function labelInvariant(target: Target, anchor = 0): Observables {
  const { n, components, capacity } = target;
  const scratch = rows(target);
  const mean = new Float64Array(n);
  const scales = typeof components === "number" ? sortedBlocks(target) : [];
  const sorted = new Float64Array(capacity);
  const names = [
    "log_likelihood",
    "gate_entropy",
    "predictive_mean",
    "K_filled",
    ...scales.flatMap(({ name }) =>
      Array.from({ length: capacity }, (_, k) => `${name}_sorted[${k + 1}]`),
    ),
    ...(typeof components === "number" ? [] : ["K"]),
  ];
  return {
    names,
    expected: names.map(() => undefined),
    observe(state, out) {
      const K = state.theta.rows;
      evaluate(target, state, scratch);
      out.fill(0);
      for (let i = 0; i < n; i++) out[0] = out[0]! + logMarginal(scratch, n, K, i);
      for (const log of firstRows(scratch.logGate, K).data) {
        out[1] = out[1]! - (Math.exp(log) * log) / n;
      }
      for (let k = 0; k < K; k++) {
        target.expert.mean(row(state.theta, k), mean);
        out[2] = out[2]! + Math.exp(scratch.logGate.data[k * n + anchor]!) * mean[anchor]!;
      }
      out[3] = new Set(state.z).size;
      scales.forEach(({ position }, block) => {
        for (let k = 0; k < K; k++)
          sorted[k] = state.theta.data[k * state.theta.columns + position]!;
        out.set(sorted.sort(), 4 + block * K);
      });
      if (typeof components !== "number") out[4] = K;
    },
  };
}
