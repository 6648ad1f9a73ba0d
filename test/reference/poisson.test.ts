import { describe, expect, test } from "vitest";
import { poisson } from "../../models/experts/poisson.ts";
import type { Observations } from "../../src/core/data.ts";
import { matrix } from "../../src/math/matrix.ts";
import reference from "./poisson.json" with { type: "json" };

const { x, w, fits, masses } = reference;
const n = x.length;
const ALL = Int32Array.from({ length: n }, (_, i) => i);
const PRIOR = { kind: "coefficients", coefficients: { kind: "normal", mean: 0, sd: 1 } } as const;
const ones = new Array<number>(n).fill(1);

const cases = {
  plain: { y: reference.y, weight: ones, exposure: undefined },
  offset: { y: reference.y, weight: ones, exposure: reference.exposure },
  weighted: { y: reference.y, weight: reference.weight, exposure: undefined },
  large: { y: reference.large, weight: ones, exposure: undefined },
};

function compiled({ y, exposure }: (typeof cases)["plain" | "offset"]) {
  const X = matrix(n, 3, Float64Array.from(x.flatMap((value, i) => [1, value, w[i]!])));
  const design = { terms: ["(Intercept)", "x", "w"], X };
  const offset = exposure && { offset: Float64Array.from(exposure, Math.log) };
  const data: Observations = { n, y: Float64Array.from(y), design: { ...design, ...offset } };
  return poisson.compile(data, PRIOR);
}

describe.each(["plain", "offset", "weighted", "large"] as const)(
  "regression of counts: %s",
  (name) => {
    const { coef, logLik } = fits[name];
    const { weight } = cases[name];
    const expert = compiled(cases[name]);

    test("has its maximum where R's glm has it", () => {
      const theta = Float64Array.of(1, -1, 0.5);
      expert.maximize(theta, { rows: ALL, weight: Float64Array.from(weight) }, 0);
      theta.forEach((value, j) => {
        expect(value).toBeCloseTo(coef[j]!, 9);
      });
    });

    test("has the log-likelihood there that R gives", () => {
      const out = new Float64Array(n);
      expert.logDensity(Float64Array.from(coef), out);
      const total = out.reduce((sum, value, i) => sum + weight[i]! * value, 0);
      expect(total).toBeCloseTo(logLik, 7);
    });

    test("has scores there that sum to nothing, and squares that sum to R's curvature", () => {
      const scores = matrix(n, 3);
      expert.score?.(Float64Array.from(coef), scores);
      for (let j = 0; j < 3; j++) {
        const sum = weight.reduce((total, one, i) => total + one * scores.data[3 * i + j]!, 0);
        expect(Math.abs(sum) / logLik).toBeLessThan(1e-9);
      }
    });
  },
);

test("masses and probabilities of counts are R's", () => {
  const X = matrix(1, 1, Float64Array.of(1));
  const data = { n: 1, y: new Float64Array(1), design: { terms: ["(Intercept)"], X } };
  const expert = poisson.compile(data, PRIOR);
  const out = new Float64Array(1);
  masses.count.forEach((count, at) => {
    const theta = Float64Array.of(Math.log(masses.mean[at]!));
    expert.y[0] = count;
    expert.logDensity(theta, out);
    // log y! and y log(mean) cancel: what is left has the rounding errors of both, and R's numbers 15 digits.
    const mass = masses.logMass[at]!;
    const scale = Math.max(1, Math.abs(mass), count * Math.abs(theta[0]!), masses.mean[at]!);
    expect(Math.abs(out[0]! - mass) / scale).toBeLessThan(1e-14);
    expert.cumulative(theta, out);
    expect(out[0]).toBeCloseTo(masses.cumulative[at]!, 10);
  });
});
