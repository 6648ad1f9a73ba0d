import { describe, expect, it } from "vitest";
import { compile } from "../../../models/compile.ts";
import { tableFrom } from "../../../src/data/table.ts";
import { curvePoints, curves } from "../../../src/run/curves.ts";
import { covariateGrid, mainCovariate } from "../../../src/run/curves-grid.ts";
import { predict } from "../../../src/run/predict.ts";
import { drawsOf, labelledAsTheyAre, lines, threeLines } from "./predict-cases.ts";

const { table, compiled, chains, draws } = threeLines();
const labelled = labelledAsTheyAre(compiled, draws);

const rows = tableFrom({
  y: [1, 2, 3, 4, 5, 6],
  a: [1, 5, 2, 9, 4, 3],
  b: [2, 2, 8, 1, 5, 7],
  year: [2001, 2002, 2001, 2003, 2001, 2002],
  group: ["u", "v", "v", "u", "v", "w"],
});
const compiledOf = (experts: string, gate: string) =>
  compile(
    {
      experts: { family: "gaussian", formula: experts },
      gate: { kind: "softmax", formula: gate },
      components: 2,
    },
    rows,
  );

describe("mainCovariate", () => {
  it.each([
    ["y ~ a + b", "~ b", "b"],
    ["y ~ group + a", "~ 1", "a"],
    ["y ~ group", "~ b", "b"],
    ["y ~ log(a)", "~ a", "a"],
    ["y ~ factor(year)", "~ a", "a"],
  ])("of %s | %s is the one that both use, or the first there is", (experts, gate, x) => {
    expect(mainCovariate(compiledOf(experts, gate).designs, rows)).toBe(x);
  });

  it("does not exist where all covariates are levels", () => {
    expect(mainCovariate(compiledOf("y ~ group", "~ 1").designs, rows)).toBeUndefined();
    expect(mainCovariate(compiledOf("y ~ 1", "~ factor(year)").designs, rows)).toBeUndefined();
  });
});

describe("covariateGrid", () => {
  it("spans the range and holds the others at their median or commonest level, in words", () => {
    const fitted = compiledOf("y ~ a + b + group", "~ b");
    const { grid, table: made, held } = covariateGrid(fitted, rows, "b", 8);
    expect([...grid]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(held).toBe("a = 3.5, group = v");
    expect(made.columns.get("a")).toEqual({
      kind: "numeric",
      values: new Float64Array(8).fill(3.5),
    });
    expect(made.columns.get("group")).toMatchObject({ codes: new Int32Array(8).fill(1) });
  });

  it("holds numbers that are used as levels at one that occurs", () => {
    const fitted = compiledOf("y ~ factor(year)", "~ a");
    expect(covariateGrid(fitted, rows, "a", 3).held).toBe("year = 2001");
  });

  it("says nothing of others where there are none", () => {
    expect(covariateGrid(compiledOf("y ~ a", "~ a"), rows, "a", 3).held).toBeUndefined();
  });
});

describe("curves", () => {
  it("are the predictions and the posterior of each component along the grid", () => {
    const found = curves(compiled, draws, table, labelled, { points: 7 })!;
    expect([found.x, found.y, found.grid.length]).toEqual(["x", "y", 7]);
    const direct = predict(compiled, draws, tableFrom({ x: found.grid }));
    expect(found.predictive.mean).toEqual(direct.mean.mean);
    expect(found.predictive.upper[3]).toBeCloseTo(direct.quantiles[2]![3]!, 7);
    const components = chains.flat().map((draw) => draw[1]!);
    const x = found.grid[3]!;
    const means = components.map(({ coef }) => coef[0]! + coef[1]! * x).sort((a, b) => a - b);
    const { mean, lower, upper } = found.experts![1]!;
    expect(mean[3]).toBeCloseTo(means.reduce((a, b) => a + b) / means.length, 11);
    expect(lower[3]).toBeCloseTo(0.55 * means[0]! + 0.45 * means[1]!, 11);
    expect(upper[3]).toBeCloseTo(0.45 * means[8]! + 0.55 * means[9]!, 11);
    const total = found.gates!.reduce((sum, gate) => sum + gate.mean[3]!, 0);
    expect(total).toBeCloseTo(1, 12);
  });

  it("have no components where labels are not comparable", () => {
    const found = curves(compiled, draws, table)!;
    expect(found.grid).toHaveLength(100);
    expect(found.experts).toBeUndefined();
    expect(found.gates).toBeUndefined();
  });

  it("do not exist without a numeric covariate", () => {
    const model = {
      ...lines,
      experts: { family: "gaussian", formula: "y ~ group" },
      components: 1,
    };
    const levels = compile({ ...model, gate: { kind: "constant" } }, table);
    const own = drawsOf(levels, [[[{ coef: [0, 1], sd: 1, gate: [0] }]]]);
    expect(curves(levels, own, table)).toBeUndefined();
  });
});

describe("curvePoints", () => {
  it("colours each row by its most likely component", () => {
    const far = [
      { coef: [0, 0], sd: 0.1, gate: [0, 0] },
      { coef: [10, 0], sd: 0.1, gate: [0, 0] },
      { coef: [-10, 0], sd: 0.1, gate: [0, 0] },
    ];
    const own = labelledAsTheyAre(compiled, drawsOf(compiled, [[far]]));
    const data = tableFrom({ y: [10.1, -0.1, -9.9], x: [1, 2, 3] });
    const found = curvePoints(compiled, data, "x", own);
    expect([...found.expert!]).toEqual([1, 0, 2]);
    for (const p of found.probability!) expect(p).toBeCloseTo(1, 12);
    expect([...found.x]).toEqual([1, 2, 3]);
    expect([...found.y]).toEqual([10.1, -0.1, -9.9]);
    expect(curvePoints(compiled, data, "x").expert).toBeUndefined();
  });
});
