import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compile } from "../../../models/compile.ts";
import { betaNegativeBinomial } from "../../../models/counts/beta-negative-binomial.ts";
import { geometric } from "../../../models/counts/geometric.ts";
import { compileCount } from "../../../models/counts/index.ts";
import { weights } from "../../../models/counts/weights.ts";
import { gaussian } from "../../../models/declare-experts.ts";
import { fromFormula } from "../../../models/declare-from-formula.ts";
import { constant, softmax } from "../../../models/declare-gate.ts";
import { describeModel } from "../../../models/describe.ts";
import { parseModel } from "../../../models/json.ts";
import { type ModelInput, moe } from "../../../models/moe.ts";
import { poisson } from "../../../models/poisson.ts";
import { normal } from "../../../models/priors/normal.ts";
import { uniform } from "../../../models/priors/uniform.ts";
import type { CountDeclaration } from "../../../src/core/distribution.ts";
import { ModelError } from "../../../src/core/errors.ts";
import { tableFrom } from "../../../src/data/table.ts";
import { createRng } from "../../../src/math/rng.ts";

interface Reference {
  readonly cases: readonly {
    readonly declaration: CountDeclaration;
    readonly probabilities: readonly number[];
  }[];
}

const file = new URL("../../reference/count-priors.json", import.meta.url);
const reference: Reference = JSON.parse(readFileSync(file, "utf8"));

const probabilities = (declaration: CountDeclaration) => {
  const { max, logProbability } = compileCount(declaration);
  return Array.from({ length: max }, (_, j) => Math.exp(logProbability(j + 1)));
};

function expectClose(got: readonly number[], expected: readonly number[], relative: number): void {
  expect(got.length).toBe(expected.length);
  const errors = expected.map((p, j) => Math.abs(got[j]! / p - 1));
  expect(Math.max(...errors)).toBeLessThan(relative);
}

const declared = (
  components: ModelInput["components"],
  gate: ModelInput["gate"] = softmax("~ x"),
) => moe({ experts: gaussian("y ~ x"), gate, components });

describe("probabilities of the number of components", () => {
  // R prints 15 digits of the largest probability of a list, and the integrals are good to 1e-12.
  test.each(reference.cases)(
    "are those of R: $declaration",
    ({ declaration, probabilities: p }) => {
      expectClose(probabilities(declaration), p, 1e-10);
    },
  );

  test("of a Poisson are 1 / (K − 1)! up to a constant at rate 1", () => {
    const total = 1 + 1 + 1 / 2 + 1 / 6 + 1 / 24 + 1 / 120;
    const expected = [1, 1, 2, 6, 24, 120].map((factorial) => 1 / factorial / total);
    expectClose(probabilities(poisson(1, { max: 6 })), expected, 1e-14);
  });

  test("of a beta-negative-binomial (1, 4, 3) are 4/7, 3/14, 2/21, … before they are cut", () => {
    const uncut = [4 / 7, 3 / 14, 2 / 21, 1 / 21];
    const total = uncut.reduce((sum, p) => sum + p, 0);
    const expected = uncut.map((p) => p / total);
    expectClose(probabilities(betaNegativeBinomial(1, 4, 3, { max: 4 })), expected, 1e-14);
  });

  test("of a uniform are equal between its bounds and 0 below", () => {
    expect(probabilities(declaredCount(uniform(3, 6)))).toEqual([0, 0, ...Array(4).fill(1 / 4)]);
  });

  test("of a table are its numbers over their sum", () => {
    expectClose(probabilities(weights([2, 1, 5])), [2 / 8, 1 / 8, 5 / 8], 1e-14);
  });

  test("are certain where there is but one number", () => {
    expect(probabilities(poisson(3, { max: 1 }))).toEqual([1]);
    expect(compileCount(poisson(3, { max: 1 })).sample(createRng(1))).toBe(1);
  });
});

/** The prior as the model has it. */
function declaredCount(components: Exclude<ModelInput["components"], number>): CountDeclaration {
  const count = declared(components).components;
  if (typeof count === "number") throw new Error("a prior was declared");
  return count;
}

describe("a declared prior on the number of components", () => {
  test.each<[ModelInput["components"], CountDeclaration]>([
    [poisson(1, { max: 6 }), { kind: "poisson", rate: 1, max: 6 }],
    [poisson(1), { kind: "poisson", rate: 1, max: 10 }],
    [
      { kind: "poisson", rate: 1 },
      { kind: "poisson", rate: 1, max: 10 },
    ],
    [geometric(0.3), { kind: "geometric", probability: 0.3, max: 10 }],
    [
      betaNegativeBinomial(1, 4, 3, { max: 12 }),
      { kind: "beta-negative-binomial", shape: 1, a: 4, b: 3, max: 12 },
    ],
    [uniform(1, 8), { kind: "uniform", lower: 1, upper: 8, max: 8 }],
    [weights([0.5, 0.5]), { kind: "weights", weights: [0.5, 0.5], max: 2 }],
  ])("%j has its largest number filled in", (components, expected) => {
    const model = declared(components);
    expect(model.components).toEqual(expected);
    expect(parseModel(JSON.parse(JSON.stringify(model)))).toEqual(model);
    expect(moe(model)).toEqual(model);
  });

  test("is frozen, its table too, and the input is left alone", () => {
    const table = [1, 2];
    const { components } = declared({ kind: "weights", weights: table });
    expect(Object.isFrozen((components as { weights?: unknown }).weights)).toBe(true);
    expect(Object.isFrozen(table)).toBe(false);
  });

  test.each<[ModelInput["components"], string]>([
    [poisson(1, { max: 6 }), "K − 1 ~ Poisson(1), K ≤ 6"],
    [geometric(1 / 3), "K − 1 ~ geometric(0.3333), K ≤ 10"],
    [betaNegativeBinomial(1, 4, 3), "K − 1 ~ beta-negative-binomial(1, 4, 3), K ≤ 10"],
    [uniform(2, 8), "K uniform on 2 … 8"],
    [weights([3, 1]), "P(K) ∝ 3, 1 for K = 1 … 2"],
  ])("%j is said in words", (components, words) => {
    const statements = describeModel(declared(components));
    expect(statements.find(({ about }) => about === "components")?.words).toBe(words);
  });

  test("comes from a formula too, its largest number apart", () => {
    const model = { formula: "y ~ x | x", components: poisson(1) };
    expect(fromFormula(model).components).toEqual(poisson(1));
    expect(fromFormula({ ...model, maxComponents: 4 }).components).toEqual(poisson(1, { max: 4 }));
    expect(() => fromFormula({ ...model, components: 2, maxComponents: 4 })).toThrow(
      "`maxComponents` must come with a prior on the number of components; got 2 components",
    );
    expect(() => fromFormula({ ...model, components: uniform(1, 8), maxComponents: 4 })).toThrow(
      "must be uniform with `max` equal to `upper`, or without `max`",
    );
  });

  test.each<[unknown, string]>([
    ["poisson(1)", '`components` must be a whole number ≥ 1; got "poisson(1)". A prior on it is'],
    [{}, "`components` must be a whole number ≥ 1; got {}."],
    [normal(0, 1), "`components` must have a `kind` among poisson, geometric,"],
    [{ kind: "poison", rate: 1 }, 'got "poison"; did you mean "poisson"?'],
    [{ kind: "poisson" }, "`components.rate` must be given; allowed keys: kind, rate, max."],
    [{ kind: "poisson", rate: 0 }, "`components.rate` must be a number > 0; got 0."],
    [
      { kind: "poisson", rate: 1, max: 0 },
      "`components.max` must be a whole number from 1 to 1000, the largest number of components to consider; got 0.",
    ],
    [{ kind: "poisson", rate: 1, mx: 3 }, 'got "mx"; did you mean "max"?'],
    [{ kind: "geometric", probability: 1 }, "must be a number > 0 and < 1; got 1."],
    [
      { kind: "beta-negative-binomial", shape: 1, a: -4, b: 3 },
      "`components.a` must be a number > 0; got -4.",
    ],
    [{ kind: "uniform", lower: 5, upper: 2 }, "must be uniform with `lower` ≤ `upper`; got {"],
    [uniform(0, 4), "`components.lower` must be a whole number from 1 to 1000; got 0."],
    [uniform(1, 2.5), "`components.upper` must be a whole number from 1 to 1000; got 2.5."],
    [{ kind: "weights", weights: [] }, "`components.weights` must be a list with at least one"],
    [{ kind: "weights", weights: [0, 0] }, "at least one number > 0, such as [0.5, 0.3, 0.2]"],
    [{ kind: "weights", weights: [1, -1] }, "`components.weights[1]` must be a number ≥ 0; got -1"],
    [{ kind: "weights", weights: 1 }, "must be a list of numbers ≥ 0, one for each of 1, 2, …"],
    [
      { kind: "weights", weights: Array(1001).fill(1) },
      "must be a list of at most 1000 numbers; got 1001.",
    ],
    [{ kind: "weights", weights: [1, 1], max: 3 }, "`max` equal to their number, or without `max`"],
  ])("is refused where it makes no sense: %j", (components, message) => {
    const json = { experts: gaussian("y ~ x"), gate: softmax("~ x"), components };
    expect(() => parseModel(json)).toThrow(ModelError);
    expect(() => parseModel(json)).toThrow(message);
  });
});

describe("poisson", () => {
  test("of a formula declares experts, of a number a prior", () => {
    expect(poisson("y ~ x")).toEqual({ family: "poisson", formula: "y ~ x" });
    const coefficients = normal(0, 1);
    expect(poisson("y ~ x", { coefficients }).prior).toEqual({
      kind: "coefficients",
      coefficients,
    });
    expect(poisson(2)).toEqual({ kind: "poisson", rate: 2, max: 10 });
    expect(() => poisson("~ x")).toThrow("`formula` of poisson must be a formula of the experts");
    expect(() => poisson(-2)).toThrow("`rate` of poisson must be a number > 0; got -2.");
  });
});

describe("compile", () => {
  const table = tableFrom({ x: [1, 2, 3, 4], y: [0, 1, 3, 2] });

  test("gives the target the prior, and the model its defaults", () => {
    const model = { ...declared(2), components: { kind: "uniform", lower: 1, upper: 3, max: 3 } };
    const { target, model: resolved } = compile(model, table);
    expect(resolved.components).toEqual(model.components);
    expect(target.capacity).toBe(3);
    const rng = createRng(3);
    const seen = new Set(Array.from({ length: 60 }, () => target.samplePrior(rng).theta.rows));
    // Each is missed by 60 draws with probability (2/3)^60 < 3e-11.
    expect([...seen].sort()).toEqual([1, 2, 3]);
  });

  test("adds the log probability of K to the log prior", () => {
    const { target } = compile(declared(weights([0, 1, 3]), constant()), table);
    const fixed = compile(declared(2, constant()), table).target;
    const state = fixed.samplePrior(createRng(5));
    expect(target.logPrior(state) - fixed.logPrior(state)).toBeCloseTo(Math.log(1 / 4), 12);
  });

  test("refuses a baseline beside a random number, and says what to write", () => {
    const gate = softmax("~ x", normal(0, 2), { baseline: "last" });
    const build = () => compile(declared(poisson(1), gate), table);
    expect(build).toThrow(ModelError);
    expect(build).toThrow('write baseline: "none"');
  });
});
