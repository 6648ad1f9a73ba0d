import { describe, expect, test } from "vitest";
import { compileVarying } from "../../../../models/varying/compile.ts";
import { varying } from "../../../../models/varying.ts";
import { climber } from "../../../../samplers/varying/climb.ts";
import { layoutOf, parabolic } from "../../../../samplers/varying/layout.ts";
import { localLikelihood } from "../../../../samplers/varying/local-likelihood.ts";
import { scaledSlopes } from "../../../../samplers/varying/path.ts";
import { shifted } from "../../../../samplers/varying/polish.ts";
import { type Family, varyingCase, varyingTable } from "../../../helpers/varying-cases.ts";

const STEP = 1e-5;
/** Of central differences: step² / 6 times third derivatives, which are of the size of the second ones. */
const CLOSE = 1e-6;
const hybrid = varying("u", { experts: ["z"], gate: ["(Intercept)"], dispersion: false });
const families: Family[] = ["gaussian", "binomial", "negative-binomial"];
const cases = families.flatMap((family) =>
  [varying("u"), hybrid].map((what) => ({ family, what })),
);

describe.each(cases)("local parabolas: $family", ({ family, what }) => {
  const penalty = { experts: 0.3, gate: 0.2, dispersion: 0.1 };
  const { problem } = compileVarying(
    varyingCase(family, 2, what),
    varyingTable(family, 60, 3),
    penalty,
  );
  const bent = parabolic(problem);
  const layout = layoutOf(bent);
  const theta = Float64Array.from(
    { length: layout.dimension },
    (_, j) => 0.3 * Math.sin(2 * j + 1),
  );

  test("have the score and the Hessian that differences give", () => {
    const { likelihood, objective, derivatives } = climber(bent);
    likelihood.load(0.4, 0.35);
    const D = layout.dimension;
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
    const { gradient, information } = at(theta);
    for (let j = 0; j < D; j++) {
      const slope = (objective(moved(j, STEP)) - objective(moved(j, -STEP))) / (2 * STEP);
      expect(Math.abs(gradient[j]! - slope)).toBeLessThan(CLOSE * (1 + Math.abs(slope)));
      const [up, down] = [at(moved(j, STEP)).gradient, at(moved(j, -STEP)).gradient];
      for (let k = 0; k <= j; k++) {
        const bend = -(up[k]! - down[k]!) / (2 * STEP);
        expect(Math.abs(information[j * D + k]! - bend)).toBeLessThan(CLOSE * (1 + Math.abs(bend)));
      }
    }
  });

  test("have a t² for each value, and for sizes a slope", () => {
    const lines = layoutOf(problem);
    expect(layout.values).toEqual(lines.values);
    expect(layout.slopes[0]).toBe(2 * lines.slopes[0]);
    expect(layout.slopes[2]).toBe(2 * lines.slopes[2]);
    const ofDispersion = { gaussian: 2, binomial: 0, "negative-binomial": 1 }[family];
    expect(layout.slopes[1]).toBe(what === hybrid ? 0 : ofDispersion);
  });

  test("predict the same seen from elsewhere and in another bandwidth", () => {
    const predicted = (at: number, bandwidth: number, parameters: Float64Array): number[] => {
      const likelihood = localLikelihood(bent);
      likelihood.load(at, bandwidth);
      const out = new Float64Array(layout.predictors);
      likelihood.predict(30, parameters, out);
      return [...out];
    };
    const here = predicted(0.5, 0.4, theta);
    const there = predicted(0.6, 0.4, shifted(theta, layout, 0.25));
    const wider = predicted(0.5, 0.6, scaledSlopes(theta, layout, 1.5));
    here.forEach((value, p) => {
      expect(there[p]).toBeCloseTo(value, 10);
      expect(wider[p]).toBeCloseTo(value, 10);
    });
  });
});
