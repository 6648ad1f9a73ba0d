import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildDesign, planDesign, responseOf } from "../../src/data/design.ts";
import { parseFormula } from "../../src/data/formula.ts";
import { tableFrom } from "../../src/data/table.ts";

interface Case {
  readonly formula: string;
  readonly names: readonly string[];
  /** Row-major. */
  readonly values: readonly number[];
  readonly offset?: readonly number[];
  readonly response?: readonly number[];
}

interface Reference {
  readonly provenance: string;
  readonly table: Readonly<Record<string, readonly (number | string)[]>>;
  readonly cases: readonly Case[];
}

const file = new URL("./model-matrix.json", import.meta.url);
const reference: Reference = JSON.parse(readFileSync(file, "utf8"));
const table = tableFrom(reference.table);

/** Both sides round once or twice an operation; values reach 1e9. */
function expectClose(got: ArrayLike<number> | undefined, expected: readonly number[]): void {
  expect(got?.length).toBe(expected.length);
  const worst = Math.max(
    ...expected.map((value, i) => Math.abs(got![i]! - value) / Math.max(1, Math.abs(value))),
  );
  expect(worst).toBeLessThan(1e-10);
}

describe("model matrices are those of R", () => {
  it("has at least twenty formulas to compare", () => {
    expect(reference.cases.length).toBeGreaterThanOrEqual(20);
  });

  it.each(reference.cases)("$formula", ({ formula, names, values, offset, response }) => {
    const plan = planDesign(parseFormula(formula), table);
    const design = buildDesign(JSON.parse(JSON.stringify(plan)), table);
    expect(design.terms).toEqual(names);
    expectClose(design.X.data, values);
    if (offset === undefined) expect(design.offset).toBeUndefined();
    else expectClose(design.offset, offset);
    if (response !== undefined) expectClose(responseOf(plan, table), response);
  });
});
