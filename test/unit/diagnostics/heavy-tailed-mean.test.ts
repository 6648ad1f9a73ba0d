import { expect, test } from "vitest";
import { heavyTailedMean } from "../../../diagnostics/findings/heavy-tailed-mean.ts";
import { summarizeVariable } from "../../../diagnostics/summarize.ts";
import { fastExp } from "../../../src/math/exp.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng } from "../../../src/math/rng.ts";

const summary = (name: string, of: (z: number) => number) => {
  const rng = createRng(4);
  const chains = [0, 1].map(() => Float64Array.from({ length: 1000 }, () => of(normal(rng))));
  return summarizeVariable(name, chains);
};

test("means that a few draws decide are told, with the median beside", () => {
  const heavy = summary("predictive_mean[3]", (z) => fastExp(3 * z));
  expect(heavy.mean).toBeGreaterThan(10 * heavy.median);
  const [finding, ...rest] = heavyTailedMean([heavy]);
  expect(rest).toEqual([]);
  expect(finding?.code).toBe("heavy-tailed-mean");
  expect(finding?.message).toContain("predictive_mean[3]");
});

test("means of ordinary tails, constants and other variables are not", () => {
  const plain = summary("predictive_mean[3]", (z) => 2 + z);
  const skew = summary("predictive_mean[4]", (z) => fastExp(0.7 * z));
  const constant = summary("predictive_mean[5]", () => 1);
  const other = summary("log_likelihood", (z) => fastExp(3 * z));
  expect(heavyTailedMean([plain, skew, constant, other])).toEqual([]);
});
