import { beforeAll, describe, expect, it, test } from "vitest";
import { deviated, fromFormula } from "../../../models/index.ts";
import { maximize } from "../../../src/analysis/maximize.ts";
import type { Table } from "../../../src/core/data.ts";
import { readTable } from "../../../src/data/read-table.ts";
import { selectRows, tableFrom } from "../../../src/data/table.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng } from "../../../src/math/rng.ts";
import { foldsOf, heldOut } from "../../../src/selection/cross-validation.ts";
import { type Grid, maximizeGrid } from "../../../src/selection/grid.ts";

const model = (formula: string, family = "gaussian") =>
  fromFormula({ formula, components: 1, family });

/** y = 1 + 2 x + noise, and a column with two values missing. */
function lineTable(n: number): Table {
  const rng = createRng(3);
  const x = Array.from({ length: n }, () => normal(rng));
  return tableFrom({
    x,
    y: x.map((at) => 1 + 2 * at + 0.5 * normal(rng)),
    w: x.map((_, i) => (i < 2 ? null : normal(rng))),
    group: x.map((_, i) => (i === 0 ? "rare" : i % 2 === 0 ? "a" : "b")),
  });
}

const column = (table: Table, name: string): Float64Array => {
  const found = table.columns.get(name);
  if (found?.kind !== "numeric") throw new Error(name);
  return found.values;
};

/** log p(y | x) of the rows `at` by least squares on the rows `from`, the variance by maximum likelihood. */
function byLeastSquares(table: Table, from: Int32Array, at: Int32Array): number[] {
  const [x, y] = [column(table, "x"), column(table, "y")];
  const mean = (of: Float64Array) => from.reduce((total, i) => total + of[i]!, 0) / from.length;
  const [mx, my] = [mean(x), mean(y)];
  let [xx, xy] = [0, 0];
  for (const i of from) {
    xx += (x[i]! - mx) ** 2;
    xy += (x[i]! - mx) * (y[i]! - my);
  }
  const slope = xy / xx;
  const residual = (i: number) => y[i]! - my - slope * (x[i]! - mx);
  const variance = from.reduce((total, i) => total + residual(i) ** 2, 0) / from.length;
  return [...at].map(
    (i) => -0.5 * Math.log(2 * Math.PI * variance) - residual(i) ** 2 / (2 * variance),
  );
}

describe("cross-validation", () => {
  test("folds divide the rows evenly, and depend on the seed alone", () => {
    const folds = foldsOf(23, 5, 1);
    expect(folds.map(({ test: { length } }) => length).sort()).toEqual([4, 4, 5, 5, 5]);
    const judged = folds.flatMap(({ test: rows }) => [...rows]);
    expect(judged.sort((a, b) => a - b)).toEqual(Array.from({ length: 23 }, (_, i) => i));
    for (const { train, test: rows } of folds) {
      expect([...train, ...rows].sort((a, b) => a - b)).toEqual([...Array(23).keys()]);
    }
    expect(foldsOf(23, 5, 1)).toEqual(folds);
    expect(foldsOf(23, 5, 2)).not.toEqual(folds);
  });

  test("of one expert it is that of least squares, fold by fold", async () => {
    const table = lineTable(31);
    const grid = await maximizeGrid([model("y ~ x")], table, {
      components: [1],
      folds: 4,
      starts: 2,
      seed: 7,
    });
    const expected = new Float64Array(31);
    for (const { train, test: rows } of foldsOf(31, 4, 7)) {
      const densities = byLeastSquares(table, train, rows);
      rows.forEach((i, at) => {
        expected[i] = densities[at]!;
      });
    }
    grid.heldOut[0]!.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 10);
    });
    const { cv } = grid.summary.models[0]!;
    const total = expected.reduce((a, b) => a + b, 0);
    const variance = expected.reduce((sum, one) => sum + (one - total / 31) ** 2, 0) / 30;
    expect(cv!.value).toBeCloseTo(total, 9);
    expect(cv!.se).toBeCloseTo(Math.sqrt(31 * variance), 9);
    expect(cv!.difference).toEqual({ value: 0, se: 0 });
  });

  test("compares models row by row, on the same folds", async () => {
    const table = lineTable(40);
    const options = { components: [1], folds: 5, starts: 1 };
    const grid = await maximizeGrid([model("y ~ 1"), model("y ~ x")], table, options);
    const alone = await maximizeGrid([model("y ~ 1")], table, options);
    expect(grid.heldOut[0]).toEqual(alone.heldOut[0]);
    const [constant, line] = grid.summary.models;
    const differences = grid.heldOut[0]!.map((value, i) => value - grid.heldOut[1]![i]!);
    const mean = differences.reduce((a, b) => a + b, 0) / 40;
    const variance = differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / 39;
    expect(constant!.cv!.difference.value).toBeCloseTo(40 * mean, 9);
    expect(constant!.cv!.difference.se).toBeCloseTo(Math.sqrt(40 * variance), 9);
    expect(line!.cv!.difference.value).toBe(0);
    expect(grid.summary.best["cv"]).toEqual({ formula: "y ~ x", components: 1 });
  });
});

describe("a grid of models", () => {
  const formulas = ["tuned ~ stretchratio", "tuned ~ stretchratio | stretchratio"];
  const EFFORT = { starts: 8, workers: 1 };
  let table: Table;
  let grid: Grid;

  beforeAll(async () => {
    table = await readTable("test/reference/tone.csv");
    grid = await maximizeGrid(
      formulas.map((formula) => model(formula)),
      table,
      {
        components: [1, 2, 3],
        ...EFFORT,
        folds: 0,
      },
    );
  });

  it("has the criteria of each model maximized by itself, or better ones", async () => {
    for (const one of grid.summary.models.filter(({ components }) => components < 3)) {
      const alone = await maximize(model(one.formula), table, {
        components: one.components,
        ...EFFORT,
      });
      for (const key of ["logLikelihood", "df", "aic", "aicc", "bic", "icl"] as const) {
        expect(one[key], `${key} of ${one.formula}, ${one.components}`).toBeCloseTo(
          alone.summary[key]!,
          5,
        );
      }
    }
    const [{ summary }, found] = [
      await maximize(model(formulas[0]!), table, { components: 3, ...EFFORT }),
      grid.summary.models[2]!,
    ];
    expect(found.logLikelihood).toBeGreaterThan(summary.logLikelihood - 1e-6);
  });

  it("never lets a model fit worse than one that it contains", () => {
    const at = (formula: string, components: number) =>
      grid.summary.models.find((one) => one.formula === formula && one.components === components)!
        .logLikelihood;
    for (const K of [1, 2, 3]) {
      expect(at(formulas[1]!, K)).toBeGreaterThanOrEqual(at(formulas[0]!, K) - 1e-6);
      if (K === 1) continue;
      for (const formula of formulas) {
        expect(at(formula, K)).toBeGreaterThanOrEqual(at(formula, K - 1) - 1e-6);
      }
    }
    expect(grid.summary.findings.map(({ code }) => code)).not.toContain("nesting-violated");
  });

  it("has the normalized entropy criterion of its definition: 1 for one expert", () => {
    const [one, two] = grid.summary.models;
    expect(one!.nec).toBe(1);
    const entropy = (two!.icl - two!.bic) / 2;
    expect(two!.nec).toBeCloseTo(entropy / (two!.logLikelihood - one!.logLikelihood), 9);
  });

  it("names the smallest by every criterion, with its formula and its direction", () => {
    const { models, best, criteria } = grid.summary;
    for (const { name, better, formula } of criteria) {
      expect(better).toBe("smaller");
      expect(formula.length).toBeGreaterThan(10);
      const key = name as "aic" | "nec";
      const smallest = Math.min(...models.map((one) => one[key] ?? Number.POSITIVE_INFINITY));
      const { formula: chosen, components } = best[name]!;
      const found = models.find((m) => m.formula === chosen && m.components === components)!;
      expect(found[key]).toBe(smallest);
    }
    expect(grid.verdict).toContain("experts in tuned ~ stretchratio");
  });

  it("fits one expert for the entropy criterion also where it was not asked for", async () => {
    const options = { components: [2], folds: 0, starts: 5, workers: 1 };
    const only = await maximizeGrid([model(formulas[0]!)], table, options);
    expect(only.summary.models).toHaveLength(1);
    expect(only.summary.models[0]!.nec).toBeCloseTo(grid.summary.models[1]!.nec!, 5);
  });
});

test("beside a known density models are judged by the density of both", async () => {
  const table = lineTable(60);
  const beside = deviated({ known: "laplace(2*x, 2)", mixture: model("y ~ x") });
  const { summary, climbs, fitted } = await maximize(beside, table, { workers: 1 });
  const options = { components: [1], folds: 3, workers: 1 };
  const grid = await maximizeGrid([beside], table, options);
  const [found] = grid.summary.models;
  for (const key of ["logLikelihood", "df", "aic", "bic", "icl"] as const) {
    expect(found![key], key).toBeCloseTo(summary[key]!, 5);
  }
  expect(Number.isFinite(found!.cv!.value)).toBe(true);
  const rows = Int32Array.from({ length: 60 }, (_, i) => i);
  const climb = climbs.reduce((a, b) => (b.logLikelihood > a.logLikelihood ? b : a));
  const scores = new Float64Array(60);
  heldOut(fitted.compiled, climb, table, rows, scores);
  expect(scores.reduce((a, b) => a + b)).toBeCloseTo(climb.logLikelihood, 8);
});

test("a start from nothing but one expert doubled is enough not to be below it", async () => {
  const rng = createRng(5);
  const table = tableFrom({ y: Array.from({ length: 12 }, () => normal(rng)) });
  const options = { components: [1, 2, 3, 5], folds: 3, starts: 1, sdFloor: 0.2, workers: 1 };
  const { summary } = await maximizeGrid([model("y ~ 1")], table, options);
  const likelihoods = summary.models.map(({ logLikelihood }) => logLikelihood);
  likelihoods.slice(1).forEach((value, k) => {
    expect(value).toBeGreaterThanOrEqual(likelihoods[k]! - 1e-8);
  });
});

describe("rows", () => {
  test("are those complete in every formula, for every model", async () => {
    const table = lineTable(40);
    const options = { components: [1], folds: 0, starts: 1 };
    const grid = await maximizeGrid([model("y ~ x"), model("y ~ x + w")], table, options);
    expect(grid.summary.rows).toBe(38);
    expect(grid.summary.findings.map(({ code }) => code)).toEqual(["incomplete-rows"]);
    const complete = selectRows(
      table,
      Array.from({ length: 38 }, (_, i) => i + 2),
    );
    const alone = await maximize(model("y ~ x"), complete, { starts: 1 });
    const [first] = grid.summary.models;
    expect(first!.logLikelihood).toBeCloseTo(alone.summary.logLikelihood, 9);
  });

  test("without which a level is not known are an error that says so", async () => {
    const grid = maximizeGrid([model("y ~ x + group")], lineTable(30), { components: [1] });
    await expect(grid).rejects.toThrow(/without fold \d+ of 10 the model must be one/);
  });
});

test.each([
  [[], {}, "there must be one model at least"],
  [["y ~ x"], { components: [0] }, "`components` must be whole numbers"],
  [["y ~ x"], { folds: 1 }, "`folds` must be 0 (none) or a whole number"],
  [["y ~ x"], { folds: 31 }, "`folds` must be a whole number between 2 and the number of rows, 30"],
  [["y ~ x"], { starts: 0 }, "`starts` must be a whole number"],
  [["y ~ x", "x ~ y"], {}, "the models must have the same response"],
])("what cannot be is refused: %j %j", async (formulas, options, message) => {
  const grid = maximizeGrid(
    formulas.map((formula) => model(formula)),
    lineTable(30),
    options,
  );
  await expect(grid).rejects.toThrow(message);
});
