import { expect, it } from "vitest";
import { applyRelabelling } from "../../../diagnostics/relabel/apply.ts";
import { compile } from "../../../models/compile.ts";
import { deviated, gaussian, moe, softmax } from "../../../models/index.ts";
import type { Draws } from "../../../src/core/draws.ts";
import { variableNames } from "../../../src/core/variables.ts";
import { tableFrom } from "../../../src/data/table.ts";
import { normalCdf } from "../../../src/math/stdlib.ts";
import { predict } from "../../../src/run/predict.ts";
import { predictComponents } from "../../../src/run/predict-components.ts";

const table = tableFrom({ x: [0, 1, 2, 3], g: [1, 1, 2, 2], y: [0.5, 1, -1, 2] });
const compiled = compile(
  deviated({
    known: "normal(g, 0.5)",
    mixture: moe({ experts: gaussian("y ~ x"), gate: softmax("~ 1"), components: 2 }),
  }),
  table,
);

/** One draw: λ = 0.3, weights (¼, ¾) of two lines. */
function draw(): Draws {
  const variables = variableNames(compiled.target, []);
  const logit = Math.log(3);
  const numbers: Record<string, number> = {
    lambda: 0.3,
    "weight[1]": 0.25,
    "coef[1,(Intercept)]": -1,
    "coef[1,x]": 0.5,
    "sd[1]": 0.4,
    "gate[1,(Intercept)]": -logit / 2,
    "weight[2]": 0.75,
    "coef[2,(Intercept)]": 2,
    "coef[2,x]": -1,
    "sd[2]": 0.7,
    "gate[2,(Intercept)]": logit / 2,
  };
  const values = Float64Array.from(variables, (name) => numbers[name] ?? 0);
  return { variables, chains: [{ chain: 1, iterations: 1, values }] };
}

const normalDensity = (t: number): number => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);

it("predicts from the known density and the mixture together", () => {
  const { mean, sd, observed } = predict(compiled, draw(), table);
  for (let i = 0; i < 4; i++) {
    const [x, g, y] = [i, i < 2 ? 1 : 2, [0.5, 1, -1, 2][i]!];
    const parts = [
      { p: 0.7, m: g, s: 0.5 },
      { p: 0.3 * 0.25, m: -1 + 0.5 * x, s: 0.4 },
      { p: 0.3 * 0.75, m: 2 - x, s: 0.7 },
    ];
    const sum = (of: (part: (typeof parts)[number]) => number) =>
      parts.reduce((total, part) => total + part.p * of(part), 0);
    const centre = sum(({ m }) => m);
    expect(mean.mean[i]).toBeCloseTo(centre, 12);
    expect(sd[i]).toBeCloseTo(Math.sqrt(sum(({ m, s }) => s * s + (m - centre) ** 2)), 12);
    expect(observed!.cdf.mean[i]).toBeCloseTo(
      sum(({ m, s }) => normalCdf((y - m) / s)),
      12,
    );
    const density = sum(({ m, s }) => normalDensity((y - m) / s) / s);
    expect(observed!.density.mean[i]).toBeCloseTo(density, 12);
  }
});

it("gives each component its share of the rows, the known density the rest", () => {
  const labelled = applyRelabelling(draw(), compiled.target, Int32Array.of(0, 1));
  const { probability } = predictComponents(compiled, labelled, table);
  expect(probability[0]!.mean[0]).toBeCloseTo(0.075, 12);
  expect(probability[1]!.mean[0]).toBeCloseTo(0.225, 12);
});
