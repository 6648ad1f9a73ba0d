import { beforeAll, describe, expect, it, test } from "vitest";
import { fromFormula } from "../../../models/declare-from-formula.ts";
import { inverseGamma, normal, poisson } from "../../../models/index.ts";
import { analyze } from "../../../src/analysis/analyze.ts";
import { compare } from "../../../src/analysis/compare.ts";
import type { ModelDeclaration } from "../../../src/core/model.ts";
import { tableFrom } from "../../../src/data/table.ts";
import { normal as normalVariate } from "../../../src/math/random/normal.ts";
import { createRng } from "../../../src/math/rng.ts";
import { bothSides, crossing } from "../../helpers/compare-cases.ts";

const one = fromFormula({ formula: "y ~ x", components: 1 });
const two = fromFormula({ formula: "y ~ x | x", components: 2 });
const mixture = fromFormula({ formula: "y ~ 1", components: 2 });

type Settings = Parameters<typeof bothSides>[2];

async function compared(
  model: ModelDeclaration,
  columns: Parameters<typeof tableFrom>[0],
  settings?: Settings,
) {
  const { run, table, maximum } = await bothSides(model, tableFrom(columns), settings);
  return compare(run, table, maximum);
}

const codes = ({ findings }: ReturnType<typeof compare>) => findings.map(({ code }) => code);

function line(n: number, seed: number) {
  const rng = createRng(seed);
  const x = Float64Array.from({ length: n }, () => normalVariate(rng));
  return { x, y: x.map((at) => 2 * at + 0.5 * normalVariate(rng)) };
}

/** Values at the middle of eight equally likely parts of a standard normal. */
const EIGHT = [-1.53, -0.89, -0.49, -0.16, 0.16, 0.49, 0.89, 1.53];

const around = (centre: number, sd: number) => EIGHT.map((value) => centre + sd * value);

test("a prior that holds the slope near zero draws it off: prior-pull", async () => {
  const prior = {
    kind: "independent",
    coefficients: normal(0, 0.1),
    variance: inverseGamma(2, 1),
  } as const;
  const strong = { ...one, experts: { ...one.experts, prior } };
  const found = await compared(strong, line(40, 3));
  expect(codes(found)).toEqual(["prior-pull"]);
  expect(found.ok).toBe(false);
  const { posterior, maximum, difference } = found.summary.components[0]!.coefficients["x"]!;
  expect(posterior.mean).toBeLessThan(maximum.estimate / 2);
  expect(difference).toBeLessThan(-10);
  expect(codes(await compared(one, line(40, 3)))).toEqual([]);
});

test("a gate that separates the rows: maximum-at-infinity", async () => {
  const rng = createRng(6);
  const x = Float64Array.from({ length: 100 }, (_, i) => i / 50 - 1 + (i < 50 ? -0.1 : 0.1));
  const y = x.map((at) => (at < 0 ? 2 + at : -2 - at) + 0.2 * normalVariate(rng));
  expect(codes(await compared(two, { x, y }))).toEqual(["maximum-at-infinity"]);
});

test("few rows: skewed-posterior of the sd, which is a note", async () => {
  const prior = {
    kind: "independent",
    coefficients: normal(0, 100),
    variance: inverseGamma(0.01, 0.001),
  } as const;
  const vague = { ...one, experts: { ...one.experts, prior } };
  const found = await compared(vague, line(8, 11), { draws: 2000 });
  expect(codes(found)).toEqual(["skewed-posterior"]);
  expect(found.findings[0]!.message).toContain("sd[1] (mean");
  expect(found.ok).toBe(true);
  expect(found.verdict).toContain("but for what is noted");
});

test("eight rows close together: the likelihood's maximum is there, the posterior is not: other-optimum", async () => {
  const y = [0, 5].flatMap((at) => around(at, 1)).concat(around(0.3, 0.006));
  const prior = {
    kind: "independent",
    coefficients: normal(0, 10),
    variance: inverseGamma(3, 2),
  } as const;
  const wide = { ...mixture, experts: { ...mixture.experts, prior } };
  const found = await compared(wide, { y: Float64Array.from(y) }, { draws: 2000, starts: 60 });
  expect(codes(found)).toEqual(["other-optimum"]);
  const { optima, logLikelihood } = found.summary;
  expect(optima.every((end) => end.logLikelihood < logLikelihood.maximum - 1)).toBe(true);
});

describe("three clusters for two experts", () => {
  let found: ReturnType<typeof compare>;

  beforeAll(async () => {
    const y = Float64Array.from([-2.5, 0.05, 2.5].flatMap((at) => around(at, 0.6)));
    found = await compared(mixture, { y }, { draws: 3000 });
  });

  it("the posterior has mass at the optimum of either way to join them: several-optima", () => {
    expect(codes(found)).toContain("several-optima");
    const excused = ["several-optima", "sides-in-doubt", "compared-without-labels"];
    for (const code of codes(found)) expect(excused).toContain(code);
    expect(found.summary.optima.length).toBeGreaterThan(1);
  });
});

test("a random number of experts: compared at the likeliest, and said", async () => {
  const model = { ...one, components: poisson(1, { max: 3 }) };
  const found = await compared(model, line(60, 2), { warmup: 300, draws: 600 });
  expect(codes(found)).toContain("compared-at-likeliest");
  expect(found.summary.K).toBe(1);
  expect(Math.abs(found.summary.components[0]!.coefficients["x"]!.difference!)).toBeLessThan(1);
});

test("refused labels: only what needs none is compared", async () => {
  const { run, table, maximum } = await bothSides(two, crossing(200), { draws: 1000 });
  const whole = analyze(run, table);
  const { labelled: _, ...rest } = whole;
  const refused = "the draws do not agree";
  const relabelling = { method: "stephens", loss: 1, refused };
  const analysis = { ...rest, input: { ...whole.input, relabelling } };
  const found = compare(run, table, maximum, { analysis });
  expect(codes(found)).toEqual(["compared-without-labels"]);
  expect(found.findings[0]!.message).toContain(refused);
  const { components, ordered, agreement, logLikelihood, predictive } = found.summary;
  expect({ components, agreement }).toEqual({ components: [], agreement: null });
  expect(Object.keys(ordered)).toEqual(["sd_sorted[1]", "sd_sorted[2]"]);
  const sds = maximum.summary.components.map(({ sd }) => sd!.estimate).sort((a, b) => a - b);
  Object.values(ordered).forEach(({ maximum: at }, k) => {
    expect(at.estimate).toBeCloseTo(sds[k]!, 12);
  });
  expect(logLikelihood.atPosteriorMean).toBeNull();
  expect(Math.abs(predictive!.difference)).toBeLessThan(0.5);
});
