import { expect, test } from "vitest";
import { compileVarying } from "../../../../models/varying/compile.ts";
import { align, renumber } from "../../../../samplers/varying/align.ts";
import { estimateVarying } from "../../../../samplers/varying/estimate.ts";
import { layoutOf } from "../../../../samplers/varying/layout.ts";
import { localLikelihood } from "../../../../samplers/varying/local-likelihood.ts";
import {
  simulateVarying,
  type VaryingScenario,
} from "../../../../src/analysis/varying-simulate.ts";
import { copy, row } from "../../../../src/math/matrix.ts";
import { varyingCase, varyingTable } from "../../../helpers/varying-cases.ts";

const { problem } = compileVarying(varyingCase("gaussian", 3), varyingTable("gaussian", 400, 9));
const layout = layoutOf(problem);
const grid = Float64Array.from({ length: 9 }, (_, g) => g / 8);
const bandwidth = 0.4;
const common = { seed: 1, starts: 3, searchRows: 300, iterations: 100, tolerance: 1e-6 };
const { theta } = estimateVarying(problem, { ...common, grid, bandwidth, estimator: "local" });

test("renumbering is undone by the inverse, and leaves the likelihood of the gate as it was", () => {
  const once = renumber(layout, row(theta, 3), [2, 0, 1]);
  const back = renumber(layout, once, [1, 2, 0]);
  back.forEach((value, j) => {
    expect(value).toBeCloseTo(row(theta, 3)[j]!, 12);
  });
  expect([...once]).not.toEqual([...row(theta, 3)]);
});

test("components renumbered at some grid points are matched again by those before", () => {
  const shuffled = copy(theta);
  for (const g of [2, 5, 6]) row(shuffled, g).set(renumber(layout, row(theta, g), [1, 2, 0]));
  const { renumbered, margin } = align(problem, grid, bandwidth, shuffled);
  expect(renumbered).toEqual([2, 5, 6]);
  expect(margin.every((m) => m >= 0 && m <= 1)).toBe(true);
  shuffled.data.forEach((value, j) => {
    expect(value).toBeCloseTo(theta.data[j]!, 10);
  });
});

/** At each grid point: the share of the window's rows that components take of those that they made. */
function agreements(scenario: VaryingScenario, seed: number) {
  const { model, table, component } = simulateVarying({ n: 300, scenario, seed });
  const { problem: rows, order } = compileVarying(model, table);
  const points = Float64Array.from({ length: 21 }, (_, g) => g / 20);
  const settings = { ...common, starts: 4, grid: points, bandwidth: 0.25 };
  const fit = estimateVarying(rows, { ...settings, estimator: "local" });
  const { load, predict, terms, layout: of } = localLikelihood(rows);
  const predictors = new Float64Array(of.predictors);
  const shares = Array.from(points, (u, g) => {
    const { from, to, weight } = load(u, 0.25);
    let [own, all] = [0, 0];
    for (let i = from; i < to; i++) {
      predict(i, row(fit.theta, g), predictors);
      terms.value(i, predictors);
      own += weight[i - from]! * terms.responsibility[component[order[i]!]! - 1]!;
      all += weight[i - from]!;
    }
    return own / all;
  });
  return { shares, margin: fit.margin };
}

// In the crossings climbs leave at labels that change places (matched, they do not); in the overlaps lines alone say
// "exchange" where labels were right.
test.each([
  ["crossing", 1],
  ["crossing", 13],
  ["crossing", 14],
  ["near_overlap", 6],
  ["near_overlap", 25],
] as const)("%s, seed %i: a component takes its own rows all along", (scenario, seed) => {
  const { shares, margin } = agreements(scenario, seed);
  const isFirst = shares[0]! > 0.5;
  expect(shares.map((share) => share > 0.5)).toEqual(shares.map(() => isFirst));
  expect(margin.includes(0)).toBe(scenario === "near_overlap");
});
