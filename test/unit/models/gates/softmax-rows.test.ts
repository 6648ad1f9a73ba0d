import { describe, expect, test } from "vitest";
import { gateRows } from "../../../../models/gates/softmax-rows.ts";
import { type Matrix, matrix, row } from "../../../../src/math/matrix.ts";
import { normal } from "../../../../src/math/random/normal.ts";
import { createRng } from "../../../../src/math/rng.ts";

const n = 40;
const q = 3;
const K = 4;

function problem(scale: number, seed = 1) {
  const rng = createRng(55, seed);
  const W = Float64Array.from({ length: n * q }, (_, at) => (at % q === 0 ? 1 : normal(rng)));
  const gamma = matrix(
    K,
    q,
    Float64Array.from({ length: K * q }, () => scale * normal(rng)),
  );
  return { W, gamma, rng };
}

/** Linear predictors of component k. */
function predictors(W: Float64Array, gamma: Matrix, k: number): number[] {
  return Array.from({ length: n }, (_, i) =>
    row(gamma, k).reduce((sum, g, j) => sum + g * W[i * q + j]!, 0),
  );
}

/** log Σ_{j ≠ k} exp of the predictors, around their maximum. */
function logOthers(W: Float64Array, gamma: Matrix, k: number): number[] {
  const of = Array.from({ length: gamma.rows }, (_, j) => predictors(W, gamma, j));
  return Array.from({ length: n }, (_, i) => {
    const terms = of.filter((_, j) => j !== k).map((eta) => eta[i]!);
    const top = Math.max(...terms);
    return top + Math.log(terms.reduce((sum, eta) => sum + Math.exp(eta - top), 0));
  });
}

/** Scales at which all weights are in range, some are not, and hardly any. */
const SCALES = [1, 60, 120, 3000];

describe.each(SCALES)("gate weights kept for coefficients of scale %d", (scale) => {
  /** Rounding of sums of terms as large as 10 × scale. */
  const tolerance = 1e-13 * (1 + 10 * scale);

  test("give others and log odds of each component, in any order of updates", () => {
    const { W, gamma, rng } = problem(scale);
    const rows = gateRows(W, n, q);
    rows.refresh(gamma);
    for (const k of [0, 1, 2, 3, 3, 1, 0]) {
      rows.isolate(k);
      const exact = logOthers(W, gamma, k);
      const own = predictors(W, gamma, k);
      for (let i = 0; i < n; i++) {
        const log = Math.log(rows.others[i]!);
        expect(Math.abs(rows.shift[i]! + log - exact[i]!)).toBeLessThan(tolerance);
        const odds = rows.logs(k)[i]! - log;
        expect(Math.abs(odds - (own[i]! - exact[i]!))).toBeLessThan(tolerance);
      }
      for (let j = 0; j < q; j++) row(gamma, k)[j] = scale * normal(rng);
      rows.replace(k, row(gamma, k));
    }
  });

  test("give probabilities after updates and for another gamma", () => {
    const { W, gamma, rng } = problem(scale, 2);
    const rows = gateRows(W, n, q);
    rows.refresh(gamma);
    for (const k of [0, 1, 2]) {
      rows.isolate(k);
      for (let j = 0; j < q; j++) row(gamma, k)[j] = scale * normal(rng);
      rows.replace(k, row(gamma, k));
    }
    for (const at of [gamma, problem(scale, 3).gamma]) {
      const { weight, log } = rows.of(at);
      for (let i = 0; i < n; i++) {
        const sum = [0, 1, 2, 3].reduce((total, k) => total + row(weight, k)[i]!, 0);
        expect(sum).toBeGreaterThan(1e-131);
        expect(sum).toBeLessThan(1e140);
        for (let k = 0; k < K; k++) {
          const logOdds = predictors(W, at, k)[i]! - predictors(W, at, 0)[i]!;
          expect(Math.abs(row(log, k)[i]! - row(log, 0)[i]! - logOdds)).toBeLessThan(tolerance);
        }
      }
    }
  });
});

test("weights need no shift where all exponentials are in range, and one where they are not", () => {
  const { W, gamma } = problem(1);
  const rows = gateRows(W, n, q);
  rows.refresh(gamma);
  expect(rows.shift.every((value) => value === 0)).toBe(true);
  rows.refresh(problem(3000).gamma);
  expect(rows.shift.some((value) => value !== 0)).toBe(true);
  rows.refresh(gamma);
  expect(rows.shift.every((value) => value === 0)).toBe(true);
  expect(row(rows.of(gamma).weight, 1)[5]).toBeCloseTo(Math.exp(predictors(W, gamma, 1)[5]!), 13);
});
