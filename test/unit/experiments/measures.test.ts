import { describe, expect, it } from "vitest";
import type { GatedMeasure } from "../../../diagnostics/losses/index.ts";
import { knownMixture } from "../../../src/experiments/known-density.ts";
import { measure } from "../../../src/experiments/measures.ts";
import { fittedOf } from "../../../src/experiments/mixing.ts";
import { drawData, formulaOf } from "../../../src/experiments/truth.ts";
import { fewestAtoms } from "../../../src/experiments/weighted-measures.ts";
import { matrix } from "../../../src/math/matrix.ts";
import { mean, variance } from "../../../src/math/moments.ts";
import { createRng } from "../../../src/math/rng.ts";
import { deviatedTruth, twoCurves, twoExperts } from "../../helpers/experiment-plans.ts";

const ALL = ["loss", "functional", "hellinger", "parameters", "merged"] as const;
const truth = twoExperts;
const [first, second] = truth.experts;

/** The first expert covered twice: intercepts ± shift, weights halved. */
const covered = (shift: number): GatedMeasure => {
  const half = { intercept: truth.gate[0].intercept - Math.LN2, slopes: truth.gate[0].slopes };
  const moved = (by: number) => ({ ...first, coefficients: [0.8 + by, 1.5] });
  return { gate: [half, half, truth.gate[1]], experts: [moved(shift), moved(-shift), second] };
};

describe("measure", () => {
  it("is 0 throughout at the truth", () => {
    const found = measure(truth, { gate: truth.gate, experts: truth.experts }, ALL);
    for (const [name, value] of Object.entries(found)) {
      if (name.startsWith("shared_")) expect(value, name).toBeNaN();
      else expect(value, name).toBeLessThan(1e-7);
    }
  });

  it("measures atoms that share a true one apart from those that do not", () => {
    const found = measure(truth, covered(0.1), ALL);
    expect(found["shared_intercept"]).toBeCloseTo(0.1, 10);
    expect(found["shared_slopes"]).toBeCloseTo(0, 10);
    expect(found["shared_gate"]).toBeCloseTo(0, 10);
    expect(found["single_intercept"]).toBeCloseTo(0, 10);
    // r = 4 for two atoms in a cell: mass e^0.3 times 0.1^4.
    expect(found["loss"]).toBeCloseTo(Math.exp(0.3) * 1e-4, 8);
  });

  it("merges with moments: the variance gains that of the intercepts", () => {
    const before = measure(truth, covered(0.1), ["merged"])["merged"]!;
    // One atom of variance 0.2² + 0.1² where the truth has 0.2²: its mass times 0.01.
    expect(before).toBeCloseTo(Math.exp(0.3) * 0.01, 8);
  });

  it("does not see a translation of the fit's gate", () => {
    const moved = {
      ...covered(0.1),
      gate: covered(0.1).gate.map(({ intercept, slopes }) => ({
        intercept: intercept + 3,
        slopes: slopes.map((slope) => slope - 2),
      })),
    };
    const [here, there] = [measure(truth, covered(0.1), ALL), measure(truth, moved, ALL)];
    for (const name of Object.keys(here)) expect(there[name], name).toBeCloseTo(here[name]!, 7);
  });

  it("takes theta and gamma as rows of components", () => {
    const theta = matrix(2, 3);
    theta.data.set([0.8, 1.5, 0.2, -0.8, -1, 0.3]);
    const gamma = matrix(2, 2);
    gamma.data.set([0.3, 1.2, 0, 0]);
    expect(fittedOf(truth, theta, gamma)).toEqual({ gate: truth.gate, experts: truth.experts });
  });
});

describe("measure of curves", () => {
  const star = {
    gate: twoCurves.gate,
    experts: twoCurves.experts.map(({ amplitude, coefficients, sd }) => ({
      coefficients: [amplitude, ...coefficients],
      sd,
    })),
  };

  it("is 0 at the truth, and takes theta as models report it", () => {
    const theta = matrix(2, 3, Float64Array.of(2, 2, 0.2, -3, 1.2, 0.3));
    const gamma = matrix(2, 2, Float64Array.of(0.3, 1.2, 0, 0));
    expect(fittedOf(twoCurves, theta, gamma)).toEqual(star);
    for (const [name, value] of Object.entries(measure(twoCurves, star, ALL))) {
      if (!name.startsWith("shared_")) expect(value, name).toBeLessThan(1e-7);
    }
  });

  it("counts curves that share a true one by squares, and averages them where they are merged", () => {
    const half = { intercept: 0.3 - Math.LN2, slopes: [1.2] };
    const moved = (by: number) => ({ coefficients: [2 + by, 2], sd: 0.2 });
    const fit = {
      gate: [half, half, star.gate[1]!],
      experts: [moved(0.1), moved(-0.1), star.experts[1]!],
    };
    const found = measure(twoCurves, fit, ALL);
    expect(found["loss"]).toBeCloseTo(Math.exp(0.3) * 0.01, 10);
    expect(found["shared_amplitude"]).toBeCloseTo(0.1, 10);
    expect(found["merged"]).toBeLessThan(1e-10);
    expect(found).not.toHaveProperty("loss_refined");
  });
});

describe("measure beside a known density", () => {
  const [p, q] = [Math.log(0.4), Math.log(0.6)];
  const gate = [p, q].map((intercept) => ({ intercept, slopes: [] }));
  const WITH = [...ALL, "lambda"] as const;

  it("is 0 at the truth, and |λ − λ*| where λ alone is off", () => {
    const { experts } = deviatedTruth;
    for (const [name, value] of Object.entries(
      measure(deviatedTruth, { gate, experts, lambda: 0.5 }, WITH),
    )) {
      if (!name.startsWith("shared_")) expect(value, name).toBeLessThan(1e-7);
    }
    const off = measure(deviatedTruth, { gate, experts, lambda: 0.6 }, WITH);
    expect(off["loss"]).toBeCloseTo(0.1, 10);
    expect(off["lambda"]).toBeCloseTo(0.1, 10);
    expect(off["hellinger"]).toBeGreaterThan(0.01);
  });

  it("is 0 on the whole curve of parameters where the known density is one of the experts", () => {
    // sd written with one digit more than it has: the same expert.
    const truth = { ...deviatedTruth, known: "normal(1.5*x + 0.8, 0.20000000000000001)" };
    // λ G = 0.5 G* + (λ − 0.5) δ: the first expert gains.
    const lambda = 0.7;
    const weights = [(0.2 + 0.2) / lambda, 0.3 / lambda];
    const along = weights.map((w) => ({ intercept: Math.log(w), slopes: [] }));
    const found = measure(truth, { gate: along, experts: truth.experts, lambda }, WITH);
    for (const name of ["loss", "loss_mass", "merged", "lambda_outside", "hellinger"]) {
      expect(found[name], name).toBeLessThan(1e-7);
    }
    expect(found["lambda"]).toBeCloseTo(0.2, 10);
    const below = measure(truth, { gate, experts: truth.experts, lambda: 0.2 }, WITH);
    expect(below["lambda_outside"]).toBeCloseTo(0.1, 10);
  });
});

describe("fewestAtoms", () => {
  it.each([
    ["laplace(x, 1)", 2],
    ["normal(0.8 + 1.5*x, 0.2)", 1],
    ["mixture(0.5*normal(0.8 + 1.5*x, 0.2), 0.5*normal(2, 1))", 2],
    ["mixture(0.4*normal(0.8 + 1.5*x, 0.2), 0.6*normal(-0.8 - x, 0.3))", 2],
  ])("beside %s is %i", (known, expected) => {
    expect(fewestAtoms({ ...deviatedTruth, known })).toBe(expected);
  });
});

describe("knownMixture", () => {
  it("reads lines off arithmetic, and nothing else", () => {
    expect(knownMixture("mixture(0.5*normal(2*(x + 1), 0.5), 0.5*normal(-x, 1))", ["x"])).toEqual({
      weights: [0.5, 0.5],
      experts: [
        { coefficients: [2, 2], sd: 0.5 },
        { coefficients: [0, -1], sd: 1 },
      ],
    });
    for (const text of [
      "laplace(x, 1)",
      "normal(x^2, 1)",
      "normal(log(x), 1)",
      "normal(x, 2 + x)",
    ]) {
      expect(knownMixture(text, ["x"]), text).toBeUndefined();
    }
  });
});

describe("drawData", () => {
  const n = 40_000;

  it("draws covariates, gate and experts as the truth says", () => {
    const table = drawData(createRng(1), truth, n);
    const numbers = (name: string) => {
      const column = table.columns.get(name)!;
      return column.kind === "numeric" ? column.values : new Float64Array(0);
    };
    const [x, y] = [numbers("x"), numbers("y")];
    expect(Math.min(...x)).toBeGreaterThan(-1);
    expect(Math.abs(mean(x))).toBeLessThan(4 * Math.sqrt(1 / 3 / n));
    // E(y | x) by the gate; residuals have the mixture's variance, at most 3 here.
    const residuals = y.map((value, i) => {
      const p = 1 / (1 + Math.exp(-(0.3 + 1.2 * x[i]!)));
      return value - p * (0.8 + 1.5 * x[i]!) - (1 - p) * (-0.8 - x[i]!);
    });
    expect(Math.abs(mean(residuals))).toBeLessThan(4 * Math.sqrt(variance(residuals) / n));
    const near = residuals.filter((_, i) => Math.abs(x[i]! + 0.64) < 0.02);
    // The means cross at x = -0.64: there only the experts' own noise is left.
    expect(near.length).toBeGreaterThan(300);
    const p = 1 / (1 + Math.exp(-(0.3 - 1.2 * 0.64)));
    const noise = p * 0.04 + (1 - p) * 0.09;
    const sd = noise * Math.sqrt(3 / near.length);
    expect(Math.abs(variance(near) - noise)).toBeLessThan(4 * sd + (2.5 * 0.02) ** 2);
  });

  it("draws from the known density with probability 1 − λ", () => {
    const table = drawData(createRng(2), { ...deviatedTruth, known: "laplace(50 + x, 1)" }, n);
    const column = table.columns.get("y")!;
    const y = column.kind === "numeric" ? column.values : new Float64Array(0);
    const far = y.filter((value) => value > 25);
    expect(Math.abs(far.length / n - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / n));
    // Laplace has variance 2, x on (−1, 1) has 1/3.
    expect(Math.abs(mean(far) - 50)).toBeLessThan(4 * Math.sqrt(7 / 3 / far.length));
    expect(Math.abs(variance(far) - 7 / 3)).toBeLessThan((4 * 5) / Math.sqrt(far.length));
  });

  it("draws from curves", () => {
    const table = drawData(
      createRng(3),
      { ...twoCurves, gate: [twoCurves.gate[0]], experts: [twoCurves.experts[0]] },
      4000,
    );
    const numbers = (name: string) => {
      const column = table.columns.get(name)!;
      return column.kind === "numeric" ? column.values : new Float64Array(0);
    };
    const x = numbers("x");
    const residuals = numbers("y").map((value, i) => value - 2 * Math.tanh(2 * x[i]!));
    expect(Math.abs(mean(residuals))).toBeLessThan((4 * 0.2) / Math.sqrt(4000));
    expect(Math.abs(variance(residuals) / 0.04 - 1)).toBeLessThan(4 * Math.sqrt(2 / 4000));
  });

  it("names several covariates by number", () => {
    const two = {
      ...truth,
      covariates: { kind: "normal", mean: [0, 5], sd: [1, 2] } as const,
      gate: truth.gate.map(({ intercept }) => ({ intercept, slopes: [1, 0] })),
      experts: truth.experts.map(({ sd }) => ({ coefficients: [0, 1, 2], sd })),
    };
    expect(formulaOf(two)).toBe("y ~ x1 + x2 | x1 + x2");
    const table = drawData(createRng(1), two, 50);
    expect([...table.columns.keys()]).toEqual(["x1", "x2", "y"]);
  });
});
