import { describe, expect, test } from "vitest";
import { compile } from "../../../models/compile.ts";
import { fromFormula } from "../../../models/declare-from-formula.ts";
import { describeModel } from "../../../models/describe.ts";
import { poisson } from "../../../models/experts/poisson.ts";
import { parseModel, parsePriorFile } from "../../../models/json.ts";
import type { Observations } from "../../../src/core/data.ts";
import { DataError, ModelError } from "../../../src/core/errors.ts";
import type { ExpertPriorDeclaration } from "../../../src/core/model.ts";
import { tableFrom } from "../../../src/data/table.ts";
import { matrix } from "../../../src/math/matrix.ts";
import { createRng } from "../../../src/math/rng.ts";
import { membersOf, observations } from "../../contract/experts-cases.ts";
import { integrate } from "../../helpers/quadrature.ts";
import { average } from "../../helpers/variates.ts";

const normal = (mean: number, sd: number): ExpertPriorDeclaration => ({
  kind: "coefficients",
  coefficients: { kind: "normal", mean, sd },
});

function interceptOnly(y: readonly number[], offset?: readonly number[]): Observations {
  const X = matrix(y.length, 1, new Float64Array(y.length).fill(1));
  const design = { terms: ["(Intercept)"], X };
  const shifted = offset === undefined ? design : { ...design, offset: Float64Array.from(offset) };
  return { n: y.length, y: Float64Array.from(y), design: shifted };
}

describe("the default prior", () => {
  test("is centred at the log of the mean count, per unit of exposure", () => {
    const plain = { kind: "coefficients", coefficients: { kind: "normal", mean: 1.386, sd: 2.5 } };
    expect(poisson.defaultPrior(interceptOnly([1, 3, 8]))).toEqual(plain);
    const exposed = [1, 2, 3].map(Math.log);
    expect(poisson.defaultPrior(interceptOnly([4, 9, 11], exposed))).toEqual(plain);
  });

  test("reaches the log mean from a column that is not centred, or without an intercept", () => {
    const x = [100, 101, 102, 103];
    const y = Float64Array.of(20, 22, 21, 30);
    const X = matrix(4, 2, Float64Array.from(x.flatMap((value) => [1, value])));
    const raw = poisson.defaultPrior({ n: 4, y, design: { terms: ["(Intercept)", "x"], X } });
    const slope = 2.5 / Math.sqrt(5 / 3);
    expect(raw).toMatchObject({
      coefficients: [
        { mean: 3.146, sd: Number(Math.hypot(2.5, 101.5 * slope).toPrecision(4)) },
        { mean: 0, sd: Number(slope.toPrecision(4)) },
      ],
    });
    const alone = { terms: ["one"], X: matrix(4, 1, new Float64Array(4).fill(1)) };
    expect(poisson.defaultPrior({ n: 4, y, design: alone })).toMatchObject({
      coefficients: { mean: 0, sd: Number(Math.hypot(2.5, Math.log(93 / 4)).toPrecision(4)) },
    });
  });

  test("has a place for a response without any counts", () => {
    expect(poisson.defaultPrior(interceptOnly([0, 0, 0, 0]))).toMatchObject({
      coefficients: { mean: Number(Math.log(0.5 / 4).toPrecision(4)), sd: 2.5 },
    });
  });
});

describe("the approximation of the posterior of one coefficient", () => {
  test.each([
    ["counts", [3, 5, 0, 2], [0, 0.5, -0.2, 0.1], normal(0.4, 1.3)],
    ["no counts at all", [0, 0, 0], undefined, normal(0, 3)],
    [
      "a prior that is not normal",
      [1, 4],
      undefined,
      { kind: "coefficients", coefficients: { kind: "student-t", df: 3, location: 0, scale: 1 } },
    ],
    [
      "a prior with bounds",
      [6, 4],
      undefined,
      { kind: "coefficients", coefficients: { kind: "uniform", lower: -1, upper: 1.5 } },
    ],
  ] as const)("has weights whose mean is the marginal likelihood: %s", (_, y, offset, prior) => {
    const data = interceptOnly(y, offset);
    const expert = poisson.compile(data, prior);
    const members = membersOf(y.map((__, i) => i));
    const theta = new Float64Array(1);
    const density = new Float64Array(y.length);
    const joint = (b: number) => {
      theta[0] = b;
      expert.logDensity(theta, density);
      return Math.exp(expert.logPrior(theta) + density.reduce((a, v) => a + v, 0));
    };
    const exact =
      integrate(joint, Number.NEGATIVE_INFINITY, -1) +
      integrate(joint, -1, 1.5) +
      integrate(joint, 1.5, Number.POSITIVE_INFINITY);
    const { draw, logWeight } = expert.approximate!(members);
    const rng = createRng(51);
    const at = new Float64Array(1);
    let largestGap = 0;
    const weights = Float64Array.from({ length: 20_000 }, () => {
      const weight = draw(rng, at);
      const again = logWeight(at);
      if (again !== weight) largestGap = Math.max(largestGap, Math.abs(again - weight));
      return Math.exp(weight);
    });
    expect(largestGap).toBeLessThan(1e-9);
    const mean = average(weights, (v) => v);
    const error = Math.sqrt(average(weights, (v) => (v - mean) ** 2) / weights.length);
    expect(Math.abs(mean - exact) / error).toBeLessThan(4.5);
    // Every weight alone is within a few times the evidence.
    expect(Math.max(...weights) / exact).toBeLessThan(6);
  });

  test("is normalised: its density integrates to 1", () => {
    const expert = poisson.compile(interceptOnly([3, 5, 0, 2]), normal(0.4, 1.3));
    const { logWeight } = expert.approximate!(membersOf([0, 1, 2, 3]));
    const density = new Float64Array(4);
    const q = (b: number) => {
      const theta = Float64Array.of(b);
      expert.logDensity(theta, density);
      const joint = expert.logPrior(theta) + density.reduce((a, v) => a + v, 0);
      return Math.exp(joint - logWeight(theta));
    };
    // Further out the joint density, of which it is computed, is below every double; a t has 1e-6 there.
    const total = integrate(q, -20, 1) + integrate(q, 1, 5);
    expect(Math.abs(total - 1)).toBeLessThan(1e-4);
  });
});

test("accepts most of what it proposes, for few rows and many", () => {
  const rng = createRng(61);
  const x = Float64Array.from({ length: 300 }, (_, i) => Math.sin(i) * 1.4);
  const X = matrix(300, 2, Float64Array.from([...x].flatMap((value) => [1, value])));
  const design = { terms: ["(Intercept)", "x"], X };
  const expert = poisson.compile({ n: 300, y: new Float64Array(300), design }, normal(0, 2.5));
  const all = Int32Array.from({ length: 300 }, (_, i) => i);
  expert.simulate(rng, Float64Array.of(0.5, 0.8), all, expert.y);
  for (const count of [1, 4, 12, 300]) {
    const members = membersOf([...all.slice(0, count)]);
    const theta = new Float64Array(2);
    let moved = 0;
    for (let t = 0; t < 500; t++) {
      const before = theta[0];
      expert.update(rng, theta, members);
      if (theta[0] !== before) moved++;
    }
    expect(moved / 500, `${count} rows`).toBeGreaterThan(0.6);
  }
});

test("has scores that are the derivatives of its log density", () => {
  const expert = poisson.compile(observations(true, "count"), normal(0, 1));
  const theta = Float64Array.of(0.4, -0.7);
  const scores = matrix(10, 2);
  expert.score!(theta, scores);
  const at = (j: number, step: number) => {
    const moved = theta.slice();
    moved[j] = theta[j]! + step;
    const out = new Float64Array(10);
    expert.logDensity(moved, out);
    return out;
  };
  for (const j of [0, 1]) {
    const [up, down] = [at(j, 1e-6), at(j, -1e-6)];
    up.forEach((value, i) => {
      expect(scores.data[2 * i + j]).toBeCloseTo((value - down[i]!) / 2e-6, 6);
    });
  }
});

describe("declarations", () => {
  const table = tableFrom({ x: [0.1, 0.5, 2, 3], y: [0, 3, 2, 9] });
  const model = (prior?: unknown) => ({
    experts: { family: "poisson", formula: "y ~ x", ...(prior === undefined ? {} : { prior }) },
    gate: { kind: "softmax", formula: "~ x" },
    components: 2,
  });

  test("of a prior with a scale are refused with what to write", () => {
    const independent = {
      kind: "independent",
      coefficients: { kind: "normal", mean: 0, sd: 1 },
      sd: { kind: "half-normal", sd: 1 },
    };
    expect(() => parseModel(model(independent))).toThrow(ModelError);
    expect(() => parseModel(model(independent))).toThrow(
      '`experts` must have a prior that poisson experts take, of kind coefficients; got kind "independent". ' +
        'Write for example {"kind":"coefficients","coefficients":{"kind":"normal","mean":0,"sd":2.5}}.',
    );
    expect(() =>
      parseModel({
        ...model(),
        experts: { family: "gaussian", formula: "y ~ x", prior: normal(0, 1) },
      }),
    ).toThrow("gaussian experts take, of kind normal-inverse-gamma or independent");
    expect(() => poisson.compile(observations(), independent as ExpertPriorDeclaration)).toThrow(
      "must be one on coefficients alone",
    );
  });

  test("come from prior files, and are put into words", () => {
    const prior = parsePriorFile({ experts: normal(0, 1) });
    const declared = fromFormula({ formula: "y ~ x", family: "poisson", components: 2, prior });
    const words = describeModel(declared).map((statement) => statement.words);
    expect(words).toContain("β ~ normal(mean 0, sd 1)");
    const by = (...sds: number[]) => ({
      kind: "coefficients",
      coefficients: sds.map((sd) => ({ kind: "normal", mean: 0, sd })),
    });
    expect(describeModel(parseModel(model(by(3, 1, 1, 1, 2))))).toContainEqual({
      about: "prior of the experts",
      words:
        "β[1] ~ normal(mean 0, sd 3), β[2…4] ~ normal(mean 0, sd 1), β[5] ~ normal(mean 0, sd 2)",
    });
    const { model: resolved } = compile(parseModel(model()), table);
    expect(describeModel(resolved).map((statement) => statement.words)).toContain(
      "β[1] ~ normal(mean 1.253, sd 2.5), β[2] ~ normal(mean 0, sd 2.5)",
    );
  });

  test.each([
    [[0, 3, 2.5, 9], "it is 2.5 in row 3"],
    [[0, 3, 2, -1], "it is -1 in row 4"],
  ])("meet only responses that are counts: %j", (y, where) => {
    const bad = tableFrom({ x: [0.1, 0.5, 2, 3], y });
    expect(() => compile(parseModel(model()), bad)).toThrow(DataError);
    expect(() => compile(parseModel(model()), bad)).toThrow(
      `the response y of poisson experts must be a whole number ≥ 0 in every row; ${where}`,
    );
    expect(() => compile(parseModel(model(normal(0, 1))), bad)).toThrow(where);
  });

  test("name the row of the file where others were left out", () => {
    const holes = tableFrom({ x: [Number.NaN, 0.5, 2, 3, 4], y: [0, 3, 2, 0.5, 1] });
    expect(() => compile(parseModel(model()), holes)).toThrow("in row 4");
  });
});
