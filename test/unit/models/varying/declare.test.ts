import { describe, expect, test } from "vitest";
import { binomial, gaussian, poisson, softmax } from "../../../../models/index.ts";
import { compileVarying } from "../../../../models/varying/compile.ts";
import { varying, varyingMoe } from "../../../../models/varying.ts";
import { DataError, ModelError } from "../../../../src/core/errors.ts";
import { tableFrom } from "../../../../src/data/table.ts";

const model = varyingMoe({
  experts: gaussian("y ~ z"),
  gate: softmax("~ x"),
  components: 2,
  varying: varying("u", { experts: ["(Intercept)"] }),
});
const rows = { y: [1, 2, 3, 5], z: [1, -1, 2, 0], x: [0, 1, 1, 3], u: [4, 2, 2, 10] };

test("a declaration is frozen plain data that survives JSON, defaults filled in", () => {
  expect(model.varying).toEqual({
    index: "u",
    experts: ["(Intercept)"],
    gate: "all",
    dispersion: true,
  });
  expect(varyingMoe(JSON.parse(JSON.stringify(model)))).toEqual(model);
  expect(Object.isFrozen(model.varying)).toBe(true);
});

test("what cannot be declared is named", () => {
  expect(() => varying("")).toThrow(/the name of a column/);
  expect(() => varyingMoe({ ...model, components: 11 })).toThrow(
    /whole number from 1 to 10; got 11/,
  );
  const typo = { ...model, varying: { ...model.varying, expert: "all" } };
  expect(() => varyingMoe(typo)).toThrow(/got "expert"/);
});

describe("compiling", () => {
  const compile = (what: Partial<typeof model>, columns: object = {}) =>
    compileVarying({ ...model, ...what }, tableFrom({ ...rows, ...columns }));

  test("sorts rows by the index, ties by the response, and scales the index to 0 … 1", () => {
    const { problem, order, scales } = compile({});
    expect([...order]).toEqual([1, 2, 0, 3]);
    expect([...problem.u]).toEqual([0, 0, 0.25, 1]);
    expect(scales.index).toEqual({ name: "u", low: 2, high: 10 });
  });

  test("parts columns into those that vary and those that do not; without a varying intercept nothing is centred", () => {
    const { problem } = compile({});
    expect(problem.experts.places).toEqual([0, 1]);
    expect(problem.experts.varyingColumns).toBe(1);
    const other = compile({ varying: varying("u", { experts: ["z"] }) });
    expect(other.problem.experts.places).toEqual([1, 0]);
    expect(other.scales.standardizers.experts.center).toEqual([0, 0]);
  });

  test("leaves out rows without a value in the index", () => {
    expect(compile({}, { u: [4, null, 2, 10] }).dropped).toBe(1);
  });

  test("says what does not fit", () => {
    const stray = { varying: varying("u", { experts: ["zz"] }) };
    expect(() => compile(stray)).toThrow(/must name columns of "y ~ z": \(Intercept\), z; got zz/);
    expect(() => compile({ experts: poisson("y ~ z") })).toThrow(
      /gaussian, binomial, negative-binomial; got poisson/,
    );
    expect(() => compile({}, { u: [1, 1, 1, 1] })).toThrow(DataError);
    expect(() => compile({}, { u: ["a", "b", "c", "d"] })).toThrow(/must be numeric/);
    expect(() => compile({ experts: binomial("y ~ z") })).toThrow(/at most the number of trials/);
    expect(() => compile({ gate: softmax("~ x + offset(z)") })).toThrow(ModelError);
    expect(() => compile({ varying: varying("w") })).toThrow(/column "w" must be in the table/);
  });
});
