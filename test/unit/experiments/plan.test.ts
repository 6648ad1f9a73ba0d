import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { countTasks, firstTask, placeOf } from "../../../src/experiments/grid.ts";
import type { ContractionPlan } from "../../../src/experiments/plan.ts";
import { parsePlan } from "../../../src/experiments/plan-schema.ts";
import { deviatedTruth, smallPlan, twoCurves, twoExperts } from "../../helpers/experiment-plans.ts";

const plan = smallPlan(3);
const changed = (changes: object) => () => parsePlan({ ...plan, ...changes });
const [fit] = plan.fits;
const withFit = (changes: object) => changed({ fits: [{ ...fit, ...changes }] });
const truths = (...list: object[]) => changed({ truths: list });
const withTruth = (changes: object) => changed({ truths: [{ ...twoExperts, ...changes }] });

const own = {
  kind: "calibration",
  name: "own",
  model: {
    experts: { family: "gaussian", formula: "y ~ x" },
    gate: { kind: "softmax", formula: "~ x" },
    components: 2,
  },
  design: { columns: { x: [1, 2, 3] } },
  replicates: 2,
};

describe("a plan", () => {
  it("has its defaults filled in and is frozen", () => {
    const found = parsePlan(plan) as ContractionPlan;
    expect(found.fits[0]).toMatchObject({ chains: 2, warmup: 500, draws: 500, lossDraws: 100 });
    expect(Object.isFrozen(found.fits[0])).toBe(true);
    expect(parsePlan(JSON.parse(JSON.stringify(found)))).toEqual(found);
  });

  it.each([
    [
      changed({ kind: "kontraction" }),
      'must have a `kind` among contraction, calibration, coverage; got "kontraction"',
    ],
    [changed({ replicates: 0 }), "`replicates` must be a whole number ≥ 1; got 0"],
    [changed({ replicate: 2 }), "must have no other keys"],
    [
      changed({ sizes: [100, 50] }),
      "`sizes[1]` of the plan must be larger than the one before; got 50",
    ],
    [
      changed({ fits: [fit, fit] }),
      '`fits[1].name` of the plan must differ from that of fits[0]; got "maximum"',
    ],
    [withFit({ measure: ["los"] }), "`fits[0].measure[0]` must be"],
    [
      withFit({ components: { kind: "poisson", rate: 1 } }),
      "`fits[0].components` of the plan must be a number",
    ],
    [
      withFit({ choose: ["merge-truncate-merge"] }),
      '`fits[0].choose[0]` of the plan must come with the method "posterior"',
    ],
    [
      withFit({ choose: ["posterior"] }),
      "`fits[0].choose[0]` of the plan must come with a prior on `components`",
    ],
    [withFit({ priors: { experts: { kind: "normal" } } }), "`fits[0].priors.experts"],
    [
      withTruth({ experts: [{ coefficients: [1, 2], sd: -1 }] }),
      "`truths[0].experts[0].sd` must be a number > 0; got -1",
    ],
    [
      withTruth({ experts: [{ coefficients: [1, 2], sd: 1 }] }),
      "`truths[0].gate` of the plan must have a row an expert; got 2 rows for 1 experts",
    ],
    [
      withTruth({ covariates: { kind: "uniform", lower: [1], upper: [-1] } }),
      "`truths[0].covariates.upper[0]` of the plan must be above lower, 1; got -1",
    ],
    [
      withTruth({ covariates: { kind: "normal", mean: [0, 0], sd: [1, 1] } }),
      "`truths[0].gate[0].slopes` of the plan must have 2 numbers",
    ],
    [
      withTruth({ weights: [0.5, 0.5] }),
      "`truths[0].gate` of the plan must be given, or else `weights`; got both",
    ],
    [
      truths({ ...deviatedTruth, weights: [0.4, 0.5] }),
      "`truths[0].weights` of the plan must sum to 1; they sum to 0.9",
    ],
    [
      truths({ ...deviatedTruth, weights: [1] }),
      "`truths[0].weights` of the plan must have one an expert; got 1 for 2 experts",
    ],
    [
      truths({ ...twoExperts, lambda: 0.5 }),
      "`truths[0].known` of the plan must be given where the other",
    ],
    [
      truths({ ...twoExperts, known: "normal(0, 1)", lambda: 0.5 }),
      "`truths[0].known` of the plan must come with `weights`",
    ],
    [
      truths({ ...deviatedTruth, known: "laplace(0.3*z, 1)" }),
      '`truths[0].known` of the plan must be arithmetic in x; got a column "z"',
    ],
    [truths({ ...deviatedTruth, known: "cauchy(x, 1)" }), "`truths[0].known` of the plan: "],
    [truths({ ...deviatedTruth, lambda: 1.5 }), "`truths[0].lambda` must be a number between 0"],
    [
      truths(deviatedTruth),
      '`fits[0].known` of the plan must be "laplace(0.3*x, 1)", as in truth "deviated"; got none',
    ],
    [
      withFit({ known: "laplace(0, 1)" }),
      '`fits[0].known` of the plan must be left out, as in truth "two"; got "laplace(0, 1)"',
    ],
    [
      changed({ truths: [deviatedTruth], fits: [{ ...fit, known: deviatedTruth.known }] }),
      '`fits[0].choose[0]` of the plan must be "posterior" where there is a known density',
    ],
    [
      truths({ ...twoCurves, experts: [twoCurves.experts[0], twoExperts.experts[1]] }),
      "`truths[0].experts[1].amplitude` of the plan must be given for all experts",
    ],
    [
      truths({ ...twoCurves, experts: twoExperts.experts.map((e) => ({ ...e, amplitude: 1 })) }),
      "`truths[0].experts[0].coefficients` of the plan must have 1 numbers, a slope a covariate; got 2",
    ],
    [() => parsePlan(own), "`model.experts.prior` of the plan must be given"],
    [
      () => parsePlan({ ...own, kind: "coverage", truth: { theta: [[1, 2, 3]], gamma: [[0, 0]] } }),
      "`truth.theta` of the plan must have a row an expert, 2; got 1",
    ],
    [
      () =>
        parsePlan({
          ...own,
          kind: "coverage",
          design: { columns: { x: [1, 2], z: [1] } },
          truth: { theta: [[1]], gamma: [[0]] },
        }),
      "`design.columns.z` of the plan must have as many values as x, 2; got 1",
    ],
  ])("is refused with the path of what is wrong (%#)", (parse, message) => {
    expect(parse).toThrow(message);
  });
});

describe("the grid", () => {
  const found = parsePlan({
    ...plan,
    truths: [twoExperts, { ...twoExperts, name: "again" }],
    fits: [fit, { ...fit, name: "other" }, { ...fit, name: "third" }],
  }) as ContractionPlan;

  it("counts every combination once", () => {
    expect(countTasks(found)).toBe(2 * 3 * 2 * 3);
    const places = Array.from({ length: 36 }, (_, index) => JSON.stringify(placeOf(found, index)));
    expect(new Set(places).size).toBe(36);
  });

  it("finds the tasks of a cell where their places say", () => {
    for (let index = 0; index < 36; index++) {
      const { replicate, ...cell } = placeOf(found, index);
      expect(firstTask(found, cell) + replicate).toBe(index);
    }
  });
});

describe("the ready plans", () => {
  const files = readdirSync("docs/plans").filter((name) => name.endsWith(".json"));

  it.each(files)("%s is a plan", (name) => {
    const json = JSON.parse(readFileSync(`docs/plans/${name}`, "utf8"));
    expect(countTasks(parsePlan(json))).toBeGreaterThan(1);
  });
});
