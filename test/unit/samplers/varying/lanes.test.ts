import { describe, expect, test } from "vitest";
import { compileVarying } from "../../../../models/varying/compile.ts";
import { type VaryingDeclaration, varying } from "../../../../models/varying.ts";
import { laneRows } from "../../../../samplers/varying/lanes/lane-rows.ts";
import { layoutOf, parabolic } from "../../../../samplers/varying/layout.ts";
import { localLikelihood, plainLikelihood } from "../../../../samplers/varying/local-likelihood.ts";
import { plainBlocks, rowBlocks } from "../../../../samplers/varying/row-blocks.ts";
import { leastSquares, plainSums, sharesOf } from "../../../../samplers/varying/start.ts";
import type { VaryingProblem } from "../../../../src/core/varying.ts";
import type { Vector } from "../../../../src/math/matrix.ts";
import { normal } from "../../../../src/math/random/normal.ts";
import { createRng, uniform } from "../../../../src/math/rng.ts";
import { type Family, varyingCase, varyingTable } from "../../../helpers/varying-cases.ts";

const hybrid = varying("u", { experts: ["z"], gate: ["(Intercept)"], dispersion: false });
const cases: { family: Family; K: number; what: VaryingDeclaration; bent: boolean }[] = [
  { family: "gaussian", K: 2, what: varying("u"), bent: false },
  { family: "gaussian", K: 3, what: varying("u"), bent: true },
  { family: "gaussian", K: 2, what: hybrid, bent: false },
  { family: "binomial", K: 2, what: varying("u"), bent: false },
  { family: "binomial", K: 3, what: hybrid, bent: true },
  { family: "negative-binomial", K: 2, what: varying("u"), bent: false },
];
const N = 601;
/** Windows of odd and even numbers of rows, of one run and of several, at an end and around the middle. */
const WINDOWS = [
  [0.3, 0.2],
  [0.9, 0.4],
  [0.5, 1],
  [0.1, 0.0123],
] as const;

function problemOf({ family, K, what, bent }: (typeof cases)[number]): VaryingProblem {
  const { problem } = compileVarying(varyingCase(family, K, what), varyingTable(family, N, 3));
  return bent ? parabolic(problem) : problem;
}

const bits = (values: Vector, count = values.length): number[] =>
  Array.from(values.subarray(0, count), (value) => value + 0);

const lower = (square: Vector, d: number): number[] =>
  bits(square.filter((_, at) => at % d <= Math.floor(at / d)));

describe.each(cases)("routines: $family, K = $K, parabolas: $bent", (setting) => {
  const problem = problemOf(setting);
  const layout = layoutOf(problem);
  const { dimension: D, components: K } = layout;
  const rng = createRng(5, 1);
  const theta = Float64Array.from({ length: D }, () => 0.5 * normal(rng));
  const given = Float64Array.from({ length: problem.n * K }, () => uniform(rng));

  test("there are some", () => {
    expect(laneRows(problem, layout)).toBeDefined();
  });

  test.each(WINDOWS)("give the bits of the plain local likelihood at %f, %f", (at, bandwidth) => {
    const [fast, plain] = [localLikelihood(problem), plainLikelihood(problem)];
    fast.place(at, bandwidth);
    plain.place(at, bandwidth);
    for (const shares of [undefined, given]) {
      expect(fast.evaluate(theta, shares)).toBe(plain.evaluate(theta, shares));
      for (const curvature of ["observed", "complete"] as const) {
        const found = [fast, plain].map((likelihood) => {
          const [gradient, information] = [D, D * D].map((size) => new Float64Array(size).fill(1));
          const value = likelihood.differentiate(theta, gradient!, information!, curvature, shares);
          return { value, gradient: bits(gradient!), information: lower(information!, D) };
        });
        expect(found[0]).toEqual(found[1]);
        expect(found[0]!.information.some((entry) => entry !== 0)).toBe(true);
      }
    }
  });

  test("give the bits of plain columns", () => {
    const [fast, plain] = [rowBlocks(problem, layout), plainBlocks(problem, layout)];
    const [start, count] = [100, 77];
    const found = [fast, plain].map((blocks) => {
      blocks.predict(0.4, 0.3, theta, start, count);
      blocks.complete(start, count, true);
      const { value, ...vectors } = blocks.columns;
      const { sInformation, ...rest } = vectors;
      const used = layout.hasDispersion ? { ...rest, sInformation } : rest;
      return [value, ...Object.values(used).flat()].map((column) => bits(column, count));
    });
    expect(found[0]).toEqual(found[1]);
  });

  test("give the bits of plain least squares", () => {
    const shares = sharesOf(given, 1, K);
    const found = [undefined, plainSums].map((sums) => {
      const out = new Float64Array(layout.width[0]);
      const variance = leastSquares(problem, layout, sums)(0.4, 0.3, shares, out);
      return { variance, coefficients: bits(out) };
    });
    expect(found[0]).toEqual(found[1]);
  });

  test("work on one window after another, whoever asks", () => {
    const [one, other] = [localLikelihood(problem), localLikelihood(problem)];
    one.place(0.3, 0.2);
    const alone = one.evaluate(theta);
    other.place(0.7, 0.3);
    expect(other.evaluate(theta)).not.toBe(alone);
    expect(one.evaluate(theta)).toBe(alone);
  });
});

test("a NaN and densities of zero pass through as they do in plain loops", () => {
  const problem = problemOf(cases[0]!);
  const [fast, plain] = [localLikelihood(problem), plainLikelihood(problem)];
  const D = fast.layout.dimension;
  for (const value of [Number.NaN, -900, 900, Number.POSITIVE_INFINITY]) {
    for (let j = 0; j < D; j++) {
      const theta = new Float64Array(D).fill(0.1);
      theta[j] = value;
      for (const likelihood of [fast, plain]) likelihood.place(0.5, 0.3);
      expect(fast.evaluate(theta)).toBe(plain.evaluate(theta));
    }
  }
});
