import { describe, expect, test } from "vitest";
import { gaussian, independent, normalInverseGamma } from "../../../models/declare-experts.ts";
import { fromFormula } from "../../../models/declare-from-formula.ts";
import { constant, softmax } from "../../../models/declare-gate.ts";
import { describeModel } from "../../../models/describe.ts";
import type { PriorFile } from "../../../models/json.ts";
import { moe } from "../../../models/moe.ts";
import { dirichlet } from "../../../models/priors/dirichlet.ts";
import { halfNormal } from "../../../models/priors/half-normal.ts";
import { inverseGamma } from "../../../models/priors/inverse-gamma.ts";
import { normal } from "../../../models/priors/normal.ts";
import { studentT } from "../../../models/priors/student-t.ts";
import { uniform } from "../../../models/priors/uniform.ts";
import { ModelError } from "../../../src/core/errors.ts";
import type { ExpertPriorDeclaration, ModelDeclaration } from "../../../src/core/model.ts";

const conjugate = normalInverseGamma({ mean: [0, 1], scale: 4, shape: 2, rate: 0.5 });

const model = moe({
  experts: gaussian("y ~ x", conjugate),
  gate: softmax("~ x", normal(0, 2), { baseline: "last" }),
  components: 3,
  standardize: false,
});

describe("moe", () => {
  test("is plain data that survives JSON", () => {
    expect(JSON.parse(JSON.stringify(model))).toEqual(model);
    expect(model).toEqual({
      experts: {
        family: "gaussian",
        formula: "y ~ x",
        prior: { kind: "normal-inverse-gamma", mean: [0, 1], scale: 4, shape: 2, rate: 0.5 },
      },
      gate: {
        kind: "softmax",
        formula: "~ x",
        prior: { kind: "normal", mean: 0, sd: 2 },
        baseline: "last",
      },
      components: 3,
      standardize: false,
    });
  });

  test("is frozen all the way down, and leaves its input alone", () => {
    const input = { experts: gaussian("y ~ x"), gate: constant(), components: 2 };
    const declared = moe(input);
    expect(Object.isFrozen(declared)).toBe(true);
    expect(Object.isFrozen(model.experts.prior)).toBe(true);
    expect(Object.isFrozen(conjugate.mean)).toBe(true);
    expect(Object.isFrozen(input)).toBe(false);
  });

  test("leaves out what was not said", () => {
    const declared = moe({ experts: gaussian("y ~ x"), gate: softmax("~ x"), components: 1 });
    expect(declared).toEqual({
      experts: { family: "gaussian", formula: "y ~ x" },
      gate: { kind: "softmax", formula: "~ x" },
      components: 1,
    });
  });

  test.each([0, -1, 2.5, Number.NaN])("refuses %d components", (components) => {
    const declare = () => moe({ experts: gaussian("y ~ x"), gate: constant(), components });
    expect(declare).toThrow(`\`components\` must be a whole number ≥ 1; got ${components}.`);
  });
});

describe("gaussian", () => {
  test("takes a prior without kind for independent", () => {
    const prior = { coefficients: normal(0, 10), variance: inverseGamma(2, 1) };
    expect(gaussian("y ~ x", prior).prior).toEqual({ kind: "independent", ...prior });
    expect(independent(prior)).toEqual({ kind: "independent", ...prior });
  });

  test("takes one prior for each coefficient", () => {
    const coefficients = [normal(0, 10), studentT(3, 0, 1), uniform(-1, 1)];
    const { prior } = gaussian("y ~ x + w", { coefficients, sd: halfNormal(1) });
    expect(prior).toEqual({ kind: "independent", coefficients, sd: halfNormal(1) });
  });

  test("centres a conjugate prior that does not say where", () => {
    expect(normalInverseGamma({ scale: 1, shape: 2, rate: 3 }).mean).toBe(0);
  });

  test.each([
    [
      () => normalInverseGamma({ scale: -4, shape: 2, rate: 1 }),
      "`scale` of normal-inverse-gamma must be a number > 0; got -4.",
    ],
    [
      () => normalInverseGamma({ scale: [1, 0], shape: 2, rate: 1 }),
      "`scale[1]` of normal-inverse-gamma must be a number > 0; got 0.",
    ],
    [
      () => independent({ coefficients: normal(0, 1) }),
      "must be a prior on the coefficients and on one of `variance` and `sd`",
    ],
    [
      () => independent({ coefficients: normal(0, 1), sd: halfNormal(1), variance: halfNormal(1) }),
      "must be a prior on the coefficients and on one of `variance` and `sd`",
    ],
    [
      () => gaussian("y ~ x", { coefficients: normal(0, 1), sd: normal(0, 1) }),
      "`prior.sd` of gaussian must be a prior on positive numbers (half-normal, half-cauchy, inverse-gamma, gamma, exponential, uniform (lower ≥ 0))",
    ],
    [
      () => gaussian("y ~ x", { coefficients: normal(0, 1), sd: uniform(-1, 1) }),
      "`prior.sd` of gaussian must be a prior on positive numbers",
    ],
    [
      () => gaussian("y ~ x", { coefficients: halfNormal(1), sd: halfNormal(1) }),
      "`prior.coefficients` of gaussian must be a prior on real numbers (normal, student-t, uniform)",
    ],
    [
      () => gaussian("y x"),
      '`formula` of gaussian must be a formula of the experts alone, such as "y ~ x"; got "y x".',
    ],
    [() => gaussian("~ x"), "must be a formula of the experts alone"],
    [() => gaussian("y ~ x | w"), "must be a formula of the experts alone"],
    [() => gaussian("y ~ x +"), "`formula` of gaussian cannot be read: formula must have"],
  ])("refuses what is not a prior or formula: %s", (build, message) => {
    expect(build).toThrow(message);
  });
});

describe("gates", () => {
  test("are plain data", () => {
    expect(constant(dirichlet(1))).toEqual({
      kind: "constant",
      prior: { kind: "dirichlet", concentration: 1 },
    });
    expect(softmax("~ x", undefined, { baseline: "none" })).toEqual({
      kind: "softmax",
      formula: "~ x",
      baseline: "none",
    });
  });

  test.each([
    [
      () => softmax("y ~ x"),
      '`formula` of softmax must be a formula without a response, such as "~ x"; got "y ~ x".',
    ],
    [() => softmax("~ x", halfNormal(1)), "`prior` of softmax must be a prior on real numbers"],
    [() => constant(normal(0, 1)), "`prior` of constant must have a `kind` among dirichlet"],
  ])("refuse what is not theirs: %s", (build, message) => {
    expect(build).toThrow(message);
  });
});

describe("fromFormula", () => {
  const gateOf = (formula: string, prior: PriorFile = {}) =>
    fromFormula({ formula, components: 2, prior }).gate;
  const onWeights = { gate: { prior: dirichlet(1) } };
  const onCoefficients = { gate: { prior: normal(0, 2.5), baseline: "last" } } as const;

  test("gives the terms before | to the experts and those after it to the gate", () => {
    expect(fromFormula({ formula: "y ~ x + w | w", components: 2 })).toEqual(
      moe({ experts: gaussian("y ~ x + w"), gate: softmax("~ w"), components: 2 }),
    );
  });

  test("takes every hyperparameter from the prior file", () => {
    const prior = { experts: conjugate, ...onCoefficients, standardize: false };
    expect(fromFormula({ formula: "y ~ x | x", components: 3, prior })).toEqual({
      ...model,
      gate: softmax("~ x", normal(0, 2.5), { baseline: "last" }),
    });
  });

  test("has a constant gate without |, or with | 1 and no prior on coefficients", () => {
    expect(gateOf("y ~ x")).toEqual(constant());
    expect(gateOf("y ~ x | 1")).toEqual(constant());
    expect(gateOf("y ~ x", onWeights)).toEqual(constant(dirichlet(1)));
    expect(gateOf("y ~ x | 1", onWeights)).toEqual(constant(dirichlet(1)));
    expect(gateOf("y ~ x | 1", onCoefficients)).toEqual(
      softmax("~ 1", normal(0, 2.5), { baseline: "last" }),
    );
  });

  test.each([
    ["y ~ x", onCoefficients, "a formula without `|` has a constant gate, whose prior must be"],
    ["y ~ x | x", onWeights, "the gate ~ x has coefficients, whose prior must be on real numbers"],
    ["~ x | x", {}, "`experts.formula` must be a formula of the experts alone"],
  ])("refuses %s with a prior %j", (formula, prior, message) => {
    expect(() => gateOf(formula, prior)).toThrow(ModelError);
    expect(() => gateOf(formula, prior)).toThrow(message);
  });
});

describe("describeModel", () => {
  const priorWords = (prior: ExpertPriorDeclaration) =>
    wordsAbout({ ...model, experts: { ...model.experts, prior } }, "prior of the experts");
  const wordsAbout = (declared: ModelDeclaration, about: string) =>
    describeModel(declared).find((statement) => statement.about === about)?.words;

  test("says a conjugate prior as it is written by hand", () => {
    expect(priorWords(normalInverseGamma({ scale: 4, shape: 2, rate: 0.5 }))).toBe(
      "β | σ² ~ N(0, 4 σ² I), σ² ~ inverse-gamma(shape 2, rate 0.5)",
    );
    expect(priorWords(normalInverseGamma({ mean: [0, 1], scale: [1, 2], shape: 2, rate: 1 }))).toBe(
      "β | σ² ~ N((0, 1), σ² diag(1, 2)), σ² ~ inverse-gamma(shape 2, rate 1)",
    );
  });

  test("says independent priors one by one", () => {
    const coefficients = [normal(0, 10), studentT(3, 0, 1)];
    expect(priorWords(independent({ coefficients, sd: halfNormal(1 / 3) }))).toBe(
      "β[1] ~ normal(mean 0, sd 10), β[2] ~ student-t(df 3, location 0, scale 1), " +
        "σ ~ half-normal(sd 0.3333)",
    );
  });

  test("says which rows of the gate are free", () => {
    expect(wordsAbout(model, "prior of the gate")).toBe("γ[k] iid N(0, 4 I) for k < K, γ[K] = 0");
    const mixture = { ...model, gate: constant(dirichlet(1)) };
    expect(wordsAbout(mixture, "prior of the gate")).toBe("weights ~ dirichlet(concentration 1)");
  });
});
