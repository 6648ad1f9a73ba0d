import { describe, expect, test } from "vitest";
import { negativeBinomial } from "../../models/experts/negative-binomial.ts";
import type { Observations } from "../../src/core/data.ts";
import { matrix } from "../../src/math/matrix.ts";
import reference from "./negative-binomial.json" with { type: "json" };

const { x, w, fits, masses } = reference;
const n = x.length;
const ALL = Int32Array.from({ length: n }, (_, i) => i);
const PRIOR = {
  kind: "overdispersed",
  coefficients: { kind: "normal", mean: 0, sd: 1 },
  dispersion: { kind: "exponential", rate: 1 },
} as const;
const ones = new Array<number>(n).fill(1);

interface Case {
  readonly y: readonly number[];
  readonly weight: readonly number[];
  readonly exposure?: readonly number[];
}

const cases: Readonly<Record<keyof typeof fits, Case>> = {
  plain: { y: reference.y, weight: ones },
  offset: { y: reference.y, weight: ones, exposure: reference.exposure },
  weighted: { y: reference.y, weight: reference.weight },
  large: { y: reference.large, weight: ones },
};

function compiled({ y, exposure }: Case) {
  const X = matrix(n, 3, Float64Array.from(x.flatMap((value, i) => [1, value, w[i]!])));
  const design = { terms: ["(Intercept)", "x", "w"], X };
  const offset = exposure && { offset: Float64Array.from(exposure, Math.log) };
  const data: Observations = { n, y: Float64Array.from(y), design: { ...design, ...offset } };
  return negativeBinomial.compile(data, PRIOR);
}

describe.each(["plain", "offset", "weighted", "large"] as const)(
  "regression of overdispersed counts: %s",
  (name) => {
    const { coef, size, sizeSd, logLik } = fits[name];
    const given = cases[name];
    const expert = compiled(given);

    test("has its maximum where MASS::glm.nb has it, wherever it starts", () => {
      for (const start of [0.01, 1, 1000]) {
        const theta = Float64Array.of(1, -1, 0.5, start);
        expert.maximize(theta, { rows: ALL, weight: Float64Array.from(given.weight) }, 0);
        // R's alternation stops within about 1e-8 of the maximum: 1e-7 of a standard error of 0.1 and more.
        coef.forEach((value, j) => {
          expect(Math.abs(theta[j]! - value)).toBeLessThan(5e-8);
        });
        expect(Math.abs(theta[3]! - size)).toBeLessThan(1e-6 * sizeSd);
      }
    });

    test("has the log-likelihood there that R gives", () => {
      const out = new Float64Array(n);
      expert.logDensity(Float64Array.of(...coef, size), out);
      const total = out.reduce((sum, value, i) => sum + given.weight[i]! * value, 0);
      // The rounding errors of log y!, of size 1e6 for counts of 1e5, in each of 50 rows.
      expect(Math.abs(total - logLik)).toBeLessThan(name === "large" ? 1e-7 : 1e-10);
    });

    test("has R's standard error as the curvature by size", () => {
      const scores = matrix(n, 4);
      const slope = (of: number) => {
        expert.score!(Float64Array.of(...coef, of), scores);
        // By log size; R's is by size itself, where the sum is 0.
        return given.weight.reduce((sum, one, i) => sum + one * scores.data[4 * i + 3]!, 0) / of;
      };
      const h = 1e-4 * size;
      const bend = (slope(size - h) - slope(size + h)) / (2 * h);
      expect(Math.abs(slope(size)) * sizeSd).toBeLessThan(1e-6);
      expect(1 / Math.sqrt(bend) / sizeSd).toBeCloseTo(1, 5);
    });
  },
);

test("masses and probabilities of counts are R's", () => {
  const X = matrix(1, 1, Float64Array.of(1));
  const data = { n: 1, y: new Float64Array(1), design: { terms: ["(Intercept)"], X } };
  const expert = negativeBinomial.compile(data, PRIOR);
  const out = new Float64Array(1);
  masses.count.forEach((count, at) => {
    const mean = masses.mean[at]!;
    const theta = Float64Array.of(Math.log(mean), masses.size[at]!);
    expert.y[0] = count;
    expert.logDensity(theta, out);
    // log y! and y log(mean) cancel: what is left has the rounding errors of both.
    const mass = masses.logMass[at]!;
    const scale = Math.max(1, Math.abs(mass), count * Math.abs(theta[0]!), mean);
    expect(Math.abs(out[0]! - mass) / scale).toBeLessThan(2e-14);
    expert.cumulative(theta, out);
    expect(Math.abs(out[0]! - masses.cumulative[at]!)).toBeLessThan(mean < 1e6 ? 1e-10 : 1e-9);
  });
});
