import { describe, expect, test } from "vitest";
import { varying, varyingMoe } from "../../../models/varying.ts";
import { effectiveParameters } from "../../../samplers/varying/effective-parameters.ts";
import { fitVarying } from "../../../src/analysis/varying.ts";
import { chooseVaryingComponents, criteriaOf } from "../../../src/analysis/varying-components.ts";
import { simulateVarying } from "../../../src/analysis/varying-simulate.ts";
import { tableFrom } from "../../../src/data/table.ts";
import { fittedRows, parametersOf } from "../../../src/run/varying-rows.ts";
import { numbers } from "../../helpers/varying-cases.ts";

describe("effective parameters", () => {
  const { table, model } = simulateVarying({ n: 220, components: 1, seed: 7 });
  const flat = varyingMoe({ ...model, varying: varying("u", { dispersion: false }) });
  const bandwidth = 0.3;
  // Every row lies at a point of the grid, so that nothing is interpolated.
  const u = Float64Array.from({ length: 220 }, (_, i) => (i % 11) / 10);
  const columns = { u, y: numbers(table, "y"), z1: numbers(table, "z1"), x1: numbers(table, "x1") };
  const tied = tableFrom(columns);

  test("of one Gaussian component are the trace of its smoother, and one for the sd", () => {
    const { fit } = fitVarying(flat, tied, { bandwidth, grid: 11, penalty: { experts: 1e-12 } });
    const { grid, theta } = parametersOf(fit);
    const { problem } = fittedRows(fit, tied);
    const found = effectiveParameters(problem, grid, bandwidth, theta);
    let trace = 0;
    for (let i = 0; i < 220; i++) {
      // Derivative of the fitted value of row i by its response, by a difference: least squares is linear.
      const y = columns.y.map((value, j) => (j === i ? value + 1 : value));
      trace += fittedAt(columns, y, i) - fittedAt(columns, columns.y, i);
    }
    expect(found).toBeCloseTo(trace + 1, 4);
    const { aic, bic, logLikelihood, effectiveParameters: count } = criteriaOf(fit, tied);
    expect(count).toBe(found);
    expect(aic).toBeCloseTo(-2 * logLikelihood! + 2 * found, 9);
    expect(bic).toBeCloseTo(-2 * logLikelihood! + Math.log(220) * found, 9);
  });

  test("with nothing that varies are the parameters of the ordinary mixture", () => {
    const two = simulateVarying({ n: 220, seed: 7 });
    const nothing = varying("u", { experts: [], gate: [], dispersion: false });
    const plain = varyingMoe({ ...two.model, varying: nothing });
    const { fit } = fitVarying(plain, two.table, { bandwidth: 0.3, grid: 5 });
    expect(criteriaOf(fit, two.table).effectiveParameters).toBe(4 + 2 + 2);
  });

  test("fall as the bandwidth grows, to those of lines", () => {
    const counts = [0.2, 0.5, 5].map((h) => {
      const { fit } = fitVarying(flat, tied, { bandwidth: h, grid: 11 });
      return criteriaOf(fit, tied).effectiveParameters!;
    });
    expect(counts[0]).toBeGreaterThan(counts[1]!);
    expect(counts[1]).toBeGreaterThan(counts[2]!);
    // Two lines of two parameters each and an sd; windows five ranges wide weigh rows alike but for a hundredth or so.
    expect(Math.abs(counts[2]! - 5)).toBeLessThan(0.2);
  });
});

function fittedAt(
  { u, z1 }: { readonly u: Float64Array; readonly z1: Float64Array },
  y: Float64Array,
  i: number,
): number {
  const gram = Array.from({ length: 4 }, () => new Array<number>(5).fill(0));
  for (let j = 0; j < y.length; j++) {
    const t = (u[j]! - u[i]!) / 0.3;
    const w = Math.max(0, 1 - t * t);
    const x = [1, z1[j]!, t, t * z1[j]!, y[j]!];
    for (let a = 0; a < 4; a++) for (let b = 0; b < 5; b++) gram[a]![b]! += w * x[a]! * x[b]!;
  }
  for (let p = 0; p < 4; p++) {
    for (let a = 0; a < 4; a++) {
      if (a === p) continue;
      const times = gram[a]![p]! / gram[p]![p]!;
      for (let b = 0; b < 5; b++) gram[a]![b]! -= times * gram[p]![b]!;
    }
  }
  return gram[0]![4]! / gram[0]![0]! + (z1[i]! * gram[1]![4]!) / gram[1]![1]!;
}

describe("the number of components", () => {
  const { table, model } = simulateVarying({ n: 200, seed: 3 });
  const options = { grid: 5, candidates: [0.4, 0.7], workers: 1, folds: 3, starts: 2 };

  test("two are found in data of two, each number at its own bandwidth", async () => {
    const found = await chooseVaryingComponents(model, table, {
      ...options,
      components: [3, 1, 2],
    });
    expect(found.components).toBe(2);
    expect(found.fewest).toBe(2);
    expect(found.candidates.map((one) => one.components)).toEqual([1, 2, 3]);
    expect(found.candidates[1]!.differenceError).toBe(0);
    expect(found.findings).toEqual([]);
    const bics = found.candidates.map(({ bic }) => bic!);
    expect(Math.min(...bics)).toBe(bics[1]);
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  test("the largest tried is told, and numbers that cannot be fitted are not judged", async () => {
    const edge = await chooseVaryingComponents(model, table, {
      ...options,
      candidates: [0.5],
      components: [1, 2],
    });
    expect(edge.findings.map(({ code }) => code)).toEqual(["components-at-edge"]);
    const few = { ...options, candidates: [0.15], components: [1, 4] };
    const { components, findings, candidates } = await chooseVaryingComponents(model, table, few);
    expect(components).toBe(1);
    expect(candidates[1]!.reason).toMatch(/too few rows/);
    expect(findings.map(({ code }) => code)).toContain("components-not-judged");
  });

  test("refuses numbers that cannot be, and data that hold none", async () => {
    const of = (components: number[], candidates: number[]) =>
      chooseVaryingComponents(model, table, { ...options, components, candidates });
    await expect(of([0], [0.3])).rejects.toThrow(/whole numbers from 1 to 10; got 0/);
    await expect(of([], [0.3])).rejects.toThrow(/got none/);
    await expect(of([4], [0.02])).rejects.toThrow(/at least one number of components/);
  });
});
