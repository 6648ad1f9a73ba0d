import { expect, test } from "vitest";
import { compile } from "../../../models/compile.ts";
import { fromFormula } from "../../../models/declare-from-formula.ts";
import { ModelError } from "../../../src/core/errors.ts";
import { tableFrom } from "../../../src/data/table.ts";

const table = tableFrom({ x: [1, 2, 4, 7, 9, 12], y: [2, 1, 5, 3, 8, 7], w: [3, 1, 4, 1, 5, 9] });
const compiled = (formula: string) => compile(fromFormula({ formula, components: 2 }), table);

test.each([
  ["y ~ log(y)", '"y ~ log(y)"'],
  ["log(y) ~ x + y", '"log(y) ~ x + y"'],
  ["y ~ x + offset(y)", '"y ~ x + offset(y)"'],
  ["y ~ x | y", '"~ y"'],
  ["y ~ x | x:log(y)", '"~ x:log(y)"'],
])("a response that is its own covariate is refused: %s", (formula, where) => {
  expect(() => compiled(formula)).toThrow(ModelError);
  expect(() => compiled(formula)).toThrow(/the response must not be among .* column "y" of /);
  expect(() => compiled(formula)).toThrow(`is, in ${where};`);
});

test("a response that is a term of its own formula is refused", () => {
  expect(() => compiled("y ~ x + y")).toThrow(ModelError);
  expect(() => compiled("y ~ x + y")).toThrow(/the response y must not be a term/);
});

test("a response made of two columns is refused where experts and gate know both", () => {
  expect(() => compiled("I(y - w) ~ w | y")).toThrow(/column "y", "w" of/);
});

test.each(["I(y - x) ~ x | x", "y/w ~ x | w", "y ~ . | ."])(
  "a response of which something is left is not: %s",
  (formula) => {
    expect(compiled(formula).target.n).toBe(6);
  },
);
