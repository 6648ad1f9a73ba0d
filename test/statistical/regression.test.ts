import { describe, expect, it } from "vitest";
import { createRng } from "../../src/math/rng.ts";
import { gammaCdf, studentCdf } from "../../src/math/stdlib.ts";
import { decide } from "../helpers/decision.ts";
import { conjugateFit, expectedLogSd, type Regression } from "../helpers/enumeration.ts";
import {
  CONJUGATE,
  compileCase,
  type GibbsCase,
  INDEPENDENT,
  SLICED,
  SLICED_SOFTMAX,
  SOFTMAX,
} from "../helpers/gibbs-cases.ts";
import type { Observables } from "../helpers/observables.ts";
import { posteriorMeans } from "../helpers/posterior-means.ts";
import { type Point, regressionExpectations } from "../helpers/regression-quadrature.ts";
import { uniformityTest } from "../helpers/statistics.ts";
import { COVARIATE, designRows, offsetOf, RESPONSE } from "../helpers/tiny-targets.ts";

const ROWS = 8;

function regression(offset = false): Regression {
  const y = RESPONSE.slice(0, ROWS).map(
    (value, i) => value - (offset ? offsetOf(COVARIATE[i]!) : 0),
  );
  return { X: designRows(ROWS), y };
}

const one: GibbsCase = { experts: CONJUGATE, gate: SOFTMAX, components: 1, rows: ROWS };

/** Log prior densities of (coefficients, sd) up to constants, written from their definitions. */
const logPriors = {
  conjugate({ coef, sd }: Point): number {
    const { mean, scale, shape, rate } = CONJUGATE;
    const distance = coef.reduce((sum, b) => sum + (b - mean) ** 2, 0);
    return -(2 * shape + 3) * Math.log(sd) - (rate + distance / (2 * scale)) / (sd * sd);
  },
  independent({ coef, sd }: Point): number {
    const { mean, sd: spread } = INDEPENDENT.coefficients;
    const { shape, rate } = INDEPENDENT.variance;
    const distance = coef.reduce((sum, b) => sum + ((b - mean) / spread) ** 2, 0);
    return -0.5 * distance - (2 * shape + 1) * Math.log(sd) - rate / (sd * sd);
  },
  sliced({ coef, sd }: Point): number {
    const { df } = SLICED.coefficients;
    const tails = coef.reduce((sum, b) => sum + Math.log1p((b * b) / df), 0);
    return -0.5 * (df + 1) * tails - Math.log1p((sd / SLICED.sd.scale) ** 2);
  },
};

const functionals: Readonly<Record<string, (point: Point) => number>> = {
  "log sd": ({ sd }) => Math.log(sd),
  "coef[0]": ({ coef }) => coef[0],
  "coef[1]": ({ coef }) => coef[1],
  "coef[0] · coef[1]": ({ coef }) => coef[0] * coef[1],
  "coef[1]²": ({ coef }) => coef[1] ** 2,
};

/** The functionals read off the state of a chain with one component. */
function observed(expected: readonly number[]): Observables {
  const list = Object.values(functionals);
  return {
    names: Object.keys(functionals),
    expected,
    observe({ theta: { data } }, out) {
      const point: Point = { coef: [data[0]!, data[1]!], sd: data[2]! };
      list.forEach((functional, j) => {
        out[j] = functional(point);
      });
    },
  };
}

describe("one component is a Bayesian regression", () => {
  it.each([
    ["Laplace-t", "laplace"],
    ["Pólya-Gamma", "polya-gamma"],
  ])("whose draws have the closed-form t and inverse-gamma laws (%s)", (_, gateUpdate) => {
    const { kernel } = compileCase({ ...one, gateUpdate });
    const { mean, spread, shape, rate } = conjugateFit(regression(), () => true, CONJUGATE);
    const directions = {
      "coef[0]": [1, 0],
      "coef[1]": [0, 1],
      "coef[0] − coef[1]": [1, -1],
    } as const;
    const { rejected, report } = decide((seed, effort) => {
      const rng = createRng(seed);
      const draws = 4000 * effort;
      const uniform = Array.from({ length: 4 }, () => new Float64Array(draws));
      let state = kernel.init(rng);
      for (let draw = 0; draw < draws; draw++) {
        state = kernel.step(rng, state).state;
        const { data } = state.theta;
        uniform[0]![draw] = gammaCdf(data[2]! ** -2, shape, rate);
        Object.values(directions).forEach(([a, b], j) => {
          const variance =
            a * a * spread.get(0, 0) + 2 * a * b * spread.get(0, 1) + b * b * spread.get(1, 1);
          const away = a * (data[0]! - mean[0]!) + b * (data[1]! - mean[1]!);
          uniform[j + 1]![draw] = studentCdf(
            away / Math.sqrt((variance * rate) / shape),
            2 * shape,
          );
        });
      }
      const names = ["precision", ...Object.keys(directions)];
      return names.map((name, j) => uniformityTest(name, uniform[j]!));
    });
    expect(rejected, report).toBe(false);
  });

  it("has a quadrature that agrees with the closed form", () => {
    const [logSd, first, second] = regressionExpectations(
      regression(),
      logPriors.conjugate,
      Object.values(functionals),
    );
    const fit = conjugateFit(regression(), () => true, CONJUGATE);
    expect(logSd).toBeCloseTo(expectedLogSd(fit), 8);
    expect(first).toBeCloseTo(fit.mean[0]!, 8);
    expect(second).toBeCloseTo(fit.mean[1]!, 8);
  });

  it.each<[string, GibbsCase, (point: Point) => number]>([
    ["normal–inverse-gamma priors", one, logPriors.conjugate],
    ["independent conjugate priors", { ...one, experts: INDEPENDENT }, logPriors.independent],
    ["priors that need slices", { ...one, experts: SLICED, offset: true }, logPriors.sliced],
    [
      "a sliced gate",
      { ...one, experts: INDEPENDENT, gate: SLICED_SOFTMAX },
      logPriors.independent,
    ],
  ])("whose posterior means under %s are those of quadrature", (_, tiny, logPrior) => {
    const exact = regressionExpectations(
      regression(tiny.offset),
      logPrior,
      Object.values(functionals),
    );
    const { kernel } = compileCase(tiny);
    const { rejected, report } = decide((seed, effort) =>
      posteriorMeans(kernel, {
        chains: 16,
        warmup: 100,
        sweeps: 1000 * effort,
        observables: observed(exact),
        seed,
      }),
    );
    expect(rejected, report).toBe(false);
  });
});
