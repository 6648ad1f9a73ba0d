import { describe, expect, test } from "vitest";
import { binomial, gaussian, softmax } from "../../../models/index.ts";
import { type VaryingDeclaration, varying, varyingMoe } from "../../../models/varying.ts";
import { fitVarying } from "../../../src/analysis/varying.ts";
import { simulateVarying } from "../../../src/analysis/varying-simulate.ts";
import { ModelError } from "../../../src/core/errors.ts";

const OPTIONS = { bandwidth: 0.5, grid: 3 };

describe("binomial experts that the number of trials cannot tell apart", () => {
  const found = (trials: number, components: number, covariate: boolean) => {
    const { table } = simulateVarying({ family: "binomial", n: 200, trials, seed: 1 });
    const experts = binomial(`y ~ ${covariate ? "z1" : "1"} + trials(trials)`);
    const declared = { experts, gate: softmax("~ 1"), components };
    const { findings } = fitVarying(
      varyingMoe({ ...declared, varying: varying("u") }),
      table,
      OPTIONS,
    );
    return findings.find(({ code }) => code === "few-trials")?.severity;
  };

  test.each([
    [1, 2, false, "problem"],
    [2, 2, false, "problem"],
    [3, 2, false, undefined],
    [4, 3, false, "problem"],
    [1, 2, true, "note"],
    [1, 1, false, undefined],
  ] as const)(
    "%i trials, %i components, a covariate: %s",
    (trials, components, covariate, what) => {
      expect(found(trials, components, covariate)).toBe(what);
    },
  );

  test("other families have no trials to be few", () => {
    const { table, model } = simulateVarying({ n: 200, seed: 1 });
    const { findings } = fitVarying(model, table, OPTIONS);
    expect(findings.map(({ code }) => code)).not.toContain("few-trials");
  });
});

describe("the index among the covariates", () => {
  const { table } = simulateVarying({ n: 200, seed: 1 });
  const fitted = (formula: string, gate: string, what: VaryingDeclaration = varying("u")) => {
    const declared = { experts: gaussian(formula), gate: softmax(gate), components: 2 };
    return fitVarying(varyingMoe({ ...declared, varying: what }), table, OPTIONS).fit;
  };

  test.each([
    ["y ~ u", "~ x1"],
    ["y ~ z1", "~ u"],
    ["y ~ z1 * u", "~ x1"],
    ["y ~ z1 + I(u^2)", "~ x1"],
  ])("%s | %s cannot be told from the intercept", (formula, gate) => {
    expect(() => fitted(formula, gate)).toThrow(ModelError);
    expect(() => fitted(formula, gate)).toThrow(/must not hold the index u/);
  });

  test("is allowed where the intercept does not vary, and names that merely hold the letter are", () => {
    const held = varying("u", { experts: ["z1"], dispersion: false });
    expect(fitted("y ~ z1 + u", "~ x1", held).rows).toBe(200);
    const renamed = new Map([...table.columns, ["u2", table.columns.get("z1")!]]);
    const declared = { experts: gaussian("y ~ u2"), gate: softmax("~ x1"), components: 2 };
    const model = varyingMoe({ ...declared, varying: varying("u") });
    expect(fitVarying(model, { rows: 200, columns: renamed }, OPTIONS).fit.rows).toBe(200);
  });
});
