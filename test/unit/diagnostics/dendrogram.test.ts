import { describe, expect, test } from "vitest";
import { dendrogram, dendrogramOfDraws } from "../../../diagnostics/dendrogram.ts";
import { logJoint, mixtureScratch, sumOutAllocation } from "../../../src/core/mixture.ts";
import type { Deviation, State, Target } from "../../../src/core/target.ts";
import { componentNames } from "../../../src/core/variables.ts";
import { matrix } from "../../../src/math/matrix.ts";
import { createRng } from "../../../src/math/rng.ts";
import { CONJUGATE, SOFTMAX } from "../../helpers/gibbs-cases.ts";
import { tinyTarget } from "../../helpers/tiny-targets.ts";

const ROWS = 400;

/** gate (intercept, slope), coefficients, sd. */
type Component = readonly [number, number, number, number, number];

function stateOf(components: readonly Component[], n = ROWS): State {
  const K = components.length;
  return {
    gamma: matrix(K, 2, Float64Array.from(components.flatMap((row) => row.slice(0, 2)))),
    theta: matrix(K, 3, Float64Array.from(components.flatMap(([, , c, d, sd]) => [c, d, sd]))),
    z: new Int32Array(n),
  };
}

/** A target with data drawn from `truth`, for fits of K components. */
function targetFrom(truth: readonly Component[], K: number): Target {
  const y = new Float64Array(ROWS);
  const model = { experts: CONJUGATE, gate: SOFTMAX, rows: ROWS };
  tinyTarget({ ...model, components: truth.length }, y).simulate(createRng(9), stateOf(truth));
  return tinyTarget({ ...model, components: K }, y);
}

const THREE: readonly Component[] = [
  [0, 1, 4, 1, 0.5],
  [0, 0, 0, -1, 0.4],
  [0, -1, -4, 1, 0.5],
];
/** Halves of a component, moved apart by h. */
const halves = ([a, b, c, d, sd]: Component, h: number): Component[] => [
  [a - Math.log(2), b + h, c + h, d, sd],
  [a - Math.log(2), b - h, c - h, d, sd],
];

describe("a fit of five components to data of three", () => {
  const fit = [...halves(THREE[0]!, 0.05), THREE[1]!, ...halves(THREE[2]!, 0.1)];
  const target = targetFrom(THREE, 5);
  const { levels, chosen } = dendrogram(target, stateOf(fit));

  test("first joins what belongs together, the closest pair first", () => {
    const joined = levels.map(({ groups }) =>
      groups.map((group) => [...group].sort().join("")).sort(),
    );
    expect(levels.map(({ components }) => components)).toEqual([5, 4, 3, 2, 1]);
    expect(joined.slice(0, 3)).toEqual([
      ["1", "2", "3", "4", "5"],
      ["12", "3", "4", "5"],
      ["12", "3", "45"],
    ]);
    expect(joined[4]).toEqual(["12345"]);
  });

  test("chooses three", () => {
    expect(chosen).toBe(3);
  });

  test("merges what is close at next to no cost, and what is not at a high one", () => {
    expect(levels[0]!.logLikelihood - levels[2]!.logLikelihood).toBeLessThan(0.02);
    expect(levels[2]!.logLikelihood - levels[3]!.logLikelihood).toBeGreaterThan(0.2);
    for (const { height, logLikelihood, dsc, components } of levels) {
      if (components > 1) expect(dsc).toBeCloseTo(-(height + Math.log(ROWS) * logLikelihood), 10);
      else expect([height, dsc]).toEqual([Number.NaN, Number.NaN]);
    }
  });

  test("does not see labels or translations of the gate", () => {
    const order = [3, 0, 4, 2, 1];
    const other = order
      .map((k) => fit[k]!)
      .map(([a, b, ...rest]) => [a + 1, b - 2, ...rest] as const);
    const again = dendrogram(target, stateOf(other));
    again.levels.forEach(({ height, logLikelihood }, at) => {
      if (at < 4) expect(height).toBeCloseTo(levels[at]!.height, 9);
      expect(logLikelihood).toBeCloseTo(levels[at]!.logLikelihood, 9);
    });
  });
});

test("the height of two atoms, by hand", () => {
  const target = tinyTarget({ experts: CONJUGATE, gate: SOFTMAX, components: 2, rows: 10 });
  // Covariates of mean m and sd s; both weights ½ where the gate is even; residual variance ½ (1 +
  // 3) = 2.
  const x = [-1.5, 0.7, -0.2, 1.8, -1.1, 1.2, 0.1, -0.6, 0.4, -0.9];
  const m = x.reduce((a, b) => a + b) / 10;
  const s = Math.sqrt(x.reduce((a, b) => a + (b - m) ** 2, 0) / 9);
  const state = stateOf(
    [
      [0, 0, 1, 2, 1],
      [0, 0, 0, 0.5, Math.sqrt(3)],
    ],
    10,
  );
  const { levels } = dendrogram(target, state);
  const level = (1 + 1.5 * m) / Math.SQRT2;
  const expected = 0.25 * (level ** 2 + (1.5 * s) / Math.SQRT2 + (3 - 1) / 2);
  expect(levels[0]!.height).toBeCloseTo(expected, 10);
});

test("beside a known density the likelihood is that of both", () => {
  const plain = targetFrom(THREE, 3);
  const [log, lambda] = [-1.7, 0.4];
  const known = { logDensity: (out: Float64Array) => void out.fill(log) };
  const target = { ...plain, deviation: { known } as unknown as Deviation };
  const state = stateOf(THREE);
  const deviation = { lambda: Float64Array.of(lambda), fromKnown: new Uint8Array(ROWS) };
  const { levels, chosen } = dendrogram(target, { ...state, deviation });
  const scratch = mixtureScratch(plain);
  sumOutAllocation(logJoint(plain, state, scratch), scratch);
  const total = scratch.logDensity.reduce(
    (sum, one) => sum + Math.log((1 - lambda) * Math.exp(log) + lambda * Math.exp(one)),
    0,
  );
  expect(levels[0]!.logLikelihood).toBeCloseTo(total / ROWS, 10);
  for (const { dsc, components } of levels) expect(Number.isNaN(dsc)).toBe(components === 1);
  expect(chosen).toBeGreaterThan(1);
});

test("one component has nothing to choose", () => {
  const target = targetFrom(THREE, 1);
  const { levels, chosen } = dendrogram(target, stateOf([THREE[1]!]));
  expect(levels).toHaveLength(1);
  expect(chosen).toBeNaN();
});

test("takes the draw of the highest posterior density", () => {
  const target = targetFrom(THREE, 3);
  const names = ["log_posterior", ...[1, 2, 3].flatMap((k) => componentNames(target, k))];
  const values = (logPosterior: number, components: readonly Component[]) => [
    logPosterior,
    ...components.flatMap(([a, b, ...expert]) => [0, ...expert, a, b]),
  ];
  const worse = THREE.map(([a, b, c, d, sd]) => [a, b, c, d, 2 * sd] as const);
  const chain = (chain: number, lines: number[][]) => ({
    chain,
    iterations: lines.length,
    values: Float64Array.from(lines.flat()),
  });
  const chains = [
    chain(1, [values(-20, worse), values(-15, worse)]),
    chain(2, [values(-12, worse), values(-10, THREE)]),
  ];
  const found = dendrogramOfDraws(target, { variables: names, chains });
  expect(found).toEqual(dendrogram(target, stateOf(THREE)));
});
