import { describe, expect, test } from "vitest";
import {
  type MixingMeasure,
  measureSpace,
  mergeAtoms,
} from "../../../diagnostics/mixing-measure.ts";
import type { State } from "../../../src/core/target.ts";
import { matrix, row } from "../../../src/math/matrix.ts";
import { CONJUGATE, CONSTANT } from "../../helpers/gibbs-cases.ts";
import {
  APART,
  type Component,
  close,
  measured,
  stateOf,
  targetOf,
} from "../../helpers/tiny-measures.ts";
import { tinyTarget } from "../../helpers/tiny-targets.ts";

describe("local coordinates", () => {
  test("are one to one with states", () => {
    const { space, measure } = measured(APART);
    const back = space.state(measure);
    close(back.theta.data, stateOf(APART).theta.data);
    close(back.gamma.data, stateOf(APART).gamma.data);
  });

  test("weigh by gate probabilities, which sum to one and do not see a translation of the gate", () => {
    const { measure } = measured(APART);
    expect(measure.weight.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 12);
    const moved = measured(APART.map(([[a, b], expert]) => [[a + 3, b - 2], expert] as const));
    close(moved.measure.weight, measure.weight);
  });

  test("know the residual sd", () => {
    expect(measured([APART[2]!]).measure.scale).toBeCloseTo(0.7, 12);
  });

  test("refuse a gate without intercept", () => {
    const target = targetOf(2);
    const { design, ...gate } = { ...target.gate, terms: ["x", "w"] };
    expect(design).toBeDefined();
    expect(() => measureSpace({ ...target, gate })).toThrow(/intercept/);
  });

  test("serve a gate without covariates", () => {
    const target = tinyTarget({ experts: CONJUGATE, gate: CONSTANT, components: 2, rows: 10 });
    const gamma = matrix(2, 1, Float64Array.of(Math.log(3), 0));
    const theta = matrix(2, 3, Float64Array.of(1, 0, 1, -1, 0, 1));
    const { weight } = measureSpace(target).measure({ theta, gamma, z: new Int32Array(10) });
    close(weight, [0.75, 0.25]);
  });
});

/**
 * Mass, and by mass: gate slope, level, slope and second moments of the two that are merged by
 * moments.
 */
function moments({ gate, expert }: MixingMeasure): number[] {
  const sums = new Array<number>(6).fill(0);
  for (let k = 0; k < gate.rows; k++) {
    const [level, g] = row(gate, k) as unknown as [number, number];
    const [m, a, nu] = row(expert, k) as unknown as [number, number, number];
    const mass = Math.exp(level);
    [1, g, m, a + g * m, nu + m * m, 0].forEach((value, s) => {
      sums[s]! += mass * value;
    });
  }
  return sums;
}

describe("merging by moments", () => {
  test("keeps the mass and the moments that decide the density", () => {
    const { space, measure } = measured(APART);
    const merged = mergeAtoms(space, measure, [[0, 1, 2]]);
    close(merged.weight, [1]);
    close(moments(merged), moments(measure));
  });

  test("by hand: equal weights, levels ±1, gate slopes ±h", () => {
    const { space, measure } = measured([APART[0]!, APART[1]!]);
    const atoms: MixingMeasure = {
      ...measure,
      weight: Float64Array.of(0.5, 0.5),
      gate: matrix(2, 2, Float64Array.of(0, 0.3, 0, -0.3)),
      expert: matrix(2, 3, Float64Array.of(1, 5, 0.25, -1, 3, 0.75)),
    };
    const { gate, expert } = mergeAtoms(space, atoms, [[0, 1]]);
    close(gate.data, [Math.log(2), 0]);
    close(expert.data, [0, 4 + 0.3, 0.5 + 1]);
  });

  test("leaves an error of fourth order in the distance of the levels", () => {
    const errorAt = (h: number) => {
      const pair: readonly Component[] = [
        [
          [0, 0.4],
          [1 + h, -1, 0.6],
        ],
        [
          [0, 0.4],
          [1 - h, -1, 0.6],
        ],
        APART[1]!,
      ];
      const { space, measure } = measured(pair);
      return largestError(space.state(mergeAtoms(space, measure, [[0, 1], [2]])), stateOf(pair));
    };
    // 2⁴ = 16 in the limit; averages without the variance of the levels would give 2² = 4.
    expect(errorAt(0.1) / errorAt(0.05)).toBeGreaterThan(14);
  });

  test("brings slopes closer than averages do where gate slopes and levels go together", () => {
    const h = 0.1;
    const pair: readonly Component[] = [
      [
        [0, 0.4 + h],
        [1 + h, -1, 0.6],
      ],
      [
        [0, 0.4 - h],
        [1 - h, -1, 0.6],
      ],
      APART[1]!,
    ];
    const { space, measure } = measured(pair);
    const merged = space.state(mergeAtoms(space, measure, [[0, 1], [2]]));
    const averaged: readonly Component[] = [
      [
        [Math.log(2), 0.4],
        [1, -1, 0.6],
      ],
      APART[1]!,
    ];
    const error = largestError(merged, stateOf(pair));
    expect(error).toBeLessThan(0.5 * largestError(stateOf(averaged), stateOf(pair)));
  });
});

function largestError(a: State, b: State): number {
  const [first, second] = [densityOf(a), densityOf(b)];
  return Math.max(...first.map((value, i) => Math.abs(value - second[i]!)));
}

function densityOf(state: State): Float64Array {
  const target = targetOf(state.theta.rows);
  const logs = matrix(state.theta.rows, 10);
  const density = new Float64Array(10);
  const total = new Float64Array(10);
  target.gate.logProbability(state.gamma, logs);
  for (let k = 0; k < state.theta.rows; k++) {
    target.expert.logDensity(row(state.theta, k), density);
    for (let i = 0; i < 10; i++) total[i]! += Math.exp(row(logs, k)[i]! + density[i]!);
  }
  return total;
}
