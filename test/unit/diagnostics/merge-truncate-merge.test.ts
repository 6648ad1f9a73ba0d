import { describe, expect, test } from "vitest";
import {
  atomCounts,
  mergeTruncateMerge,
  mtmThresholds,
} from "../../../diagnostics/merge-truncate-merge.ts";
import {
  type MixingMeasure,
  measureSpace,
  mergeAtoms,
} from "../../../diagnostics/mixing-measure.ts";
import type { State, Target } from "../../../src/core/target.ts";
import { componentNames } from "../../../src/core/variables.ts";
import { matrix, row } from "../../../src/math/matrix.ts";
import { createRng } from "../../../src/math/rng.ts";
import { CONJUGATE, CONSTANT, SOFTMAX } from "../../helpers/gibbs-cases.ts";
import { tinyTarget } from "../../helpers/tiny-targets.ts";

/** Gate intercept and slope; coefficients and sd. */
type Component = readonly [readonly [number, number], readonly [number, number, number]];

const targetOf = (components: number): Target =>
  tinyTarget({ experts: CONJUGATE, gate: SOFTMAX, components, rows: 10 });

function stateOf(components: readonly Component[]): State {
  const K = components.length;
  return {
    gamma: matrix(K, 2, Float64Array.from(components.flatMap(([gate]) => gate))),
    theta: matrix(K, 3, Float64Array.from(components.flatMap(([, expert]) => expert))),
    z: new Int32Array(10),
  };
}

function measured(components: readonly Component[]) {
  const space = measureSpace(targetOf(components.length));
  return { space, measure: space.measure(stateOf(components)) };
}

function close(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  Array.from(expected).forEach((value, j) => {
    expect(actual[j]).toBeCloseTo(value, 10);
  });
}

const LIMITS = { order: 4, radius: 0.4, truncation: 0.05 };
const APART: readonly Component[] = [
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
/** Half of a component's weight. */
const half = ([[level, slope], expert]: Component): Component => [
  [level - Math.log(2), slope],
  expert,
];

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

describe("merge–truncate–merge", () => {
  test("leaves atoms that are far apart and heavy as they are", () => {
    const { space, measure } = measured(APART);
    const {
      merged,
      truncated,
      measure: left,
    } = mergeTruncateMerge(createRng(1), space, measure, LIMITS);
    expect(merged.flat().sort()).toEqual([0, 1, 2]);
    expect(truncated).toEqual([[], [], []]);
    merged.forEach(([k], at) => {
      close(row(left.expert, at), row(measure.expert, k!));
      close(row(left.gate, at), row(measure.gate, k!));
    });
  });

  test("merges exact copies into the original", () => {
    const original = measured(APART);
    const copies = measured([half(APART[0]!), APART[1]!, half(APART[0]!), APART[2]!]);
    const { measure: left } = mergeTruncateMerge(
      createRng(2),
      copies.space,
      copies.measure,
      LIMITS,
    );
    const expected = mergeTruncateMerge(
      createRng(3),
      original.space,
      original.measure,
      LIMITS,
    ).measure;
    close(left.weight, expected.weight);
    close(left.expert.data, expected.expert.data);
    close(left.gate.data, expected.gate.data);
    expect(left.scale).toBeCloseTo(expected.scale, 10);
  });

  test("gives the weight of a light atom to its nearest, and nothing else of it", () => {
    const faint: Component = [
      [-5, 0],
      [-2, 1, 0.5],
    ];
    const { space, measure } = measured([...APART, faint]);
    const {
      merged,
      truncated,
      measure: left,
    } = mergeTruncateMerge(createRng(4), space, measure, LIMITS);
    const heir = merged.findIndex(([k]) => k === 1);
    expect(truncated[heir]).toEqual([3]);
    expect(left.weight[heir]).toBeCloseTo(measure.weight[1]! + measure.weight[3]!, 12);
    expect(left.weight.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 12);
    close(row(left.expert, heir), row(measure.expert, 1));
  });

  test("merges an atom that is close to a heavier one for its weight, though out of the radius", () => {
    const { space, measure } = measured([APART[0]!, APART[1]!]);
    const atoms: MixingMeasure = {
      weight: Float64Array.of(0.8, 0.2),
      gate: matrix(2, 2),
      expert: matrix(2, 3, Float64Array.of(0, 0, 1, 0.6, 0, 1)),
      scale: measure.scale ** 0,
    };
    // 0.2 · 0.6⁴ = 0.0259.
    const left = (truncation: number) =>
      mergeTruncateMerge(createRng(5), space, atoms, { ...LIMITS, truncation }).merged.length;
    expect(left(0.026)).toBe(1);
    expect(left(0.0258)).toBe(2);
  });

  test("keeps the heaviest atom whatever the thresholds", () => {
    const { space, measure } = measured(APART);
    const limits = { ...LIMITS, radius: 0, truncation: 2 };
    expect(mergeTruncateMerge(createRng(6), space, measure, limits).merged).toHaveLength(1);
  });

  test("does not see labels, nor translations of the gate, nor units of the response", () => {
    const many = [
      ...APART,
      half(APART[1]!),
      [
        [-3, 0.5],
        [0.5, 0, 0.3],
      ] as Component,
    ];
    const answer = (components: readonly Component[]) => {
      const { space, measure } = measured(components);
      const { measure: left } = mergeTruncateMerge(createRng(7), space, measure, LIMITS);
      return left;
    };
    const expected = answer(many);
    close(answer([4, 2, 0, 3, 1].map((k) => many[k]!)).expert.data, expected.expert.data);
    const translated = answer(many.map(([[a, b], expert]) => [[a - 2, b + 1.5], expert] as const));
    close(translated.weight, expected.weight);
    close(translated.expert.data, expected.expert.data);
    const scaled = answer(
      many.map(([gate, expert]) => [gate, expert.map((v) => 10 * v) as never] as const),
    );
    close(scaled.weight, expected.weight);
  });
});

test("thresholds fall with n at the rate asked for: by hand for n = 100, K = 6", () => {
  const { order, radius, truncation } = mtmThresholds(100, 6);
  expect(order).toBe(6);
  // √(log 100 / 100) = 0.21460, log log 100 = 1.52718.
  expect(truncation).toBeCloseTo(0.327729, 5);
  expect(radius).toBeCloseTo(0.327729 ** (1 / 6), 5);
  expect(mtmThresholds(100, 6, 0.5).radius).toBeCloseTo(radius / 2, 12);
  expect(mtmThresholds(100, 6, 0.5).truncation).toBeCloseTo(truncation / 64, 12);
  expect(mtmThresholds(1e8, 6).truncation).toBeLessThan(0.01);
  // Three atoms may have more weight than 0.3277 each, four not; and no more than there are.
  expect(mtmThresholds(100, 6).most).toBe(3);
  expect(mtmThresholds(100, 6, 0.5).most).toBe(6);
  expect(mtmThresholds(100, 6, 2).most).toBe(1);
});

test("counts atoms over draws", () => {
  const target = targetOf(3);
  const names = [1, 2, 3].flatMap((k) => componentNames(target, k));
  const drawOf = (components: readonly Component[]) =>
    components.flatMap(([gate, expert]) => [0, ...expert, ...gate]);
  const copies = [half(APART[0]!), half(APART[0]!), APART[1]!];
  const values = Float64Array.from([
    ...drawOf(APART),
    ...drawOf(copies),
    ...drawOf(copies),
    ...drawOf(copies),
  ]);
  const draws = { variables: names, chains: [{ chain: 1, iterations: 4, values }] };
  const [answer] = atomCounts(createRng(8), target, draws, [0.5]);
  expect(answer).toMatchObject({ counts: { 2: 0.75, 3: 0.25 }, mode: 2 });
  expect(answer!.thresholds).toEqual(mtmThresholds(10, 3, 0.5));
});
