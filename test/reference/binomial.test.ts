import { describe, expect, test } from "vitest";
import { binomial } from "../../models/experts/binomial.ts";
import type { Observations } from "../../src/core/data.ts";
import { matrix } from "../../src/math/matrix.ts";
import reference from "./binomial.json" with { type: "json" };

const { x, w, fits, masses } = reference;
const n = x.length;
const ALL = Int32Array.from({ length: n }, (_, i) => i);
const PRIOR = { kind: "coefficients", coefficients: { kind: "normal", mean: 0, sd: 1 } } as const;
const ones = new Array<number>(n).fill(1);

const plain = { y: reference.y, trials: reference.trials, weight: ones };
const cases = {
  plain,
  offset: { ...plain, offset: reference.offset },
  zeroOne: { y: reference.zeroOne, trials: undefined, weight: ones },
  large: { y: reference.large, trials: reference.many, weight: ones },
  weighted: { ...plain, weight: reference.weight },
} as const;

interface Case {
  readonly y: readonly number[];
  readonly trials: readonly number[] | undefined;
  readonly weight: readonly number[];
  readonly offset?: readonly number[];
}

function compiled({ y, trials, offset }: Case) {
  const X = matrix(n, 3, Float64Array.from(x.flatMap((value, i) => [1, value, w[i]!])));
  const design = {
    terms: ["(Intercept)", "x", "w"],
    X,
    ...(offset === undefined ? {} : { offset: Float64Array.from(offset) }),
    ...(trials === undefined ? {} : { trials: Float64Array.from(trials) }),
  };
  const data: Observations = { n, y: Float64Array.from(y), design };
  return binomial.compile(data, PRIOR);
}

describe.each(["plain", "offset", "zeroOne", "large", "weighted"] as const)(
  "logistic regression: %s",
  (name) => {
    const { coef, logLik, sd } = fits[name];
    const given: Case = cases[name];
    const expert = compiled(given);

    test("has its maximum where R's glm has it", () => {
      const theta = Float64Array.of(1, -1, 0.5);
      expert.maximize(theta, { rows: ALL, weight: Float64Array.from(given.weight) }, 0);
      theta.forEach((value, j) => {
        // glm stops where the deviance gains less than 1e-14 of itself: an error of sd √1e-14.
        expect(Math.abs(value - coef[j]!)).toBeLessThan(1e-6 * sd[j]!);
      });
    });

    test("has the log-likelihood there that R gives", () => {
      const out = new Float64Array(n);
      expert.logDensity(Float64Array.from(coef), out);
      const total = out.reduce((sum, value, i) => sum + given.weight[i]! * value, 0);
      // The rounding errors of log n!, of size 1e7 for a million trials, in each of 50 rows.
      expect(Math.abs(total - logLik)).toBeLessThan(name === "large" ? 1e-7 : 1e-10);
    });

    test("has R's standard errors as the curvature of the likelihood", () => {
      // d score / d coef by differences: the negative Hessian, whose inverse is glm's covariance.
      const information = matrix(3, 3);
      const scores = matrix(n, 3);
      for (let j = 0; j < 3; j++) {
        const h = 1e-4 * sd[j]!;
        for (const sign of [1, -1]) {
          const theta = Float64Array.from(coef);
          theta[j]! += sign * h;
          expert.score!(theta, scores);
          for (let i = 0; i < n; i++) {
            for (let k = 0; k < 3; k++) {
              const own = (given.weight[i]! * scores.data[3 * i + k]!) / (2 * h);
              information.data[3 * j + k]! -= sign * own;
            }
          }
        }
      }
      sd.forEach((value, j) => {
        const [a, b] = [0, 1, 2].filter((k) => k !== j) as [number, number];
        const at = (r: number, c: number) => information.data[3 * r + c]!;
        const minor = at(a, a) * at(b, b) - at(a, b) * at(b, a);
        const determinant =
          at(j, j) * minor -
          at(j, a) * (at(a, j) * at(b, b) - at(b, j) * at(a, b)) +
          at(j, b) * (at(a, j) * at(b, a) - at(b, j) * at(a, a));
        expect(Math.sqrt(minor / determinant) / value).toBeCloseTo(1, 5);
      });
    });
  },
);

test("masses and probabilities of successes are R's", () => {
  const X = matrix(1, 1, Float64Array.of(1));
  const out = new Float64Array(1);
  masses.count.forEach((count, at) => {
    const trials = masses.trials[at]!;
    const design = { terms: ["(Intercept)"], X, trials: Float64Array.of(trials) };
    const expert = binomial.compile({ n: 1, y: Float64Array.of(count), design }, PRIOR);
    const theta = Float64Array.of(masses.logOdds[at]!);
    expert.logDensity(theta, out);
    // Logarithms of factorials and n log(1 + e^eta) cancel: what is left has the rounding errors of both.
    const mass = masses.logMass[at]!;
    const scale = Math.max(
      1,
      Math.abs(mass),
      trials * Math.log(trials),
      trials * Math.abs(theta[0]!),
    );
    expect(Math.abs(out[0]! - mass) / scale).toBeLessThan(1e-14);
    expert.cumulative(theta, out);
    expect(Math.abs(out[0]! - masses.cumulative[at]!)).toBeLessThan(trials < 1e5 ? 1e-11 : 1e-9);
  });
});
