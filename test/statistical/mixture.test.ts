import { describe, expect, it } from "vitest";
import { decide } from "../helpers/decision.ts";
import { conjugateFit, dirichletGate, enumerate, logisticGate } from "../helpers/enumeration.ts";
import {
  CONJUGATE,
  CONSTANT,
  compileCase,
  GATE_SD,
  type GibbsCase,
  SHIFTED_SOFTMAX,
  SOFTMAX,
} from "../helpers/gibbs-cases.ts";
import { mixtureFunctionals } from "../helpers/mixture-answers.ts";
import { posteriorMeans } from "../helpers/posterior-means.ts";
import { designRows, RESPONSE } from "../helpers/tiny-targets.ts";

const tiny: GibbsCase = { experts: CONJUGATE, gate: SOFTMAX, components: 2, rows: 8 };
const baseline = { ...SOFTMAX, baseline: "last" } as const;

/** The difference of two free rows has √2 times the sd of one; against a baseline it has that of one. */
const symmetric = logisticGate(designRows(tiny.rows), GATE_SD * Math.SQRT2);
const against = logisticGate(designRows(tiny.rows), GATE_SD);
const shifted = logisticGate(designRows(tiny.rows), SHIFTED_SOFTMAX.prior.sd * Math.SQRT2);

describe("two experts on a few rows have the posterior that enumeration gives", () => {
  it.each<[string, GibbsCase, typeof symmetric]>([
    ["a constant gate", { ...tiny, gate: CONSTANT, rows: 10 }, dirichletGate(1.5)],
    [
      "a constant gate and an offset",
      { ...tiny, gate: CONSTANT, offset: true },
      dirichletGate(1.5),
    ],
    ["a Laplace-t gate", { ...tiny, gateUpdate: "laplace" }, symmetric],
    ["a Pólya-Gamma gate", { ...tiny, gateUpdate: "polya-gamma" }, symmetric],
    ["a gate with prior mean", { ...tiny, gate: SHIFTED_SOFTMAX }, shifted],
    ["a baseline, Laplace-t", { ...tiny, gate: baseline, gateUpdate: "laplace" }, against],
    ["a baseline, Pólya-Gamma", { ...tiny, gate: baseline, gateUpdate: "polya-gamma" }, against],
  ])("with %s", (_, model, gate) => {
    const { target, kernel } = compileCase(model);
    const observables = mixtureFunctionals(target, model.offset === true, gate);
    const { rejected, report } = decide((seed, effort) =>
      posteriorMeans(kernel, { chains: 16, warmup: 200, sweeps: 1500 * effort, observables, seed }),
    );
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
