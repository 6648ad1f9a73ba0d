import type { State, Target } from "../src/core/target.ts";
import { fastLog } from "../src/math/exp.ts";
import { logSumExp } from "../src/math/log-sum-exp.ts";
import { copy, type Matrix, matrix, row, type Vector } from "../src/math/matrix.ts";
import type { Coordinates } from "./variational-coordinates.ts";

/** Beyond 7! relabellings a draw costs too much. */
const MOST_LABELS = 7;

/**
 * How many components may swap labels without changing the posterior: all, or all but the one whose
 * gate row is zero.
 */
export function exchangeable({ capacity, gate }: Target): number {
  return capacity - gate.fixedRows;
}

/**
 * A function of a point: the log density there of the equal mixture of all relabelled copies of a
 * density, by going through them. Undefined where there are too many.
 */
export function logMixtureOfCopies(
  target: Target,
  { dimension, toState, fromState }: Coordinates,
  logDensity: (point: Vector) => number,
): ((point: Vector) => number) | undefined {
  const K = target.capacity;
  const count = exchangeable(target);
  if (count > MOST_LABELS) return undefined;
  const orders = permutations(count).map((order) => [...order, ...range(count, K)]);
  const values = new Float64Array(orders.length);
  const relabelled = new Float64Array(dimension);
  const { d, q } = { d: target.expert.dimension, q: target.gate.dimension };
  const other: State = { theta: matrix(K, d), gamma: matrix(K, q), z: new Int32Array(0) };
  return (point) => {
    const { theta, gamma } = toState(point);
    const here = { theta: copy(theta), gamma: copy(gamma) };
    orders.forEach((order, s) => {
      permuteRows(here.theta, order, other.theta);
      permuteRows(here.gamma, order, other.gamma);
      fromState(other, relabelled);
      values[s] = logDensity(relabelled);
    });
    return logSumExp(values) - fastLog(orders.length);
  };
}

function permuteRows(m: Matrix, order: readonly number[], out: Matrix): void {
  for (let k = 0; k < order.length; k++) row(out, k).set(row(m, order[k]!));
}

/** All orders of 0 … count − 1. */
export function permutations(count: number): number[][] {
  if (count === 0) return [[]];
  return permutations(count - 1).flatMap((order) =>
    range(0, count).map((at) => [...order.slice(0, at), count - 1, ...order.slice(at)]),
  );
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, j) => from + j);
}
