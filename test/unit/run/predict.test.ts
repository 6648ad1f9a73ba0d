import { describe, expect, it } from "vitest";
import { compile } from "../../../models/compile.ts";
import { selectRows, tableFrom } from "../../../src/data/table.ts";
import { normalCdf } from "../../../src/math/stdlib.ts";
import { type Predictions, predict } from "../../../src/run/predict.ts";
import { predictionTable } from "../../../src/run/predict-table.ts";
import { type Component, drawsOf, lines, someComponents, threeLines } from "./predict-cases.ts";

const { table, compiled, chains, draws } = threeLines();
const mixtures = chains.flat();

const dot = (coefficients: readonly number[], x: number): number =>
  coefficients[0]! + coefficients[1]! * x;

/** Weights, means and sds of the mixture that one draw makes at x. */
function mixtureAt(components: readonly Component[], x: number) {
  const powers = components.map(({ gate }) => Math.exp(dot(gate, x)));
  const total = powers.reduce((a, b) => a + b);
  return components.map(({ coef, sd }, k) => ({
    weight: powers[k]! / total,
    mean: dot(coef, x),
    sd,
  }));
}

const average = (values: readonly number[]): number =>
  values.reduce((a, b) => a + b) / values.length;

/** The average over draws of a functional of one normal, weighted by the components. */
const expected = (x: number, of: (mean: number, sd: number) => number): number =>
  average(
    mixtures.map((components) =>
      mixtureAt(components, x).reduce((sum, c) => sum + c.weight * of(c.mean, c.sd), 0),
    ),
  );

const normalDensity = (y: number, mean: number, sd: number): number =>
  Math.exp(-0.5 * ((y - mean) / sd) ** 2) / (sd * Math.sqrt(2 * Math.PI));

/** Type 7. */
function quantileOf(values: readonly number[], p: number): number {
  const ascending = values.toSorted((a, b) => a - b);
  const position = p * (values.length - 1);
  const low = Math.floor(position);
  return ascending[low]! + (position - low) * (ascending[low + 1]! - ascending[low]!);
}

describe("predict, against the mixture written out", () => {
  const x = [-1.3, 0.2, 2.5];
  const y = [0.4, -1, 3];
  const result = predict(compiled, draws, tableFrom({ x, y }), { at: [0.7] });

  it("gives the mean and the sd of a new y", () => {
    x.forEach((value, i) => {
      const mean = expected(value, (m) => m);
      const square = expected(value, (m, sd) => m * m + sd * sd);
      expect(result.mean.mean[i]).toBeCloseTo(mean, 11);
      expect(result.sd[i]).toBeCloseTo(Math.sqrt(square - mean * mean), 11);
    });
  });

  it("gives density and cdf at the response of the table, and at given values", () => {
    x.forEach((value, i) => {
      const density = (at: number) => expected(value, (m, sd) => normalDensity(at, m, sd));
      const cdf = (at: number) => expected(value, (m, sd) => normalCdf((at - m) / sd));
      expect(result.observed!.density.mean[i]).toBeCloseTo(density(y[i]!), 11);
      expect(result.observed!.cdf.mean[i]).toBeCloseTo(cdf(y[i]!), 11);
      expect(result.observed!.residual[i]).toBe(y[i]! - result.mean.mean[i]!);
      expect(result.at[0]!.density.mean[i]).toBeCloseTo(density(0.7), 11);
      expect(result.at[0]!.cdf.mean[i]).toBeCloseTo(cdf(0.7), 11);
    });
  });

  it("gives no probability above 1 by rounding", () => {
    const many = tableFrom({ x: Array.from({ length: 200 }, (_, i) => i / 25 - 4) });
    const { at } = predict(compiled, draws, many, { at: [1e6], probabilities: [] });
    const { cdf } = at[0]!;
    for (const values of [cdf.mean, cdf.q5, cdf.q95]) {
      expect(Math.max(...values)).toBeLessThanOrEqual(1);
      expect(Math.min(...values)).toBeGreaterThan(1 - 1e-12);
    }
  });

  it("gives quantiles over the draws of the conditional mean", () => {
    x.forEach((value, i) => {
      const means = mixtures.map((components) =>
        mixtureAt(components, value).reduce((sum, c) => sum + c.weight * c.mean, 0),
      );
      expect(result.mean.q5[i]).toBeCloseTo(quantileOf(means, 0.05), 11);
      expect(result.mean.q95[i]).toBeCloseTo(quantileOf(means, 0.95), 11);
    });
  });

  it.each([1e-6, 0.05, 0.5, 0.9, 0.999])("inverts the cdf at p = %d", (p) => {
    const { quantiles, sd } = predict(compiled, draws, tableFrom({ x }), { probabilities: [p] });
    x.forEach((value, i) => {
      const q = quantiles[0]![i]!;
      const back = expected(value, (m, s) => normalCdf((q - m) / s));
      const slope = expected(value, (m, s) => normalDensity(q, m, s));
      expect(Math.abs(back - p)).toBeLessThan(2e-9 * sd[i]! * slope + 1e-14);
    });
  });

  it("has a density that integrates to 1 and to the differences of the cdf", () => {
    const step = 0.02;
    const at = Array.from({ length: 2001 }, (_, j) => -20 + j * step);
    const row = predict(compiled, draws, tableFrom({ x: [0.2] }), { at }).at;
    const density = row.map((entry) => entry.density.mean[0]!);
    expect(step * density.reduce((a, b) => a + b)).toBeCloseTo(1, 10);
    for (let j = 2; j < 2001; j += 2) {
      const simpson = (step / 3) * (density[j - 2]! + 4 * density[j - 1]! + density[j]!);
      const difference = row[j]!.cdf.mean[0]! - row[j - 2]!.cdf.mean[0]!;
      expect(Math.abs(simpson - difference)).toBeLessThan(1e-6);
    }
  });
});

/** Every number of predictions, in the order of their table. */
function numbersOf(predictions: Predictions): number[] {
  return [...predictionTable(predictions).columns.values()].flatMap((column) =>
    column.kind === "numeric" ? [...column.values] : [],
  );
}

function expectSame(one: Predictions, other: Predictions): void {
  const expectedNumbers = numbersOf(other);
  const found = numbersOf(one);
  expect(found).toHaveLength(expectedNumbers.length);
  found.forEach((value, j) => {
    expect(value).toBeCloseTo(expectedNumbers[j]!, 7);
  });
}

describe("predict", () => {
  it("does not depend on labels, nor on the order of draws", () => {
    const renumbered = chains.toReversed().map((chain) =>
      chain.toReversed().map((components, t) => {
        const [a, b, c] = components;
        return t % 2 === 0 ? [c!, a!, b!] : [b!, a!, c!];
      }),
    );
    expectSame(
      predict(compiled, drawsOf(compiled, renumbered), table),
      predict(compiled, draws, table),
    );
  });

  it("gives a row the same predictions alone and among hundreds", () => {
    const many = Array.from({ length: 600 }, (_, i) => i % 30);
    const all = predict(compiled, draws, selectRows(table, many));
    for (const i of [0, 255, 256, 599]) {
      const alone = predict(compiled, draws, selectRows(table, [many[i]!]));
      expect(all.mean.mean[i]).toBe(alone.mean.mean[0]);
      expect(all.sd[i]).toBe(alone.sd[0]);
      expect(all.observed!.cdf.q95[i]).toBe(alone.observed!.cdf.q95[0]);
      expect(all.quantiles[2]![i]).toBeCloseTo(alone.quantiles[2]![0]!, 8);
    }
  });

  it("works without a response, and row by row where some are missing", () => {
    const without = predict(compiled, draws, tableFrom({ x: [0, 1] }));
    expect(without.observed).toBeUndefined();
    const some = predict(compiled, draws, tableFrom({ x: [0, 1], y: [null, 2] }));
    expect(some.observed!.density.mean[0]).toBeNaN();
    expect(some.observed!.cdf.q5[0]).toBeNaN();
    expect(some.observed!.density.mean[1]).toBeGreaterThan(0);
    expect(some.quantiles).toEqual(without.quantiles);
  });

  it("predicts on the scale of the formula's response", () => {
    const positive = tableFrom({ y: [1, 2, 3, 4.5, 5], x: [1, 4, 2, 3, 0] });
    const experts = { family: "gaussian", formula: "log(y) ~ x" };
    const logged = compile({ ...lines, experts, components: 1 }, positive);
    const own = drawsOf(logged, [[someComponents(1, 1)]]);
    const [{ coef, sd }] = someComponents(1, 1) as [Component];
    const { observed } = predict(logged, own, tableFrom({ y: [2], x: [1] }));
    const standard = (Math.log(2) - dot(coef, 1)) / sd;
    expect(observed!.cdf.mean[0]).toBeCloseTo(normalCdf(standard), 12);
  });

  it("uses no more draws than asked for", () => {
    const few = predict(compiled, draws, table, { draws: 2 });
    const middle = chains.map((chain) => [chain[2]!]);
    expectSame(few, predict(compiled, drawsOf(compiled, middle), table));
  });

  it("names its columns for a file", () => {
    const columns = predictionTable(
      predict(compiled, draws, table, { probabilities: [0.05, 0.975], at: [2.5] }),
    ).columns;
    expect([...columns.keys()].join(" ")).toBe(
      "mean sd q5 q97.5 mean_q5 mean_q95 density density_q5 density_q95 cdf cdf_q5 cdf_q95 residual " +
        "density_at_2.5 density_at_2.5_q5 density_at_2.5_q95 cdf_at_2.5 cdf_at_2.5_q5 cdf_at_2.5_q95",
    );
  });
});

describe("predict refuses, and says why:", () => {
  const grouped = compile(
    { ...lines, experts: { family: "gaussian", formula: "y ~ group" }, components: 1 },
    table,
  );
  const own = drawsOf(grouped, [[someComponents(1, 1)]]);
  const fine = { x: [0.5, 1] };

  it.each([
    ["a missing column", { z: [1] }, 'column "group" must be in the table; columns: z'],
    ["an unseen level", { ...fine, group: ["a", "c"] }, 'row 2 holds "c"'],
    [
      "a missing covariate",
      { x: [1, null], group: ["a", "b"] },
      'column "x" must have a value in every row used; row 2 has none',
    ],
    [
      "a covariate that is text",
      { x: ["1", "two"], group: ["a", "b"] },
      'column "x" must be numeric',
    ],
  ])("%s", (_, columns, message) => {
    expect(() => predict(grouped, own, tableFrom(columns))).toThrow(message);
  });

  it("names the row of an unseen level beyond the first block by its number", () => {
    const group = Array.from({ length: 300 }, (_, i) => (i === 290 ? "new" : "a"));
    const far = tableFrom({ x: group.map((_, i) => i), group });
    expect(() => predict(grouped, own, far)).toThrow('row 291 holds "new"');
  });

  it("not a run with a chain that has no draws: the others are averaged", () => {
    const empty = { chain: 3, iterations: 0, values: new Float64Array(0) };
    const more = { ...draws, chains: [empty, ...draws.chains] };
    expect(predict(compiled, more, table)).toEqual(predict(compiled, draws, table));
  });

  it("probabilities, values, draws and rows that make no sense", () => {
    const run = (options: object) => () => predict(compiled, draws, table, options);
    expect(run({ probabilities: [0.5, 1] })).toThrow(
      "must lie between 0 and 1, ends excluded; got 1",
    );
    expect(run({ at: [Number.NaN] })).toThrow("values of y must be finite numbers; got NaN");
    expect(run({ draws: 0 })).toThrow("`draws` must be a whole number ≥ 1; got 0");
    const none = { variables: draws.variables, chains: [] };
    expect(() => predict(compiled, none, table)).toThrow("at least one chain must have");
    expect(() => predict(compiled, draws, selectRows(table, []))).toThrow("must have rows");
  });
});
