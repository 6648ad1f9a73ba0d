import { describe, expect, test } from "vitest";
import { softmaxLikelihood } from "../../../models/gates/softmax-derivatives.ts";
import { maximizeGate } from "../../../models/gates/softmax-maximize.ts";
import { fastExp } from "../../../src/math/exp.ts";
import { logSumExp } from "../../../src/math/log-sum-exp.ts";
import { copy, type Matrix, matrix } from "../../../src/math/matrix.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng, uniform } from "../../../src/math/rng.ts";

function problem(n: number, K: number, q: number) {
  const rng = createRng(7, n, K, q);
  return {
    W: Float64Array.from({ length: n * q }, (_, at) => (at % q === 0 ? 1 : normal(rng))),
    // Not responsibilities: columns need not sum to 1.
    r: matrix(
      K,
      n,
      Float64Array.from({ length: K * n }, () => 2 * uniform(rng)),
    ),
    gamma: matrix(
      K,
      q,
      Float64Array.from({ length: K * q }, () => normal(rng)),
    ),
  };
}

/** The definition, one row after another. */
function plain(W: Float64Array, q: number, r: Matrix, free: number, gamma: Matrix) {
  const { rows: K, columns: n } = r;
  const d = free * q;
  const gradient = new Float64Array(d);
  const hessian = new Float64Array(d * d);
  let value = 0;
  for (let i = 0; i < n; i++) {
    const w = W.subarray(i * q, (i + 1) * q);
    const weights = Array.from({ length: K }, (_, k) => r.data[k * n + i]!);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const linear = Float64Array.from(weights, (_, k) =>
      w.reduce((sum, wa, a) => sum + wa * gamma.data[k * q + a]!, 0),
    );
    const normalizer = logSumExp(linear);
    const p = linear.map((eta) => fastExp(eta - normalizer));
    weights.forEach((weight, k) => {
      value += weight * (linear[k]! - normalizer);
    });
    for (let row = 0; row < d; row++) {
      const [k, a] = [Math.floor(row / q), row % q];
      gradient[row]! += (weights[k]! - total * p[k]!) * w[a]!;
      for (let column = 0; column <= row; column++) {
        const [l, b] = [Math.floor(column / q), column % q];
        const weight = total * p[k]! * ((k === l ? 1 : 0) - p[l]!);
        hessian[row * d + column]! += weight * w[a]! * w[b]!;
      }
    }
  }
  return { value, gradient, hessian };
}

describe("derivatives of the softmax likelihood", () => {
  for (const n of [1, 511, 512, 513, 1300]) {
    for (const [K, q, fixed] of [
      [2, 1, 1],
      [3, 2, 0],
      [4, 6, 1],
      [6, 4, 1],
      [2, 9, 0],
    ] as const) {
      test(`have the bits of the plain loops: n = ${n}, K = ${K}, q = ${q}, fixed ${fixed}`, () => {
        const { W, r, gamma } = problem(n, K, q);
        const free = K - fixed;
        const expected = plain(W, q, r, free, gamma);
        const gradient = new Float64Array(free * q);
        const hessian = new Float64Array((free * q) ** 2);
        const value = softmaxLikelihood(W, q, r, free).evaluate(gamma, gradient, hessian);
        expect(gradient).toEqual(expected.gradient);
        expect(hessian).toEqual(expected.hessian);
        // All terms have one sign, so any order of n·K of them differs by less than this.
        expect(Math.abs(value / expected.value - 1)).toBeLessThan(2 * n * K * 2 ** -53);
      });
    }
  }

  test("are those of the value by differences", () => {
    const { W, r, gamma } = problem(40, 3, 2);
    const of = softmaxLikelihood(W, 2, r, 3);
    const at = (point: Matrix) => {
      const [gradient, hessian] = [new Float64Array(6), new Float64Array(36)];
      return { value: of.evaluate(point, gradient, hessian), gradient, hessian };
    };
    const { gradient, hessian } = at(gamma);
    const h = 1e-5;
    for (let j = 0; j < 6; j++) {
      const [above, below] = [copy(gamma), copy(gamma)];
      above.data[j]! += h;
      below.data[j]! -= h;
      const [up, down] = [at(above), at(below)];
      // Truncation h² · (third derivative, below n · 2 · 4³) and rounding of values near 100 over h.
      expect(Math.abs((up.value - down.value) / (2 * h) - gradient[j]!)).toBeLessThan(1e-6);
      for (let i = j; i < 6; i++) {
        const slope = (up.gradient[i]! - down.gradient[i]!) / (2 * h);
        expect(Math.abs(slope + hessian[i * 6 + j]!)).toBeLessThan(1e-6);
      }
    }
  });

  test("know the total weight", () => {
    const { W, r } = problem(30, 2, 1);
    const total = r.data.reduce((sum, value) => sum + value, 0);
    expect(softmaxLikelihood(W, 1, r, 1).weight).toBe(total);
  });
});

describe("the maximum of a softmax gate", () => {
  const [n, K, q] = [600, 3, 3] as const;
  const { W, r, gamma: start } = problem(n, K, q);
  const objective = (precision: number) => ({
    W,
    q,
    fixedRows: 1 as const,
    priorMean: new Float64Array(6).fill(0.3),
    priorPrecision: new Float64Array(6).fill(precision),
  });
  const maximum = (from: Matrix, precision = 0, tolerance?: number) => {
    const gamma = copy(from);
    gamma.data.fill(0, (K - 1) * q);
    maximizeGate(objective(precision), gamma, r, tolerance);
    return gamma;
  };
  const slopes = (gamma: Matrix, precision: number) =>
    plain(W, q, r, K - 1, gamma).gradient.map((g, j) => g - precision * (gamma.data[j]! - 0.3));

  test("is where the gradient vanishes, under a prior or not", () => {
    for (const precision of [0, 5]) {
      for (const slope of slopes(maximum(start, precision), precision)) {
        // The last step started with less than 1e-9 to gain; one more Newton step squares that.
        expect(Math.abs(slope)).toBeLessThan(1e-6);
      }
    }
  });

  test("is found from where all is saturated", () => {
    const far = matrix(
      K,
      q,
      start.data.map((value) => 1e3 * value),
    );
    const [a, b] = [maximum(start), maximum(far)];
    a.data.forEach((value, j) => {
      expect(Math.abs(value - b.data[j]!)).toBeLessThan(1e-7);
    });
  });

  test("is reached to within the tolerance asked for", () => {
    const value = (gamma: Matrix) => plain(W, q, r, K - 1, gamma).value;
    const best = value(maximum(start));
    const near = maximum(start, 0, 1);
    expect(near.data).not.toEqual(maximum(start).data);
    expect(best - value(near)).toBeGreaterThan(-1e-9);
    expect(best - value(near)).toBeLessThan(0.5);
  });
});
