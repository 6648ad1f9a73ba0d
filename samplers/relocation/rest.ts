import { firstRows } from "../../src/core/mixture.ts";
import type { State, Target } from "../../src/core/target.ts";
import { columnLogSumExp } from "../../src/math/columns.ts";
import { type Matrix, matrix, row, type Vector } from "../../src/math/matrix.ts";
import type { Rest } from "./launch.ts";

/** A deviated mixture without one of its components: what stays while that is relocated. */
export interface Remainder extends Rest {
  /** log Σ of the gate weights of the others, length n. */
  readonly logGate: Vector;
  /** Of the others, gate weight times density, a row each: K − 1 × n, in their order. */
  readonly joint: () => Matrix;
  /** Takes the state without component k; the known density is asked anew. */
  keep(state: State, k: number): void;
}

export function restOf(target: Target): Remainder {
  const { n, capacity, expert, gate, deviation } = target;
  const gates = matrix(capacity, n);
  const joints = matrix(capacity, n);
  const density = new Float64Array(n);
  const logKnown = new Float64Array(n);
  const logGate = new Float64Array(n);
  const ofOthers = new Float64Array(n);
  const logSumExp = columnLogSumExp(n);
  let count = 0;
  return {
    logKnown,
    logGate,
    get logOthers() {
      return count === 0 ? undefined : ofOthers;
    },
    joint: () => firstRows(joints, count),
    keep({ theta, gamma }, k) {
      deviation!.known.logDensity(logKnown);
      count = 0;
      for (let j = 0; j < theta.rows; j++) {
        if (j === k) continue;
        const eta = row(gates, count);
        gate.logWeight(row(gamma, j), eta);
        expert.logDensity(row(theta, j), density);
        const own = row(joints, count++);
        for (let i = 0; i < n; i++) own[i] = eta[i]! + density[i]!;
      }
      if (count === 0) return;
      logSumExp(firstRows(gates, count), logGate);
      logSumExp(firstRows(joints, count), ofOthers);
      for (let i = 0; i < n; i++) ofOthers[i] = ofOthers[i]! - logGate[i]!;
    },
  };
}
