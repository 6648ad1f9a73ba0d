import { describe, expect, test } from "vitest";
import { gaussian, softmax } from "../../../models/index.ts";
import { varying, varyingMoe } from "../../../models/varying.ts";
import { fitVarying } from "../../../src/analysis/varying.ts";
import { chooseBandwidth } from "../../../src/analysis/varying-bandwidth.ts";
import { studyVarying } from "../../../src/analysis/varying-study.ts";
import { tableFrom } from "../../../src/data/table.ts";
import type { VaryingFit } from "../../../src/run/varying-fit.ts";
import { curve, numbers, varyingCase, varyingTable } from "../../helpers/varying-cases.ts";

const table = varyingTable("gaussian", 300, 1);
const model = varyingCase("gaussian", 2);
const options = { bandwidth: 0.25, grid: 11 };

const allFinite = ({ curves }: VaryingFit): boolean =>
  curves.every(({ value, slope }) => [...value, ...slope].every(Number.isFinite));

describe("fits of data that are hard", () => {
  test("50 rows", () => {
    const { fit } = fitVarying(model, varyingTable("gaussian", 50, 2));
    expect(allFinite(fit)).toBe(true);
    expect(fit.points.every(({ converged }) => converged)).toBe(true);
  });

  test("a gap in the index is told, its grid points left out", () => {
    const u = numbers(table, "u").map((value) => (value < 0.5 ? 0.3 * value : 0.7 + 0.3 * value));
    const gapped = tableFrom({
      y: numbers(table, "y"),
      z: numbers(table, "z"),
      x: numbers(table, "x"),
      u,
    });
    const { fit, verdict, findings } = fitVarying(model, gapped, { bandwidth: 0.1, grid: 11 });
    expect(fit.leftOut.length).toBeGreaterThan(3);
    expect(fit.grid.length + fit.leftOut.length).toBe(11);
    expect(allFinite(fit)).toBe(true);
    expect(verdict).toBe("problems");
    expect(findings[0]!.code).toBe("grid-gap");
    expect(findings[0]!.message).toMatch(/no estimate at u = 0\.\d+ … 0\.\d+:/);
  });

  test("a bandwidth beyond the index is a problem, and refused where it is asked for", async () => {
    const days = tableFrom({
      ...Object.fromEntries(["y", "z", "x", "trials"].map((name) => [name, numbers(table, name)])),
      u: numbers(table, "u").map((u) => 20 * u),
    });
    const { findings } = fitVarying(model, days, { bandwidth: 4, grid: 3 });
    expect(findings[0]).toMatchObject({
      code: "bandwidth-beyond-index",
      severity: "problem",
      message: expect.stringMatching(/4 in units of u is 0\.2/),
    });
    const says = /at most 1, .*4 in units of u, which runs from/;
    const chosen = chooseBandwidth(model, days, { candidates: [0.3, 4], workers: 1 });
    await expect(chosen).rejects.toThrow(says);
    await expect(studyVarying(model, days, { bandwidth: 4 })).rejects.toThrow(says);
  });

  test("a bandwidth for which no window holds enough rows is refused", () => {
    expect(() => fitVarying(model, table, { bandwidth: 0.001 })).toThrow(
      /none of 21 does at bandwidth 0.001/,
    );
    expect(() => fitVarying(model, table, { bandwidth: -1 })).toThrow(/above 0; got -1/);
    expect(() => fitVarying(model, table, { bandwidth: 11 })).toThrow(/got 11/);
    expect(() => fitVarying(model, table, { grid: [0.5, 7] })).toThrow(/the range of u; got 7/);
  });

  test("ties: eleven values of the index, or two", () => {
    for (const levels of [10, 1]) {
      const u = numbers(table, "u").map((value) => Math.round(value * levels));
      const tied = tableFrom({
        y: numbers(table, "y"),
        z: numbers(table, "z"),
        x: numbers(table, "x"),
        u,
      });
      expect(allFinite(fitVarying(model, tied, { grid: 11 }).fit)).toBe(true);
    }
  });

  test("rows that lie exactly on a line do not let an sd collapse", () => {
    const [y, z] = [numbers(table, "y"), numbers(table, "z")];
    const exact = y.map((value, i) => (i % 2 === 0 ? 2 * z[i]! : value));
    const { fit } = fitVarying(
      model,
      tableFrom({ y: exact, z, x: numbers(table, "x"), u: numbers(table, "u") }),
      options,
    );
    const least = Math.min(
      ...fit.curves.filter(({ part }) => part === "dispersion").flatMap(({ value }) => value),
    );
    // Where Σ w r = W, the penalised maximum is σ² = 2 · weight · V / W at the least.
    expect(least).toBeGreaterThan(Math.log(1e-4));
    expect(allFinite(fit)).toBe(true);
  });

  test("single trials, and counts that are all zero in a window", () => {
    const bernoulli = fitVarying(
      varyingCase("binomial", 2),
      varyingTable("binomial", 300, 4, 1),
      options,
    ).fit;
    expect(allFinite(bernoulli)).toBe(true);
    expect(bernoulli.points.every(({ converged }) => converged)).toBe(true);
    const counts = varyingTable("negative-binomial", 300, 5);
    const u = numbers(counts, "u");
    const y = numbers(counts, "y").map((value, i) => (u[i]! < 0.4 ? 0 : value));
    const zeros = tableFrom({ y, u, z: numbers(counts, "z"), x: numbers(counts, "x") });
    const { fit } = fitVarying(varyingCase("negative-binomial", 2), zeros, {
      bandwidth: 0.2,
      grid: 6,
    });
    expect(allFinite(fit)).toBe(true);
    const first = [1, 2].map((k) => curve(fit, "experts", k, "(Intercept)").value[0]!);
    expect(Math.min(...first)).toBeGreaterThan(-30);
  });

  test("six components of two: finite, and told", () => {
    const six = varyingMoe({
      experts: gaussian("y ~ z"),
      gate: softmax("~ 1"),
      components: 6,
      varying: varying("u"),
    });
    const { fit, verdict } = fitVarying(six, table, { bandwidth: 0.5, grid: 4 });
    expect(allFinite(fit)).toBe(true);
    expect(verdict).toBe("problems");
  });
});
