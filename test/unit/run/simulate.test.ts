import { describe, expect, it } from "vitest";
import { compile } from "../../../models/compile.ts";
import type { Table } from "../../../src/core/data.ts";
import type { ModelDeclaration } from "../../../src/core/model.ts";
import { tableFrom } from "../../../src/data/table.ts";
import { matrix, row } from "../../../src/math/matrix.ts";
import { createRng } from "../../../src/math/rng.ts";
import { predict } from "../../../src/run/predict.ts";
import { replicate } from "../../../src/run/replicate.ts";
import {
  simulatePosterior,
  simulatePrior,
  simulateTable,
  withComponent,
} from "../../../src/run/simulate.ts";
import { lines, threeLines } from "./predict-cases.ts";

const { table, compiled, draws } = threeLines();

function valuesOf(of: Table, name: string): Float64Array {
  const column = of.columns.get(name);
  if (column?.kind !== "numeric") throw new Error(`${name} is not numeric`);
  return column.values;
}

/** Lines so far apart that y tells the component. */
const apart = {
  theta: matrix(3, 3, Float64Array.of(0, 1, 0.1, 100, 1, 0.1, -100, 1, 0.1)),
  gamma: matrix(3, 2, Float64Array.of(1, 0, 0, 0, -1, 0)),
};

describe("simulateTable", () => {
  it("draws each row from the component that it names, and keeps the other columns", () => {
    const made = simulateTable(createRng(1), compiled, table, apart);
    const x = valuesOf(table, "x");
    const y = valuesOf(made.table, "y");
    for (let i = 0; i < table.rows; i++) {
      const intercept = [0, 100, -100][made.component[i]! - 1]!;
      expect(Math.abs(y[i]! - intercept - x[i]!)).toBeLessThan(1);
    }
    expect(made.table.columns.get("group")).toBe(table.columns.get("group"));
    expect(valuesOf(table, "y")).not.toEqual(y);
  });

  it("draws components with the probabilities of the gate", () => {
    const n = 20_000;
    const many = tableFrom({ x: new Float64Array(n) });
    const { component } = simulateTable(createRng(2), compiled, many, apart);
    const total = Math.E + 1 + 1 / Math.E;
    [Math.E / total, 1 / total, 1 / Math.E / total].forEach((p, k) => {
      const share = component.filter((c) => c === k + 1).length / n;
      expect(Math.abs(share - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / n));
    });
  });

  it("needs a response that is a column", () => {
    const positive = tableFrom({ y: [1, 2, 4, 3], x: [1, 2, 3, 5] });
    const experts = { family: "gaussian", formula: "log(y) ~ x" };
    const logged = compile({ ...lines, experts }, positive);
    expect(() => simulateTable(createRng(1), logged, positive, apart)).toThrow(
      "the response must be a column, to be simulated; got log(y); make a column of it first",
    );
  });
});

describe("replicate", () => {
  it("has the mean and the sd of the posterior predictive", () => {
    const rows = tableFrom({ x: [-1, 0, 2] });
    const R = 20_000;
    const y = replicate(compiled, draws, rows, { replicates: R, seed: 5 });
    const { mean, sd } = predict(compiled, draws, rows);
    for (let i = 0; i < 3; i++) {
      let total = 0;
      for (let r = 0; r < R; r++) total += row(y, r)[i]!;
      const error = sd[i]! / Math.sqrt(R);
      expect(Math.abs(total / R - mean.mean[i]!)).toBeLessThan(5 * error);
      let squares = 0;
      let fourth = 0;
      for (let r = 0; r < R; r++) {
        const square = (row(y, r)[i]! - mean.mean[i]!) ** 2;
        squares += square / R;
        fourth += square ** 2 / R;
      }
      const errorOfSquares = Math.sqrt((fourth - squares ** 2) / R);
      expect(Math.abs(squares - sd[i]! ** 2)).toBeLessThan(5 * errorOfSquares);
    }
  });

  it("gives the same sets for the same seed, others for another", () => {
    const make = (seed: number) => replicate(compiled, draws, table, { replicates: 4, seed }).data;
    expect(make(1)).toEqual(make(1));
    expect(make(1)).not.toEqual(make(2));
  });
});

describe("simulatePosterior", () => {
  it("says from which parameters each table was drawn", () => {
    const made = simulatePosterior(compiled, draws, table, { replicates: 12, seed: 3 });
    const again = replicate(compiled, draws, table, { replicates: 12, seed: 3 });
    expect(made).toHaveLength(12);
    expect(valuesOf(made[7]!.table, "y")).toEqual(row(again, 7));
    expect(made[0]!.theta.data).not.toEqual(made[11]!.theta.data);
    const { theta, component } = made[7]!;
    const x = valuesOf(table, "x");
    valuesOf(made[7]!.table, "y").forEach((y, i) => {
      const [intercept, slope, sd] = row(theta, component[i]! - 1);
      expect(Math.abs(y - intercept! - slope! * x[i]!) / sd!).toBeLessThan(6);
    });
  });
});

const withPrior: ModelDeclaration = {
  experts: {
    family: "gaussian",
    formula: "y ~ x",
    prior: { kind: "normal-inverse-gamma", mean: 5, scale: 0.25, shape: 6, rate: 5 },
  },
  gate: { kind: "constant" },
  components: 2,
  standardize: false,
};

describe("simulatePrior", () => {
  it("has the moments of the prior predictive", () => {
    const rows = tableFrom({ x: [0, 2, 1] });
    const R = 20_000;
    const made = simulatePrior(withPrior, rows, { replicates: R, seed: 8 });
    [5, 15, 10].forEach((mean, i) => {
      const x = [0, 2, 1][i]!;
      // E σ² = rate / (shape − 1) = 1; Var y = E σ² (1 + 0.25 (1 + x²)).
      const variance = 1 + 0.25 * (1 + x * x);
      const y = made.map(({ table: of }) => valuesOf(of, "y")[i]!);
      const average = y.reduce((a, b) => a + b) / R;
      expect(Math.abs(average - mean)).toBeLessThan(5 * Math.sqrt(variance / R));
      const squares = y.reduce((sum, value) => sum + (value - mean) ** 2, 0) / R;
      // Student-t with 12 degrees of freedom: kurtosis 3 + 6 / 8.
      expect(Math.abs(squares / variance - 1)).toBeLessThan(5 * Math.sqrt(2.75 / R));
    });
  });

  it("reports parameters on the scale of the data when the model standardizes", () => {
    const far = tableFrom({ x: [1000, 1001, 1002, 1003], y: [1, 2, 3, 4] });
    const model = { ...withPrior, standardize: true };
    for (const { table: of, theta, component } of simulatePrior(model, far, { replicates: 20 })) {
      valuesOf(of, "y").forEach((y, i) => {
        const [intercept, slope, sd] = row(theta, component[i]! - 1);
        expect(Math.abs(y - intercept! - slope! * (1000 + i)) / sd!).toBeLessThan(6);
      });
    }
  });

  it("needs the response only where a default prior looks at it", () => {
    const { prior: _, ...experts } = withPrior.experts;
    const rows = tableFrom({ x: [0, 2, 1] });
    expect(() => simulatePrior({ ...withPrior, experts }, rows)).toThrow(
      'column "y" must be in the table',
    );
  });
});

it("simulations count whole data sets", () => {
  const message = "`replicates` must be a whole number ≥ 1; got 1.5";
  expect(() => replicate(compiled, draws, table, { replicates: 1.5 })).toThrow(message);
  expect(() => simulatePrior(withPrior, table, { replicates: 1.5 })).toThrow(message);
});

describe("withComponent", () => {
  it("adds the true component as a column of a new name", () => {
    const made = simulateTable(createRng(1), compiled, table, apart);
    expect([...valuesOf(withComponent(made), "component")]).toEqual([...made.component]);
    expect(() => withComponent(made, "group")).toThrow('the table has a column "group"');
  });
});
