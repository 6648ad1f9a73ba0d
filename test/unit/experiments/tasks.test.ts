import { describe, expect, it } from "vitest";
import { checkFits } from "../../../src/experiments/experiment.ts";
import type { CalibrationPlan, CoveragePlan } from "../../../src/experiments/plan.ts";
import { parsePlan } from "../../../src/experiments/plan-schema.ts";
import { runTask } from "../../../src/experiments/run-task.ts";
import { summarizeCalibration, summarizeCoverage } from "../../../src/experiments/summarize-own.ts";
import { createRng, integerBelow } from "../../../src/math/rng.ts";
import { deviatedTruth, twoCurves, twoExperts } from "../../helpers/experiment-plans.ts";

const x = Array.from({ length: 30 }, (_, i) => i / 15 - 1);

const contraction = parsePlan({
  kind: "contraction",
  name: "all kinds",
  truths: [twoExperts],
  fits: [
    { name: "maximum", method: "mle", components: 3, starts: 2, choose: ["dendrogram"] },
    {
      name: "posterior",
      method: "posterior",
      components: 3,
      warmup: 50,
      draws: 50,
      lossDraws: 5,
      choose: ["merge-truncate-merge", "dendrogram"],
    },
    {
      name: "random",
      method: "posterior",
      components: { kind: "poisson", rate: 1, max: 4 },
      warmup: 50,
      draws: 50,
      lossDraws: 5,
      choose: ["posterior"],
    },
  ],
  sizes: [120],
  replicates: 2,
});

/** Results of the plan, each computed once; a result depends on plan and index alone. */
const results = new Map<number, ReturnType<typeof runTask>>();
function resultOf(index: number): ReturnType<typeof runTask> {
  const found = results.get(index) ?? runTask(contraction, index);
  results.set(index, found);
  return found;
}

const smallFits = (changes: object) =>
  [2, { kind: "poisson", rate: 1, max: 3 }].map((components, f) => ({
    name: `fit ${f}`,
    method: f === 0 ? "mle" : "posterior",
    components,
    starts: 2,
    warmup: 50,
    draws: 50,
    lossDraws: 5,
    ...changes,
  }));

const own = {
  name: "own",
  model: {
    experts: {
      family: "gaussian",
      formula: "y ~ x",
      prior: { kind: "normal-inverse-gamma", mean: 0, scale: 1, shape: 3, rate: 1 },
    },
    gate: { kind: "softmax", formula: "~ x" },
    components: 2,
  },
  design: { columns: { x } },
  warmup: 100,
  draws: 200,
  replicates: 100,
};

const calibration = parsePlan({ ...own, kind: "calibration", ranks: 19 }) as CalibrationPlan;
const truth = {
  theta: [
    [1, 1, 0.2],
    [-1, -1, 0.3],
  ],
  gamma: [
    [0, 2],
    [0, 0],
  ],
};
const coverage = (changes: object) =>
  parsePlan({ ...own, kind: "coverage", truth, ...changes }) as CoveragePlan;

describe("a task", () => {
  it.each([0, 2, 4])("of a contraction depends on plan and index alone (%i)", (index) => {
    const result = resultOf(index);
    expect(runTask(contraction, index)).toEqual(result);
    expect(resultOf(index + 1)).not.toEqual(result);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    expect(result).toHaveProperty("values.loss", expect.any(Number));
    expect(result).toHaveProperty("values.hellinger", expect.any(Number));
  });

  it.each([
    [twoCurves, {}, ["loss", "functional", "hellinger", "single_amplitude", "merged"]],
    [deviatedTruth, { known: deviatedTruth.known }, ["loss", "hellinger", "lambda", "merged"]],
    [
      { ...deviatedTruth, known: "normal(0.8 + 1.5*x, 0.2)" },
      { known: "normal(0.8 + 1.5*x, 0.2)" },
      ["loss", "hellinger", "lambda", "lambda_outside", "single_slopes"],
    ],
  ])("measures other truths (%#)", (truth, changes, names) => {
    const plan = parsePlan({
      kind: "contraction",
      name: "others",
      truths: [truth],
      fits: smallFits(changes),
      sizes: [150],
      replicates: 1,
    });
    for (const index of [0, 1]) {
      const result = runTask(plan, index);
      for (const name of names) {
        if (name.startsWith("single") && index === 1) continue;
        expect(result, name).toHaveProperty(`values.${name}`, expect.any(Number));
      }
    }
  });

  it("says how each choice went, as probabilities", () => {
    for (const index of [0, 2, 4]) {
      const result = resultOf(index);
      if (!("choices" in result)) throw new Error("must have choices");
      expect(Object.keys(result.choices).length).toBeGreaterThan(0);
      for (const shares of Object.values(result.choices)) {
        const total = Object.values(shares).reduce((sum, share) => sum + share, 0);
        expect(total).toBeCloseTo(1, 12);
      }
    }
  });

  it("turns a failure of the data into a result", () => {
    const tiny = parsePlan({
      ...JSON.parse(JSON.stringify(contraction)),
      sizes: [1],
    });
    expect(runTask(tiny, 0)).toMatchObject({ status: "failed", message: expect.any(String) });
  });

  it("of a calibration ranks every label-free variable", () => {
    const result = runTask(calibration, 3);
    expect(runTask(calibration, 3)).toEqual(result);
    if (!("ranks" in result)) throw new Error("must have ranks");
    expect(Object.keys(result.ranks)).toContain("sd_sorted[2]");
    for (const rank of Object.values(result.ranks)) {
      expect(Number.isInteger(rank) && rank >= 0 && rank <= 19).toBe(true);
    }
  });

  it("of a coverage has an interval for every parameter or label-free variable", () => {
    const maximum = runTask(coverage({ method: "mle" }), 1);
    expect(maximum).toMatchObject({ status: "ok" });
    expect(Object.keys("covered" in maximum ? maximum.covered : {})).toEqual(
      [1, 2].flatMap((k) => [
        `weight[${k}]`,
        `coef[${k},(Intercept)]`,
        `coef[${k},x]`,
        `sd[${k}]`,
        `gate[${k},(Intercept)]`,
        `gate[${k},x]`,
      ]),
    );
    const posterior = runTask(coverage({}), 1);
    const names = Object.keys("covered" in posterior ? posterior.covered : {});
    expect(names).toContain("sd_sorted[1]");
    expect(names.some((name) => name.startsWith("predictive_mean["))).toBe(true);
    expect(names).not.toContain("log_likelihood");
  });
});

describe("checkFits", () => {
  it("refuses a truth of another shape, and a design that holds the response", () => {
    const flat = {
      ...truth,
      theta: [
        [1, 1],
        [2, 2],
      ],
    };
    expect(() => checkFits(coverage({ truth: flat }))).toThrow(
      "must have 3 numbers a row of theta",
    );
    const held = { design: { columns: { x, y: x } } };
    expect(() => checkFits(coverage(held))).toThrow('must not hold the response "y"');
    expect(() => checkFits(coverage({ design: { columns: { z: x } } }))).toThrow('"x"');
  });
});

describe("summaries", () => {
  const uniform = createRng(1);
  const ranked = (rank: () => number) =>
    Array.from({ length: 400 }, () => ({ ranks: { sd: rank() }, ess: 100 }));

  it("find uniform ranks uniform, and others not", () => {
    const good = summarizeCalibration(
      calibration,
      ranked(() => integerBelow(uniform, 20)),
    );
    expect(good.findings).toEqual([]);
    expect(good.variables[0]!.counts).toHaveLength(20);
    const narrow = () => 4 + integerBelow(uniform, 12);
    const bad = summarizeCalibration(calibration, ranked(narrow));
    expect(bad.findings.map(({ code }) => code)).toEqual(["ranks-not-uniform"]);
  });

  it("find coverage as stated, or off", () => {
    const plan = coverage({ level: 0.9 });
    const held = (share: number) =>
      Array.from({ length: 200 }, (_, i) => ({
        status: "ok" as const,
        covered: { sd: i < share * 200 },
        length: { sd: 2 },
      }));
    expect(summarizeCoverage(plan, held(0.9)).findings).toEqual([]);
    const off = summarizeCoverage(plan, held(0.75));
    expect(off.findings.map(({ code }) => code)).toEqual(["coverage-off"]);
    expect(off.variables[0]).toMatchObject({ meanLength: 2, count: 200, asStated: false });
  });
});
