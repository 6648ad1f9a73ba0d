import { describe, expect, it } from "vitest";
import { conjugateFit, dirichletGate, enumerate, logisticGate } from "../helpers/enumeration.ts";
import { CONJUGATE } from "../helpers/gibbs-cases.ts";
import { mixtureCases, testByEnumeration } from "../helpers/mixture-answers.ts";
import { designRows, RESPONSE } from "../helpers/tiny-targets.ts";

describe("two experts on a few rows have the posterior that enumeration gives", () => {
  it.each(Object.entries(mixtureCases))("with %s", (_, mixture) => {
    const { rejected, report } = testByEnumeration(mixture);
    expect(rejected, report).toBe(false);
  });
});

describe("the enumeration of allocations", () => {
  const regression = { X: designRows(8), y: RESPONSE.slice(0, 8) };

  it("sums to the chain rule: log p(y) is the sum of one-step-ahead predictive densities", () => {
    const upTo = (m: number) => conjugateFit(regression, (i) => i < m, CONJUGATE);
    const predictive = (m: number): number => {
      const { mean, spread, shape, rate } = upTo(m);
      const [one, x] = regression.X[m]!;
      const fitted = one! * mean[0]! + x! * mean[1]!;
      const leverage =
        1 + spread.get(0, 0) + 2 * x! * spread.get(0, 1) + x! * x! * spread.get(1, 1);
      return logStudent(regression.y[m]! - fitted, 2 * shape, (leverage * rate) / shape);
    };
    const total = regression.y.reduce((sum, _, m) => sum + predictive(m), 0);
    expect(total).toBeCloseTo(upTo(8).logMarginal, 10);
  });

  it("gives a gate whose probabilities over all allocations sum to one", () => {
    const gate = logisticGate(designRows(8), 1.7);
    const all = Array.from({ length: 256 }, (_, mask) =>
      Array.from({ length: 8 }, (__, i) => (mask >> i) & 1),
    );
    // The quadrature leaves out a constant: its evidence of no rows at all.
    const none = logisticGate([], 1.7)([]).logEvidence;
    const total = all.reduce((sum, z) => sum + Math.exp(gate(z).logEvidence - none), 0);
    expect(total).toBeCloseTo(1, 10);
  });

  it("weighs equal rows alike: two rows share an expert with probability 2/3 under a flat Dirichlet", () => {
    const pair = {
      X: [
        [1, 0],
        [1, 0],
      ],
      y: [0, 0],
    };
    const distant = { ...CONJUGATE, mean: 0, scale: 1e-12, shape: 1e6, rate: 1e6 };
    const [share] = enumerate(pair, distant, dirichletGate(1), [({ z }) => Number(z[0] === z[1])]);
    expect(share).toBeCloseTo(2 / 3, 6);
  });
});

function logStudent(x: number, df: number, squaredScale: number): number {
  const density = (t: number) => -0.5 * (df + 1) * Math.log1p((t * t) / (df * squaredScale));
  return density(x) - Math.log(normalizer(df)) - 0.5 * Math.log(squaredScale);
}

/** ∫ (1 + t² / df)^(−(df + 1) / 2) dt, by the substitution t = sinh u and the trapezoidal rule. */
function normalizer(df: number): number {
  let sum = 0;
  for (let u = -12; u <= 12; u += 0.01) {
    const t = Math.sinh(u);
    sum += 0.01 * Math.cosh(u) * (1 + (t * t) / df) ** (-0.5 * (df + 1));
  }
  return sum;
}
