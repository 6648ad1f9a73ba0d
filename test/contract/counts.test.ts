import { describe, expect, test } from "vitest";
import { compileCount, countKinds, describeCount } from "../../models/counts/index.ts";
import { parseComponents } from "../../models/counts/parse.ts";
import { constant } from "../../models/declare-gate.ts";
import { moe } from "../../models/moe.ts";
import type { CountDeclaration, CountPrior } from "../../src/core/distribution.ts";
import { ModelError } from "../../src/core/errors.ts";
import { createRng } from "../../src/math/rng.ts";
import { chiSquareTail } from "../helpers/statistics.ts";

/** Parameters that try each kind where it is easy and where it is awkward. */
const examples: Readonly<Record<string, readonly Omit<CountDeclaration, "kind">[]>> = {
  poisson: [
    { rate: 1, max: 6 },
    { rate: 1e-300, max: 3 },
    { rate: 1e300, max: 1000 },
    { rate: 700, max: 1000 },
  ],
  geometric: [
    { probability: 0.3, max: 10 },
    { probability: 1e-17, max: 1000 },
    { probability: 1 - 1e-16, max: 4 },
  ],
  "beta-negative-binomial": [
    { shape: 1, a: 4, b: 3, max: 6 },
    { shape: 0.01, a: 0.5, b: 40, max: 300 },
    { shape: 1e200, a: 1e200, b: 1e200, max: 5 },
  ],
  uniform: [
    { lower: 1, upper: 8, max: 8 },
    { lower: 3, upper: 3, max: 3 },
    { lower: 900, upper: 1000, max: 1000 },
  ],
  weights: [
    { weights: [0.5, 0.3, 0.2], max: 3 },
    { weights: [0, 1e-320, 0, 3e-320, 0], max: 5 },
    { weights: [1e308, 1e308, 1e308], max: 3 },
  ],
};

const cases = countKinds.flatMap(({ kind }) =>
  (examples[kind] ?? []).map((parameters) => {
    const declaration: CountDeclaration = { max: 1, ...parameters, kind };
    return [JSON.stringify(declaration), compileCount(declaration)] as const;
  }),
);

const probabilities = ({ max, logProbability }: CountPrior) =>
  Array.from({ length: max }, (_, j) => Math.exp(logProbability(j + 1)));

function drawn(prior: CountPrior, n: number): number[] {
  const rng = createRng(8, 15);
  return Array.from({ length: n }, () => prior.sample(rng));
}

test("every registered prior on the number of components has examples here", () => {
  expect(countKinds.map(({ kind }) => kind).sort()).toEqual(Object.keys(examples).sort());
});

describe.each(cases)("%s", (_, prior) => {
  test("has probabilities on 1 … max that sum to 1, and none elsewhere", () => {
    const total = probabilities(prior).reduce((sum, p) => sum + p, 0);
    // log p is a difference of logs of up to 7e5, each rounded to 1e-10.
    expect(Math.abs(total - 1)).toBeLessThan(1e-9);
    const outside = [0, -1, prior.max + 1, 1.5, Number.NaN, Number.POSITIVE_INFINITY];
    for (const K of outside) expect(prior.logProbability(K)).toBe(Number.NEGATIVE_INFINITY);
  });

  test("draws what its probabilities say", () => {
    const n = 20_000;
    const draws = drawn(prior, n);
    const observed = new Array<number>(prior.max).fill(0);
    for (const K of draws) observed[K - 1] = observed[K - 1]! + 1;
    // Cells of fewer than 5 expected draws count as one, as the chi-square law asks.
    const rest = { expected: 0, observed: 0 };
    let statistic = 0;
    let cells = 0;
    probabilities(prior).forEach((p, j) => {
      if (p === 0) expect(observed[j]).toBe(0);
      if (n * p >= 5) {
        statistic += (observed[j]! - n * p) ** 2 / (n * p);
        cells++;
      } else {
        rest.expected += n * p;
        rest.observed += observed[j]!;
      }
    });
    if (rest.expected >= 5) {
      statistic += (rest.observed - rest.expected) ** 2 / rest.expected;
      cells++;
    }
    if (cells > 1) expect(chiSquareTail(statistic, cells - 1)).toBeGreaterThan(1e-4);
    else expect(statistic).toBeLessThan(1e-3);
  });

  test("draws the same for the same stream, one uniform a draw", () => {
    expect(drawn(prior, 100)).toEqual(drawn(prior, 100));
    const once = createRng(1);
    const reference = createRng(1);
    prior.sample(once);
    compileCount({ kind: "weights", weights: [1, 1], max: 2 }).sample(reference);
    expect(once).toEqual(reference);
  });

  test("survives JSON, alone and in a model, frozen", () => {
    const { declaration } = prior;
    const experts = { family: "gaussian", formula: "y ~ x" };
    const model = moe({ experts, gate: constant(), components: declaration });
    expect(JSON.parse(JSON.stringify(model))).toEqual(model);
    expect(model.components).toEqual(declaration);
    expect(Object.isFrozen(model.components)).toBe(true);
    const revived = compileCount(JSON.parse(JSON.stringify(declaration)));
    expect(revived.declaration).toEqual(declaration);
    expect(probabilities(revived)).toEqual(probabilities(prior));
  });

  test("is said in words that name its range", () => {
    expect(describeCount(prior.declaration, String)).toContain(String(prior.max));
  });
});

describe.each(countKinds)("$kind", ({ kind, alias = kind, example, parameters, list }) => {
  test("is read from its example, by its kind and by its alias", () => {
    const read = parseComponents(example);
    expect(read).toMatchObject({ kind });
    expect(parseComponents(example.replace(/^[a-z-]+/, kind))).toEqual(read);
    expect(parseComponents(` ${example.replace(/^[a-z-]+/, alias.toUpperCase())} `)).toEqual(read);
  });

  test("refuses parameters that are missing, too many or no numbers", () => {
    const given = (length: number) => `${alias}(${Array.from({ length }, () => 1).join(",")})`;
    const wrong = list ? [alias, given(0)] : [alias, given(0), given(parameters.length + 1)];
    for (const text of wrong) {
      expect(() => parseComponents(text)).toThrow(ModelError);
      expect(() => parseComponents(text)).toThrow(`${alias} must have`);
      expect(() => parseComponents(text)).toThrow(`write for example ${example}`);
    }
    const stray = example.replace(/[\d.]+/, "x");
    expect(() => parseComponents(stray)).toThrow(`numbers, separated by commas; got "x"`);
  });

  test.each([0, -1, 2.5, 1001, Number.NaN])("refuses max %d", (max) => {
    const declaration = parseComponents(example);
    if (typeof declaration === "number") throw new Error(example);
    expect(() => compileCount({ ...declaration, max })).toThrow(ModelError);
    expect(() => compileCount({ ...declaration, max })).toThrow(
      "`max` must be a whole number from 1 to 1000, the largest number of components to consider",
    );
  });
});
