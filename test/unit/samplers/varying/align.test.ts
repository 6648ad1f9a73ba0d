import { expect, test } from "vitest";
import { compileVarying } from "../../../../models/varying/compile.ts";
import { align, renumber } from "../../../../samplers/varying/align.ts";
import { estimateVarying } from "../../../../samplers/varying/estimate.ts";
import { layoutOf } from "../../../../samplers/varying/layout.ts";
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
