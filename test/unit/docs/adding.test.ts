import { expect, test } from "vitest";
import { lagOne } from "../../../docs/adding/lag-one.ts";
import { logNormal, logNormalFamily } from "../../../docs/adding/log-normal.ts";
import { logistic } from "../../../docs/adding/logistic.ts";
import { refreshEmpty } from "../../../docs/adding/refresh-empty.ts";
import { timeSection } from "../../../docs/adding/time-section.ts";
import type { Target } from "../../../src/core/target.ts";
import { matrix } from "../../../src/math/matrix.ts";
import { createRng } from "../../../src/math/rng.ts";
import { fakeReportInput } from "../../helpers/fake-report-input.ts";
import { integrate } from "../../helpers/quadrature.ts";

const observations = {
  n: 4,
  y: Float64Array.of(0.1, 0.9, 2.2, 2.8),
  design: {
    terms: ["(Intercept)", "x"],
    X: matrix(4, 2, Float64Array.of(1, 0, 1, 1, 1, 2, 1, 3)),
  },
};
const expert = logistic.compile(observations, logistic.defaultPrior(observations));
const every = { rows: Int32Array.of(0, 1, 2, 3), weight: new Float64Array(4).fill(1) };

test("the example of an expert has a density that integrates to its cumulative", () => {
  const theta = Float64Array.of(0.2, 0.9, 0.5);
  const out = new Float64Array(4);
  const density = (value: number): number => {
    const one = { ...observations, y: new Float64Array(4).fill(value) };
    logistic.compile(one, logistic.defaultPrior(observations)).logDensity(theta, out);
    return Math.exp(out[1]!);
  };
  const below = integrate(density, Number.NEGATIVE_INFINITY, observations.y[1]!);
  expert.cumulative(theta, out);
  expect(Math.abs(below - out[1]!)).toBeLessThan(1e-8);
});

test("the example of an expert climbs to a maximum and updates to what is possible", () => {
  const theta = Float64Array.of(5, -3, 4);
  const logPosterior = (at: Float64Array): number => {
    const out = new Float64Array(4);
    expert.logDensity(at, out);
    return expert.logPrior(at) + out.reduce((total, value) => total + value, 0);
  };
  expert.maximize(theta, every, 1);
  const top = logPosterior(theta);
  for (let j = 0; j < 3; j++) {
    for (const step of [-1e-3, 1e-3]) {
      const near = theta.map((value, at) => (at === j ? value + step : value));
      expect(logPosterior(near)).toBeLessThan(top);
    }
  }
  const rng = createRng(1);
  for (let t = 0; t < 50; t++) expert.update(rng, theta, every);
  expect(theta[2]).toBeGreaterThan(0);
  expect(logPosterior(theta)).toBeLessThan(top);
});

test("the example of a prior has a density that integrates to its cdf", () => {
  const { logDensity, cdf } = logNormalFamily.compile(logNormal(0.3, 0.7));
  const below = integrate((x) => Math.exp(logDensity(x)), 0, 2);
  expect(Math.abs(below - cdf!(2))).toBeLessThan(1e-7);
});

test("the example of a move redraws the empty component and no other", () => {
  const target = { n: 4, expert } as Target;
  const theta = matrix(2, 3, Float64Array.of(1, 1, 1, 2, 2, 2));
  const z = Int32Array.of(0, 0, 0, 0);
  const { state } = refreshEmpty(target).step(createRng(1), { theta, gamma: matrix(2, 1), z });
  expect([...state.theta.data.subarray(0, 3)]).toEqual([1, 1, 1]);
  expect([...state.theta.data.subarray(3)]).not.toContain(2);
});

test("the example of a diagnostic is −(n − 1) / n for alternating draws", () => {
  expect(lagOne.compute([Float64Array.of(1, -1, 1, -1, 1, -1, 1, -1)])).toBeCloseTo(-7 / 8, 12);
  expect(lagOne.compute([new Float64Array(8)])).toBeNaN();
});

test("the example of a section has a row a chain, and is absent without a run", () => {
  const input = fakeReportInput;
  const [block] = timeSection(input)[0]!.blocks;
  expect(block?.kind === "table" && block.table.rows).toHaveLength(input.run!.chains.length);
  const { run: _, ...foreign } = input;
  expect(timeSection(foreign)).toEqual([]);
});
