import { describe, expect, it } from "vitest";
import { functionsOf } from "../../../../models/varying/bayes/functions.ts";
import { normalFunctions } from "../../../../models/varying/bayes/normal-functions.ts";
import { functionRows } from "../../../../models/varying/bayes/rows.ts";
import {
  densityAtZero,
  normalDensityAtZero,
  type ScaleProblem,
} from "../../../../models/varying/bayes/scale-density.ts";
import { gateScales } from "../../../../models/varying/bayes/scale-problems.ts";
import { matrix } from "../../../../src/math/matrix.ts";
import { normal } from "../../../../src/math/random/normal.ts";
import { createRng, uniform } from "../../../../src/math/rng.ts";

const rng = createRng(5);
const N = 30;
const BASIS = 4;
const Z = matrix(
  N,
  3,
  Float64Array.from({ length: 3 * N }, (_, at) => (at % 3 === 0 ? 1 : normal(rng))),
);
const u = Float64Array.from({ length: N }, () => uniform(rng));
const rows = functionRows(Z, u, [true, false, true], BASIS);
const members = Int32Array.of(2, 3, 7, 11, 12, 20, 29);
const weight = Float64Array.from(members, () => uniform(rng));

/** Σ w x x' and Σ w x, from the columns themselves. */
function plainly(which: Int32Array, w: Float64Array) {
  const X = rows.columns();
  const d = rows.length;
  const gram = new Float64Array(d * d);
  const cross = new Float64Array(d);
  which.forEach((i, m) => {
    for (let a = 0; a < d; a++) {
      cross[a] = cross[a]! + w[m]! * X.data[i * d + a]!;
      for (let b = 0; b < d; b++) {
        gram[a * d + b] = gram[a * d + b]! + w[m]! * X.data[i * d + a]! * X.data[i * d + b]!;
      }
    }
  });
  return { gram, cross };
}

describe("rows of functions", () => {
  it("have the columns that the functions are made of", () => {
    const X = rows.columns();
    expect(rows.length).toBe(2 * (BASIS + 1) + 1);
    for (let i = 0; i < N; i++) {
      expect(X.data[i * rows.length + 2]).toBeCloseTo(u[i]! ** 2 - u[i]! + 1 / 6, 14);
      expect(X.data[i * rows.length + 5]).toBe(Z.data[i * 3 + 1]);
    }
  });

  it("have the Gram matrix and cross products of these columns", () => {
    const gram = new Float64Array(rows.length ** 2);
    const cross = new Float64Array(rows.length);
    rows.gram(members, weight, gram);
    rows.cross(members, weight, cross);
    const expected = plainly(members, weight);
    // Sums of seven products of numbers below 3 in size.
    gram.forEach((value, at) => {
      expect(value).toBeCloseTo(expected.gram[at]!, 12);
    });
    cross.forEach((value, at) => {
      expect(value).toBeCloseTo(expected.cross[at]!, 12);
    });
  });

  it("predict what the columns times the entries give, term by term too", () => {
    const linear = Float64Array.from({ length: rows.length }, () => normal(rng));
    const all = new Float64Array(N);
    const sum = new Float64Array(N);
    const one = new Float64Array(N);
    rows.predict(linear, undefined, all);
    for (let j = 0; j < 3; j++) {
      rows.predictTerm(j, linear, undefined, one);
      one.forEach((value, i) => {
        sum[i] = sum[i]! + value;
      });
    }
    const X = rows.columns();
    for (let i = 0; i < N; i++) {
      let expected = 0;
      linear.forEach((e, a) => {
        expected += e * X.data[i * rows.length + a]!;
      });
      expect(all[i]).toBeCloseTo(expected, 12);
      expect(sum[i]).toBeCloseTo(expected, 12);
    }
  });
});

describe("functions", () => {
  const functions = functionsOf(rows, 0.8);
  const point = new Float64Array(functions.size);
  point.set([0.3, -1, 0.5]);
  functions.samplePrior(rng, point);

  it("stay as they are, prior aside, when scales are moved along s v constant", () => {
    const before = new Float64Array(rows.length);
    const after = new Float64Array(rows.length);
    const moved = point.slice();
    functions.toLinear(moved, before);
    functions.interweave(rng, moved);
    functions.toLinear(moved, after);
    after.forEach((value, at) => {
      expect(value).toBeCloseTo(before[at]!, 12);
    });
    expect(moved[functions.scaleAt(0)]).not.toBe(point[functions.scaleAt(0)]);
  });

  it("are the product of free coordinates and their multipliers", () => {
    const [linear, free, by] = [0, 0, 0].map(() => new Float64Array(rows.length));
    functions.toLinear(point, linear!);
    functions.free(point, free!);
    functions.multipliers(point, by!);
    linear!.forEach((value, at) => {
      expect(value).toBeCloseTo(free![at]! * by![at]!, 14);
    });
    const copy = new Float64Array(functions.size);
    copy.set(point);
    functions.setFree(free!, copy);
    expect(copy).toEqual(point);
  });

  it("are drawn from their prior where there are no data", () => {
    const prior = { mean: Float64Array.of(1, 0, -1), precision: Float64Array.of(4, 1, 1) };
    const draw = normalFunctions(functions, prior);
    const gram = new Float64Array(rows.length ** 2);
    const cross = new Float64Array(rows.length);
    const draws = 20_000;
    let [level, square, scale] = [0, 0, 0];
    for (let t = 0; t < draws; t++) {
      draw(rng, point, gram, cross);
      level += point[0]! / draws;
      square += (point[0]! - 1) ** 2 / draws;
      scale += point[functions.scaleAt(1)]! ** 2 / draws;
    }
    // Independent draws but for the last move of the scales, itself a draw given |v|: four sds.
    expect(Math.abs(level - 1)).toBeLessThan((4 * 0.5) / Math.sqrt(draws));
    expect(Math.abs(square - 0.25)).toBeLessThan((4 * 0.25 * Math.SQRT2) / Math.sqrt(draws));
    expect(Math.abs(scale - 0.64)).toBeLessThan((4 * 0.64 * Math.SQRT2 * 2) / Math.sqrt(draws));
  });
});

describe("the density of scales at 0", () => {
  it("is that of a normal density where they are normal", () => {
    const [mean, precision] = [0.7, 3];
    const problem: ScaleProblem = {
      dimension: 1,
      value: ([s]) => 5 - 0.5 * precision * (s! - mean) ** 2,
      derivatives([s], gradient, curvature) {
        gradient[0] = -precision * (s! - mean);
        curvature[0] = precision;
        return 5 - 0.5 * precision * (s! - mean) ** 2;
      },
    };
    const exact = 0.5 * Math.log(precision / (2 * Math.PI)) - 0.5 * precision * mean * mean;
    expect(densityAtZero(1)(problem)).toBeCloseTo(exact, 7);
    expect(normalDensityAtZero(problem)).toBeCloseTo(exact, 12);
  });

  it("is that by quadrature for the scales of a gate of two components", () => {
    const n = 40;
    const draw = () =>
      matrix(
        2,
        n,
        Float64Array.from({ length: 2 * n }, () => normal(rng)),
      );
    const [base, curve] = [draw(), draw()];
    const z = Int32Array.from({ length: n }, () => (uniform(rng) < 0.5 ? 0 : 1));
    const problem = gateScales(base, curve, z, 1);
    let total = 0;
    const step = 0.1;
    const at = (a: number, b: number): number =>
      Math.exp(problem.value(Float64Array.of(a, b)) + 30);
    for (let a = -5; a <= 5; a += step)
      for (let b = -5; b <= 5; b += step) total += at(a, b) * step * step;
    const exact = Math.log(at(0, 0) / total);
    // What the rule leaves out is of the sixth degree in 1 / √40.
    expect(Math.abs(densityAtZero(2)(problem) - exact)).toBeLessThan(0.01);
  });

  it("has a gate's derivatives that are those by differences", () => {
    const n = 12;
    const draw = () =>
      matrix(
        3,
        n,
        Float64Array.from({ length: 3 * n }, () => normal(rng)),
      );
    const z = Int32Array.from({ length: n }, (_, i) => i % 3);
    const problem = gateScales(draw(), draw(), z, 0.9);
    const point = Float64Array.of(0.2, -0.4, 0.6);
    const gradient = new Float64Array(3);
    const curvature = new Float64Array(9);
    problem.derivatives(point, gradient, curvature);
    const other = new Float64Array(3);
    const scratch = new Float64Array(9);
    const h = 1e-5;
    for (let k = 0; k < 3; k++) {
      const moved = (by: number) => point.map((x, j) => (j === k ? x + by : x));
      const slope = (problem.value(moved(h)) - problem.value(moved(-h))) / (2 * h);
      expect(gradient[k]).toBeCloseTo(slope, 6);
      problem.derivatives(moved(h), other, scratch);
      const up = other.slice();
      problem.derivatives(moved(-h), other, scratch);
      for (let l = k; l < 3; l++) {
        expect(curvature[l * 3 + k]).toBeCloseTo(-(up[l]! - other[l]!) / (2 * h), 6);
      }
    }
  });
});
