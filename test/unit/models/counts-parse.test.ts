import { describe, expect, test } from "vitest";
import { betaNegativeBinomial } from "../../../models/counts/beta-negative-binomial.ts";
import { geometric } from "../../../models/counts/geometric.ts";
import { parseComponents } from "../../../models/counts/parse.ts";
import { weights } from "../../../models/counts/weights.ts";
import { poisson } from "../../../models/poisson.ts";
import type { CountDeclaration } from "../../../src/core/distribution.ts";
import { ModelError } from "../../../src/core/errors.ts";

describe("parseComponents", () => {
  test.each<[string, number | CountDeclaration]>([
    ["2", 2],
    [" 12 ", 12],
    ["poisson(1)", poisson(1)],
    ["Geometric( 0.3 )", geometric(0.3)],
    ["bnb(1,4,3)", betaNegativeBinomial(1, 4, 3)],
    ["beta-negative-binomial(1, 4, 3)", betaNegativeBinomial(1, 4, 3)],
    ["uniform(1,8)", { kind: "uniform", lower: 1, upper: 8, max: 8 }],
    ["weights(0.5,0.3,0.2)", weights([0.5, 0.3, 0.2])],
  ])("reads %s", (text, expected) => {
    expect(parseComponents(text)).toEqual(expected);
  });

  test.each([
    ["0", "must be a whole number ≥ 1 or a prior such as poisson(1), geometric(0.3)"],
    ["2.5", 'got "2.5"'],
    ["", 'got ""'],
    [
      "many",
      "must be a whole number ≥ 1 or a prior such as poisson(1), geometric(0.3), bnb(1,4,3)",
    ],
    ["poisson(1", 'got "poisson(1"'],
    [
      "poison(1)",
      'must be one of poisson, geometric, bnb, uniform, weights; got "poison"; did you',
    ],
    ["poisson(1,2)", 'poisson must have 1 number (rate); got 2 in "poisson(1,2)"'],
    ["bnb(1,4)", "bnb must have 3 numbers (shape, a, b); got 2"],
    ["weights()", "weights must have at least one number (weights); got 0"],
    ["poisson(one)", 'the parameters of poisson must be numbers, separated by commas; got "one"'],
    ["poisson(-1)", "`rate` of poisson must be a number > 0; got -1."],
    ["uniform(8,1)", "must be uniform with `lower` ≤ `upper`"],
  ])("refuses %j", (text, message) => {
    expect(() => parseComponents(text)).toThrow(ModelError);
    expect(() => parseComponents(text)).toThrow(message);
  });
});
