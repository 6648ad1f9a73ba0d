import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { maximizeVarying } from "../../src/run/varying-fit.ts";
import { numbers, varyingCase, varyingTable } from "../helpers/varying-cases.ts";

const model = varyingCase("gaussian", 2);

/** Seconds of processor time. */
function cpuSeconds(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

describe("size", () => {
  test("100 000 rows: every local maximum found, curves at the truth", () => {
    const table = varyingTable("gaussian", 100_000, 1);
    const fit = maximizeVarying(model, table, { bandwidth: 0.06 });
    expect(fit.points.every(({ converged, ambiguous }) => converged && !ambiguous)).toBe(true);
    const slope = fit.curves.find(({ part, term, component }) => {
      return part === "experts" && term === "z" && component === 1;
    })!;
    // 100 000 · 0.06 · about 0.4 rows; at the ends the variance is 7.5 times as large.
    const sd = 0.35 * Math.sqrt(0.6 / (100_000 * 0.06 * 0.4));
    slope.value.forEach((value, g) => {
      const edge = g === 0 || g === fit.grid.length - 1 ? Math.sqrt(7.5) : 1;
      expect(Math.abs(value - 0.7 - 0.4 * fit.grid[g]!)).toBeLessThan(5 * sd * edge);
    });
    expect(numbers(table, "y").length).toBe(fit.rows);
  });
});

describe("speed", () => {
  test("is at least 50 times that of VCMoE on as many rows, in processor time", () => {
    const reference = JSON.parse(readFileSync("test/reference/varying/gaussian.json", "utf8"));
    const table = varyingTable("gaussian", 300, 1);
    const seconds = Array.from({ length: 15 }, () =>
      cpuSeconds(() => maximizeVarying(model, table, { bandwidth: 0.25, grid: 19 })),
    );
    expect(Math.min(...seconds)).toBeLessThan(reference.cpuSeconds / 50);
  });
});
