import { describe, expect, test } from "vitest";
import { compileVarying } from "../../../../models/varying/compile.ts";
import { varying } from "../../../../models/varying.ts";
import { climber } from "../../../../samplers/varying/climb.ts";
import { rowModel } from "../../../../samplers/varying/interpolate.ts";
import { polish } from "../../../../samplers/varying/polish.ts";
import { profileDerivatives } from "../../../../samplers/varying/profile-derivatives.ts";
import { type Matrix, matrix, row } from "../../../../src/math/matrix.ts";
import {
  derivativesAt,
  expectDifferences,
  LOCAL_CASES,
  localProblem,
  somewhere,
} from "../../../helpers/local-derivatives.ts";
import { varyingCase, varyingTable } from "../../../helpers/varying-cases.ts";

const cases = LOCAL_CASES.flatMap((known) => [1, 2, 3].map((K) => ({ ...known, K })));

describe.each(cases)("the local log-likelihood: $family, K = $K", ({ family, what, K }) => {
  const climbing = climber(localProblem({ family, what }, K));
  const { likelihood, objective, climb } = climbing;
  const { dimension: D, local } = likelihood.layout;
  likelihood.load(0.4, 0.35);
  const theta = somewhere(D);

  test("has the score and the Hessian that differences give", () => {
    expectDifferences(climbing, theta);
  });

  test("climbs to where the score in what varies is zero, without moving what does not", () => {
    const point = theta.slice();
    const before = objective(point);
    const climbed = climb(point, { steps: 200, tolerance: 1e-12 });
    expect(climbed.converged).toBe(true);
    expect(climbed.objective).toBeGreaterThanOrEqual(before);
    const { gradient } = derivativesAt(climbing, point);
    for (const j of local) expect(Math.abs(gradient[j]!)).toBeLessThan(1e-4);
    for (let j = 0; j < D; j++) if (!local.includes(j)) expect(point[j]).toBe(theta[j]);
  });
});

test("the profile log-likelihood has the gradient that differences of refitted curves give", () => {
  const what = varying("u", { experts: ["(Intercept)"], gate: ["(Intercept)"], dispersion: false });
  const { problem } = compileVarying(
    varyingCase("gaussian", 2, what),
    varyingTable("gaussian", 200, 5),
  );
  const grid = Float64Array.of(0.1, 0.5, 0.9);
  const h = 0.5;
  const rows = rowModel(problem);
  const { dimension, shared } = rows.layout;
  const start: Matrix = matrix(3, dimension);
  for (let g = 0; g < 3; g++) {
    row(start, g).set([-1, 0, 0.6, -0.8, 1, 0, -0.4, -0.8, 0, 0, 0.2].slice(0, dimension));
  }
  const neighbours = false;
  polish(problem, grid, h, start, { neighbours });
  const m = shared.length;
  const [gradient, information] = [new Float64Array(m), new Float64Array(m * m)];
  profileDerivatives(problem, rows, grid, h)(start, gradient, information);
  const refitted = (c: number, by: number): number => {
    const theta = matrix(3, dimension, start.data.slice());
    for (let g = 0; g < 3; g++) row(theta, g)[shared[c]!]! += by;
    polish(problem, grid, h, theta, { neighbours });
    return rows.logLikelihood(grid, theta);
  };
  const step = 1e-3;
  for (let c = 0; c < m; c++) {
    const difference = (refitted(c, step) - refitted(c, -step)) / (2 * step);
    expect(Math.abs(gradient[c]! - difference)).toBeLessThan(1e-3 * (1 + Math.abs(difference)));
  }
});
