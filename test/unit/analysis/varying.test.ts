import { Matrix, solve } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { negativeBinomial, softmax } from "../../../models/index.ts";
import { problemOver } from "../../../models/varying/compile.ts";
import { varying, varyingMoe } from "../../../models/varying.ts";
import { rowModel } from "../../../samplers/varying/interpolate.ts";
import { fitVarying } from "../../../src/analysis/varying.ts";
import { selectRows, tableFrom } from "../../../src/data/table.ts";
import { matrix } from "../../../src/math/matrix.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { permutation } from "../../../src/math/random/permutation.ts";
import { createRng, uniform } from "../../../src/math/rng.ts";
import type { VaryingFit } from "../../../src/run/varying-fit.ts";
import { curve, numbers, varyingCase, varyingTable } from "../../helpers/varying-cases.ts";

const table = varyingTable("gaussian", 300, 1);
const model = varyingCase("gaussian", 2);
const options = { bandwidth: 0.25, grid: 11 };

/** Largest difference of values; slopes times `unit`. */
function difference(a: VaryingFit, b: VaryingFit, unit = 1): number {
  return Math.max(
    ...a.curves.flatMap(({ value, slope }, c) => [
      ...value.map((x, g) => Math.abs(x - b.curves[c]!.value[g]!)),
      ...slope.map((x, g) => Math.abs(x * unit - b.curves[c]!.slope[g]!)),
    ]),
  );
}

/** Local maxima are climbed until a step promises 1e-9: curves are known to about the root of that. */
const SAME = 1e-3;

describe("a fit", () => {
  const { fit, verdict } = fitVarying(model, table, options);

  test("is plain data that survives JSON", () => {
    expect(JSON.parse(JSON.stringify(fit))).toEqual(fit);
    expect(verdict).toBe("ok");
  });

  test("after JSON sees rows as it saw them", () => {
    const {
      model: declared,
      scales,
      penalty,
      grid,
      index,
      theta,
      logLikelihood,
    } = JSON.parse(JSON.stringify(fit)) as VaryingFit;
    const { problem } = problemOver(declared, scales, table, penalty);
    const unit = Float64Array.from(grid, (u) => (u - index.low) / (index.high - index.low));
    const parameters = matrix(unit.length, theta[0]!.length, Float64Array.from(theta.flat()));
    expect(rowModel(problem).logLikelihood(unit, parameters)).toBeCloseTo(logLikelihood, 8);
  });

  test("finds the functions that made the data", () => {
    // In the interior the variance is ∫K² / (n h w) = 0.6 / (300 · 0.25 · w) in units of information, w = 1/2 about the
    // share of the component: sds of 0.126 · 0.35 and, for log sd, 0.126 / √2. The bias is h²/2 · 1/5 · θ''.
    const sd = Math.sqrt(0.6 / (300 * 0.25 * 0.5));
    const bias = (0.25 ** 2 / 10) * 0.5 * (2 * Math.PI) ** 2;
    const inside = fit.grid.map((u, g) => ({ u, g })).filter(({ u }) => u >= 0.25 && u <= 0.75);
    const [level, slope] = ["(Intercept)", "z"].map((term) => curve(fit, "experts", 1, term).value);
    const spread = curve(fit, "dispersion", 1, "log sd").value;
    expect(inside.length).toBeGreaterThan(4);
    for (const { u, g } of inside) {
      const truth = -1 + 0.5 * Math.sin(2 * Math.PI * u);
      expect(Math.abs(level![g]! - truth)).toBeLessThan(bias + 4 * sd * 0.35);
      expect(Math.abs(slope![g]! - 0.7 - 0.4 * u)).toBeLessThan(4 * sd * 0.35);
      expect(Math.abs(spread[g]! - Math.log(0.35))).toBeLessThan((4 * sd) / Math.SQRT2);
    }
  });

  test("centres the gate over the components", () => {
    const [one, two] = [1, 2].map((k) => curve(fit, "gate", k, "x").value);
    one!.forEach((value, g) => {
      expect(value + two![g]!).toBeCloseTo(0, 12);
    });
  });

  test("does not depend on the order of the rows", () => {
    const order = new Int32Array(300);
    permutation(createRng(8), order);
    const other = fitVarying(model, selectRows(table, order), options).fit;
    // Sums are taken in another order when columns are standardised.
    expect(difference(fit, other)).toBeLessThan(1e-9);
  });

  test("does not depend on shift and scale of the index, nor of the covariates", () => {
    const columns = Object.fromEntries(
      ["y", "z", "x", "u"].map((name) => [name, numbers(table, name)]),
    );
    const u = columns["u"]!.map((value) => 1000 + 50 * value);
    const other = fitVarying(model, tableFrom({ ...columns, u }), options).fit;
    expect(difference(fit, other, 1 / 50)).toBeLessThan(SAME);
    expect(other.logLikelihood).toBeCloseTo(fit.logLikelihood, 5);
    const z = columns["z"]!.map((value) => 10 * value + 3);
    const scaled = fitVarying(model, tableFrom({ ...columns, z }), options).fit;
    expect(scaled.logLikelihood).toBeCloseTo(fit.logLikelihood, 5);
    const slope = curve(scaled, "experts", 2, "z").value[5]!;
    expect(slope * 10).toBeCloseTo(curve(fit, "experts", 2, "z").value[5]!, 3);
  });

  test("does not depend on where the search for labels starts", () => {
    const other = fitVarying(model, table, { ...options, seed: 99, starts: 6 }).fit;
    expect(difference(fit, other)).toBeLessThan(SAME);
  });

  test("with one component and one sd is local-linear least squares", () => {
    const what = varying("u", { dispersion: false });
    const one = fitVarying(varyingCase("gaussian", 1, what), table, options).fit;
    const [y, z, u] = ["y", "z", "u"].map((name) => numbers(table, name));
    const [low, range] = [one.index.low, one.index.high - one.index.low];
    for (const g of [0, 5, 10]) {
      const [rows, weights]: [number[][], number[]] = [[], []];
      for (let i = 0; i < 300; i++) {
        const t = (u![i]! - one.grid[g]!) / range / 0.25;
        weights.push(Math.sqrt(Math.max(0, 1 - t * t)));
        rows.push([1, z![i]!, t, t * z![i]!]);
      }
      const X = new Matrix(rows.map((row, i) => row.map((x) => x * weights[i]!)));
      const solution = solve(X, Matrix.columnVector(weights.map((w, i) => w * y![i]!)), true);
      expect(one.grid[g]! - low).toBeCloseTo((range * g) / 10, 12);
      expect(curve(one, "experts", 1, "(Intercept)").value[g]).toBeCloseTo(solution.get(0, 0), 5);
      expect(curve(one, "experts", 1, "z").value[g]).toBeCloseTo(solution.get(1, 0), 5);
      const slope = curve(one, "experts", 1, "z").slope[g]! * range * 0.25;
      expect(slope).toBeCloseTo(solution.get(3, 0), 5);
    }
  });
});

test("components whose levels cross keep their labels", () => {
  const rng = createRng(12);
  const columns = { y: [], z: [], x: [], u: [] } as Record<string, number[]>;
  for (let i = 0; i < 400; i++) {
    const [u, z, x, isRising] = [uniform(rng), normal(rng), normal(rng), uniform(rng) < 0.5];
    const level = 3 * (u - 0.5) * (isRising ? 1 : -1);
    const y = level + (isRising ? 1 : -1) * z + 0.35 * normal(rng);
    for (const [name, value] of Object.entries({ y, z, x, u })) columns[name]!.push(value);
  }
  const { fit, verdict } = fitVarying(model, tableFrom(columns), { bandwidth: 0.3, grid: 11 });
  expect(verdict).toBe("ok");
  const rising = [1, 2].find((k) => curve(fit, "experts", k, "z").value[0]! > 0)!;
  const [level, slope] = ["(Intercept)", "z"].map((term) => curve(fit, "experts", rising, term));
  // Of about 200 rows, 0.3 of them in a window, one-sided at the ends: 4 · 0.35 · √(7.5 · 0.6 / 60).
  for (const value of slope!.value) expect(Math.abs(value - 1)).toBeLessThan(0.4);
  fit.grid.forEach((u, g) => {
    expect(Math.abs(level!.value[g]! - 3 * (u - 0.5))).toBeLessThan(0.4);
  });
  // Labels by level would have changed places.
  expect(Math.sign(level!.value[0]!)).not.toBe(Math.sign(level!.value[10]!));
});

test("an offset is taken off the intercept", () => {
  const counts = varyingTable("negative-binomial", 300, 6);
  const of = (by: number): VaryingFit => {
    const columns = Object.fromEntries(
      ["y", "z", "x", "u"].map((name) => [name, numbers(counts, name)]),
    );
    const shift = numbers(counts, "u").map(() => by);
    const offset = varyingMoe({
      experts: negativeBinomial("y ~ z + offset(shift)"),
      gate: softmax("~ x"),
      components: 2,
      varying: varying("u"),
    });
    const settings = { ...options, penalty: { experts: 1e-9 } };
    return fitVarying(offset, tableFrom({ ...columns, shift }), settings).fit;
  };
  const [without, with2] = [of(0), of(2)];
  for (const k of [1, 2]) {
    curve(without, "experts", k, "(Intercept)").value.forEach((value, g) => {
      const shifted = curve(with2, "experts", k, "(Intercept)").value[g]!;
      expect(shifted).toBeCloseTo(value - 2, 2);
    });
  }
});

describe("hybrids", () => {
  const hybrid = varyingCase(
    "gaussian",
    2,
    varying("u", { experts: ["(Intercept)"], dispersion: false }),
  );
  const { fit } = fitVarying(hybrid, table, options);

  test("hold what does not vary at one value, and let the others vary", () => {
    for (const { term, part, varies, value, slope } of fit.curves) {
      expect(varies).toBe(!(part === "dispersion" || (part === "experts" && term === "z")));
      if (varies) continue;
      expect(new Set(value).size).toBe(1);
      expect(slope.every((s) => s === 0)).toBe(true);
    }
    expect(fit.settled).toBe(true);
  });

  test("find the values that made the data", () => {
    expect(Math.abs(curve(fit, "experts", 2, "z").value[0]! + 0.5)).toBeLessThan(4 * 0.06);
    expect(Math.abs(curve(fit, "dispersion", 2, "log sd").value[0]! - Math.log(0.45))).toBeLessThan(
      4 * 0.07,
    );
  });

  test("with nothing varying are the ordinary mixture: its log-likelihood does not depend on the bandwidth", () => {
    const none = varyingCase(
      "gaussian",
      2,
      varying("u", { experts: [], gate: [], dispersion: false }),
    );
    const [wide, narrow] = [0.5, 0.2].map(
      (bandwidth) => fitVarying(none, table, { ...options, bandwidth }).fit,
    );
    expect(wide!.logLikelihood).toBeCloseTo(narrow!.logLikelihood, 4);
    expect(wide!.logLikelihood).toBeLessThan(fit.logLikelihood);
  });

  test("are not what label-consistent EM estimates", () => {
    const settings = { ...options, estimator: "label-consistent" } as const;
    expect(() => fitVarying(hybrid, table, settings)).toThrow(
      /must have every coefficient varying/,
    );
  });
});
