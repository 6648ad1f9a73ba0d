import { describe, expect, test } from "vitest";
import type { PointwiseLogLikelihood } from "../../diagnostics/pointwise-log-likelihood.ts";
import { smoothWeights, tailLength } from "../../diagnostics/psis.ts";
import { psisLoo } from "../../diagnostics/psis-loo.ts";
import { relativeEfficiency } from "../../diagnostics/relative-efficiency.ts";
import { waic } from "../../diagnostics/waic.ts";
import reference from "./loo.json" with { type: "json" };

const columns = reference.columns.map((column) => Float64Array.from(column));
const logLikelihood: PointwiseLogLikelihood = {
  draws: columns[0]!.length,
  rows: columns.length,
  column: (i, out) => out.set(columns[i]!),
};

/** Rounding only: both sides work in double precision. */
const DECIMALS = 8;

function expectClose(values: Float64Array, expected: readonly number[]): void {
  expect(values.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(values[i]).toBeCloseTo(value, DECIMALS);
  });
}

describe("leave-one-out cross-validation agrees with R's loo", () => {
  const { chainLengths } = reference;
  const rEff = Float64Array.from(reference.rEff);
  test.each([
    ["with the relative efficiency of the chains", { chainLengths }, reference.chains],
    ["with the relative efficiency given", { rEff }, reference.chains],
    ["for independent draws", {}, reference.independent],
    ["with one relative efficiency for all rows", { rEff: 1 }, reference.independent],
  ])("%s", (_, options, expected) => {
    const loo = psisLoo(logLikelihood, options);
    expectClose(loo.pointwise, expected.pointwise);
    expectClose(loo.paretoK, expected.paretoK);
    expect(loo.elpd).toBeCloseTo(expected.elpd, DECIMALS);
    expect(loo.se).toBeCloseTo(expected.se, DECIMALS);
    expect(loo.pLoo).toBeCloseTo(expected.pLoo, DECIMALS);
    expect(loo.sePLoo).toBeCloseTo(expected.sePLoo, DECIMALS);
    expect(loo.looic).toBeCloseTo(expected.looic, DECIMALS);
  });

  test("the relative efficiency of each row is its ESS over the draws", () => {
    const efficiency = columns.map((column) => relativeEfficiency(column, chainLengths));
    expectClose(Float64Array.from(efficiency), reference.rEff);
  });

  test("rows above the threshold are counted: the outliers", () => {
    const loo = psisLoo(logLikelihood, { chainLengths });
    expect(loo.kThreshold).toBeCloseTo(2 / 3, 12);
    expect(loo.badK).toBe(reference.chains.paretoK.filter((k) => k > 2 / 3).length);
    expect(loo.badK).toBeGreaterThan(0);
  });

  test("the smoothed weights are those of loo, draw by draw", () => {
    const ratios = columns[10]!.map((value) => -value);
    const out = new Float64Array(ratios.length);
    smoothWeights(ratios, tailLength(ratios.length, reference.rEff[10]!), out);
    expectClose(out, reference.logWeightsOfLastOutlier);
  });
});

test("WAIC agrees with R's loo", () => {
  const result = waic(logLikelihood);
  expectClose(result.pointwise, reference.waic.pointwise);
  expect(result.elpd).toBeCloseTo(reference.waic.elpd, DECIMALS);
  expect(result.se).toBeCloseTo(reference.waic.se, DECIMALS);
  expect(result.pWaic).toBeCloseTo(reference.waic.pWaic, DECIMALS);
  expect(result.waic).toBeCloseTo(reference.waic.waic, DECIMALS);
  expect(result.warnings).toBe(reference.waic.warnings);
});
