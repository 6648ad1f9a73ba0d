import { describe, expect, test } from "vitest";
import { compile } from "../../../models/compile.ts";
import { describeModel } from "../../../models/describe.ts";
import { priorOnCoefficients } from "../../../models/experts/coefficient-prior.ts";
import { tanhExpert } from "../../../models/experts/tanh.ts";
import { tanh as curve } from "../../../models/experts/tanh-function.ts";
import { tanhLikelihood } from "../../../models/experts/tanh-likelihood.ts";
import { moe, softmax, tanh } from "../../../models/index.ts";
import { parseModel } from "../../../models/json.ts";
import { tableFrom } from "../../../src/data/table.ts";
import { maximumFit } from "../../../src/experiments/maximum-fit.ts";
import { explain } from "../../../src/explain.ts";
import { matrix, row } from "../../../src/math/matrix.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng, uniform } from "../../../src/math/rng.ts";
import { membersOf, observations } from "../../contract/experts-cases.ts";

const BOUNDED = {
  kind: "bounded",
  coefficients: { kind: "normal", mean: 0, sd: 2.5 },
  amplitude: { kind: "half-normal", sd: 2 },
  sd: { kind: "half-normal", sd: 1 },
} as const;

test.each([0, 1e-300, 1e-8, 0.0199, 0.0201, 0.3, 1, 5, 19.9, 20.1, 800, Infinity])(
  "tanh(±%s)",
  (x) => {
    for (const sign of [1, -1]) {
      const error = Math.abs(curve(sign * x) - Math.tanh(sign * x));
      expect(error).toBeLessThanOrEqual(2e-14 * Math.tanh(x));
    }
  },
);

describe("the likelihood of tanh experts", () => {
  const data = observations(true);
  const likelihood = tanhLikelihood(data, priorOnCoefficients(BOUNDED, 2));
  const members = membersOf([0, 2, 3, 5, 6, 9], [1, 0.3, 2, 1, 0.7, 1]);
  const point = Float64Array.of(0.4, -0.7, 0.3, -0.4);
  const H = 1e-4;

  const at = (u: number, v: number, a: number, b: number): number => {
    const moved = point.slice();
    moved[u]! += a;
    moved[v]! += b;
    return likelihood.evaluate(moved);
  };

  test("has the derivatives that differences give", () => {
    likelihood.load(members);
    const gradient = new Float64Array(4);
    const curvature = new Float64Array(16);
    likelihood.evaluate(point);
    likelihood.derivatives(gradient, curvature);
    for (let u = 0; u < 4; u++) {
      expect(gradient[u]).toBeCloseTo((at(u, u, H, 0) - at(u, u, -H, 0)) / (2 * H), 6);
      for (let v = 0; v <= u; v++) {
        const second =
          (at(u, v, H, H) - at(u, v, H, -H) - at(u, v, -H, H) + at(u, v, -H, -H)) / (4 * H * H);
        expect(-curvature[4 * u + v]!).toBeCloseTo(second, 4);
      }
    }
  });

  test("is the same along each coordinate", () => {
    likelihood.load(members);
    for (let j = 0; j < 4; j++) {
      const expected = at(j, j, 0.5, 0) - at(j, j, 0, 0);
      const along = likelihood.along(point, j);
      expect(along(point[j]! + 0.5) - along(point[j]!)).toBeCloseTo(expected, 10);
    }
  });

  test("is that of the density", () => {
    likelihood.load(members);
    const theta = Float64Array.of(0.4, -0.7, Math.exp(0.3), Math.exp(-0.4));
    const density = new Float64Array(data.n);
    tanhExpert.compile(data, BOUNDED).logDensity(theta, density);
    const expected = [...members.rows].reduce((s, i, m) => s + members.weight[m]! * density[i]!, 0);
    expect(likelihood.evaluate(point)).toBeCloseTo(expected, 10);
  });
});

/** Two curves, one steep and falling, that a softmax gate shares out. */
function drawn(n: number) {
  const rng = createRng(7);
  const x = Float64Array.from({ length: n }, () => 4 * uniform(rng) - 2);
  const first = x.map((value) => (uniform(rng) < 1 / (1 + Math.exp(-1.5 * value)) ? 1 : 0));
  const y = x.map((value, i) =>
    first[i] === 1
      ? 3 * Math.tanh(0.8 * value) + 0.3 * normal(rng)
      : Math.tanh(-3 * value) + 0.2 * normal(rng),
  );
  return tableFrom({ x, y });
}

const model = moe({ experts: tanh("y ~ 0 + x"), gate: softmax("~ x"), components: 2 });

test("EM finds two curves", () => {
  const table = drawn(2000);
  const { compiled, best } = maximumFit(model, table, { seed: 3, starts: 3 });
  const theta = matrix(2, 3);
  const gamma = matrix(2, 2);
  const { theta: found, gamma: gates } = best;
  compiled.report({ theta: found, gamma: gates, z: new Int32Array(2000) }, theta, gamma);
  const [falling, rising] = [row(theta, 0), row(theta, 1)].sort((a, b) => a[0]! - b[0]!);
  const errors = (fit: Float64Array, truth: readonly number[]) =>
    truth.map((value, j) => Math.abs(fit[j]! - value));
  // Some five standard errors, each of the order of sd / √(rows near the slope).
  for (const [j, error] of errors(falling!, [-3, 1, 0.2]).entries()) {
    expect(error).toBeLessThan([0.6, 0.05, 0.03][j]!);
  }
  for (const [j, error] of errors(rising!, [0.8, 3, 0.3]).entries()) {
    expect(error).toBeLessThan([0.1, 0.2, 0.04][j]!);
  }
});

test("explain says that they are strongly identifiable without a level, and how they are updated", () => {
  const { statements, findings, updates } = explain(model, drawn(100));
  expect(statements.find(({ about }) => about === "too many experts")!.words).toContain(
    "strongly identifiable",
  );
  expect(findings).toEqual([]);
  expect(updates[0]).toEqual({
    block: "coef, amplitude, sd",
    method: "independence Metropolis from a t at the mode",
  });
});

test("declarations survive JSON, and are put into words", () => {
  const declared = moe({
    experts: tanh("y ~ 0 + x", { ...BOUNDED }),
    gate: softmax("~ x"),
    components: 2,
  });
  expect(parseModel(JSON.parse(JSON.stringify(declared)))).toEqual(declared);
  const words = describeModel(declared).map((statement) => statement.words);
  expect(words).toContain(
    "β ~ normal(mean 0, sd 2.5), c ~ half-normal(sd 2), σ ~ half-normal(sd 1)",
  );
  expect(() =>
    tanh("y ~ 0 + x", { kind: "coefficients", coefficients: BOUNDED.coefficients }),
  ).toThrow('Write for example {"kind":"bounded"');
});

test("default priors are as wide on any scale", () => {
  const table = drawn(50);
  const wide = tableFrom({
    x: Float64Array.from({ length: 50 }, (_, i) => 1000 * column(table, "x")[i]!),
    y: Float64Array.from({ length: 50 }, (_, i) => 10 * column(table, "y")[i]!),
  });
  const prior = (of: typeof table) =>
    JSON.parse(
      JSON.stringify(compile({ ...model, standardize: false }, of).model.experts.prior),
    ) as { coefficients: { sd: number }; amplitude: { sd: number } };
  expect(prior(wide).coefficients.sd / (prior(table).coefficients.sd / 1000)).toBeCloseTo(1, 2);
  expect(prior(wide).amplitude.sd / (10 * prior(table).amplitude.sd)).toBeCloseTo(1, 2);
});

function column(table: ReturnType<typeof drawn>, name: string): Float64Array {
  const found = table.columns.get(name)!;
  if (found.kind !== "numeric") throw new Error("numbers");
  return found.values;
}
