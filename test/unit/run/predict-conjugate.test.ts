import { describe, expect, it } from "vitest";
import { compile } from "../../../models/compile.ts";
import { tableFrom } from "../../../src/data/table.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng } from "../../../src/math/rng.ts";
import { logGamma, studentCdf } from "../../../src/math/stdlib.ts";
import { predict } from "../../../src/run/predict.ts";
import { type Component, drawsOf } from "./predict-cases.ts";

/** Of one expert, the posterior predictive is a Student-t; the draws are independent and exact. */
const SCALE = 3;
const SHAPE = 4;
const RATE = 1.5;
const DRAWS = 4000;
const rng = createRng(91);
const x = Array.from({ length: 12 }, (_, i) => (i - 4) / 3);
const y = x.map((value) => 1 + 0.7 * value + 0.6 * normal(rng));

const compiled = compile(
  {
    experts: {
      family: "gaussian",
      formula: "y ~ x",
      prior: { kind: "normal-inverse-gamma", mean: 0, scale: SCALE, shape: SHAPE, rate: RATE },
    },
    gate: { kind: "constant" },
    components: 1,
    standardize: false,
  },
  tableFrom({ x, y }),
);

function posteriorDraws() {
  const rows = Int32Array.from(x.keys());
  const members = { rows, weight: new Float64Array(x.length).fill(1) };
  const theta = Float64Array.of(0, 0, 1);
  const each = Array.from({ length: DRAWS }, (): Component[] => {
    compiled.target.expert.update(rng, theta, members);
    return [{ coef: [theta[0]!, theta[1]!], sd: theta[2]!, gate: [0] }];
  });
  return drawsOf(compiled, [each]);
}

/** Normal–inverse-gamma posterior by the textbook formulas. */
function closedForm() {
  const sum = (of: (i: number) => number): number => x.reduce((total, _, i) => total + of(i), 0);
  const a = x.length + 1 / SCALE;
  const b = sum((i) => x[i]!);
  const c = sum((i) => x[i]! ** 2) + 1 / SCALE;
  const det = a * c - b * b;
  const V = [c / det, -b / det, a / det] as const;
  const xy = [sum((i) => y[i]!), sum((i) => x[i]! * y[i]!)] as const;
  const mean = [V[0] * xy[0] + V[1] * xy[1], V[1] * xy[0] + V[2] * xy[1]] as const;
  const shape = SHAPE + x.length / 2;
  const rate = RATE + 0.5 * (sum((i) => y[i]! ** 2) - mean[0] * xy[0] - mean[1] * xy[1]);
  return (at: number) => {
    const leverage = V[0] + 2 * V[1] * at + V[2] * at * at;
    const scale = Math.sqrt((rate / shape) * (1 + leverage));
    return { location: mean[0] + mean[1] * at, scale, df: 2 * shape, leverage, rate, shape };
  };
}

const studentDensity = (t: number, df: number): number =>
  Math.exp(logGamma((df + 1) / 2) - logGamma(df / 2)) *
  (Math.PI * df) ** -0.5 *
  (1 + (t * t) / df) ** (-(df + 1) / 2);

describe("predict with one conjugate expert", () => {
  const at = [-2, 0.3, 4];
  const offsets = [-1.2, 0.1, 2.5];
  const student = closedForm();
  const observed = at.map((value, i) => student(value).location + offsets[i]!);
  const result = predict(compiled, posteriorDraws(), tableFrom({ x: at, y: observed }), {
    draws: DRAWS,
  });
  /** Five standard errors of an average over the draws whose 5% and 95% quantiles are given. */
  const margin = (q5: number, q95: number): number => (5 * (q95 - q5)) / 3.29 / Math.sqrt(DRAWS);

  it.each([0, 1, 2])("agrees with the Student-t in mean, sd, density and cdf, row %d", (i) => {
    const { location, scale, df, leverage, rate, shape } = student(at[i]!);
    const { mean, sd } = result;
    expect(Math.abs(mean.mean[i]! - location)).toBeLessThan(margin(mean.q5[i]!, mean.q95[i]!));
    const variance = (scale * scale * df) / (df - 2);
    const ofVariance = rate / ((shape - 1) * Math.sqrt(shape - 2));
    const ofMean = (leverage * rate) / (shape - 1);
    // Heavier tails than the normal's: the fourth moment of a t exceeds 3 by 6 / (df − 4).
    const error = Math.hypot(ofVariance, ofMean * Math.sqrt(2 + 6 / (df - 4))) / Math.sqrt(DRAWS);
    expect(Math.abs(sd[i]! ** 2 - variance)).toBeLessThan(5 * error);
    const t = (observed[i]! - location) / scale;
    const { density, cdf } = result.observed!;
    const densityGap = density.mean[i]! - studentDensity(t, df) / scale;
    expect(Math.abs(densityGap)).toBeLessThan(margin(density.q5[i]!, density.q95[i]!));
    const cdfGap = cdf.mean[i]! - studentCdf(t, df);
    expect(Math.abs(cdfGap)).toBeLessThan(margin(cdf.q5[i]!, cdf.q95[i]!));
  });

  it("has the quantiles of the Student-t, as far as the draws can tell", () => {
    const rows = predict(compiled, posteriorDraws(), tableFrom({ x: at }), { draws: DRAWS });
    at.forEach((value, i) => {
      const { location, scale, df } = student(value);
      rows.probabilities.forEach((p, j) => {
        const reached = studentCdf((rows.quantiles[j]![i]! - location) / scale, df);
        // The cdf at a point is an average over draws of probabilities with at most this sd.
        expect(Math.abs(reached - p)).toBeLessThan((5 * Math.sqrt(p * (1 - p))) / Math.sqrt(DRAWS));
      });
    });
  });

  it("brackets the conditional mean by the quantiles of its own Student-t", () => {
    at.forEach((value, i) => {
      const { location, leverage, rate, shape } = student(value);
      const scale = Math.sqrt((rate / shape) * leverage);
      for (const [q, p] of [
        [result.mean.q5[i]!, 0.05],
        [result.mean.q95[i]!, 0.95],
      ] as const) {
        const reached = studentCdf((q - location) / scale, 2 * shape);
        expect(Math.abs(reached - p)).toBeLessThan((5 * Math.sqrt(p * (1 - p))) / Math.sqrt(DRAWS));
      }
    });
  });
});
