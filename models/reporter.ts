import type { State, Target } from "../src/core/target.ts";
import { fromDataScale, type Standardizer, toDataScale } from "../src/data/standardize.ts";
import { type Matrix, row } from "../src/math/matrix.ts";

/** A function that writes theta (K × d) and gamma (K × q) of a state on the scale of the data, gate rows identified. */
export function reporter({ expert, gate }: Target, experts: Standardizer, gates: Standardizer) {
  const linear = linearBlocks(expert.layout);
  return (state: State, theta: Matrix, gamma: Matrix): void => {
    const K = state.theta.rows;
    theta.data.set(state.theta.data);
    gamma.data.set(state.gamma.data);
    for (let k = 0; k < K; k++) {
      for (const { from, size } of linear) {
        const coefficients = row(state.theta, k).subarray(from, from + size);
        toDataScale(experts, coefficients, row(theta, k).subarray(from, from + size));
      }
      toDataScale(gates, row(state.gamma, k), row(gamma, k));
    }
    if (gate.fixedRows === 0) centreRows(gamma, K, gates.scale.length);
  };
}

/**
 * The inverse, in place: a function that takes theta and gamma of a state from the scale of the data to that on which its
 * target is sampled. What rows of the gate have in common is lost in a report, and stays unknown.
 */
export function receiver({ expert }: Target, experts: Standardizer, gates: Standardizer) {
  const linear = linearBlocks(expert.layout);
  return ({ theta, gamma }: Pick<State, "theta" | "gamma">): void => {
    for (let k = 0; k < theta.rows; k++) {
      for (const { from, size } of linear) {
        const coefficients = row(theta, k).subarray(from, from + size);
        fromDataScale(experts, coefficients, coefficients);
      }
      fromDataScale(gates, row(gamma, k), row(gamma, k));
    }
  };
}

/** Where in theta the coefficients of the design stand. */
function linearBlocks(layout: Target["expert"]["layout"]): { from: number; size: number }[] {
  const found: { from: number; size: number }[] = [];
  let from = 0;
  for (const { size, terms } of layout) {
    if (terms !== undefined) found.push({ from, size });
    from += size;
  }
  return found;
}

/** Subtracts from each of the first K rows their mean, in the gate's columns: the identified form of a symmetric softmax. */
function centreRows({ columns, data }: Matrix, K: number, linear: number): void {
  for (let j = 0; j < linear; j++) {
    let mean = 0;
    for (let k = 0; k < K; k++) mean += data[k * columns + j]! / K;
    for (let k = 0; k < K; k++) data[k * columns + j] = data[k * columns + j]! - mean;
  }
}
