import { describe, expect, test } from "vitest";
import { gaussian, normalInverseGamma } from "../../../models/declare-experts.ts";
import { constant, softmax } from "../../../models/declare-gate.ts";
import { parseModel, parsePriorFile } from "../../../models/json.ts";
import { moe } from "../../../models/moe.ts";
import { dirichlet } from "../../../models/priors/dirichlet.ts";
import { normal } from "../../../models/priors/normal.ts";
import { ModelError } from "../../../src/core/errors.ts";

const conjugate = { kind: "normal-inverse-gamma", mean: 0, scale: 4, shape: 2, rate: 0.5 };
const softmaxModel = moe({
  experts: gaussian("y ~ x", normalInverseGamma({ mean: 0, scale: 4, shape: 2, rate: 0.5 })),
  gate: softmax("~ x", normal(0, 2)),
  components: 2,
});

describe("parseModel", () => {
  test.each([
    softmaxModel,
    moe({ experts: gaussian("y ~ x"), gate: constant(dirichlet(2)), components: 4 }),
  ])("revives a model from its JSON, frozen", (model) => {
    const revived = parseModel(JSON.parse(JSON.stringify(model)));
    expect(revived).toEqual(model);
    expect(Object.isFrozen(revived.experts)).toBe(true);
  });

  const plain = JSON.parse(JSON.stringify(softmaxModel));
  const experts = (prior: object) => ({ ...plain, experts: { ...plain.experts, prior } });

  test.each([
    [
      null,
      "the model must be an object with experts, gate, components, standardize, known, lambda, varying; got null.",
    ],
    [
      [],
      "the model must be an object with experts, gate, components, standardize, known, lambda, varying; got [].",
    ],
    [
      {},
      "`experts` must be given; allowed keys: experts, gate, components, standardize, known, lambda, varying.",
    ],
    [
      { ...plain, component: 3 },
      'no other keys than experts, gate, components, standardize, known, lambda, varying; got "component"; did you mean "components"?',
    ],
    [experts({ ...conjugate, scale: -4 }), "`experts.prior.scale` must be a number > 0; got -4."],
    [experts({ ...conjugate, scale: "4" }), '`experts.prior.scale` must be a number > 0; got "4".'],
    [
      experts({ ...conjugate, mean: [0, null] }),
      "`experts.prior.mean[1]` must be a finite number; got null.",
    ],
    [
      experts({ ...conjugate, mean: [] }),
      "`experts.prior.mean` must be a list with at least one entry; got [].",
    ],
    [
      experts({ kind: "normal-gamma" }),
      '`experts.prior` must have a `kind` among normal-inverse-gamma, independent, coefficients, overdispersed, bounded; got "normal-gamma".',
    ],
    [
      { ...plain, gate: { kind: "sofmax" } },
      '`gate` must have a `kind` among softmax, constant; got "sofmax"; did you mean "softmax"?',
    ],
    [
      { ...plain, gate: { kind: "softmax", formula: "~ x", baseline: 1 } },
      '`gate.baseline` must be "none" or "last"; got 1.',
    ],
    [{ ...plain, components: "2" }, '`components` must be a whole number ≥ 1; got "2".'],
    [{ ...plain, standardize: 0 }, "`standardize` must be true or false; got 0."],
    [{ ...plain, known: 3 }, "`known` must be the text of a density"],
    [{ ...plain, known: "cauchy(x, 1)" }, "`known` cannot be read"],
    [{ ...plain, known: "normal(x)" }, "normal must have 2 arguments (mean, sd)"],
    [{ ...plain, known: "mixture(0.5*normal(x, 1))" }, "the weights of mixture(…) must sum to 1"],
    [
      { ...plain, lambda: { kind: "beta", a: 1, b: 1 } },
      "must have a `known` density where it has `lambda`",
    ],
    [
      { ...plain, known: "normal(x, 1)", lambda: { kind: "uniform", lower: 0, upper: 1 } },
      "`lambda` must be a prior on numbers between 0 and 1 (beta)",
    ],
    [
      { ...plain, experts: { ...plain.experts, family: "" } },
      "`experts.family` must be the name of an expert family",
    ],
  ])("refuses %j", (json, message) => {
    expect(() => parseModel(json)).toThrow(ModelError);
    expect(() => parseModel(json)).toThrow(message);
  });

  test("keeps the path and the value for a program to read", () => {
    let details: unknown;
    try {
      parseModel(experts({ ...conjugate, rate: 0 }));
    } catch (error) {
      details = error instanceof ModelError ? error.details : undefined;
    }
    expect(details).toEqual({ path: "experts.prior.rate", value: 0 });
  });
});

describe("parsePriorFile", () => {
  test("reads a conjugate prior and a gate's sd", () => {
    const json = { experts: conjugate, gate: { kind: "normal", sd: 2 }, standardize: false };
    expect(parsePriorFile(json)).toEqual({
      experts: conjugate,
      gate: { prior: { kind: "normal", mean: 0, sd: 2 } },
      standardize: false,
    });
  });

  test("reads independent priors and a gate with a baseline", () => {
    const priors = {
      kind: "independent",
      coefficients: { kind: "normal", mean: 0, sd: 10 },
      variance: { kind: "inverse-gamma", shape: 2, rate: 1 },
    };
    const gate = { kind: "normal", sd: 2.5, baseline: "last" };
    expect(parsePriorFile({ experts: priors, gate, standardize: false })).toEqual({
      experts: priors,
      gate: { prior: { kind: "normal", mean: 0, sd: 2.5 }, baseline: "last" },
      standardize: false,
    });
  });

  test("reads the weights of a constant gate", () => {
    const prior = { kind: "dirichlet", concentration: 1 };
    expect(parsePriorFile({ gate: prior })).toEqual({ gate: { prior } });
  });

  test("may be empty", () => {
    expect(parsePriorFile({})).toEqual({});
  });

  test.each([
    [{ experts: { ...conjugate, scale: -4 } }, "`experts.scale` must be a number > 0; got -4."],
    [{ gate: { kind: "normal", sd: 0 } }, "`gate.sd` must be a number > 0; got 0."],
    [{ gate: { kind: "normal" } }, "`gate.sd` must be given; allowed keys: kind, mean, sd."],
    [
      { gate: { kind: "normal", sd: 2, baseline: "first" } },
      '`gate.baseline` must be "none" or "last"; got "first".',
    ],
    [{ gate: { kind: "half-normal", sd: 2 } }, "`gate` must be a prior on real numbers"],
    [
      { gate: { kind: "dirichlet", concentration: 1, baseline: "last" } },
      '`gate` must have no other keys than kind, concentration; got "baseline".',
    ],
    [{ gate: 2.5 }, "`gate` must be an object with `kind`; got 2.5."],
    [{ standardise: false }, 'got "standardise"; did you mean "standardize"?'],
    [
      "priors.json",
      'the prior file must be an object with experts, gate, lambda, standardize; got "',
    ],
  ])("refuses %j", (json, message) => {
    expect(() => parsePriorFile(json)).toThrow(ModelError);
    expect(() => parsePriorFile(json)).toThrow(message);
  });
});
