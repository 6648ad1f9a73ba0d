import { describe, expect, it, test } from "vitest";
import { componentSummary } from "../../../diagnostics/component-summary.ts";
import { compile, compileReported } from "../../../models/compile.ts";
import type { Draws } from "../../../src/core/draws.ts";
import type { ModelDeclaration } from "../../../src/core/model.ts";
import { variableNames } from "../../../src/core/variables.ts";
import { tableFrom } from "../../../src/data/table.ts";
import { poissonCdf } from "../../../src/math/poisson-cdf.ts";
import { predict } from "../../../src/run/predict.ts";
import { invertCountCdf } from "../../../src/run/predict-quantile.ts";
import { labelledAsTheyAre } from "./predict-cases.ts";

describe("invertCountCdf", () => {
  test.each([0.001, 0.05, 0.5, 0.9, 0.9999])("finds the smallest count that reaches %d", (p) => {
    const mean = Float64Array.of(0.01, 0.7, 3, 40, 1e6);
    const out = new Float64Array(5);
    let evaluations = 0;
    const evaluate = (y: Float64Array, cdf: Float64Array) => {
      evaluations++;
      mean.forEach((m, i) => {
        cdf[i] = poissonCdf(y[i]!, m);
      });
    };
    invertCountCdf(evaluate, p, { mean, sd: mean.map(Math.sqrt) }, out);
    mean.forEach((m, i) => {
      expect(Number.isInteger(out[i])).toBe(true);
      expect(poissonCdf(out[i]!, m)).toBeGreaterThanOrEqual(p);
      expect(poissonCdf(out[i]! - 1, m)).toBeLessThan(p);
    });
    expect(evaluations).toBeLessThan(20);
  });

  it("has no value where the moments are not numbers, and ends where they are infinite", () => {
    for (const moment of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const out = new Float64Array(1);
      const at = Float64Array.of(moment);
      invertCountCdf((_, cdf) => void cdf.fill(0.5), 0.5, { mean: at, sd: at }, out);
      expect(Number.isFinite(out[0])).toBe(false);
    }
  });
});

describe("predictions of a mixture of Poisson experts", () => {
  const model: ModelDeclaration = {
    experts: { family: "poisson", formula: "y ~ x" },
    gate: { kind: "softmax", formula: "~ 1" },
    components: 2,
  };
  const compiled = compile(model, tableFrom({ x: [0, 1, 2, 3], y: [1, 0, 4, 9] }));
  const { target } = compiled;
  /** A draw: for each component weight (not read), coefficients and gate. */
  const values = [
    [0, 0.2, 0.3, 0.4],
    [0, 1.5, -0.1, -0.4],
  ].flat();
  const variables = variableNames(target, []);
  const head = new Array<number>(variables.length - values.length).fill(Number.NaN);
  const draws: Draws = {
    variables,
    chains: [{ chain: 1, iterations: 1, values: Float64Array.from([...head, ...values]) }],
  };
  const first = 1 / (1 + Math.exp(-0.8));
  const rates = [Math.exp(0.2 + 0.3 * 2), Math.exp(1.5 - 0.1 * 2)] as const;
  const mix = (of: (rate: number) => number) => first * of(rates[0]) + (1 - first) * of(rates[1]);
  const mass = (y: number) => mix((rate) => poissonCdf(y, rate) - poissonCdf(y - 1, rate));
  const table = tableFrom({ x: [2, 2], y: [3, 2.5] });
  const found = predict(compiled, draws, table, { at: [-1, 0], probabilities: [0.05, 0.5, 0.9] });

  it("have the moments of the mixture", () => {
    const mean = mix((rate) => rate);
    expect(found.mean.mean[0]).toBeCloseTo(mean, 10);
    const second = mix((rate) => rate + rate * rate);
    expect(found.sd[0]).toBeCloseTo(Math.sqrt(second - mean * mean), 10);
  });

  it("have whole quantiles, probabilities for densities, and none between counts", () => {
    const quantile = (p: number) => {
      let total = 0;
      for (let y = 0; ; y++) {
        total += mass(y);
        if (total >= p) return y;
      }
    };
    expect(found.quantiles.map((of) => of[0])).toEqual([0.05, 0.5, 0.9].map(quantile));
    expect(found.observed!.density.mean[0]).toBeCloseTo(mass(3), 10);
    expect(found.observed!.density.mean[1]).toBe(0);
    expect(found.observed!.cdf.mean[1]).toBeCloseTo(
      mix((rate) => poissonCdf(2, rate)),
      10,
    );
    expect(found.at[0]!.density.mean[0]).toBe(0);
    expect(found.at[0]!.cdf.mean[0]).toBe(0);
    expect(found.at[1]!.density.mean[0]).toBeCloseTo(mass(0), 10);
  });

  it("come from components without an sd", () => {
    const over = compileReported(compiled.model, compiled.designs, compiled.table);
    const [component] = componentSummary(labelledAsTheyAre(compiled, draws), over);
    expect(Object.keys(component!)).toEqual(["weight", "coefficients", "gate"]);
    expect(component!.coefficients["x"]!.mean).toBeCloseTo(0.3, 12);
  });
});
