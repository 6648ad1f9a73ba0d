import betaLogpdf from "@stdlib/stats/base/dists/beta/logpdf";
import exponentialLogpdf from "@stdlib/stats/base/dists/exponential/logpdf";
import gammaLogpdf from "@stdlib/stats/base/dists/gamma/logpdf";
import inverseGammaLogpdf from "@stdlib/stats/base/dists/invgamma/logpdf";
import normalLogpdf from "@stdlib/stats/base/dists/normal/logpdf";
import studentLogpdf from "@stdlib/stats/base/dists/t/logpdf";
import uniformLogpdf from "@stdlib/stats/base/dists/uniform/logpdf";
import { describe, expect, test } from "vitest";
import { beta } from "../../../models/priors/beta.ts";
import { dirichlet } from "../../../models/priors/dirichlet.ts";
import { exponential } from "../../../models/priors/exponential.ts";
import { gamma } from "../../../models/priors/gamma.ts";
import { halfCauchy } from "../../../models/priors/half-cauchy.ts";
import { halfNormal } from "../../../models/priors/half-normal.ts";
import { compileDistribution } from "../../../models/priors/index.ts";
import { inverseGamma } from "../../../models/priors/inverse-gamma.ts";
import { normal } from "../../../models/priors/normal.ts";
import { studentT } from "../../../models/priors/student-t.ts";
import { uniform } from "../../../models/priors/uniform.ts";
import type { DistributionDeclaration } from "../../../src/core/distribution.ts";

const logDensity = (declaration: DistributionDeclaration) =>
  compileDistribution(declaration).logDensity;

/** Each kind beside another implementation, at a few points of its support. */
const peers: readonly (readonly [DistributionDeclaration, (x: number) => number, number[]])[] = [
  [normal(1, 2), (x) => normalLogpdf(x, 1, 2), [-40, 0, 1, 3.5]],
  [studentT(3.5, 0, 1), (x) => studentLogpdf(x, 3.5), [-1e4, 0, 2]],
  [inverseGamma(2, 0.5), (x) => inverseGammaLogpdf(x, 2, 0.5), [1e-3, 0.2, 50]],
  [gamma(0.3, 7), (x) => gammaLogpdf(x, 0.3, 7), [1e-9, 0.2, 50]],
  [exponential(4), (x) => exponentialLogpdf(x, 4), [0, 0.1, 30]],
  [uniform(-1, 3), (x) => uniformLogpdf(x, -1, 3), [-1, 0, 3]],
  [beta(2.5, 0.7), (x) => betaLogpdf(x, 2.5, 0.7), [1e-5, 0.4, 0.999]],
];

test.each(peers)("%j has the log density that @stdlib gives", (declaration, peer, points) => {
  const ours = logDensity(declaration);
  for (const x of points) expect(ours(x)).toBeCloseTo(peer(x), 9);
});

describe("identities", () => {
  test("a folded normal has twice the density of the normal", () => {
    for (const x of [0, 0.3, 7]) {
      expect(logDensity(halfNormal(2))(x)).toBeCloseTo(Math.LN2 + logDensity(normal(0, 2))(x), 12);
    }
  });

  test("a half-Cauchy is a folded Student-t with one degree of freedom", () => {
    for (const x of [0, 0.3, 700]) {
      expect(logDensity(halfCauchy(2))(x)).toBeCloseTo(
        Math.LN2 + logDensity(studentT(1, 0, 2))(x),
        12,
      );
    }
  });

  test("1 / x of an inverse-gamma is gamma with the same shape and rate", () => {
    for (const x of [0.01, 0.3, 7]) {
      const jacobian = 2 * Math.log(x);
      expect(logDensity(inverseGamma(3, 2))(x)).toBeCloseTo(
        logDensity(gamma(3, 2))(1 / x) - jacobian,
        12,
      );
    }
  });

  test("the scale of a normal is a standard deviation", () => {
    expect(logDensity(normal(5, 3))(5)).toBeCloseTo(-0.5 * Math.log(2 * Math.PI * 9), 14);
  });
});

describe("builders", () => {
  test("return plain data, frozen", () => {
    expect(normal(0, 2)).toEqual({ kind: "normal", mean: 0, sd: 2 });
    expect(studentT(3, 0, 2.5)).toEqual({ kind: "student-t", df: 3, location: 0, scale: 2.5 });
    expect(dirichlet(0.5)).toEqual({ kind: "dirichlet", concentration: 0.5 });
    expect(Object.isFrozen(uniform(0, 1))).toBe(true);
  });

  test.each([
    [() => normal(0, -1), "`sd` of normal must be a number > 0; got -1."],
    [() => normal(Number.NaN, 1), "`mean` of normal must be a finite number; got NaN."],
    [() => dirichlet(0), "`concentration` of dirichlet must be a number > 0; got 0."],
    [
      () => uniform(3, 3),
      'the uniform distribution must be uniform with `lower` < `upper`; got {"kind":"uniform","lower":3,"upper":3}.',
    ],
  ])("refuse what has no meaning: %s", (build, message) => {
    expect(build).toThrow(message);
  });
});

describe("compileDistribution", () => {
  test("centres a normal and a Student-t that do not say where", () => {
    const { declaration } = compileDistribution({ kind: "normal", sd: 2 });
    expect(declaration).toEqual(normal(0, 2));
    const student = compileDistribution({ kind: "student-t", df: 3, scale: 1 });
    expect(student.declaration).toEqual(studentT(3, 0, 1));
  });

  test("names the known kinds, and the near one, where a kind is unknown", () => {
    expect(() => compileDistribution({ kind: "half-cauchi", scale: 1 })).toThrow(
      /must have a `kind` among normal, .*; got "half-cauchi"; did you mean "half-cauchy"\?/,
    );
  });

  test("takes a uniform for positive where it starts at 0 or above", () => {
    expect(compileDistribution(uniform(0, 1)).support).toBe("positive");
    expect(compileDistribution(uniform(-1, 1)).support).toBe("real");
  });
});
