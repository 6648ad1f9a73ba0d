import { beforeAll, describe, expect, it, test } from "vitest";
import { effectiveSampleSize } from "../../../diagnostics/effective-sample-size.ts";
import { applyRelabelling } from "../../../diagnostics/relabel/apply.ts";
import { fromFormula } from "../../../models/declare-from-formula.ts";
import { normalInverseGamma, softmax } from "../../../models/index.ts";
import { type Analysis, analyze } from "../../../src/analysis/analyze.ts";
import { compare } from "../../../src/analysis/compare.ts";
import type { ComparedMaximum } from "../../../src/analysis/compare-maximum.ts";
import { labelledDraws } from "../../../src/analysis/labels.ts";
import type { Maximum } from "../../../src/analysis/maximum.ts";
import { variable } from "../../../src/core/draws.ts";
import { UsageError } from "../../../src/core/errors.ts";
import { tableFrom } from "../../../src/data/table.ts";
import { type Matrix, matrix, row } from "../../../src/math/matrix.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { poisson } from "../../../src/math/random/poisson.ts";
import { createRng, uniform } from "../../../src/math/rng.ts";
import { bothSides, crossing } from "../../helpers/compare-cases.ts";

const two = fromFormula({ formula: "y ~ x | x", components: 2 });
const last = { ...two, gate: softmax("~ x", undefined, { baseline: "last" }) };
const ROWS = 400;
const table = crossing(ROWS);

type Sides = Awaited<ReturnType<typeof bothSides>> & { readonly analysis: Analysis };

let symmetric: Sides;
let baseline: Sides;

beforeAll(async () => {
  const sides = await bothSides(two, table, { draws: 1000 });
  symmetric = { ...sides, analysis: analyze(sides.run, table) };
  const other = await bothSides(last, table, { draws: 500 });
  const labelled = labelledDraws(other.run, table)!;
  baseline = { ...other, analysis: { ...symmetric.analysis, labelled } };
}, 60_000);

const of = ({ run, maximum, analysis }: typeof symmetric, other: ComparedMaximum = maximum) =>
  compare(run, table, other, { analysis }).summary;

/** Every parameter of every component, by name. */
function parameters({ components }: ReturnType<typeof of>) {
  return components.flatMap(({ weight, coefficients, sd, gate }, k) =>
    Object.entries({ weight, ...coefficients, sd, ...prefixed(gate) }).flatMap(([name, one]) =>
      one === undefined ? [] : [{ name: `${name}[${k + 1}]`, ...one }],
    ),
  );
}

const prefixed = (gate: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(gate).map(([term, one]) => [`gate ${term}`, one])) as Record<
    string,
    ReturnType<typeof of>["components"][number]["weight"]
  >;

/** The same maximum with its two components the other way round. */
function swapped(maximum: Maximum): ComparedMaximum {
  const swap = (m: Matrix): Matrix => {
    const out = matrix(2, m.columns);
    for (const k of [0, 1]) row(out, k).set(row(m, 1 - k));
    return out;
  };
  const { state, run, fitted, summary } = maximum;
  const [first, second] = summary.components;
  const gates = [second!.gateAgainstLast, first!.gateAgainstLast];
  const draws = applyRelabelling(run.draws, fitted.target, Int32Array.of(1, 0));
  return {
    state: { theta: swap(state.theta), gamma: swap(state.gamma), z: state.z },
    run: { ...run, draws },
    fitted,
    summary: {
      ...summary,
      components: [second!, first!].map((one, k) => ({ ...one, gateAgainstLast: gates[1 - k]! })),
    },
  };
}

describe("where the data outweigh the prior", () => {
  it("posterior means are near the maximum, and nothing is found", () => {
    const found = of(symmetric);
    expect(found.findings).toEqual([]);
    // The shift of a posterior mean is of the order of its skewness: of an sd on ν rows at most
    // 2.8 / √ν standard errors, of coefficients less. The rest is Monte Carlo error.
    const fewest = Math.min(...found.components.map(({ weight }) => weight.posterior.mean)) * ROWS;
    const ess = effectiveSampleSize(variable(symmetric.run.draws, "log_likelihood"));
    const limit = 3 / Math.sqrt(fewest) + 4 / Math.sqrt(ess);
    expect(limit).toBeLessThan(0.6);
    const all = parameters(found);
    expect(all).toHaveLength(12);
    for (const { name, difference } of all) {
      expect(Math.abs(difference!), name).toBeLessThan(limit);
    }
  });

  it("sds and intervals are those of the large-sample normal, and the log-likelihood is df / 2 lower", () => {
    const found = of(symmetric);
    for (const { name, posterior, maximum } of parameters(found)) {
      expect(Math.abs(posterior.sd / maximum.se! - 1), name).toBeLessThan(0.25);
      expect(Math.abs(posterior.q5 - maximum.lower!) / maximum.se!, name).toBeLessThan(0.5);
      expect(Math.abs(posterior.q95 - maximum.upper!) / maximum.se!, name).toBeLessThan(0.5);
    }
    const { maximum, posteriorMean, posteriorSd, df } = found.logLikelihood;
    expect(df).toBe(8);
    // Half a chi-squared variable with 8 degrees of freedom: mean 4, sd 2.
    expect(Math.abs(maximum - posteriorMean - df / 2)).toBeLessThan(1);
    expect(Math.abs(posteriorSd - Math.sqrt(df / 2))).toBeLessThan(0.5);
    expect(found.agreement).toBeGreaterThan(0.98);
    expect(found.optima.map(({ count }) => count)).toEqual([20]);
  });
});

describe("labels", () => {
  it("the order of the maximum's components makes no difference", () => {
    const found = of(symmetric);
    const other = of(symmetric, swapped(symmetric.maximum));
    expect(other.components).toEqual(found.components);
    expect(other.agreement).toBe(found.agreement);
  });

  it("each component meets its own estimate: lines with slopes 2 and −1", () => {
    const slopes = of(symmetric).components.map(({ coefficients }) => coefficients["x"]!);
    for (const { posterior, maximum } of slopes) {
      expect(Math.sign(maximum.estimate)).toBe(Math.sign(posterior.mean));
    }
  });
});

describe("gate rows on the same identification", () => {
  const close = (a: ReturnType<typeof of>, b: ReturnType<typeof of>) => {
    const pairs = parameters(a).map((one, j) => [one, parameters(b)[j]!] as const);
    for (const [one, other] of pairs) {
      expect(other.name).toBe(one.name);
      const unit = one.maximum.se!;
      expect(Math.abs(one.maximum.estimate - other.maximum.estimate) / unit).toBeLessThan(1e-3);
      expect(Math.abs(other.maximum.se! / unit - 1)).toBeLessThan(1e-2);
    }
  };

  it("a baseline: against the posterior's last component, whichever it is at the maximum", () => {
    const found = of(baseline);
    const [first, second] = found.components;
    expect(second!.gate).toEqual({});
    const rows = of(symmetric).components.map(({ gate }) => gate["x"]!.maximum.estimate);
    expect(first!.gate["x"]!.maximum.estimate).toBeCloseTo(rows[0]! - rows[1]!, 3);
    expect(Math.abs(first!.gate["x"]!.difference!)).toBeLessThan(0.6);
    close(found, of(baseline, swapped(baseline.maximum)));
  });

  it("is the run's where the maximum was found on another", () => {
    close(of(baseline), of(baseline, symmetric.maximum));
    close(of(symmetric), of(symmetric, baseline.maximum));
  });

  it.each([1, 2])("is against component %i where that is asked for", (gateReference) => {
    const { run, maximum, analysis: centred } = symmetric;
    const labelled = labelledDraws(run, table, { gateReference })!;
    const analysis = { ...centred, labelled };
    const { components } = compare(run, table, maximum, { gateReference, analysis }).summary;
    expect(components[gateReference - 1]!.gate).toEqual({});
    const { posterior, maximum: at, difference } = components[2 - gateReference]!.gate["x"]!;
    expect(Math.abs(difference!)).toBeLessThan(0.6);
    expect(Math.abs(posterior.sd / at.se! - 1)).toBeLessThan(0.25);
  });
});

test("one expert: the difference is that of a conjugate posterior", async () => {
  const rng = createRng(4);
  const n = 50;
  const x = Float64Array.from({ length: n }, (_, i) => (i - (n - 1) / 2) / n);
  const y = x.map((at) => 2 * at + normal(rng));
  const scale = 0.5;
  const prior = normalInverseGamma({ mean: 0, scale, shape: 2, rate: 1 });
  const model = fromFormula({ formula: "y ~ x", components: 1 });
  const declared = { ...model, experts: { ...model.experts, prior }, standardize: false };
  const draws = 4000;
  const { run, table: data, maximum } = await bothSides(declared, tableFrom({ x, y }), { draws });
  const { components } = compare(run, data, maximum).summary;
  const sxx = x.reduce((sum, at) => sum + at * at, 0);
  const sxy = x.reduce((sum, at, i) => sum + at * y[i]!, 0);
  const mean = y.reduce((sum, value) => sum + value, 0) / n;
  const rss = y.reduce((sum, value, i) => sum + (value - mean - (sxy / sxx) * x[i]!) ** 2, 0);
  const se = Math.sqrt(rss / n / sxx);
  const { posterior, maximum: at, difference } = components[0]!.coefficients["x"]!;
  expect(at.estimate).toBeCloseTo(sxy / sxx, 6);
  expect(at.se).toBeCloseTo(se, 4);
  const exact = (sxy / (sxx + 1 / scale) - sxy / sxx) / se;
  expect(Math.abs(exact)).toBeGreaterThan(0.2);
  expect(Math.abs(difference! - exact)).toBeLessThan(
    (4 * posterior.sd) / se / Math.sqrt(2 * draws),
  );
  expect(components[0]!.gate).toEqual({});
  expect(components[0]!.weight.difference).toBeNull();
});

test("counts have no sd, and are compared all the same", async () => {
  const rng = createRng(5);
  const x = Float64Array.from({ length: 150 }, () => 2 * uniform(rng) - 1);
  const y = x.map((at) => {
    const first = uniform(rng) < 1 / (1 + Math.exp(-2 * at));
    return poisson(rng, Math.exp(first ? 3 + at : 1 - at));
  });
  const model = fromFormula({ formula: "y ~ x | x", components: 2, family: "poisson" });
  const { run, table: data, maximum } = await bothSides(model, tableFrom({ x, y }), { draws: 600 });
  const { components, findings, ordered } = compare(run, data, maximum).summary;
  expect(findings).toEqual([]);
  expect(ordered).toEqual({});
  for (const { sd, coefficients } of components) {
    expect(sd).toBeUndefined();
    for (const { difference } of Object.values(coefficients)) {
      expect(Math.abs(difference!)).toBeLessThan(0.6);
    }
  }
});

describe("what cannot be compared", () => {
  it("other data", async () => {
    const other = await bothSides(two, crossing(100, { seed: 9 }), { draws: 20, starts: 2 });
    expect(() => of(symmetric, other.maximum)).toThrow(UsageError);
    expect(() => of(symmetric, other.maximum)).toThrow(/the same data \(sha256\); found/);
  });

  it("another number of experts, or another formula", async () => {
    const settings = { draws: 20, starts: 2 };
    const three = await bothSides({ ...two, components: 3 }, crossing(100), settings);
    expect(() => of(symmetric, three.maximum)).toThrow(/number of experts; found 2 and 3/);
    const flat = fromFormula({ formula: "y ~ 1 | x", components: 2 });
    const { maximum } = await bothSides(flat, crossing(100), settings);
    expect(() => of(symmetric, maximum)).toThrow(/formula of the experts; found y ~ x and y ~ 1/);
  });
});
