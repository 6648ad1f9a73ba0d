import { expect } from "vitest";
import { measureSpace } from "../../diagnostics/mixing-measure.ts";
import type { State, Target } from "../../src/core/target.ts";
import { matrix } from "../../src/math/matrix.ts";
import { CONJUGATE, SOFTMAX } from "./gibbs-cases.ts";
import { tinyTarget } from "./tiny-targets.ts";

/** Gate intercept and slope; coefficients and sd. */
export type Component = readonly [readonly [number, number], readonly [number, number, number]];

export const targetOf = (components: number): Target =>
  tinyTarget({ experts: CONJUGATE, gate: SOFTMAX, components, rows: 10 });

export function stateOf(components: readonly Component[]): State {
  const K = components.length;
  return {
    gamma: matrix(K, 2, Float64Array.from(components.flatMap(([gate]) => gate))),
    theta: matrix(K, 3, Float64Array.from(components.flatMap(([, expert]) => expert))),
    z: new Int32Array(10),
  };
}

export function measured(components: readonly Component[]) {
  const space = measureSpace(targetOf(components.length));
  return { space, measure: space.measure(stateOf(components)) };
}

export function close(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  Array.from(expected).forEach((value, j) => {
    expect(actual[j]).toBeCloseTo(value, 10);
  });
}

export const APART: readonly Component[] = [
  [
    [0.3, 1.2],
    [1, -2, 0.5],
  ],
  [
    [0, 0],
    [-1, 1, 0.5],
  ],
  [
    [-0.4, -1],
    [3, 0, 0.7],
  ],
];
