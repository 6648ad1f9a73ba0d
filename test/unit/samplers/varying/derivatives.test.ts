import { describe, expect, test } from "vitest";
import { compileVarying } from "../../../../models/varying/compile.ts";
import { varying } from "../../../../models/varying.ts";
import { climber } from "../../../../samplers/varying/climb.ts";
import { rowModel } from "../../../../samplers/varying/interpolate.ts";
import { polish } from "../../../../samplers/varying/polish.ts";
import { profileDerivatives } from "../../../../samplers/varying/profile-derivatives.ts";
import { type Matrix, matrix, row } from "../../../../src/math/matrix.ts";
import { type Family, varyingCase, varyingTable } from "../../../helpers/varying-cases.ts";

const STEP = 1e-5;
/** Of central differences: step² / 6 times third derivatives, which are of the size of the second ones. */
const CLOSE = 1e-6;
const hybrid = varying("u", { experts: ["z"], gate: ["(Intercept)"], dispersion: false });

const families: Family[] = ["gaussian", "binomial", "negative-binomial"];
const cases = families.flatMap((family) =>
  [1, 2, 3].flatMap((K) => [varying("u"), hybrid].map((what) => ({ family, K, what }))),
);

describe.each(cases)("the local log-likelihood: $family, K = $K", ({ family, K, what }) => {
  const model = varyingCase(family, K, what);
  const penalty = { experts: 0.3, gate: 0.2, dispersion: 0.1 };
  const { problem } = compileVarying(model, varyingTable(family, 60, 3), penalty);
  const { likelihood, objective, derivatives, climb } = climber(problem);
  const { dimension: D, local } = likelihood.layout;
  likelihood.load(0.4, 0.35);
  const theta = Float64Array.from({ length: D }, (_, j) => 0.4 * Math.sin(2 * j + 1));
  const at = (point: Float64Array) => {
    const [gradient, information] = [new Float64Array(D), new Float64Array(D * D)];
    derivatives(point, gradient, information, "observed");
    return { gradient, information };
  };
  const moved = (j: number, by: number): Float64Array => {
    const out = theta.slice();
    out[j]! += by;
    return out;
  };

  test("has the score and the Hessian that differences give", () => {
    const { gradient, information } = at(theta);
    for (let j = 0; j < D; j++) {
      const difference = (objective(moved(j, STEP)) - objective(moved(j, -STEP))) / (2 * STEP);
      expect(Math.abs(gradient[j]! - difference)).toBeLessThan(CLOSE * (1 + Math.abs(difference)));
      const [up, down] = [at(moved(j, STEP)).gradient, at(moved(j, -STEP)).gradient];
      for (let k = 0; k <= j; k++) {
        const bend = -(up[k]! - down[k]!) / (2 * STEP);
        expect(Math.abs(information[j * D + k]! - bend)).toBeLessThan(CLOSE * (1 + Math.abs(bend)));
      }
    }
  });

  test("climbs to where the score in what varies is zero, without moving what does not", () => {
    const point = theta.slice();
    const before = objective(point);
    const climbed = climb(point, { steps: 200, tolerance: 1e-12 });
    expect(climbed.converged).toBe(true);
    expect(climbed.objective).toBeGreaterThanOrEqual(before);
    const { gradient } = at(point);
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
