import { describe, expect, test } from "vitest";
import { replicateBand } from "../../../diagnostics/varying/replicate-band.ts";
import { varying, varyingMoe } from "../../../models/varying.ts";
import { fitVarying } from "../../../src/analysis/varying.ts";
import { varyingBands } from "../../../src/analysis/varying-bands.ts";
import { bootstrapVarying } from "../../../src/analysis/varying-bootstrap.ts";
import { simulateVarying } from "../../../src/analysis/varying-simulate.ts";
import { matrix } from "../../../src/math/matrix.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng } from "../../../src/math/rng.ts";
import { numbers } from "../../helpers/varying-cases.ts";

describe("limits from replicates", () => {
  const B = 20_000;
  const values = matrix(B, 3);
  const rng = createRng(1);
  for (let b = 0; b < B; b++) {
    for (let g = 0; g < 3; g++) values.data[3 * b + g] = 5 + (g + 1) * normal(rng);
  }
  const estimate = Float64Array.of(5, 5, 5);
  const band = replicateBand(estimate, values, 0.95);

  test("of independent normals are those of a normal, and of the largest of three", () => {
    // P(max of 3 |z| < c) = 0.95 at c = Φ⁻¹((1 + 0.95^(1/3)) / 2) = 2.3877; quantiles have sds √(p(1−p)/B)/density.
    expect(Math.abs(band.critical - 2.3877)).toBeLessThan(0.06);
    for (let g = 0; g < 3; g++) {
      expect(Math.abs(band.se[g]! / (g + 1) - 1)).toBeLessThan(4 / Math.sqrt(2 * B));
      expect(Math.abs((band.upper[g]! - 5) / (g + 1) - 1.96)).toBeLessThan(0.06);
      expect(band.simultaneousUpper[g]! - 5).toBeCloseTo(band.critical * band.se[g]!, 12);
      expect(band.simultaneousLower[g]! + band.simultaneousUpper[g]!).toBeCloseTo(10, 12);
    }
  });

  test("hold the simultaneous share of replicates", () => {
    let within = 0;
    for (let b = 0; b < B; b++) {
      const has = [0, 1, 2].every((g) => {
        const value = values.data[3 * b + g]!;
        return value >= band.simultaneousLower[g]! && value <= band.simultaneousUpper[g]!;
      });
      within += Number(has);
    }
    expect(Math.abs(within / B - 0.95)).toBeLessThan(1 / B + 1e-9);
  });

  test("do without points where all replicates agree, and say nothing of fewer than two", () => {
    const flat = matrix(4, 2, Float64Array.of(1, 0, 2, 0, 3, 0, 4, 0));
    const { se, upper, critical } = replicateBand(Float64Array.of(2.5, 0), flat, 0.9);
    expect(se[1]).toBe(0);
    expect(upper[1]).toBe(0);
    expect(Number.isFinite(critical)).toBe(true);
    expect(replicateBand(Float64Array.of(1), matrix(1, 1), 0.9).se[0]).toBeNaN();
  });
});

describe("the bootstrap of a fit", () => {
  test("of one component has the standard errors of local-linear least squares", async () => {
    const { table, model } = simulateVarying({ n: 100, components: 1, seed: 5 });
    const what = varying("u", { dispersion: false });
    const one = varyingMoe({ ...model, varying: what });
    const { fit } = fitVarying(one, table, { bandwidth: 0.3, grid: 3 });
    const replicates = 200;
    const { curves, failures } = await bootstrapVarying(fit, table, { replicates, workers: 1 });
    expect(failures).toBe(0);
    const [u, z] = ["u", "z1"].map((name) => numbers(table, name));
    const { low, high } = fit.index;
    const sd = Math.exp(fit.curves.find(({ part }) => part === "dispersion")!.value[0]!);
    fit.grid.forEach((at, g) => {
      // Rows (1, z, t, t z) by weights w: the variance of the first coefficient is σ² of (X'WX)⁻¹ X'W²X (X'WX)⁻¹.
      const rows = [...u!].map((value, i) => {
        const t = (value - at) / (high - low) / 0.3;
        return { w: Math.max(0, 1 - t * t), x: [1, z![i]!, t, t * z![i]!] };
      });
      const hat = solveFirst(rows);
      const se = sd * Math.sqrt(rows.reduce((sum, { w, x }) => sum + (w * dot(hat, x)) ** 2, 0));
      const intercept = curves.find((c) => c.part === "experts" && c.term === "(Intercept)")!;
      // The sd of so many replicates is known to 1 / √(2B) of itself.
      expect(Math.abs(intercept.se[g]! / se - 1)).toBeLessThan(4 / Math.sqrt(2 * replicates));
    });
  });

  const { table, model } = simulateVarying({ n: 200, seed: 3 });
  const { fit } = fitVarying(model, table, { bandwidth: 0.3, grid: 7 });

  test("has the shape of other bands, their widths, and does not depend on threads", async () => {
    const found = await bootstrapVarying(fit, table, { replicates: 24, workers: 1 });
    expect(found.curves.map(({ part, term }) => [part, term])).toEqual(
      fit.curves.map(({ part, term }) => [part, term]),
    );
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
    const plain = varyingBands(fit, table, { bias: "none" }).curves;
    found.curves.forEach((band, c) => {
      // What few rows decide only influences of rows can tell.
      const { onFewRows: _, ...same } = plain[c]!;
      expect(Object.keys(band).sort()).toEqual(Object.keys(same).sort());
      // Of 24 replicates a standard error is known to a seventh; the sandwich of 200 rows to about as much.
      const ratio = band.se[3]! / plain[c]!.se[3]!;
      expect(ratio).toBeGreaterThan(1 / 2);
      expect(ratio).toBeLessThan(2);
      expect(band.critical).toBeGreaterThan(1.96);
    });
    expect(found.failures).toBe(0);
    const few = { replicates: 3, seed: 2 };
    const here = await bootstrapVarying(fit, table, { ...few, workers: 1 });
    expect(await bootstrapVarying(fit, table, { ...few, workers: 2 })).toEqual(here);
  });

  test("does not exchange components where they overlap", async () => {
    const counts = { family: "negative-binomial", n: 300, seed: 3, separation: 3 } as const;
    const { table: cells, model: of } = simulateVarying(counts);
    const overlapping = fitVarying(of, cells, { bandwidth: 0.25 }).fit;
    const found = await bootstrapVarying(overlapping, cells, { replicates: 6, workers: 1 });
    // Matched to their neighbours instead, grid points of every second replicate changed places.
    expect(found.renumbered).toBe(0);
  });

  test("of label-consistent EM refits by label-consistent EM", async () => {
    const settings = { bandwidth: 0.3, grid: 7, estimator: "label-consistent" } as const;
    const path = fitVarying(model, table, settings).fit;
    const few = { replicates: 3, seed: 2, workers: 1 };
    const [one, other] = [
      await bootstrapVarying(path, table, few),
      await bootstrapVarying(fit, table, few),
    ];
    expect(one.unsettled).toBe(0);
    expect(one.curves[0]!.se).not.toEqual(other.curves[0]!.se);
  });

  test.each([
    [{ replicates: 1 }, /`replicates` must be/],
    [{ level: 1 }, /`level` must be/],
  ])("refuses %j", async (bad, message) => {
    await expect(bootstrapVarying(fit, table, bad)).rejects.toThrow(message);
  });
});

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, j) => sum + value * b[j]!, 0);

/** First row of (X'WX)⁻¹. */
function solveFirst(rows: readonly { w: number; x: readonly number[] }[]): number[] {
  const gram = [0, 1, 2, 3].map((a) =>
    [0, 1, 2, 3].map((b) => rows.reduce((sum, { w, x }) => sum + w * x[a]! * x[b]!, 0)),
  );
  const right = [1, 0, 0, 0];
  for (let j = 0; j < 4; j++) {
    for (let i = 0; i < 4; i++) {
      if (i === j) continue;
      const times = gram[i]![j]! / gram[j]![j]!;
      for (let k = 0; k < 4; k++) gram[i]![k]! -= times * gram[j]![k]!;
      right[i]! -= times * right[j]!;
    }
  }
  return right.map((value, j) => value / gram[j]![j]!);
}
