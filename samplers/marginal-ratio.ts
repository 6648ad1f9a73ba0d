import { firstRows } from "../src/core/mixture.ts";
import type { Deviation, State, Target } from "../src/core/target.ts";
import { columnLogSumExp, exponentiateColumns } from "../src/math/columns.ts";
import { fastExp, fastLog } from "../src/math/exp.ts";
import { matrix, row, type Vector } from "../src/math/matrix.ts";
import { sumOfAnyLogs } from "../src/math/sum-of-any-logs.ts";
import type { Component } from "./components.ts";

/** Beyond this an exponential is carried as its logarithm. */
const LARGEST_EXPONENT = 300;

/** Ratios of likelihoods, allocations summed out, of a state that is kept and of states that differ by components. */
export interface MarginalRatio {
  /** Makes `state` the one that is kept. */
  keep(state: State): void;
  /** Log likelihood with the components of `removed` exchanged for those of `added`, less that of the kept state. */
  log(removed: readonly number[], added: readonly Component[]): number;
}

/**
 * With A_i = Σ_k e^(η_ik) f_ik and S_i = Σ_k e^(η_ik), the likelihood is Π A_i / S_i. Kept are every component's shares
 * of A_i and S_i, so that taking components away costs additions only; these sum the others anew and never subtract.
 */
export function marginalRatio(target: Target): MarginalRatio {
  const { n, capacity, gate, expert } = target;
  const joint = shares(n, capacity);
  const gates = shares(n, capacity);
  const logDensity = new Float64Array(n);
  const newGate = new Float64Array(n);
  const ratio = new Float64Array(n);
  const deviation = target.deviation && knownOdds(target.deviation, n);
  let K = 0;

  return {
    keep(state) {
      const { theta, gamma } = state;
      K = theta.rows;
      for (let k = 0; k < K; k++) {
        const eta = row(gates.all, k);
        gate.logWeight(row(gamma, k), eta);
        expert.logDensity(row(theta, k), logDensity);
        addInto(row(joint.all, k), eta, logDensity);
      }
      gates.normalize(K);
      joint.normalize(K);
      deviation?.keep(state.deviation!.lambda[0]!, joint.logTotal, gates.logTotal);
    },

    log(removed, added) {
      joint.restart(K, removed);
      gates.restart(K, removed);
      for (const { theta, gamma } of added) {
        gate.logWeight(gamma, newGate);
        expert.logDensity(theta, logDensity);
        gates.add(newGate);
        addInto(newGate, newGate, logDensity);
        joint.add(newGate);
      }
      for (let i = 0; i < n; i++) ratio[i] = joint.sum[i]! / gates.sum[i]!;
      if (deviation !== undefined) return deviation.log(ratio, joint.shift, gates.shift);
      return joint.excess() - gates.excess() + sumOfAnyLogs(ratio);
    },
  };
}

/** Beyond these odds a row is of the known density whatever the components are. */
const CERTAIN = 1e200;

/**
 * Of a mixture that deviates from a known density g: the likelihood of a row is (1 − λ) g + λ A / S, so with the odds
 * c = (1 − λ) g / (λ A / S) of the kept state its ratio is (c + r) / (c + 1), r that of A / S.
 */
function knownOdds({ known }: Deviation, n: number) {
  const odds = new Float64Array(n);
  return {
    keep(lambda: number, logJoint: Vector, logGate: Vector): void {
      const constant = fastLog(1 - lambda) - fastLog(lambda);
      known.logDensity(odds);
      for (let i = 0; i < n; i++) {
        odds[i] = fastExp(constant + odds[i]! - logJoint[i]! + logGate[i]!);
      }
    },

    log(ratio: Vector, jointShift: Vector, gateShift: Vector): number {
      let total = 0;
      for (let i = 0; i < n; i++) {
        const c = odds[i]!;
        if (c > CERTAIN) continue;
        const shift = jointShift[i]! - gateShift[i]!;
        total +=
          shift > LARGEST_EXPONENT
            ? shift + fastLog(ratio[i]! / (1 + c))
            : fastLog((c + ratio[i]! * fastExp(shift)) / (1 + c));
      }
      return total;
    },
  };
}

/** Shares of a sum over components at each row, and the sum after an exchange relative to the one that is kept. */
function shares(n: number, capacity: number) {
  const all = matrix(capacity, n);
  const logTotal = new Float64Array(n);
  const sum = new Float64Array(n);
  const shift = new Float64Array(n);
  const logSumExp = columnLogSumExp(n);
  let excess = 0;
  return {
    all,
    sum,
    logTotal,
    /** Log of the factor by which each sum was divided to stay in range. */
    shift,
    excess: () => excess,

    /** From logs of the terms to their shares. */
    normalize(K: number): void {
      const used = firstRows(all, K);
      logSumExp(used, logTotal);
      exponentiateColumns(used, logTotal);
    },

    restart(K: number, removed: readonly number[]): void {
      if (excess !== 0) shift.fill(0);
      excess = 0;
      if (removed.length === 0) sum.fill(1);
      else {
        sum.fill(0);
        for (let k = 0; k < K; k++) if (!removed.includes(k)) addTo(sum, row(all, k));
      }
    },

    /** Adds the terms whose logs are given. */
    add(logTerm: Vector): void {
      excess += addExponentials(sum, logTerm, logTotal, shift);
    },
  };
}

function addInto(out: Vector, a: Vector, b: Vector): void {
  for (let i = 0; i < out.length; i++) out[i] = a[i]! + b[i]!;
}

function addTo(sum: Vector, values: Vector): void {
  for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + values[i]!;
}

/**
 * sum[i] += exp(logTerm[i] − logTotal[i]); where that is out of range, sum[i] is divided by a factor whose log is added
 * to shift[i]. Returns the sum of these logs.
 */
function addExponentials(sum: Vector, logTerm: Vector, logTotal: Vector, shift: Vector): number {
  let excess = 0;
  for (let i = 0; i < sum.length; i++) {
    const exponent = logTerm[i]! - logTotal[i]!;
    if (exponent > LARGEST_EXPONENT) {
      excess += exponent;
      shift[i] = shift[i]! + exponent;
      sum[i] = sum[i]! * fastExp(-exponent) + 1;
    } else sum[i] = sum[i]! + fastExp(exponent);
  }
  return excess;
}
