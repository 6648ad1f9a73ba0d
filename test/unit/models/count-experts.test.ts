import { describe, expect, test } from "vitest";
import { compile } from "../../../models/compile.ts";
import { describeModel } from "../../../models/describe.ts";
import { binomial as binomialFamily } from "../../../models/experts/binomial.ts";
import { negativeBinomial as family } from "../../../models/experts/negative-binomial.ts";
import { poisson } from "../../../models/experts/poisson.ts";
import { binomial, moe, negativeBinomial, normal, softmax } from "../../../models/index.ts";
import { parseModel } from "../../../models/json.ts";
import { DataError, ModelError } from "../../../src/core/errors.ts";
import type { ExpertsDeclaration, ModelDeclaration } from "../../../src/core/model.ts";
import { tableFrom } from "../../../src/data/table.ts";
import { explain } from "../../../src/explain.ts";
import { matrix } from "../../../src/math/matrix.ts";
import { createRng } from "../../../src/math/rng.ts";
import { membersOf } from "../../contract/experts-cases.ts";

const table = tableFrom({
  x: [0.1, 0.5, 2, 3, 4],
  y: [0, 3, 2, 9, 4],
  n: [4, 3, 5, 12, 7],
});

const model = (experts: ExpertsDeclaration, components = 2): ModelDeclaration =>
  moe({ experts, gate: softmax("~ x"), components });

const WIDE = {
  kind: "overdispersed",
  coefficients: { kind: "normal", mean: 0, sd: 2.5 },
  dispersion: { kind: "exponential", rate: 1 },
} as const;

function design(n: number) {
  const x = Array.from({ length: n }, (_, i) => Math.sin(i) * 1.4);
  const X = matrix(n, 2, Float64Array.from(x.flatMap((value) => [1, value])));
  return { terms: ["(Intercept)", "x"], X };
}

describe("declarations", () => {
  test("of trials go into the formula, and come with a prior or without", () => {
    expect(binomial("y ~ x", { trials: "n" })).toEqual(binomial("y ~ x + trials(n)"));
    const coefficients = normal(0, 1);
    const declared = binomial("y ~ x", { trials: "n", coefficients });
    expect(declared.prior).toEqual({ kind: "coefficients", coefficients });
    expect(parseModel(JSON.parse(JSON.stringify(model(declared))))).toEqual(model(declared));
    expect(compile(model(declared), table).target.expert.largest).toEqual(
      Float64Array.of(4, 3, 5, 12, 7),
    );
  });

  test("of overdispersed counts have a prior on size or on dispersion, put into words", () => {
    const coefficients = normal(0, 1);
    const size = { kind: "gamma", shape: 2, rate: 0.1 } as const;
    const declared = negativeBinomial("y ~ x", { coefficients, size });
    expect(describeModel(model(declared)).map(({ words }) => words)).toContain(
      "β ~ normal(mean 0, sd 1), φ ~ gamma(shape 2, rate 0.1)",
    );
    expect(() => negativeBinomial("y ~ x", { coefficients })).toThrow(
      "one of `size` and `dispersion`",
    );
    expect(() => negativeBinomial("y ~ x", { coefficients, size, dispersion: size })).toThrow(
      ModelError,
    );
    expect(() => parseModel(model({ ...declared, family: "poisson" }))).toThrow(
      "poisson experts take, of kind coefficients",
    );
    expect(() =>
      parseModel(
        model({
          family: "negative-binomial",
          formula: "y ~ x",
          prior: { kind: "coefficients", coefficients },
        }),
      ),
    ).toThrow('Write for example {"kind":"overdispersed"');
  });

  test("without a prior get one around the log odds, and around the log of the mean count", () => {
    const words = (experts: ExpertsDeclaration) =>
      describeModel(compile(model(experts), table).model).map((statement) => statement.words);
    // 18.5 successes to 13.5 failures, half a one added to each.
    const centre = Number(Math.log(18.5 / 13.5).toPrecision(4));
    expect(words(binomial("y ~ x + trials(n)"))).toContain(
      `β[1] ~ normal(mean ${centre}, sd 2.5), β[2] ~ normal(mean 0, sd 2.5)`,
    );
    expect(words(negativeBinomial("y ~ x"))).toContain(
      "β[1] ~ normal(mean 1.281, sd 2.5), β[2] ~ normal(mean 0, sd 2.5), 1/φ ~ exponential(rate 1)",
    );
  });
});

describe("trials", () => {
  test.each([
    [{ family: "binomial", formula: "y ~ x" }, DataError, "it is 3 of 1 in row 2; say how many"],
    [{ family: "binomial", formula: "n ~ x + trials(y)" }, DataError, "it is 0 in row 1"],
    [
      { family: "binomial", formula: "n ~ x + trials(y + 1)" },
      DataError,
      "it is 4 of 1 in row 1; correct",
    ],
    [
      { family: "binomial", formula: "y ~ x + trials(x)" },
      DataError,
      "trials(x) must be a whole number",
    ],
    [{ family: "binomial", formula: "y ~ trials(n) + trials(x)" }, ModelError, "must be said once"],
    [{ family: "binomial", formula: "y ~ trials(n, 2)" }, ModelError, "must have one argument"],
    [
      { family: "poisson", formula: "y ~ x + trials(n)" },
      ModelError,
      "only experts that count successes",
    ],
  ] as const)("are refused where they mean nothing: %j", (experts, kind, message) => {
    expect(() => compile(model(experts), table)).toThrow(kind);
    expect(() => compile(model(experts), table)).toThrow(message);
  });

  test("do not belong to a gate", () => {
    const gate = softmax("~ x + trials(n)");
    const declared = moe({ experts: binomial("y ~ x"), gate, components: 2 });
    expect(() => compile(declared, table)).toThrow("a gate formula must not hold trials()");
  });

  test("are a column that predictions need, and rows without are left out", () => {
    const holes = tableFrom({ x: [0, 1, 2, 3], y: [1, 0, 2, 1], n: [2, Number.NaN, 3, 4] });
    const compiled = compile(model(binomial("y ~ x", { trials: "n" })), holes);
    expect(compiled.dropped).toBe(1);
    expect(() => compiled.over(tableFrom({ x: [1] }))).toThrow('column "n"');
  });

  test("are 1 where nothing is said, and explain warns of what such mixtures rest on", () => {
    const zeroOne = tableFrom({ x: [0, 1, 2, 3], y: [1, 0, 1, 1] });
    const said = (declared: ModelDeclaration, data: typeof table) =>
      explain(declared, data).statements.some(({ about }) => about === "caution");
    expect(said(model(binomial("y ~ x")), zeroOne)).toBe(true);
    expect(said(model(binomial("y ~ x"), 1), zeroOne)).toBe(false);
    expect(said(model(binomial("y ~ x + trials(n)")), table)).toBe(false);
  });
});

describe("counts that are not overdispersed", () => {
  const n = 300;
  const all = membersOf(Array.from({ length: n }, (_, i) => i));
  const X = design(n);
  // As even as whole numbers allow: less spread than Poisson.
  const y = Float64Array.from({ length: n }, (_, i) =>
    Math.round(Math.exp(1.2 + 0.4 * X.X.data[2 * i + 1]!)),
  );

  test("have their maximum at a size that is large, finite, and the Poisson limit", () => {
    const expert = family.compile({ n, y, design: X }, WIDE);
    const theta = Float64Array.of(0, 0, 1);
    expert.maximize(theta, all, 0);
    expect(theta[2]).toBeGreaterThan(1e6);
    expect(theta[2]).toBeLessThan(1e12);
    const limit = Float64Array.of(0, 0);
    const prior = { kind: "coefficients", coefficients: WIDE.coefficients } as const;
    poisson.compile({ n, y, design: X }, prior).maximize(limit, all, 0);
    expect(theta[0]).toBeCloseTo(limit[0]!, 6);
    expect(theta[1]).toBeCloseTo(limit[1]!, 6);
  });

  test("have a posterior whose size stays where the prior leaves it", () => {
    const expert = family.compile({ n, y, design: X }, WIDE);
    const rng = createRng(5);
    const theta = Float64Array.of(1, 0, 1);
    const sizes = Array.from({ length: 400 }, () => {
      expert.update(rng, theta, all);
      return theta[2]!;
    });
    expect(sizes.every((size) => size > 10 && size < 1e9)).toBe(true);
  });
});

test.each([
  ["binomial", binomialFamily, { kind: "coefficients", coefficients: WIDE.coefficients }],
  ["negative binomial", family, WIDE],
] as const)(
  "%s experts accept most of what they propose, for few rows and many",
  (_, of, prior) => {
    const n = 300;
    const rng = createRng(61);
    const trials = Float64Array.from({ length: n }, (__, i) => 1 + (i % 9));
    const observations = { n, y: new Float64Array(n), design: { ...design(n), trials } };
    const expert = of.compile(observations, prior);
    const all = Int32Array.from({ length: n }, (__, i) => i);
    expert.simulate(rng, Float64Array.of(0.5, 0.8, 1.5).slice(0, expert.dimension), all, expert.y);
    for (const count of [1, 4, 12, n]) {
      const members = membersOf([...all.slice(0, count)]);
      const theta = new Float64Array(expert.dimension);
      expert.samplePrior(rng, theta);
      let moved = 0;
      for (let t = 0; t < 500; t++) {
        const before = theta[0];
        expert.update(rng, theta, members);
        if (theta[0] !== before) moved++;
      }
      expect(moved / 500, `${count} rows`).toBeGreaterThan(0.5);
    }
  },
);
